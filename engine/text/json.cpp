#include "engine/text/json.h"

#include <algorithm>
#include <charconv>

#include "engine/text/utf8.h"

namespace assay::engine::json {
namespace {

class Reader {
 public:
  Reader(std::string_view text, Bounds bounds) : text_(text), bounds_(bounds) {}

  bool document(Value& into) {
    if (!value(into, 0)) return false;
    skip_space();
    return at_ == text_.size() || fail("more text after the value");
  }
  [[nodiscard]] std::string wrong() const { return wrong_ + " at byte " + std::to_string(at_); }

 private:
  bool fail(const char* what) {
    wrong_ = what;
    return false;
  }
  [[nodiscard]] bool comes(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!comes(c)) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (comes(' ') || comes('\n') || comes('\t') || comes('\r')) ++at_;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return fail("no value");
    at_ += word.size();
    return true;
  }

  bool value(Value& into, std::size_t depth) {
    if (depth > bounds_.depth) return fail("nested too deep");
    if (bounds_.values-- == 0) return fail("too many values");
    skip_space();
    if (at_ == text_.size()) return fail("the text ends where a value should be");
    switch (text_[at_]) {
      case '{':
        return object(into.data.emplace<Object>(), depth);
      case '[':
        return array(into.data.emplace<Array>(), depth);
      case '"':
        return string(into.data.emplace<std::string>());
      case 't':
        into.data = true;
        return take_word("true");
      case 'f':
        into.data = false;
        return take_word("false");
      case 'n':
        into.data = nullptr;
        return take_word("null");
      default:
        return number(into.data.emplace<Number>().text);
    }
  }

  bool object(Object& into, std::size_t depth) {
    ++at_;
    skip_space();
    if (take('}')) return true;
    for (;;) {
      skip_space();
      if (!comes('"')) return fail("no key");
      auto& [key, member] = into.emplace_back();
      if (!string(key)) return false;
      skip_space();
      if (!take(':')) return fail("no colon after a key");
      if (!value(member, depth + 1)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return fail("neither comma nor brace after a member");
    }
  }

  bool array(Array& into, std::size_t depth) {
    ++at_;
    skip_space();
    if (take(']')) return true;
    for (;;) {
      if (!value(into.emplace_back(), depth + 1)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("neither comma nor bracket after an item");
    }
  }

  bool digits(std::string& into) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    into += text_.substr(begin, at_ - begin);
    return at_ > begin || fail("no value");
  }
  bool number(std::string& into) {
    if (take('-')) into += '-';
    const bool zero = comes('0');
    const std::size_t begin = at_;
    if (!digits(into)) return false;
    if (zero && at_ > begin + 1) return fail("a number with a leading zero");
    if (take('.')) {
      into += '.';
      if (!digits(into)) return false;
    }
    if (!comes('e') && !comes('E')) return true;
    ++at_;
    into += 'e';
    if (comes('+') || comes('-')) into += text_[at_++];
    return digits(into);
  }

  bool string(std::string& into) {
    ++at_;
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      into += text_.substr(begin, at_ - begin);
      if (at_ == text_.size()) return fail("a string that never ends");
      if (take('"')) return true;
      if (!take('\\')) return fail("a control character in a string");
      if (!escape(into)) return false;
    }
  }
  bool escape(std::string& into) {
    constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) return fail("a string that never ends");
    const char name = text_[at_++];
    if (name == 'u') return unicode_escape(into);
    const std::size_t which = names.find(name);
    if (which == std::string_view::npos) return fail("an unknown escape");
    into += meanings[which];
    return true;
  }
  bool unicode_escape(std::string& into) {
    char32_t point = 0;
    if (!hex4(point)) return false;
    if (point >= 0xdc00 && point < 0xe000) return fail("a lone surrogate");
    if (point >= 0xd800 && point < 0xdc00) {
      char32_t low = 0;
      if (!take('\\') || !take('u') || !hex4(low) || low < 0xdc00 || low >= 0xe000) return fail("a lone surrogate");
      point = 0x10000 + ((point - 0xd800) << 10U) + (low - 0xdc00);
    }
    unicode::append(into, point);
    return true;
  }
  bool hex4(char32_t& into) {
    unsigned value = 0;
    const std::string_view four = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(four.data(), four.data() + four.size(), value, 16);
    if (four.size() < 4 || error != std::errc() || end != four.data() + 4) return fail("an escape without four digits");
    at_ += 4;
    into = value;
    return true;
  }

  std::string_view text_;
  Bounds bounds_;
  std::size_t at_ = 0;
  std::string wrong_;
};

}  // namespace

std::optional<std::int64_t> Value::integer(std::int64_t most) const {
  const auto* number = std::get_if<Number>(&data);
  if (!number) return std::nullopt;
  std::int64_t value = 0;
  const char* last = number->text.data() + number->text.size();
  const auto [end, error] = std::from_chars(number->text.data(), last, value);
  if (error != std::errc() || end != last || value < 0 || value > most) return std::nullopt;
  return value;
}

const Value* Value::find(std::string_view key) const {
  const Object* members = object();
  if (!members) return nullptr;
  const auto found = std::find_if(members->rbegin(), members->rend(), [&](const auto& one) { return one.key == key; });
  return found == members->rend() ? nullptr : &found->value;
}

bool Value::flag(std::string_view key, bool otherwise) const {
  const Value* member = find(key);
  const bool* truth = member ? std::get_if<bool>(&member->data) : nullptr;
  return truth ? *truth : otherwise;
}

Result<Value> parse(std::string_view text, const std::string& name, Bounds bounds) {
  if (const std::size_t at = unicode::first_invalid(text); at != std::string_view::npos)
    return tl::unexpected(Error{Errc::bad_data, name + ": not UTF-8 at byte " + std::to_string(at)});
  Reader reader(text, bounds);
  Value value;
  if (!reader.document(value)) return tl::unexpected(Error{Errc::bad_data, name + ": not JSON: " + reader.wrong()});
  return value;
}

std::string quoted(std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += std::string("\\u00") + hex[byte >> 4U] + hex[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace assay::engine::json
