#pragma once
/// SQLite, as far as the store uses it: owners of a connection, of a statement and of a transaction, and errors of one
/// line. Not safe for use by two threads at once.
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harness/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace assay::harness {

/// Bytes to bind or read as a BLOB; not owned.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement in use; given back, reset, at its end. Texts and blobs that were bound must live until then.
class Statement {
 public:
  Statement(sqlite3* connection, const std::string* path, sqlite3_stmt* statement)
      : connection_(connection), path_(path), statement_(statement) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Binds the next parameter.
  Statement& operator<<(std::string_view text);
  Statement& operator<<(const std::string& text) { return *this << std::string_view(text); }
  Statement& operator<<(const char* text) { return *this << std::string_view(text); }
  Statement& operator<<(Blob blob);
  Statement& operator<<(double number);
  Statement& operator<<(std::integral auto number) { return bind_integer(static_cast<std::int64_t>(number)); }

  /// @return whether there is a row.
  [[nodiscard]] Result<bool> step();
  /// For statements that give no row; afterwards parameters may be bound again.
  [[nodiscard]] Result<void> run();

  /// Of the present row. Views hold until the next step.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;

 private:
  Statement& bind_integer(std::int64_t number);
  void note(int code);

  sqlite3* connection_;
  const std::string* path_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int failed_ = 0;  ///< the first code of a bind that failed; step() reports it
};

class Database {
 public:
  /// Opens or makes the file; its folder must be there. Nothing is read or written yet.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path, std::chrono::milliseconds busy_timeout);
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept = default;
  ~Database();

  /// One statement of constant text; prepared once and kept.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// Any number of statements that take no parameters and whose rows don't matter.
  [[nodiscard]] Result<void> execute(const std::string& sql);
  /// The first column of the only row.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] const std::string& path() const { return *path_; }

  /// Calls `work` inside BEGIN IMMEDIATE … COMMIT; whatever fails, nothing of it stays.
  template <class Work>
  [[nodiscard]] Result<void> transaction(const Work& work) {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
    RollBack unless_done{this};
    auto done = work();
    if (done) done = execute("COMMIT");
    if (done) unless_done.database = nullptr;
    return done;
  }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database(std::unique_ptr<sqlite3, Close> connection, std::string path);
  void roll_back();
  /// Where `work` throws too: else what others write next would be a part of the half that it left.
  struct RollBack {
    Database* database;
    ~RollBack() {
      if (database != nullptr) database->roll_back();
    }
  };

  std::unique_ptr<std::string> path_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// "store: PATH: …" with what to do about it.
[[nodiscard]] Error store_error(std::string_view path, std::string_view what);

}  // namespace assay::harness
