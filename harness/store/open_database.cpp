#include "harness/store/open_database.h"

#include <fmt/format.h>

#include <system_error>

#include "harness/store/schema.h"
#include "reports/runs/store_format.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

Result<void> make_folder(const fs::path& path) {
  std::error_code code;
  if (fs::is_directory(path, code))
    return tl::unexpected(store_error(path.string(), "is a folder; give a file as --store"));
  const fs::path folder = path.parent_path();
  if (folder.empty() || fs::is_directory(folder, code)) return {};
  fs::create_directories(folder, code);
  if (!code) return {};
  return tl::unexpected(
      store_error(path.string(), fmt::format("its folder cannot be made: {}; give another --store", code.message())));
}

/// Whether the file is empty or ours. Reads only.
Result<void> check_owner(Database& database) {
  const auto owner = database.integer("PRAGMA application_id");
  if (!owner) return tl::unexpected(owner.error());
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  if (*owner != reports::store_application_id && (*owner != 0 || *tables != 0))
    return tl::unexpected(store_error(database.path(), "is a database of another program; give another --store"));
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (*version > reports::newest_schema)
    return tl::unexpected(store_error(
        database.path(), fmt::format("was written by a newer assay (schema {}, this one knows {}); use that one, or "
                                     "give another --store",
                                     *version, reports::newest_schema)));
  return {};
}

/// Each step in a transaction of its own; another process may be doing the same.
Result<void> migrate(Database& database) {
  for (std::int64_t next = 0; next < reports::newest_schema; ++next) {
    const auto step = database.transaction([&]() -> Result<void> {
      const auto version = database.integer("PRAGMA user_version");
      if (!version) return tl::unexpected(version.error());
      if (*version != next) return {};
      if (auto done = database.execute(std::string(migrations()[static_cast<std::size_t>(next)])); !done) return done;
      return database.execute(
          fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", reports::store_application_id, next + 1));
    });
    if (!step) return step;
  }
  return {};
}

Result<void> bring_up_to_date(Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  return *version < reports::newest_schema ? migrate(database) : Result<void>{};
}

}  // namespace

Result<Database> open_database(const fs::path& path, std::chrono::milliseconds busy_timeout) {
  if (const auto made = make_folder(path); !made) return tl::unexpected(made.error());
  auto database = Database::open(path, busy_timeout);
  if (!database) return database;
  if (const auto owned = check_owner(*database); !owned) return tl::unexpected(owned.error());
  // The tables first: two processes that make one file then wait for one another, as they do not for the switch to WAL.
  if (const auto done = bring_up_to_date(*database); !done) return tl::unexpected(done.error());
  // FULL syncs each commit, a few a second, so that an acknowledged result outlives a power cut; a killed process loses
  // nothing under either. Where a file system cannot have a WAL, the journal that stays is as safe, only slower.
  if (const auto set =
          database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
      !set)
    return tl::unexpected(set.error());
  return database;
}

}  // namespace assay::harness
