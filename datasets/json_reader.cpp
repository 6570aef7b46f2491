#include "datasets/json_reader.h"

#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "datasets/ascii.h"

namespace assay::datasets {
namespace {

bool is_high_surrogate(unsigned code) { return code >= 0xD800 && code <= 0xDBFF; }
bool is_low_surrogate(unsigned code) { return code >= 0xDC00 && code <= 0xDFFF; }

/// UTF-8, and for a lone surrogate the same scheme (WTF-8).
void append_code_point(std::string& into, unsigned code) {
  const auto add = [&](unsigned byte) { into += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

/// The place of each key of one object. Few keys are compared one by one, many are hashed.
class Keys {
 public:
  /// Where `key` stands in `dict`, or npos; a new key is noted as the next one.
  std::size_t place(const Dict& dict, const std::string& key) {
    constexpr std::size_t few = 16;
    const std::size_t count = dict.items.size();
    if (count <= few) {
      for (std::size_t i = 0; i < count; ++i)
        if (name(dict, i) == key) return i;
      return std::string::npos;
    }
    if (hashed_.empty())
      for (std::size_t i = 0; i < count; ++i) hashed_.emplace(name(dict, i), i);
    const auto [found, added] = hashed_.emplace(key, count);
    return added ? std::string::npos : found->second;
  }

 private:
  static const std::string& name(const Dict& dict, std::size_t i) {
    return std::get<String>(dict.items[i].key.data).utf8;
  }
  std::unordered_map<std::string, std::size_t> hashed_;
};

}  // namespace

bool JsonReader::fail(std::size_t offset, std::string what) {
  error_ = {offset, std::move(what)};
  return false;
}

void JsonReader::skip_space() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
    ++at_;
}

bool JsonReader::at_end() {
  skip_space();
  return at_ == text_.size();
}

bool JsonReader::take(char c) {
  skip_space();
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

tl::expected<Value, JsonError> JsonReader::value() {
  Value made;
  if (!read(made, 0)) return tl::unexpected(std::move(error_));
  return made;
}

bool JsonReader::read(Value& into, std::size_t depth) {
  skip_space();
  if (at_ == text_.size()) return fail(at_, "it ends where a value should stand");
  if (depth > most_json_depth) return fail(at_, "it is nested too deeply");
  if (budget_ == 0) return fail(at_, "it holds too many values");
  --budget_;
  switch (text_[at_]) {
    case '[':
      return read_list(into, depth);
    case '{':
      return read_dict(into, depth);
    case '"':
      return read_string(into.data.emplace<String>().utf8);
    default:
      return read_word(into) || read_number(into);
  }
}

bool JsonReader::read_word(Value& into) {
  const auto is_next = [&](std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  };
  switch (text_[at_]) {
    case 't':
      if (!is_next("true")) return false;
      into.data = true;
      return true;
    case 'f':
      if (!is_next("false")) return false;
      into.data = false;
      return true;
    case 'n':
      if (!is_next("null")) return false;
      into.data = None{};
      return true;
    // Python's json writes and reads these three, though JSON has none of them.
    case 'N':
      if (!is_next("NaN")) return false;
      into.data = Float{"NaN"};
      return true;
    case 'I':
      if (!is_next("Infinity")) return false;
      into.data = Float{"Infinity"};
      return true;
    case '-':
      if (!is_next("-Infinity")) return false;
      into.data = Float{"-Infinity"};
      return true;
    default:
      return false;
  }
}

bool JsonReader::read_number(Value& into) {
  const std::size_t start = at_;
  std::size_t end = at_;
  const auto digits = [&] {
    const std::size_t first = end;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    return end > first;
  };
  if (text_[end] == '-') ++end;
  const std::size_t whole = end;
  if (!digits()) return fail(start, "a value should stand here");
  if (text_[whole] == '0' && end > whole + 1) return fail(start, "a number starts with 0");
  bool is_float = false;
  if (end < text_.size() && text_[end] == '.') {
    ++end;
    is_float = true;
    if (!digits()) return fail(start, "a number has no digit after its point");
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    ++end;
    is_float = true;
    if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
    if (!digits()) return fail(start, "a number has no digit in its exponent");
  }
  at_ = end;
  const std::string_view text = text_.substr(start, end - start);
  if (is_float)
    into.data.emplace<Float>().text = text;
  else
    into.data.emplace<Integer>().digits = text == "-0" ? "0" : text;  // int("-0") is 0
  return true;
}

bool JsonReader::read_string(std::string& into) {
  const std::size_t start = at_++;
  for (;;) {
    const std::size_t run = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    into.append(text_, run, at_ - run);
    if (at_ == text_.size()) return fail(start, "a string never ends");
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    if (text_[at_] != '\\') return fail(at_, "a string holds a control character that is not escaped");
    if (!read_escape(into)) return false;
  }
}

bool JsonReader::read_escape(std::string& into) {
  const std::size_t start = at_;
  if (start + 1 >= text_.size()) return fail(start, "a string never ends");
  const char kind = text_[start + 1];
  at_ += 2;
  if (kind == 'u') {
    unsigned code = 0;
    if (!read_hex4(code)) return false;
    if (is_high_surrogate(code) && text_.compare(at_, 2, "\\u") == 0) {
      const std::size_t before = at_;
      unsigned low = 0;
      at_ += 2;
      if (!read_hex4(low)) return false;
      if (is_low_surrogate(low))
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = before;  // two characters of their own
    }
    append_code_point(into, code);
    return true;
  }
  constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  const std::size_t which = names.find(kind);
  if (which == std::string_view::npos) return fail(start, "a string holds an unknown escape");
  into += meanings[which];
  return true;
}

bool JsonReader::read_hex4(unsigned& into) {
  into = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < text_.size() ? text_[at_] : '"';
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c))
      into = into * 16 + static_cast<unsigned>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      into = into * 16 + static_cast<unsigned>(lower - 'a' + 10);
    else
      return fail(at_, "a \\u escape needs four hex digits");
  }
  return true;
}

