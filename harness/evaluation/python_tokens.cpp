#include "harness/evaluation/python_tokens.h"

#include <algorithm>
#include <cctype>

namespace assay::harness {
namespace {

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }
bool in_name(char c) { return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Where the string that opens at `at` ends; an open one ends with its line, or with the source.
std::size_t end_of_string(std::string_view source, std::size_t at) {
  const char quote = source[at];
  const std::string_view three = source.substr(at, 3);
  const bool triple = three.size() == 3 && three[1] == quote && three[2] == quote;
  at += triple ? 3 : 1;
  for (; at < source.size(); ++at) {
    if (source[at] == '\\') {
      ++at;
    } else if (triple ? source.substr(at, 3) == three : source[at] == quote) {
      return at + (triple ? 3 : 1);
    } else if (!triple && source[at] == '\n') {
      return at;
    }
  }
  return source.size();
}

std::size_t operator_length(std::string_view rest) {
  constexpr std::string_view before_equals = "=!<>:+-*/%&|^@";
  if (rest.size() >= 2 && rest[1] == '=' && before_equals.find(rest[0]) != before_equals.npos) return 2;
  for (const std::string_view three : {"**=", "//=", ">>=", "<<="})
    if (rest.starts_with(three)) return 3;
  return 1;
}

}  // namespace

std::vector<PythonToken> python_tokens(std::string_view source) {
  using Kind = PythonToken::Kind;
  std::vector<PythonToken> tokens;
  int depth = 0;
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    std::size_t end = at + 1;
    if (c == '\n' || c == '\r') {
      if (depth == 0) tokens.push_back({Kind::newline, source.substr(at, 1), 0});
    } else if (c == ' ' || c == '\t' || c == '\f') {
    } else if (c == '\\') {
      end = at + (source.substr(at, 3) == "\\\r\n" ? 3 : 2);
    } else if (c == '#') {
      end = std::min(source.find('\n', at), source.size());
    } else if (c == '"' || c == '\'') {
      end = end_of_string(source, at);
      tokens.push_back({Kind::literal, source.substr(at, end - at), depth});
    } else if (begins_name(c)) {
      while (end < source.size() && in_name(source[end])) ++end;
      const bool prefix = end - at <= 2 && end < source.size() && (source[end] == '"' || source[end] == '\'');
      if (!prefix) tokens.push_back({Kind::name, source.substr(at, end - at), depth});
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (end < source.size() && (in_name(source[end]) || source[end] == '.')) ++end;
      tokens.push_back({Kind::literal, source.substr(at, end - at), depth});
    } else {
      end = at + operator_length(source.substr(at));
      if (c == ')' || c == ']' || c == '}') depth = std::max(0, depth - 1);
      tokens.push_back({Kind::op, source.substr(at, end - at), depth});
      if (c == '(' || c == '[' || c == '{') ++depth;
    }
    at = std::min(end, source.size());
  }
  tokens.push_back({Kind::newline, {}, 0});
  return tokens;
}

}  // namespace assay::harness
