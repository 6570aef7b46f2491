#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "engine/text/json.h"
#include "engine/text/model_file.h"
#include "engine/tokenizer/pattern.h"
#include "engine/tokenizer/tokenizer_parts.h"

namespace assay::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_vocabulary_bytes = 256U << 20, most_config_bytes = 16U << 20;

Result<json::Value> read_json(const fs::path& path, std::uint64_t most_bytes) {
  const auto text = read_model_file(path, most_bytes);
  if (!text) return tl::unexpected(text.error());
  return json::parse(*text, path.string());
}

/// Null where there is no such file.
Result<json::Value> read_optional_json(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return json::Value{};
  return read_json(path, most_config_bytes);
}

/// A pair of tokens a line; a first line that begins with "#version" is none.
Result<void> read_merges(const fs::path& path, BpeModel& into) {
  const auto text = read_model_file(path, most_vocabulary_bytes);
  if (!text) return tl::unexpected(text.error());
  std::size_t line = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    ++line;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.ends_with('\r')) pair.remove_suffix(1);
    if (pair.empty() || pair.starts_with("#version")) continue;
    const std::size_t gap = pair.find(' ');
    if (gap == std::string_view::npos || pair.find(' ', gap + 1) != std::string_view::npos)
      return tl::unexpected(
          Error{Errc::bad_data, path.string() + ":" + std::to_string(line) + ": not two tokens with a space between"});
    into.merges.emplace_back(pair.substr(0, gap), pair.substr(gap + 1));
  }
  return {};
}

/// A name, or an added token's object.
void add_name(const json::Value& value, std::set<std::string>& into) {
  if (const std::string* name = value.string()) into.insert(*name);
  if (const json::Value* content = value.find("content"); content && content->string()) into.insert(*content->string());
}

/// The names of special tokens that a configuration gives by their roles: "eos_token", "additional_special_tokens".
void add_special_names(const json::Value& config, std::set<std::string>& into) {
  for (const char* role : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"})
    if (const json::Value* value = config.find(role)) add_name(*value, into);
  const json::Value* more = config.find("additional_special_tokens");
  if (!more || !more->array()) return;
  for (const json::Value& value : *more->array()) add_name(value, into);
}

/// {"151643": {"content": "<|endoftext|>", …}, …}
Result<void> add_decoder_tokens(const json::Object& members, const std::string& name, std::vector<AddedToken>& into) {
  for (const auto& [key, value] : members) {
    const auto id = json::Value{json::Number{key}}.integer(most_token_id);
    if (!id)
      return tl::unexpected(Error{Errc::bad_data, name + ": added_tokens_decoder: " + json::quoted(key) +
                                                      " is no id from 0 to " + std::to_string(most_token_id)});
    auto token = parse_added_token(value, *id, name);
    if (!token) return tl::unexpected(token.error());
    into.push_back(std::move(*token));
  }
  return {};
}

Result<std::vector<AddedToken>> read_added(const fs::path& folder) {
  std::vector<AddedToken> added;
  const fs::path config_path = folder / "tokenizer_config.json";
  const auto config = read_optional_json(config_path);
  if (!config) return tl::unexpected(config.error());
  if (const json::Value* decoder = config->find("added_tokens_decoder"); decoder && decoder->object()) {
    if (const auto read = add_decoder_tokens(*decoder->object(), config_path.string(), added); !read)
      return tl::unexpected(read.error());
    return added;
  }
  const fs::path names_path = folder / "added_tokens.json";
  const auto names = read_optional_json(names_path);
  if (!names) return tl::unexpected(names.error());
  if (names->is_null()) return added;
  const auto entries = parse_vocabulary(*names, names_path.string());
  if (!entries) return tl::unexpected(entries.error());
  const auto roles = read_optional_json(folder / "special_tokens_map.json");
  if (!roles) return tl::unexpected(roles.error());
  std::set<std::string> special;
  add_special_names(*config, special);
  add_special_names(*roles, special);
  for (const auto& [content, id] : *entries) {
    AddedToken token;
    token.content = content;
    token.id = id;
    token.special = special.contains(content);
    token.normalized = !token.special;
    added.push_back(std::move(token));
  }
  return added;
}

}  // namespace

Result<TokenizerParts> read_vocabulary_files(const fs::path& folder) {
  TokenizerParts parts;
  const fs::path vocabulary_path = folder / "vocab.json";
  parts.name = vocabulary_path.string();
  const auto vocabulary = read_json(vocabulary_path, most_vocabulary_bytes);
  if (!vocabulary) return tl::unexpected(vocabulary.error());
  auto entries = parse_vocabulary(*vocabulary, parts.name);
  if (!entries) return tl::unexpected(entries.error());
  parts.model.vocabulary = std::move(*entries);
  if (const auto read = read_merges(folder / "merges.txt", parts.model); !read) return tl::unexpected(read.error());
  auto added = read_added(folder);
  if (!added) return tl::unexpected(added.error());
  parts.added = std::move(*added);
  parts.nfc = true;
  parts.steps = {{std::string(qwen2_pattern)}};
  return parts;
}

}  // namespace assay::engine
