#include "harness/service/python_source.h"

#include <algorithm>
#include <cstdint>

#include "datasets/python/tokens.h"

namespace assay::harness {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

/// The end of the logical line that begins at `at`, its newline included, or npos where it never ends.
std::size_t end_of_line(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      at = datasets::end_of_string(text, at);
      if (at == std::string_view::npos) return at;
    } else if (c == '\\') {
      at += 2;
    } else if (c == '\n' && depth == 0) {
      return at + 1;
    } else {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (depth < 0) return std::string_view::npos;
      ++at;
    }
  }
  return depth == 0 && at == text.size() ? at : std::string_view::npos;
}

bool is_empty_line(std::string_view line) {
  for (const char c : line) {
    if (c == '#' || c == '\n') return true;
    if (!is_blank(c)) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// UTF-8, surrogates as WTF-8 has them.
void append_code_point(std::string& text, std::uint32_t point) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F));
  }
}

/// The three bytes of a high surrogate (0xD800 to 0xDBFF) at the end of the text, or nothing.
std::optional<std::uint32_t> high_surrogate_at_end(const std::string& text) {
  if (text.size() < 3) return std::nullopt;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[text.size() - 3 + i]); };
  if (at(0) != 0xED || at(1) < 0xA0 || at(1) > 0xAF) return std::nullopt;
  return 0xD000U | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
}

void append_joined(std::string& text, std::uint32_t point) {
  const auto high = point >= 0xDC00 && point <= 0xDFFF ? high_surrogate_at_end(text) : std::nullopt;
  if (!high) return append_code_point(text, point);
  text.resize(text.size() - 3);
  append_code_point(text, 0x10000 + ((*high - 0xD800) << 10) + (point - 0xDC00));
}

}  // namespace

std::optional<std::vector<std::string_view>> statements_of(std::string_view source) {
  std::vector<std::string_view> statements;
  std::size_t start = 0, end = 0;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t first_end = std::min(source.find('\n', at), source.size() - 1) + 1;
    if (is_empty_line(source.substr(at, first_end - at))) {
      at = first_end;
      continue;
    }
    const std::size_t next = end_of_line(source, at);
    if (next == std::string_view::npos) return std::nullopt;
    if (is_blank(source[at])) {
      if (end == 0) return std::nullopt;
    } else {
      if (end > 0) statements.push_back(trimmed(source.substr(start, end - start)));
      start = at;
    }
    at = end = next;
  }
  if (end > 0) statements.push_back(trimmed(source.substr(start, end - start)));
  return statements;
}

std::string without_indent(std::string_view source) {
  std::string_view indent;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t end = std::min(source.find('\n', at), source.size());
    const std::string_view line = source.substr(at, end - at);
    const std::size_t text = line.find_first_not_of(" \t\r");
    if (text != std::string_view::npos) {
      indent = line.substr(0, text);
      source.remove_prefix(at);
      break;
    }
    at = end + 1;
  }
  std::string result;
  result.reserve(source.size());
  while (!source.empty()) {
    const std::size_t end = std::min(source.find('\n'), source.size() - 1) + 1;
    std::string_view line = source.substr(0, end);
    if (line.starts_with(indent)) line.remove_prefix(indent.size());
    result += line;
    source.remove_prefix(end);
  }
  return result;
}

void LiteralReader::skip_space() {
  while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '\n')) rest_.remove_prefix(1);
}

bool LiteralReader::take(std::string_view token) {
  skip_space();
  if (!rest_.starts_with(token)) return false;
  rest_.remove_prefix(token.size());
  return true;
}

bool LiteralReader::at_end() {
  skip_space();
  return rest_.empty();
}

std::optional<std::string> LiteralReader::string() {
  std::string text;
  skip_space();
  if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return std::nullopt;
  while (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'')) {
    if (!one_string(text)) return std::nullopt;
    skip_space();
  }
  return text;
}

bool LiteralReader::one_string(std::string& into) {
  const std::size_t end = datasets::end_of_string(rest_, 0);
  if (end == std::string_view::npos) return false;
  const std::size_t quotes = end >= 6 && rest_[1] == rest_[0] && rest_[2] == rest_[0] ? 3 : 1;
  const std::string_view after = rest_.substr(end);
  rest_ = rest_.substr(quotes, end - 2 * quotes);
  while (!rest_.empty()) {
    const std::size_t plain = std::min(rest_.find('\\'), rest_.size());
    into += rest_.substr(0, plain);
    rest_.remove_prefix(plain);
    if (!rest_.empty() && !escape(into)) return false;
  }
  rest_ = after;
  return true;
}

/// One escape; \N{...} is not known, and repr() and JSON never write it.
bool LiteralReader::escape(std::string& into) {
  if (rest_.size() < 2) return false;
  const char c = rest_[1];
  rest_.remove_prefix(2);
  constexpr std::string_view names = "abfnrtv\\'\"", values = "\a\b\f\n\r\t\v\\'\"";
  if (const std::size_t known = names.find(c); known != std::string_view::npos) {
    into += values[known];
    return true;
  }
  if (c == '\n') return true;
  std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  std::uint32_t base = 16, point = 0;
  if (c >= '0' && c <= '7') {
    base = 8;
    point = static_cast<std::uint32_t>(c - '0');
    while (digits < 2 && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '7') ++digits;
  } else if (digits == 0) {
    return false;  // \N, or an escape that Python keeps and warns of
  }
  if (rest_.size() < digits) return false;
  for (const char digit : rest_.substr(0, digits)) {
    const std::size_t value = std::string_view("0123456789abcdef").find(static_cast<char>(digit | 0x20));
    if (value == std::string_view::npos && !(digit >= '0' && digit <= '9')) return false;
    point =
        point * base + static_cast<std::uint32_t>(digit >= '0' && digit <= '9' ? digit - '0' : static_cast<int>(value));
  }
  if (point > 0x10FFFF) return false;
  rest_.remove_prefix(digits);
  append_joined(into, point);
  return true;
}

std::optional<std::vector<std::string>> LiteralReader::strings() {
  const bool list = take("[");
  if (!list && !take("(")) return std::nullopt;
  const std::string_view closing = list ? "]" : ")";
  std::vector<std::string> texts;
  while (!take(closing)) {
    auto text = string();
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
    if (take(",")) continue;
    if (!take(closing)) return std::nullopt;
    break;
  }
  return texts;
}

}  // namespace assay::harness
