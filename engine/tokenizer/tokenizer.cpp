#include "engine/tokenizer/tokenizer.h"

#include <system_error>
#include <utility>

#include "engine/text/json.h"
#include "engine/text/model_file.h"
#include "engine/text/utf8.h"
#include "engine/tokenizer/byte_alphabet.h"
#include "engine/tokenizer/unicode/normalization.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t most_tokenizer_bytes = 512U << 20;

/// A token that is not all characters of bytes stands for itself, as in the `tokenizers` package.
std::string decoded(const std::string& token) { return bytes_of(token).value_or(token); }

Result<TokenizerParts> read_parts(const std::filesystem::path& folder) {
  const std::filesystem::path whole = folder / "tokenizer.json";
  std::error_code ignored;
  if (std::filesystem::exists(whole, ignored)) {
    const auto text = read_model_file(whole, most_tokenizer_bytes);
    if (!text) return tl::unexpected(text.error());
    return parse_tokenizer_json(*text, whole.string());
  }
  if (!std::filesystem::exists(folder / "vocab.json", ignored))
    return tl::unexpected(
        Error{Errc::not_found, folder.string() + ": neither tokenizer.json nor vocab.json is there; name the folder "
                                                 "of a Hugging Face model"});
  return read_vocabulary_files(folder);
}

}  // namespace

/// One call of encode(): words that come again are looked up.
class Tokenizer::Encoding {
 public:
  Encoding(const Tokenizer& tokenizer, std::vector<TokenId>& ids) : tokenizer_(tokenizer), ids_(ids) {}

  Result<void> cut(std::string_view text, std::size_t level) {
    if (level == tokenizer_.steps_.size()) {
      word(text);
      return {};
    }
    const Step& step = tokenizer_.steps_[level];
    std::string prefixed;
    if (step.prefix_space && !text.starts_with(' ')) text = prefixed = ' ' + std::string(text);
    if (!step.pattern) return cut(text, level + 1);
    for (std::size_t begin = 0; begin < text.size();) {
      const auto end = step.pattern->word_end(text, begin);
      if (!end) return tl::unexpected(end.error());
      if (const auto done = cut(text.substr(begin, *end - begin), level + 1); !done) return done;
      begin = *end;
    }
    return {};
  }

 private:
  struct Known {
    std::size_t begin, count;  ///< in known_ids_
  };

  void word(std::string_view bytes) {
    constexpr std::size_t longest_kept = 32, most_kept = 1U << 16;
    if (bytes.size() > longest_kept) return tokenizer_.bpe_.encode(bytes, ids_, symbols_);
    key_.assign(bytes);
    if (const auto found = known_.find(key_); found != known_.end()) {
      const auto begin = known_ids_.begin() + static_cast<std::ptrdiff_t>(found->second.begin);
      ids_.insert(ids_.end(), begin, begin + static_cast<std::ptrdiff_t>(found->second.count));
      return;
    }
    const std::size_t before = ids_.size();
    tokenizer_.bpe_.encode(bytes, ids_, symbols_);
    if (known_.size() == most_kept) return;
    known_.emplace(key_, Known{known_ids_.size(), ids_.size() - before});
    known_ids_.insert(known_ids_.end(), ids_.begin() + static_cast<std::ptrdiff_t>(before), ids_.end());
  }

  const Tokenizer& tokenizer_;
  std::vector<TokenId>& ids_;
  std::vector<std::uint32_t> symbols_;
  std::string key_;
  std::unordered_map<std::string, Known> known_;
  std::vector<TokenId> known_ids_;
};

Result<Tokenizer> Tokenizer::load(const std::filesystem::path& folder) {
  auto parts = read_parts(folder);
  if (!parts) return tl::unexpected(parts.error());
  return make(std::move(*parts));
}

