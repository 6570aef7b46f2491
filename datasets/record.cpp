#include "datasets/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "datasets/json_reader.h"

namespace assay::datasets {
namespace {

constexpr std::size_t longest_name = 200;  // bytes of a task id or an entry point

/// Counts the lines of a text as the reader moves on.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  std::size_t line_of(std::size_t offset) {
    line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

 private:
  std::string_view text_;
  std::size_t counted_ = 0, line_ = 1;
};

Error not_json(std::string_view file, std::size_t line, std::size_t column, std::string_view what) {
  return {Errc::malformed, fmt::format("{}:{}: not JSON at column {}: {}", file, line, column, what)};
}

/// The column, in bytes from 1, of `offset`.
std::size_t column_of(std::string_view text, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? offset + 1 : offset - newline;
}

Result<void> hand_over(Value value, std::string where, const std::function<Result<void>(Record)>& each) {
  Dict* fields = std::get_if<Dict>(&value.data);
  if (fields == nullptr) {
    return tl::unexpected(
        Error{Errc::malformed, fmt::format("{}: a row must be an object, not {}", where, kind_of(value))});
  }
  return each(Record(std::move(where), std::move(*fields)));
}

Result<void> for_each_line(std::string_view content, std::string_view file,
                           const std::function<Result<void>(Record)>& each) {
  std::size_t budget = most_json_values, line = 0;
  while (!content.empty()) {
    ++line;
    const std::size_t end = content.find('\n');
    const std::string_view text = content.substr(0, end);
    content.remove_prefix(std::min(end, content.size() - 1) + 1);
    JsonReader reader(text, budget);
    if (reader.at_end()) continue;
    auto value = reader.value();
    if (!value) return tl::unexpected(not_json(file, line, value.error().offset + 1, value.error().what));
    if (!reader.at_end())
      return tl::unexpected(not_json(file, line, reader.offset() + 1, "something follows the row's object"));
    if (auto done = hand_over(std::move(*value), fmt::format("{}:{}", file, line), each); !done) return done;
  }
  return {};
}

Result<void> for_each_element(std::string_view content, std::string_view file,
                              const std::function<Result<void>(Record)>& each) {
  std::size_t budget = most_json_values;
  JsonReader reader(content, budget);
  Lines lines(content);
  const auto failed = [&](std::size_t offset, std::string_view what) {
    return tl::unexpected(not_json(file, Lines(content).line_of(offset), column_of(content, offset), what));
  };
  if (!reader.take('[')) return failed(reader.offset(), "a list of rows should stand here");
  if (reader.take(']')) return {};
  do {
    if (reader.at_end()) return failed(reader.offset(), "the list of rows never ends");
    const std::size_t line = lines.line_of(reader.offset());
    auto value = reader.value();
    if (!value) return failed(value.error().offset, value.error().what);
    if (auto done = hand_over(std::move(*value), fmt::format("{}:{}", file, line), each); !done) return done;
  } while (reader.take(','));
  if (!reader.take(']'))
    return failed(reader.offset(), reader.at_end() ? "the list of rows never ends" : "a list needs , or ] here");
  if (!reader.at_end()) return failed(reader.offset(), "something follows the list of rows");
  return {};
}

}  // namespace

std::string_view kind_of(const Value& value) {
  constexpr std::string_view kinds[] = {"null",
                                        "true or false",
                                        "a whole number",
                                        "a number with a fraction",
                                        "a complex number",
                                        "a string",
                                        "a list",
                                        "a tuple",
                                        "a set",
                                        "an object"};
  static_assert(std::size(kinds) == std::variant_size_v<decltype(Value::data)>);
  return kinds[value.data.index()];
}

bool is_identifier(std::string_view name) {
  const auto starts = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && starts(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return starts(c) || (c >= '0' && c <= '9'); });
}

bool Record::has(std::string_view field) const {
  return std::any_of(fields_.items.begin(), fields_.items.end(),
                     [&](const auto& item) { return std::get<String>(item.key.data).utf8 == field; });
}

Value* Record::find(std::string_view field) {
  for (auto& [key, value] : fields_.items)
    if (std::get<String>(key.data).utf8 == field) return &value;
  return nullptr;
}

Value* Record::require(std::string_view field) {
  Value* found = find(field);
  if (found == nullptr) reject(field, "the field is missing");
  return found;
}

