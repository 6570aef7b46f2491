#include "engine/prompt/jinja/pieces.h"

#include <algorithm>
#include <optional>

#include "engine/prompt/jinja/value.h"

namespace assay::engine::jinja {
namespace {

/// One {{ … }}, {% … %} or {# … #}.
struct Block {
  char opened = 0;
  std::size_t begin = 0, end = 0;  ///< in the template
  std::string_view inside;         ///< without the signs of white space
  bool strip_before = false, strip_after = false, keep_before = false, keep_after = false;
};

/// Where a block that opens at `at` is closed: not within its texts.
std::size_t closing(std::string_view jinja, std::size_t at, std::string_view close, bool has_texts) {
  char quote = 0;
  for (std::size_t i = at; i + 1 < jinja.size(); ++i) {
    if (quote) {
      if (jinja[i] == '\\')
        ++i;
      else if (jinja[i] == quote)
        quote = 0;
    } else if (has_texts && (jinja[i] == '\'' || jinja[i] == '"')) {
      quote = jinja[i];
    } else if (jinja.substr(i, 2) == close) {
      return i;
    }
  }
  return std::string_view::npos;
}

Result<std::optional<Block>> next_block(std::string_view jinja, std::size_t from) {
  const auto opens = [&](std::size_t at) {
    return at + 1 < jinja.size() && std::string_view("{%#").find(jinja[at + 1]) != std::string_view::npos;
  };
  std::size_t at = jinja.find('{', from);  // once over the text: to look for each kind alone took time of its square
  while (at != std::string_view::npos && !opens(at)) at = jinja.find('{', at + 1);
  if (at == std::string_view::npos) return std::nullopt;
  Block block;
  block.opened = jinja[at + 1];
  block.begin = at;
  const std::string close{block.opened == '{' ? '}' : block.opened, '}'};
  const std::size_t end = closing(jinja, at + 2, close, block.opened != '#');
  if (end == std::string_view::npos) return not_understood("a block that is not closed");
  block.end = end + 2;
  block.inside = jinja.substr(at + 2, end - at - 2);
  const auto take = [&](char sign, bool front) {
    if (block.inside.empty() || (front ? block.inside.front() : block.inside.back()) != sign) return false;
    front ? block.inside.remove_prefix(1) : block.inside.remove_suffix(1);
    return true;
  };
  block.strip_before = take('-', true);
  block.keep_before = take('+', true);
  block.strip_after = take('-', false);
  block.keep_after = take('+', false);
  return block;
}

/// The text before `next`, behind `last`, with the white space that transformers lets stand.
std::string_view text_between(std::string_view text, const std::optional<Block>& last,
                              const std::optional<Block>& next) {
  bool line_begins = !last;
  if (last) {
    std::size_t taken = 0;
    if (last->strip_after)
      taken = std::min(text.find_first_not_of(spaces), text.size());
    else if (last->opened != '{' && !last->keep_after && text.starts_with('\n'))
      taken = 1;
    line_begins = taken > 0 && text[taken - 1] == '\n';
    text.remove_prefix(taken);
  }
  if (!next) return text;
  if (next->strip_before) return text.substr(0, text.find_last_not_of(spaces) + 1);
  if (next->opened == '{' || next->keep_before) return text;
  const std::size_t line = text.rfind('\n') + 1;
  const bool indentation = text.find_first_not_of(spaces, line) == std::string_view::npos;
  return indentation && (line > 0 || line_begins) ? text.substr(0, line) : text;
}

}  // namespace

Result<std::vector<Piece>> pieces_of(std::string_view jinja) {
  if (jinja.ends_with('\n')) jinja.remove_suffix(1);  // as Jinja does
  std::vector<Piece> pieces;
  std::optional<Block> last;
  for (std::size_t at = 0;;) {
    auto next = next_block(jinja, at);
    if (!next) return tl::unexpected(next.error());
    const std::size_t end = *next ? (*next)->begin : jinja.size();
    const std::string_view text = text_between(jinja.substr(at, end - at), last, *next);
    if (!text.empty()) pieces.push_back({Kind::text, std::string(text)});
    if (!*next) return pieces;
    const Kind kind = (*next)->opened == '{' ? Kind::output : Kind::statement;
    if ((*next)->opened != '#') pieces.push_back({kind, std::string(stripped((*next)->inside))});
    at = (*next)->end;
    last = *next;
  }
}

}  // namespace assay::engine::jinja
