#pragma once
/// Reads the JSON of a request, and says of each thing that is wrong where it is: in the words of FastAPI's servers,
/// which the clients were written for.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "datasets/value.h"

namespace assay::harness {

/// Where in a request: the names of fields and the indices of items that lead there.
using Place = std::vector<std::variant<std::string, std::size_t>>;
[[nodiscard]] std::string text_of(const Place& place);  ///< "items.3.tests"

/// One flaw of a request.
struct Flaw {
  std::string type;  ///< "missing", "string_type", ...
  Place place;
  std::string message;
};

/// The object that a body holds, bounded in depth and number of values. Lone surrogates are kept (WTF-8); bytes that
/// are no UTF-8 are a flaw.
[[nodiscard]] std::optional<datasets::Value> parse_object(std::string_view body, std::vector<Flaw>& flaws);

/// Adds one, unless a client has been told enough of them already.
void add(std::vector<Flaw>& flaws, Flaw flaw);

/// Reads the fields of one object; what is wrong goes to the list of flaws and reads as the default.
class Fields {
 public:
  /// Both must outlive it. `place` is the object's.
  Fields(const datasets::Value& object, Place place, std::vector<Flaw>& flaws);

  [[nodiscard]] const datasets::Value* find(std::string_view name) const;            ///< null where absent or null
  [[nodiscard]] const datasets::Value* find_even_null(std::string_view name) const;  ///< null where absent
  [[nodiscard]] std::string text(std::string_view name);                             ///< required
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);  ///< required
  /// A finite number within the bounds; text like "30" and booleans are taken as pydantic takes them.
  [[nodiscard]] double number(std::string_view name, std::optional<double> fallback, double least, double most);
  [[nodiscard]] double integer(std::string_view name, std::optional<double> fallback, double least, double most);
  [[nodiscard]] bool flag(std::string_view name, bool fallback);
  /// A flaw for each field that has none of these names, until there are as many flaws as are told.
  void only(std::initializer_list<std::string_view> names);
  void flaw(std::string type, std::string_view name, std::string message);

 private:
  void flaw_at(std::string type, Place below, std::string message);
  const datasets::Value* required(std::string_view name);
  const datasets::Value& object_;
  Place place_;
  std::vector<Flaw>& flaws_;
};

[[nodiscard]] const std::string* as_text(const datasets::Value& value);
[[nodiscard]] const std::vector<datasets::Value>* as_list(const datasets::Value& value);
[[nodiscard]] const datasets::Dict* as_object(const datasets::Value& value);

/// {"detail": [{"type", "loc", "msg"}]}
[[nodiscard]] std::string detail_json(const std::vector<Flaw>& flaws);
/// A string in quotes, ASCII alone.
[[nodiscard]] std::string json_text(std::string_view utf8);
/// A finite number, shortest form.
[[nodiscard]] std::string json_number(double value);
/// Text of a sample's making: bytes that are no UTF-8 are escaped as Python's backslashreplace does.
[[nodiscard]] std::string json_bytes(std::string_view bytes);

}  // namespace assay::harness
