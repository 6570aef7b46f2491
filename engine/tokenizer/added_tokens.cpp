#include "engine/tokenizer/added_tokens.h"

#include <algorithm>

#include "engine/text/utf8.h"
#include "engine/tokenizer/unicode/character_class.h"

namespace assay::engine {
namespace {

using unicode::CharacterClasses;

bool word_before(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  std::size_t begin = unicode::begin_of_last(text, at);
  return CharacterClasses::get().is(unicode::take(text, begin), unicode::word);
}

bool word_after(std::string_view text, std::size_t at) {
  return at < text.size() && CharacterClasses::get().is(unicode::take(text, at), unicode::word);
}

std::size_t without_space_before(std::string_view text, std::size_t at) {
  while (at > 0) {
    const std::size_t begin = unicode::begin_of_last(text, at);
    std::size_t end = begin;
    if (!CharacterClasses::get().is(unicode::take(text, end), unicode::space)) break;
    at = begin;
  }
  return at;
}

std::size_t without_space_after(std::string_view text, std::size_t at) {
  for (std::size_t end = at; at < text.size(); at = end)
    if (!CharacterClasses::get().is(unicode::take(text, end), unicode::space)) break;
  return at;
}

}  // namespace

void AddedTokenFinder::add(const std::string& content, const AddedToken& token) {
  if (content.empty()) return;
  std::uint32_t node = 0;
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    const auto [place, is_new] = nodes_[node].next.try_emplace(byte, static_cast<std::uint32_t>(nodes_.size()));
    node = place->second;
    if (is_new) nodes_.emplace_back();
  }
  tokens_.push_back(std::make_unique<AddedToken>(token));
  nodes_[node].token = tokens_.back().get();
  first_bytes_.set(static_cast<unsigned char>(content[0]));
}

AddedTokenFinder::Found AddedTokenFinder::longest_at(std::string_view text, std::size_t begin) const {
  Found found;
  std::uint32_t node = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const auto next = nodes_[node].next.find(static_cast<unsigned char>(text[at]));
    if (next == nodes_[node].next.end()) break;
    node = next->second;
    if (nodes_[node].token) found = {nodes_[node].token, at + 1};
  }
  return found;
}

std::vector<Stretch> AddedTokenFinder::split(std::string_view text) const {
  std::vector<Stretch> stretches;
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!first_bytes_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const Found found = longest_at(text, at);
    if (!found.token) {
      ++at;
      continue;
    }
    std::size_t begin = at, end = found.end;
    at = found.end;  // what a token takes along on its right is still searched
    if (found.token->single_word && (word_before(text, begin) || word_after(text, end))) continue;
    if (found.token->lstrip) begin = std::max(without_space_before(text, begin), done);
    if (found.token->rstrip) end = without_space_after(text, end);
    if (done < begin) stretches.push_back({done, begin});
    stretches.push_back({begin, end, found.token->id});
    done = end;
  }
  if (done < text.size()) stretches.push_back({done, text.size()});
  return stretches;
}

}  // namespace assay::engine
