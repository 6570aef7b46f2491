#include "engine/tokenizer/bpe.h"

#include <algorithm>
#include <bit>
#include <queue>
#include <tuple>

#include "engine/text/json.h"
#include "engine/text/utf8.h"
#include "engine/tokenizer/byte_alphabet.h"

namespace assay::engine {
namespace {

// Up to here looking at all pairs again after each merge is quicker than a queue.
constexpr std::size_t most_short = 24;

std::uint64_t pair_of(std::uint32_t left, std::uint32_t right) {
  return static_cast<std::uint64_t>(left) << 32U | right;
}

std::size_t hash(std::uint64_t pair) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
  pair *= golden;
  return static_cast<std::size_t>(pair ^ pair >> 32U);
}

}  // namespace

Result<Bpe> Bpe::make(BpeModel model, const std::string& name) {
  Bpe made;
  if (const auto added = made.add_vocabulary(model, name); !added) return tl::unexpected(added.error());
  if (const auto added = made.add_merges(model, name); !added) return tl::unexpected(added.error());
  return made;
}

Result<void> Bpe::add_vocabulary(const BpeModel& model, const std::string& name) {
  if (model.vocabulary.empty()) return bad_data(name + ": the vocabulary is empty");
  TokenId highest = 0;
  for (const auto& [token, id] : model.vocabulary) {
    if (id < 0 || id > most_token_id)
      return bad_data(name + ": token " + json::quoted(token) + " has the id " + std::to_string(id) +
                      "; ids run from 0 to " + std::to_string(most_token_id));
    highest = std::max(highest, id);
  }
  tokens_.resize(static_cast<std::size_t>(highest) + 1);
  ids_.reserve(model.vocabulary.size());
  std::vector<bool> used(tokens_.size());
  for (const auto& [token, id] : model.vocabulary) {
    const auto place = static_cast<std::size_t>(id);
    if (!ids_.emplace(token, id).second) return bad_data(name + ": token " + json::quoted(token) + " is there twice");
    if (used[place])
      return bad_data(name + ": tokens " + json::quoted(tokens_[place]) + " and " + json::quoted(token) +
                      " share the id " + std::to_string(id));
    used[place] = true;
    tokens_[place] = token;
  }
  for (unsigned byte = 0; byte < bytes_.size(); ++byte) {
    std::string token;
    unicode::append(token, character_of(static_cast<std::uint8_t>(byte)));
    const TokenId found = id(token);
    bytes_[byte] = found < 0 ? none : static_cast<std::uint32_t>(found);
  }
  if (model.ignore_merges) {
    for (const auto& [token, id] : model.vocabulary)
      if (const auto bytes = bytes_of(token)) words_.emplace(*bytes, static_cast<std::uint32_t>(id));
  }
  if (!model.unknown.empty()) {
    const TokenId found = id(model.unknown);
    if (found < 0) return bad_data(name + ": unk_token " + json::quoted(model.unknown) + " is not in the vocabulary");
    unknown_ = static_cast<std::uint32_t>(found);
    fuse_unknown_ = model.fuse_unknown;
  }
  return {};
}

Result<void> Bpe::add_merges(const BpeModel& model, const std::string& name) {
  merges_.resize(std::bit_ceil(std::max<std::size_t>(16, model.merges.size() * 2)));
  std::uint32_t rank = 0;
  for (const auto& [left, right] : model.merges) {
    const TokenId left_id = id(left), right_id = id(right), whole = id(left + right);
    if (left_id < 0 || right_id < 0 || whole < 0) {
      const std::string& absent = left_id < 0 ? left : right_id < 0 ? right : left + right;
      return bad_data(name + ": merge " + std::to_string(rank + 1) + ", " + json::quoted(left) + " and " +
                      json::quoted(right) + ": " + json::quoted(absent) + " is not in the vocabulary");
    }
    put({pair_of(static_cast<std::uint32_t>(left_id), static_cast<std::uint32_t>(right_id)), rank++,
         static_cast<std::uint32_t>(whole)});
  }
  return {};
}

/// A pair that comes again takes the later rank, as in the `tokenizers` package.
void Bpe::put(Merge merge) {
  const std::size_t mask = merges_.size() - 1;
  std::size_t at = hash(merge.pair) & mask;
  while (merges_[at].rank != none && merges_[at].pair != merge.pair) at = (at + 1) & mask;
  merges_[at] = merge;
}

