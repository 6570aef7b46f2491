#pragma once
/// SQLite as far as reports read and prune a store: owners of a connection and a statement, errors of one line.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "reports/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace assay::reports {

/// A prepared statement. Texts that were bound must live as long as it.
class Query {
 public:
  Query& bind(std::string_view text);
  Query& bind(std::int64_t number);
  /// @return whether there is a row.
  [[nodiscard]] Result<bool> step();
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  ///< valid until the next step
  [[nodiscard]] std::string_view blob(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Query(sqlite3* connection, std::string path, sqlite3_stmt* statement)
      : connection_(connection), path_(std::move(path)), statement_(statement) {}
  sqlite3* connection_;
  std::string path_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

class Connection {
 public:
  enum class Access { read, write };
  /// Opens a store that is there. @return Errc::not_found where there is none, Errc::store where it is none of ours, or
  /// of a newer schema.
  [[nodiscard]] static Result<Connection> open(const std::string& path, Access access);
  [[nodiscard]] Result<Query> query(std::string_view sql);
  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Connection(std::unique_ptr<sqlite3, Close> connection, std::string path)
      : connection_(std::move(connection)), path_(std::move(path)) {}
  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

}  // namespace assay::reports
