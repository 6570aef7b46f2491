#include "harness/store/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace assay::harness {
namespace {

struct Remedy {
  int code;
  std::string_view text;
};

// What SQLite's codes mean to somebody with a samples file in hand; an extended code stands before its primary one.
// Others are told in SQLite's own words.
constexpr Remedy remedies[] = {
    {SQLITE_NOTADB, "is not a SQLite database; give another --store"},
    {SQLITE_CORRUPT, "is damaged; move it away, and the same command judges anew"},
    {SQLITE_FULL, "the disk is full; what was kept before is safe: make room, and the same command resumes"},
    {SQLITE_IOERR_SHMSIZE, "the disk is full; what was kept before is safe: make room, and the same command resumes"},
    {SQLITE_BUSY, "another process is writing to it; wait for that one, or give another --store"},
    {SQLITE_LOCKED, "another process is writing to it; wait for that one, or give another --store"},
    {SQLITE_READONLY, "cannot be written; change its permissions, or give another --store"},
    {SQLITE_PERM, "cannot be written; change its permissions, or give another --store"},
    {SQLITE_CANTOPEN, "cannot be opened or made; check its folder's permissions, or give another --store"},
    {SQLITE_IOERR, "reading or writing failed; check the disk"},
    {SQLITE_CONSTRAINT_FOREIGNKEY,
     "the run is gone: it was removed meanwhile (assay runs rm); the same command starts it anew"},
    {SQLITE_TOOBIG, "a value is too large for it"},
};

tl::unexpected<Error> failure(const std::string& path, int code, sqlite3* connection) {
  constexpr int primary = 0xff;
  for (const Remedy& remedy : remedies)
    if (remedy.code == code || remedy.code == (code & primary)) return tl::unexpected(store_error(path, remedy.text));
  return tl::unexpected(store_error(path, connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code)));
}

}  // namespace

Error store_error(std::string_view path, std::string_view what) {
  return {Errc::store, fmt::format("store: {}: {}", path, what)};
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      path_(other.path_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      failed_(other.failed_) {}

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::note(int code) {
  if (failed_ == SQLITE_OK) failed_ = code;
}

Statement& Statement::operator<<(std::string_view text) {
  note(sqlite3_bind_text64(statement_, ++bound_, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
  return *this;
}

Statement& Statement::operator<<(Blob blob) {
  note(sqlite3_bind_blob64(statement_, ++bound_, blob.bytes.data() ? blob.bytes.data() : "", blob.bytes.size(),
                           SQLITE_STATIC));
  return *this;
}

Statement& Statement::operator<<(double number) {
  note(sqlite3_bind_double(statement_, ++bound_, number));
  return *this;
}

Statement& Statement::bind_integer(std::int64_t number) {
  note(sqlite3_bind_int64(statement_, ++bound_, number));
  return *this;
}

Result<bool> Statement::step() {
  const int code = failed_ == SQLITE_OK ? sqlite3_step(statement_) : failed_;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(*path_, code, connection_);
}

Result<void> Statement::run() {
  auto row = step();
  sqlite3_reset(statement_);
  bound_ = 0;
  if (!row) return tl::unexpected(row.error());
  return {};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
              : std::string_view();
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
               : std::string_view();
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(std::unique_ptr<sqlite3, Close> connection, std::string path)
    : path_(std::make_unique<std::string>(std::move(path))), connection_(std::move(connection)) {}

Database::~Database() { statements_.clear(); }

Result<Database> Database::open(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout) {
  sqlite3* raw = nullptr;
  // The path is no URI, whatever it looks like. The caller keeps threads apart.
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<sqlite3, Close> connection(raw);
  if (code != SQLITE_OK) return failure(path.string(), code, nullptr);
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  // SQLite opens for reading what it may not write.
  if (sqlite3_db_readonly(raw, "main") == 1) return failure(path.string(), SQLITE_READONLY, nullptr);
  return Database(std::move(connection), path.string());
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return failure(*path_, code, connection_.get());
    found = statements_.emplace(sql, std::unique_ptr<sqlite3_stmt, Finalize>(raw)).first;
  }
  return Statement(connection_.get(), path_.get(), found->second.get());
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(*path_, code, connection_.get());
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

void Database::roll_back() {
  // SQLite has rolled back by itself after a full disk, and says so when asked again.
  if (sqlite3_get_autocommit(connection_.get()) == 0)
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace assay::harness
