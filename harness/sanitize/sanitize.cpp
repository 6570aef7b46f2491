#include "harness/sanitize/sanitize.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/sanitize/longest_block.h"
#include "harness/sanitize/needed_code.h"

namespace assay::harness {
namespace {

/// What str.isspace() holds for, in UTF-8. Source: CPython, Objects/unicodetype_db.h, _PyUnicode_IsWhitespace.
constexpr std::string_view spaces[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",
    "\x1c",         "\x1d",         "\x1e",         "\x1f",         " ",
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

}  // namespace

std::string_view python_strip(std::string_view text) {
  const auto starts = [&](std::string_view space) { return text.starts_with(space); };
  const auto ends = [&](std::string_view space) { return text.ends_with(space); };
  for (auto found = std::begin(spaces); (found = std::ranges::find_if(spaces, starts)) != std::end(spaces);)
    text.remove_prefix(found->size());
  for (auto found = std::begin(spaces); (found = std::ranges::find_if(spaces, ends)) != std::end(spaces);)
    text.remove_suffix(found->size());
  return text;
}

Result<std::string> sanitize(sandbox::Executor& executor, const std::string& answer, const std::string& entry_point,
                             std::stop_token stop) {
  const auto block = longest_block(executor, answer, std::move(stop));
  if (!block) return block;
  const auto needed = needed_code(*block, entry_point);
  if (!needed) return needed;
  const std::string_view stripped = python_strip(*needed);
  return stripped.empty() ? *block : std::string(stripped);
}

}  // namespace assay::harness
