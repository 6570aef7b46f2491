#include "datasets/python/tokens.h"

#include <algorithm>
#include <cctype>

namespace assay::datasets {
namespace {

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }
bool in_name(char c) { return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool is_triple(std::string_view source, std::size_t at) {
  const std::string_view three = source.substr(at, 3);
  return three.size() == 3 && three[1] == three[0] && three[2] == three[0];
}

/// As end_of_string(); one that never ends takes the rest of its line, or of the source.
std::size_t end_of_any_string(std::string_view source, std::size_t at) {
  const std::size_t end = end_of_string(source, at);
  if (end != source.npos) return end;
  return is_triple(source, at) ? source.size() : std::min(source.find('\n', at), source.size());
}

std::size_t operator_length(std::string_view rest) {
  constexpr std::string_view before_equals = "=!<>:+-*/%&|^@";
  if (rest.size() >= 2 && rest[1] == '=' && before_equals.find(rest[0]) != before_equals.npos) return 2;
  for (const std::string_view three : {"**=", "//=", ">>=", "<<="})
    if (rest.starts_with(three)) return 3;
  return 1;
}

}  // namespace

std::size_t end_of_string(std::string_view source, std::size_t at) {
  const bool triple = is_triple(source, at);
  const std::string_view closing = source.substr(at, triple ? 3 : 1);
  for (at += closing.size(); at < source.size(); ++at) {
    if (source[at] == '\\')
      ++at;
    else if (source.substr(at, closing.size()) == closing)
      return at + closing.size();
    else if (!triple && source[at] == '\n')
      break;
  }
  return source.npos;
}

PythonTokens::PythonTokens(std::string_view source) : source_(source) {
  using Kind = PythonToken::Kind;
  int depth = 0;
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    std::size_t end = at + 1;
    const auto add = [&](Kind kind) { tokens_.push_back({kind, source.substr(at, end - at), depth}); };
    if (c == '\n' || c == '\r') {
      if (depth == 0) add(Kind::newline);
    } else if (c == ' ' || c == '\t' || c == '\f') {
    } else if (c == '\\') {
      end = at + (source.substr(at, 3) == "\\\r\n" ? 3 : 2);
    } else if (c == '#') {
      end = std::min(source.find('\n', at), source.size());
    } else if (c == '"' || c == '\'') {
      end = end_of_any_string(source, at);
      add(Kind::literal);
    } else if (begins_name(c)) {
      while (end < source.size() && in_name(source[end])) ++end;
      const bool prefix = end - at <= 2 && end < source.size() && (source[end] == '"' || source[end] == '\'');
      if (!prefix) add(Kind::name);
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (end < source.size() && (in_name(source[end]) || source[end] == '.')) ++end;
      add(Kind::literal);
    } else {
      end = at + operator_length(source.substr(at));
      if (c == ')' || c == ']' || c == '}') depth = std::max(0, depth - 1);
      add(Kind::op);
      if (c == '(' || c == '[' || c == '{') ++depth;
    }
    at = std::min(end, source.size());
  }
  tokens_.push_back({Kind::newline, {}, 0});
}

bool PythonTokens::is_name(std::size_t i) const {
  return i < tokens_.size() && tokens_[i].kind == PythonToken::Kind::name;
}

bool PythonTokens::is_name(std::size_t i, std::string_view text) const { return is_name(i) && tokens_[i].text == text; }

bool PythonTokens::is_op(std::size_t i, std::string_view text) const {
  return i < tokens_.size() && tokens_[i].kind == PythonToken::Kind::op && tokens_[i].text == text;
}

bool PythonTokens::opens(std::size_t i) const { return is_op(i, "(") || is_op(i, "[") || is_op(i, "{"); }
bool PythonTokens::closes(std::size_t i) const { return is_op(i, ")") || is_op(i, "]") || is_op(i, "}"); }

bool PythonTokens::begins_statement(std::size_t i) const { return i == 0 || ends_statement(i - 1); }

bool PythonTokens::ends_statement(std::size_t i) const { return i >= tokens_.size() || is_newline(i) || is_op(i, ";"); }

bool PythonTokens::is_newline(std::size_t i) const {
  return i < tokens_.size() && tokens_[i].kind == PythonToken::Kind::newline;
}

std::size_t PythonTokens::offset(std::size_t i) const {
  return i < tokens_.size() - 1 ? static_cast<std::size_t>(tokens_[i].text.data() - source_.data()) : source_.size();
}

bool PythonTokens::begins_line(std::size_t i) const {
  return i < tokens_.size() - 1 && (offset(i) == 0 || source_[offset(i) - 1] == '\n');
}

std::size_t PythonTokens::column(std::size_t i) const {
  const std::size_t line = source_.substr(0, offset(i)).rfind('\n');
  return offset(i) - (line == std::string_view::npos ? 0 : line + 1);
}

std::string_view PythonTokens::text(std::size_t begin, std::size_t end) const {
  return source_.substr(offset(begin), offset(end) - offset(begin));
}

std::map<std::size_t, std::size_t> PythonTokens::brackets() const {
  std::map<std::size_t, std::size_t> pairs;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (opens(i)) open.push_back(i);
    if (closes(i) && !open.empty()) pairs[open.back()] = i, open.pop_back();
  }
  return pairs;
}

}  // namespace assay::datasets
