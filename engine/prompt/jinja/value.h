#pragma once
/// What expressions of a chat template are computed to, and what the rest of the folder shares.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace assay::engine::jinja {

// Far more than any template has, and little enough that none takes long.
inline constexpr std::size_t most_template_bytes = 256U << 10, most_depth = 64, most_text_bytes = 16U << 10,
                             most_variables = 64;
/// In all that a template copies out of its variables and puts into lists, as cost_of() counts.
inline constexpr std::size_t most_values = 16U << 10;
inline constexpr std::string_view spaces = " \t\n\r\v\f";

[[nodiscard]] inline tl::unexpected<Error> not_understood(std::string what) {
  return tl::unexpected(Error{Errc::unsupported, std::move(what)});
}
/// The start of a template's text, for messages of one line.
[[nodiscard]] std::string in_quotes(std::string_view text);
[[nodiscard]] std::string_view stripped(std::string_view text);
/// Of a name.
[[nodiscard]] bool is_word(char c);

struct Value {
  enum class Kind { undefined, none, boolean, number, text, list, message, loop };
  Kind kind = Kind::undefined;
  std::int64_t number = 0;  ///< of a boolean, too
  std::string text;
  bool of_content = false;  ///< the text has the turn's content in it
  std::vector<Value> items;

  static Value of(bool truth) { return {Kind::boolean, truth, {}, false, {}}; }
  static Value of(std::int64_t number) { return {Kind::number, number, {}, false, {}}; }
  static Value of(const char* text) { return of(std::string(text)); }  // else it were a truth
  static Value of(std::string text) { return {Kind::text, 0, std::move(text), false, {}}; }
  [[nodiscard]] bool is(Kind one) const { return kind == one; }
  [[nodiscard]] bool truth() const {
    switch (kind) {
      case Kind::undefined:
      case Kind::none:
        return false;
      case Kind::boolean:
      case Kind::number:
        return number != 0;
      case Kind::text:
        return !text.empty();
      case Kind::list:
        return !items.empty();
      case Kind::message:
      case Kind::loop:
        break;
    }
    return true;
  }
};
using Variables = std::map<std::string, Value, std::less<>>;

/// What a copy counts: one for each value in it, and one more for each 64 bytes of text.
[[nodiscard]] std::size_t cost_of(const Value& value);

/// As Python has it. @return an error where it hangs on the content, or on more than short texts
[[nodiscard]] Result<bool> equal(const Value& a, const Value& b);
/// A value as a template writes it: a text.
[[nodiscard]] Result<Value> written(const Value& value);

}  // namespace assay::engine::jinja
