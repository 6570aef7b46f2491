#pragma once
/// The JSON of a model's own files: read whole, bounded, into a small tree. The engine builds where no JSON library is.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/error.h"

namespace assay::engine::json {

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;  ///< as written; of a repeated key the last counts

/// A number keeps its text: ids are integers, and nothing else is asked of numbers here.
struct Number {
  std::string text;
};

class Value {
 public:
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data); }
  /// A whole number from 0 to `most`, written without fraction and exponent; none where it is anything else.
  [[nodiscard]] std::optional<std::int64_t> integer(std::int64_t most) const;
  /// The member of an object; none where there is none, or this is no object.
  [[nodiscard]] const Value* find(std::string_view key) const;
  /// The member's truth; `otherwise` where it is absent or no bool.
  [[nodiscard]] bool flag(std::string_view key, bool otherwise) const;
};

struct Member {
  std::string key;
  Value value;
};

struct Bounds {
  std::size_t depth = 64;
  std::size_t values = 16U << 20;  ///< a tokenizer of 150,000 tokens holds 600,000
};

/// @param name of the file, for messages. @return Errc::bad_data with the byte where the text is not JSON, not UTF-8,
/// or beyond the bounds.
[[nodiscard]] Result<Value> parse(std::string_view text, const std::string& name, Bounds bounds = {});

/// `text` in quotes, with what JSON wants escaped.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace assay::engine::json