void Record::reject(std::string_view field, std::string_view what) {
  if (!error_) error_ = Error{Errc::malformed, fmt::format("{}: \"{}\": {}", where_, field, what)};
}

Value Record::value(std::string_view field) {
  Value* found = require(field);
  return found == nullptr ? Value{} : std::move(*found);
}

std::string Record::text(std::string_view field) {
  Value* found = require(field);
  if (found == nullptr) return {};
  if (String* string = std::get_if<String>(&found->data)) return std::move(string->utf8);
  reject(field, fmt::format("a string is expected, not {}", kind_of(*found)));
  return {};
}

std::string Record::optional_text(std::string_view field) {
  const Value* found = find(field);
  return found == nullptr || std::holds_alternative<None>(found->data) ? std::string() : text(field);
}

std::vector<std::string> Record::texts_of(std::string_view field, Value& value) {
  std::vector<std::string> made;
  List* list = std::get_if<List>(&value.data);
  if (list == nullptr) {
    reject(field, fmt::format("a list of strings is expected, not {}", kind_of(value)));
    return made;
  }
  made.reserve(list->items.size());
  for (Value& item : list->items) {
    String* string = std::get_if<String>(&item.data);
    if (string == nullptr) {
      reject(fmt::format("{}[{}]", field, made.size()), fmt::format("a string is expected, not {}", kind_of(item)));
      return {};
    }
    made.push_back(std::move(string->utf8));
  }
  return made;
}

std::vector<std::string> Record::texts(std::string_view field) {
  Value* found = require(field);
  return found == nullptr ? std::vector<std::string>() : texts_of(field, *found);
}

std::vector<std::string> Record::optional_texts(std::string_view field) {
  Value* found = find(field);
  return found == nullptr || std::holds_alternative<None>(found->data) ? std::vector<std::string>()
                                                                       : texts_of(field, *found);
}

std::string Record::integer(std::string_view field) {
  Value* found = require(field);
  if (found == nullptr) return {};
  if (Integer* number = std::get_if<Integer>(&found->data)) return std::move(number->digits);
  reject(field, fmt::format("a whole number is expected, not {}", kind_of(*found)));
  return {};
}

double Record::tolerance(std::string_view field) {
  const Value* found = require(field);
  if (found == nullptr) return 0;
  const Integer* whole = std::get_if<Integer>(&found->data);
  const Float* fraction = std::get_if<Float>(&found->data);
  if (whole == nullptr && fraction == nullptr) {
    reject(field, fmt::format("a number is expected, not {}", kind_of(*found)));
    return 0;
  }
  const double number = std::strtod((whole != nullptr ? whole->digits : fraction->text).c_str(), nullptr);
  if (std::isfinite(number) && number >= 0) return number;
  reject(field, "a tolerance is finite and not negative");
  return 0;
}

std::string Record::identifier(std::string_view field) {
  std::string name = text(field);
  if (!error_ && (!is_identifier(name) || name.size() > longest_name))
    reject(field, "the name of a Python function is expected");
  return name;
}

std::string Record::task_id(std::string_view field) {
  std::string id = text(field);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (!error_ && (id.empty() || id.size() > longest_name || std::any_of(id.begin(), id.end(), is_control)))
    reject(field, fmt::format("a task's id has 1 to {} bytes and no control characters", longest_name));
  return id;
}

Result<void> for_each_record(std::string_view content, std::string_view file,
                             const std::function<Result<void>(Record)>& each) {
  if (const std::size_t bad = invalid_utf8(content); bad != std::string_view::npos) {
    return tl::unexpected(Error{Errc::malformed, fmt::format("{}:{}: not UTF-8 at column {}", file,
                                                             Lines(content).line_of(bad), column_of(content, bad))});
  }
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return tl::unexpected(Error{Errc::malformed, fmt::format("{}: it is empty", file)});
  std::size_t rows = 0;
  const auto counted = [&](Record record) {
    ++rows;
    return each(std::move(record));
  };
  auto done = content[first] == '[' ? for_each_element(content, file, counted) : for_each_line(content, file, counted);
  if (done && rows == 0) return tl::unexpected(Error{Errc::malformed, fmt::format("{}: it holds no row", file)});
  return done;
}

}  // namespace assay::datasets
