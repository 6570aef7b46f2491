#include "harness/generation/lenient_json.h"

#include <boost/json/parse.hpp>
#include <charconv>
#include <string>

#include "harness/escape_utf8.h"

namespace assay::harness {
namespace {

constexpr std::size_t escape_length = 6;  // \\uXXXX

/// The code unit of the escape `\\uXXXX` that `text` starts with; none where it starts with none.
std::optional<unsigned> code_unit(std::string_view text) {
  constexpr int hexadecimal = 16;
  if (text.size() < escape_length || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + escape_length, unit, hexadecimal);
  if (error != std::errc{} || end != text.data() + escape_length) return std::nullopt;
  return unit;
}

bool is_high(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// Backslashes stand in JSON's strings only, so that no more of it has to be understood here.
std::string without_lone_surrogates(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  while (!json.empty()) {
    std::size_t length = json.front() == '\\' ? std::min<std::size_t>(2, json.size()) : 1;
    bool lone = false;
    if (const auto unit = code_unit(json)) {
      length = escape_length;
      const auto next = code_unit(json.substr(length));
      if (is_high(*unit) && next && is_low(*next))
        length *= 2;
      else
        lone = is_high(*unit) || is_low(*unit);
    }
    text += lone ? std::string_view("\\ufffd") : json.substr(0, length);
    json.remove_prefix(length);
  }
  return text;
}

}  // namespace

std::optional<boost::json::value> read_lenient_json(std::string_view text) {
  boost::system::error_code wrong;
  boost::json::value value = boost::json::parse(without_lone_surrogates(replace_invalid_utf8(text)), wrong);
  if (wrong) return std::nullopt;
  return value;
}

}  // namespace assay::harness