Result<Tokenizer> Tokenizer::make(TokenizerParts parts) {
  auto bpe = Bpe::make(std::move(parts.model), parts.name);
  if (!bpe) return tl::unexpected(bpe.error());
  Tokenizer made(std::move(*bpe));
  made.nfc_ = parts.nfc;
  for (const CutStep& step : parts.steps) {
    Step& added = made.steps_.emplace_back(Step{nullptr, step.prefix_space});
    if (step.pattern.empty()) continue;
    auto pattern = Pattern::make(step.pattern);
    if (!pattern) return tl::unexpected(Error{pattern.error().code, parts.name + ": " + pattern.error().message});
    added.pattern = std::move(*pattern);
  }
  for (TokenId id = 0; id < made.bpe_.end(); ++id) {
    const std::string* token = made.bpe_.token(id);
    made.bytes_.push_back(token ? decoded(*token) : std::string());
  }
  if (const auto added = made.add_tokens(parts); !added) return tl::unexpected(added.error());
  return made;
}

Result<void> Tokenizer::add_tokens(const TokenizerParts& parts) {
  for (const AddedToken& token : parts.added) {
    const auto place = static_cast<std::size_t>(token.id);
    const auto at = [&] { return parts.name + ": the added token " + json::quoted(token.content); };
    if (const TokenId known = bpe_.id(token.content); known >= 0 && known != token.id)
      return bad_data(at() + " has the id " + std::to_string(token.id) + ", and " + std::to_string(known) +
                      " in the vocabulary");
    if (const std::string* other = bpe_.token(token.id); other && *other != token.content)
      return bad_data(at() + " has the id of " + json::quoted(*other));
    if (!added_.emplace(token.content, token.id).second) return bad_data(at() + " is there twice");
    if (place >= bytes_.size()) bytes_.resize(place + 1);
    if (!bpe_.token(token.id) && !bytes_[place].empty())
      return bad_data(at() + " has the id of another added token, " + std::to_string(token.id));
    // The package names a normalized token by its normalized content, in decoding too.
    const std::string content = token.normalized && nfc_ ? unicode::nfc(token.content) : token.content;
    bytes_[place] = decoded(content);
    special_.resize(std::max(special_.size(), bytes_.size()));
    special_[place] = token.special;
    (token.normalized ? normalized_ : raw_).add(content, token);
    any_normalized_ |= token.normalized;
  }
  special_.resize(bytes_.size());
  return {};
}

Result<std::vector<TokenId>> Tokenizer::encode(std::string_view text) const {
  if (const std::size_t at = unicode::first_invalid(text); at != std::string_view::npos)
    return bad_data("the text is not UTF-8 at byte " + std::to_string(at));
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3);  // tokens of code have three bytes and more
  Encoding encoding(*this, ids);
  for (const Stretch& outer : raw_.split(text)) {
    if (outer.token >= 0) {
      ids.push_back(outer.token);
      continue;
    }
    std::string_view plain = text.substr(outer.begin, outer.end - outer.begin);
    std::string composed;
    if (nfc_ && !unicode::surely_nfc(plain)) plain = composed = unicode::nfc(plain);
    const std::vector<Stretch> inner =
        any_normalized_ ? normalized_.split(plain) : std::vector<Stretch>{{0, plain.size()}};
    for (const Stretch& stretch : inner) {
      if (stretch.token >= 0) {
        ids.push_back(stretch.token);
        continue;
      }
      const auto done = encoding.cut(plain.substr(stretch.begin, stretch.end - stretch.begin), 0);
      if (!done) return tl::unexpected(done.error());
    }
  }
  return ids;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, SpecialTokens special) const {
  std::string bytes;
  for (const TokenId id : ids) {
    if (id < 0 || id >= end()) continue;
    const auto place = static_cast<std::size_t>(id);
    if (special == SpecialTokens::skip && special_[place]) continue;
    bytes += bytes_[place];
  }
  return unicode::replace_invalid(bytes);
}

TokenId Tokenizer::id(const std::string& token) const {
  if (const auto found = added_.find(token); found != added_.end()) return found->second;
  return bpe_.id(token);
}

}  // namespace assay::engine