const Bpe::Merge* Bpe::find(std::uint32_t left, std::uint32_t right) const {
  const std::size_t mask = merges_.size() - 1;
  const std::uint64_t pair = pair_of(left, right);
  for (std::size_t at = hash(pair) & mask; merges_[at].rank != none; at = (at + 1) & mask)
    if (merges_[at].pair == pair) return &merges_[at];
  return nullptr;
}

void Bpe::symbols_of(std::string_view word, std::vector<std::uint32_t>& into) const {
  bool in_unknown = false;
  for (const char c : word) {
    const std::uint32_t symbol = bytes_[static_cast<unsigned char>(c)];
    const bool known = symbol != none;
    if (known)
      into.push_back(symbol);
    else if (unknown_ != none && !(in_unknown && fuse_unknown_))
      into.push_back(unknown_);
    in_unknown = !known;
  }
}

void Bpe::merge_short(std::vector<std::uint32_t>& symbols) const {
  const Merge* found[most_short];  // of each symbol with the next
  std::size_t count = symbols.size();
  for (std::size_t i = 0; i + 1 < count; ++i) found[i] = find(symbols[i], symbols[i + 1]);
  while (count > 1) {
    std::size_t best = count;
    std::uint32_t rank = none;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (!found[i] || found[i]->rank >= rank) continue;
      best = i;
      rank = found[i]->rank;
    }
    if (best == count) break;
    symbols[best] = found[best]->whole;
    for (std::size_t i = best + 1; i + 1 < count; ++i) {
      symbols[i] = symbols[i + 1];
      found[i] = found[i + 1];
    }
    --count;
    found[best] = best + 1 < count ? find(symbols[best], symbols[best + 1]) : nullptr;
    if (best > 0) found[best - 1] = find(symbols[best - 1], symbols[best]);
  }
  symbols.resize(count);
}

void Bpe::merge_long(std::vector<std::uint32_t>& symbols) const {
  struct Link {
    std::size_t before, after;
  };
  struct Candidate {
    std::uint32_t rank;
    std::size_t at;
    std::uint32_t left, right, whole;  ///< left and right as they were: a candidate that no longer holds is passed over
    bool operator<(const Candidate& other) const {  // the top of the queue: the lowest rank, then the leftmost
      return std::tie(rank, at) > std::tie(other.rank, other.at);
    }
  };
  const std::size_t size = symbols.size();
  std::vector<Link> links(size);
  for (std::size_t i = 0; i < size; ++i) links[i] = {i - 1, i + 1};
  std::priority_queue<Candidate> queue;
  const auto consider = [&](std::size_t at) {
    const std::size_t next = links[at].after;
    if (next >= size) return;
    if (const Merge* merge = find(symbols[at], symbols[next]))
      queue.push({merge->rank, at, symbols[at], symbols[next], merge->whole});
  };
  for (std::size_t i = 0; i + 1 < size; ++i) consider(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    const std::size_t next = links[best.at].after;
    if (symbols[best.at] != best.left || next >= size || symbols[next] != best.right) continue;
    symbols[best.at] = best.whole;
    symbols[next] = none;
    links[best.at].after = links[next].after;
    if (links[next].after < size) links[links[next].after].before = best.at;
    if (best.at > 0) consider(links[best.at].before);
    consider(best.at);
  }
  std::erase(symbols, none);
}

void Bpe::encode(std::string_view word, std::vector<TokenId>& into, std::vector<std::uint32_t>& symbols) const {
  if (!words_.empty()) {
    if (const auto found = words_.find(std::string(word)); found != words_.end()) {
      into.push_back(found->second);
      return;
    }
  }
  symbols.clear();
  symbols_of(word, symbols);
  if (symbols.size() > most_short)
    merge_long(symbols);
  else
    merge_short(symbols);
  into.insert(into.end(), symbols.begin(), symbols.end());
}

const std::string* Bpe::token(TokenId id) const {
  if (id < 0 || id >= end()) return nullptr;
  const std::string& found = tokens_[static_cast<std::size_t>(id)];
  return found.empty() ? nullptr : &found;
}

TokenId Bpe::id(const std::string& token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? -1 : found->second;
}

std::size_t Bpe::bytes_missing() const {
  return static_cast<std::size_t>(std::count(bytes_.begin(), bytes_.end(), none));
}

}  // namespace assay::engine
