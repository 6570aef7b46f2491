#include <string>
#include <utility>

#include "engine/text/json.h"
#include "engine/tokenizer/pattern.h"
#include "engine/tokenizer/tokenizer_parts.h"

namespace assay::engine {
namespace {

class TokenizerJson {
 public:
  explicit TokenizerJson(const std::string& name) { parts_.name = name; }

  Result<TokenizerParts> read(const json::Value& root) {
    if (!root.object()) return bad("not a JSON object");
    const json::Value* model = root.find("model");
    if (!model || !model->object()) return bad("\"model\" is missing");
    for (const auto& step :
         {read_model(*model), read_normalizer(root.find("normalizer")), read_pre_tokenizer(root.find("pre_tokenizer")),
          read_decoder(root.find("decoder")), read_added(root.find("added_tokens"))})
      if (!step) return tl::unexpected(step.error());
    if (!byte_level_) return unsupported("pre_tokenizer: it has no ByteLevel step, so this is not byte-level BPE");
    return std::move(parts_);
  }

 private:
  tl::unexpected<Error> bad(const std::string& what) const {
    return tl::unexpected(Error{Errc::bad_data, parts_.name + ": " + what});
  }
  tl::unexpected<Error> unsupported(const std::string& what) const {
    return tl::unexpected(Error{Errc::unsupported, parts_.name + ": " + what});
  }
  static std::string type_of(const json::Value& value) {
    const json::Value* type = value.find("type");
    return type && type->string() ? *type->string() : std::string();
  }
  static bool is_absent(const json::Value* value) { return !value || value->is_null(); }

  Result<void> read_model(const json::Value& model) {
    if (const std::string type = type_of(model); !type.empty() && type != "BPE")
      return unsupported("model: the type is " + json::quoted(type) + "; only byte-level BPE is read");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
      const json::Value* affix = model.find(key);
      if (!is_absent(affix) && !(affix->string() && affix->string()->empty()))
        return unsupported(std::string("model: ") + key + " is set; byte-level BPE has none");
    }
    if (!is_absent(model.find("dropout"))) return unsupported("model: dropout is set, which makes tokens random");
    if (model.flag("byte_fallback", false)) return unsupported("model: byte_fallback is set; byte-level BPE has none");
    const json::Value* vocabulary = model.find("vocab");
    if (!vocabulary) return bad("model: \"vocab\" is missing");
    auto entries = parse_vocabulary(*vocabulary, parts_.name);
    if (!entries) return tl::unexpected(entries.error());
    parts_.model.vocabulary = std::move(*entries);
    parts_.model.ignore_merges = model.flag("ignore_merges", false);
    parts_.model.fuse_unknown = model.flag("fuse_unk", false);
    if (const json::Value* unknown = model.find("unk_token"); !is_absent(unknown)) {
      if (!unknown->string()) return bad("model: \"unk_token\" is no string");
      parts_.model.unknown = *unknown->string();
    }
    return read_merges(model.find("merges"));
  }

  /// "left right", or ["left", "right"] as newer files have it.
  Result<void> read_merges(const json::Value* merges) {
    if (!merges || !merges->array()) return bad("model: \"merges\" is no list");
    parts_.model.merges.reserve(merges->array()->size());
    for (const json::Value& merge : *merges->array()) {
      const auto nth = [&] { return "model: merge " + std::to_string(parts_.model.merges.size() + 1); };
      if (const std::string* text = merge.string()) {
        const std::size_t gap = text->find(' ');
        if (gap == std::string::npos || text->find(' ', gap + 1) != std::string::npos)
          return bad(nth() + " is " + json::quoted(*text) + "; two tokens with a space between are expected");
        parts_.model.merges.emplace_back(text->substr(0, gap), text->substr(gap + 1));
        continue;
      }
      const json::Array* pair = merge.array();
      if (!pair || pair->size() != 2 || !(*pair)[0].string() || !(*pair)[1].string())
        return bad(nth() + " is neither a string nor a pair of strings");
      parts_.model.merges.emplace_back(*(*pair)[0].string(), *(*pair)[1].string());
    }
    return {};
  }

  Result<void> read_normalizer(const json::Value* normalizer) {
    if (is_absent(normalizer)) return {};
    const std::string type = type_of(*normalizer);
    if (type == "NFC") {
      parts_.nfc = true;
      return {};
    }
    const json::Value* list = normalizer->find("normalizers");
    if (type != "Sequence" || !list || !list->array())
      return unsupported("normalizer: the type is " + json::quoted(type) + "; only NFC, or none, is read");
    for (const json::Value& one : *list->array())
      if (const auto read = read_normalizer(&one); !read) return read;
    return {};
  }

