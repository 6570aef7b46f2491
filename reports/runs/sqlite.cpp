#include "reports/runs/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

#include "reports/runs/store_format.h"

namespace assay::reports {
namespace {

constexpr int wait_milliseconds = 10'000;
constexpr const char* not_sqlite = "is not a SQLite database; give another --store";  // as harness/store says it

Error store_error(std::string_view path, std::string_view what) {
  return {Errc::store, fmt::format("store: {}: {}", path, what)};
}

/// A path as a URI: all but letters, digits and a few marks as %XX.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri + "?immutable=1";
}

Result<std::int64_t> pragma(Connection& connection, std::string_view sql) {
  auto query = connection.query(sql);
  if (!query) return tl::unexpected(query.error());
  if (const auto there = query->step(); !there) return tl::unexpected(there.error());
  return query->integer(0);
}

/// As harness/store/open_database.cpp says it.
std::string newer_text(std::int64_t version) {
  return fmt::format(
      "was written by a newer assay (schema {}, this one knows {}); use that one, or give another --store", version,
      newest_schema);
}

}  // namespace

void Query::Finalize::operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
void Connection::Close::operator()(sqlite3* connection) const { ::sqlite3_close_v2(connection); }

Query& Query::bind(std::string_view text) {
  ::sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Query& Query::bind(std::int64_t number) {
  ::sqlite3_bind_int64(statement_.get(), ++bound_, number);
  return *this;
}

Result<bool> Query::step() {
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  if (code == SQLITE_NOTADB) return tl::unexpected(store_error(path_, not_sqlite));
  return tl::unexpected(store_error(path_, ::sqlite3_errmsg(connection_)));
}

std::int64_t Query::integer(int column) const { return ::sqlite3_column_int64(statement_.get(), column); }
double Query::real(int column) const { return ::sqlite3_column_double(statement_.get(), column); }

std::string_view Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(::sqlite3_column_text(statement_.get(), column));
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(::sqlite3_column_bytes(statement_.get(), column)))
               : std::string_view();
}

std::string_view Query::blob(int column) const {
  const auto* bytes = static_cast<const char*>(::sqlite3_column_blob(statement_.get(), column));
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(::sqlite3_column_bytes(statement_.get(), column)))
               : std::string_view();
}

Result<Connection> Connection::open(const std::string& path, Access access) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return tl::unexpected(store_error(path, "is a folder; give a file as --store"));
  if (!std::filesystem::is_regular_file(path, ignored))
    return tl::unexpected(Error{Errc::not_found, fmt::format("store: {}: no such file; give another --store", path)});
  const auto attempt = [&](const std::string& name, int flags) -> Result<Connection> {
    sqlite3* raw = nullptr;
    const int code = ::sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
    Connection connection(std::unique_ptr<sqlite3, Close>(raw), path);
    if (code != SQLITE_OK) return tl::unexpected(store_error(path, raw ? ::sqlite3_errmsg(raw) : "cannot be opened"));
    ::sqlite3_busy_timeout(raw, wait_milliseconds);
    const auto owner = pragma(connection, "PRAGMA application_id");
    if (!owner) return tl::unexpected(owner.error());
    if (*owner != store_application_id)
      return tl::unexpected(store_error(path, "is no store of assay's; give another --store"));
    const auto version = pragma(connection, "PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    if (*version > newest_schema) return tl::unexpected(store_error(path, newer_text(*version)));
    if (auto set = connection.execute("PRAGMA foreign_keys = ON"); !set) return tl::unexpected(set.error());
    return connection;
  };
  if (access == Access::write) return attempt(path, SQLITE_OPEN_READWRITE);
  auto connection = attempt(path, SQLITE_OPEN_READONLY);
  // Beside a write-ahead log SQLite wants to write even to read; where the folder forbids that nobody else writes
  // either.
  if (!connection) {
    if (auto still = attempt(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)) return still;
  }
  return connection;
}

Result<Query> Connection::query(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (::sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK)
    return tl::unexpected(store_error(path_, ::sqlite3_errcode(connection_.get()) == SQLITE_NOTADB
                                                 ? not_sqlite
                                                 : ::sqlite3_errmsg(connection_.get())));
  return Query(connection_.get(), path_, statement);
}

Result<void> Connection::execute(const char* sql) {
  if (::sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return tl::unexpected(store_error(path_, ::sqlite3_errmsg(connection_.get())));
  return {};
}

}  // namespace assay::reports
