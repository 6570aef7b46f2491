#pragma once
/// One row of a data set's file, and what its fields must be.
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/error.h"
#include "datasets/value.h"

namespace assay::datasets {

/// What kind of JSON value stands there: "a string", "an object".
[[nodiscard]] std::string_view kind_of(const Value& value);

/// Hands a row's fields out and remembers the first that is missing or wrong: readers take all the fields they need,
/// then ask once. What is returned for a wrong field is empty.
class Record {
 public:
  /// `where` is "FILE:LINE".
  Record(std::string where, Dict fields) : where_(std::move(where)), fields_(std::move(fields)) {}

  [[nodiscard]] bool has(std::string_view field) const;
  [[nodiscard]] std::string text(std::string_view field);
  /// Empty where the field is absent or null.
  [[nodiscard]] std::string optional_text(std::string_view field);
  [[nodiscard]] std::vector<std::string> texts(std::string_view field);
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view field);
  /// Takes the value out of the record.
  [[nodiscard]] Value value(std::string_view field);
  /// A whole number as its digits.
  [[nodiscard]] std::string integer(std::string_view field);
  /// A finite number that is not negative.
  [[nodiscard]] double tolerance(std::string_view field);
  /// A string that Python takes as a name.
  [[nodiscard]] std::string identifier(std::string_view field);
  /// A string that can name a task: short and printable.
  [[nodiscard]] std::string task_id(std::string_view field);

  /// Notes that `field` is not what it should be, unless something was noted before.
  void reject(std::string_view field, std::string_view what);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  Value* find(std::string_view field);
  Value* require(std::string_view field);
  std::vector<std::string> texts_of(std::string_view field, Value& value);

  std::string where_;
  Dict fields_;
  std::optional<Error> error_;
};

/// Whether `name` can stand for a function in Python: ASCII rules, any byte of a non-ASCII letter.
[[nodiscard]] bool is_identifier(std::string_view name);

/// Reads JSON lines, or one JSON array of objects, and calls `each` with every row in turn until one fails. Blank lines
/// are skipped; no row at all is an error.
[[nodiscard]] Result<void> for_each_record(std::string_view content, std::string_view file,
                                           const std::function<Result<void>(Record)>& each);

}  // namespace assay::datasets