  Result<void> read_pre_tokenizer(const json::Value* value) {
    if (is_absent(value)) return {};
    const std::string type = type_of(*value);
    if (byte_level_) return unsupported("pre_tokenizer: a step follows ByteLevel: " + json::quoted(type));
    if (type == "Sequence") {
      const json::Value* list = value->find("pretokenizers");
      if (!list || !list->array()) return bad("pre_tokenizer: a Sequence without \"pretokenizers\"");
      for (const json::Value& one : *list->array())
        if (const auto read = read_pre_tokenizer(&one); !read) return read;
      return {};
    }
    if (type == "ByteLevel") {
      byte_level_ = true;
      parts_.steps.push_back({value->flag("use_regex", true) ? std::string(gpt2_pattern) : std::string(),
                              value->flag("add_prefix_space", true)});
      return {};
    }
    if (type == "Digits") {
      parts_.steps.push_back({value->flag("individual_digits", false) ? R"(\p{N})" : R"(\p{N}+)"});
      return {};
    }
    if (type == "Split") return read_split(*value);
    return unsupported("pre_tokenizer: the type is " + json::quoted(type) + "; Split, Digits and ByteLevel are read");
  }

  Result<void> read_split(const json::Value& split) {
    const json::Value* behavior = split.find("behavior");
    if (!behavior || !behavior->string() || *behavior->string() != "Isolated")
      return unsupported("pre_tokenizer: a Split whose behavior is not \"Isolated\"");
    const json::Value* pattern = split.find("pattern");
    const json::Value* expression = pattern ? pattern->find("Regex") : nullptr;
    if (!expression || !expression->string() || expression->string()->empty())
      return unsupported("pre_tokenizer: a Split without a regular expression");
    parts_.steps.push_back({*expression->string()});
    return {};
  }

  Result<void> read_decoder(const json::Value* decoder) {
    if (is_absent(decoder)) return {};
    const std::string type = type_of(*decoder);
    if (type == "ByteLevel") return {};
    const json::Value* list = decoder->find("decoders");
    if (type != "Sequence" || !list || !list->array())
      return unsupported("decoder: the type is " + json::quoted(type) + "; only ByteLevel is read");
    for (const json::Value& one : *list->array())
      if (const auto read = read_decoder(&one); !read) return read;
    return {};
  }

  Result<void> read_added(const json::Value* list) {
    if (is_absent(list)) return {};
    if (!list->array()) return bad("\"added_tokens\" is no list");
    for (const json::Value& one : *list->array()) {
      const json::Value* id = one.find("id");
      const auto number = id ? id->integer(most_token_id) : std::nullopt;
      if (!number) return bad("an added token has no id from 0 to " + std::to_string(most_token_id));
      auto token = parse_added_token(one, *number, parts_.name);
      if (!token) return tl::unexpected(token.error());
      parts_.added.push_back(std::move(*token));
    }
    return {};
  }

  TokenizerParts parts_;
  bool byte_level_ = false;
};

}  // namespace

Result<TokenizerParts> parse_tokenizer_json(std::string_view text, const std::string& name) {
  const auto root = json::parse(text, name);
  if (!root) return tl::unexpected(root.error());
  return TokenizerJson(name).read(*root);
}

Result<std::vector<std::pair<std::string, TokenId>>> parse_vocabulary(const json::Value& value,
                                                                      const std::string& name) {
  const json::Object* members = value.object();
  if (!members) return tl::unexpected(Error{Errc::bad_data, name + ": the vocabulary is no JSON object"});
  std::vector<std::pair<std::string, TokenId>> entries;
  entries.reserve(members->size());
  for (const auto& [token, id] : *members) {
    const auto number = id.integer(most_token_id);
    if (!number)
      return tl::unexpected(Error{Errc::bad_data, name + ": token " + json::quoted(token) + " has no id from 0 to " +
                                                      std::to_string(most_token_id)});
    entries.emplace_back(token, *number);
  }
  return entries;
}

Result<AddedToken> parse_added_token(const json::Value& value, TokenId id, const std::string& name) {
  const json::Value* content = value.find("content");
  if (!content || !content->string() || content->string()->empty())
    return tl::unexpected(
        Error{Errc::bad_data, name + ": the added token with the id " + std::to_string(id) + " has no \"content\""});
  AddedToken token;
  token.content = *content->string();
  token.id = id;
  token.special = value.flag("special", false);
  token.single_word = value.flag("single_word", false);
  token.lstrip = value.flag("lstrip", false);
  token.rstrip = value.flag("rstrip", false);
  token.normalized = value.flag("normalized", !token.special);
  return token;
}

}  // namespace assay::engine