bool JsonReader::read_list(Value& into, std::size_t depth) {
  const std::size_t start = at_++;
  auto& items = into.data.emplace<List>().items;
  if (take(']')) return true;
  do {
    if (!read(items.emplace_back(), depth + 1)) return false;
  } while (take(','));
  return take(']') || fail(at_ == text_.size() ? start : at_,
                           at_ == text_.size() ? "a list never ends" : "a list needs , or ] here");
}

bool JsonReader::read_dict(Value& into, std::size_t depth) {
  const std::size_t start = at_++;
  Dict& dict = into.data.emplace<Dict>();
  if (take('}')) return true;
  Keys keys;
  do {
    skip_space();
    if (at_ == text_.size()) return fail(start, "an object never ends");
    if (text_[at_] != '"') return fail(at_, "an object needs a key in double quotes here");
    std::string key;
    if (!read_string(key)) return false;
    if (!take(':')) return fail(at_, "an object needs : after a key");
    const std::size_t place = keys.place(dict, key);
    if (place != std::string::npos) {
      if (!read(dict.items[place].value = Value{}, depth + 1)) return false;
      continue;
    }
    dict.items.emplace_back().key.data.emplace<String>().utf8 = std::move(key);
    if (!read(dict.items.back().value, depth + 1)) return false;
  } while (take(','));
  return take('}') || fail(at_ == text_.size() ? start : at_,
                           at_ == text_.size() ? "an object never ends" : "an object needs , or } here");
}

std::size_t invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  for (std::size_t i = 0; i < text.size();) {
    if (std::uint64_t eight = 0; i + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + i, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        i += sizeof eight;
        continue;
      }
    }
    const unsigned first = byte(i), second = byte(i + 1);
    if (first < 0x80) {
      i += 1;
    } else if (first >= 0xC2 && first <= 0xDF && follows(i + 1)) {
      i += 2;
    } else if (first >= 0xE0 && first <= 0xEF && follows(i + 1) && follows(i + 2) &&
               !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second >= 0xA0)) {
      i += 3;
    } else if (first >= 0xF0 && first <= 0xF4 && follows(i + 1) && follows(i + 2) && follows(i + 3) &&
               !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second >= 0x90)) {
      i += 4;
    } else {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace assay::datasets
