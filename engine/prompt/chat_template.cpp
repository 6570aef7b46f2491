#include "engine/prompt/chat_template.h"

#include <system_error>

#include "engine/tokenizer/json.h"
#include "engine/tokenizer/model_file.h"

namespace assay::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_template_bytes = 1U << 20, most_config_bytes = 16U << 20;
constexpr std::string_view begin_mark = "<|im_start|>", end_mark = "<|im_end|>";

/// What a template must not hold to be plain ChatML, and why.
struct Foreign {
  std::string_view text;
  std::string_view why;
};
constexpr Foreign foreign[] = {
    {"[INST]", "its turns are Llama 2's or Mistral's"},
    {"<|start_header_id|>", "its turns are Llama 3's"},
    {"<start_of_turn>", "its turns are Gemma's"},
    {"bos_token", "it begins with a token of its own"},
    {"<think>", "it puts thoughts into the assistant's turns"},
    {"trim", "it trims the texts"},
    {"strip(", "it trims the texts"},
};

bool has_plain_turns(std::string_view jinja) {
  // '<|im_start|>' + message… with either quote, and the role joined on.
  for (const char quote : {'\'', '"'}) {
    const std::string joined = std::string(1, quote) + std::string(begin_mark) + std::string(1, quote) + " + message";
    if (jinja.find(joined) != std::string_view::npos) return true;
  }
  return false;
}

/// The text of a system turn that stands whole in one literal: what is said by default. The line's end is Jinja's
/// escape, or the character itself.
std::optional<std::string> default_system(std::string_view jinja) {
  const std::string begin = std::string(begin_mark) + "system";
  for (std::size_t at = jinja.find(begin); at != std::string_view::npos; at = jinja.find(begin, at + 1)) {
    std::string_view rest = jinja.substr(at + begin.size());
    if (rest.starts_with("\\n"))
      rest.remove_prefix(2);
    else if (rest.starts_with('\n'))
      rest.remove_prefix(1);
    else
      continue;
    const std::string_view text = rest.substr(0, rest.find(end_mark));
    if (text.size() < rest.size() && text.find_first_of("'\"{}\\") == std::string_view::npos) return std::string(text);
  }
  return std::nullopt;
}

tl::unexpected<Error> none_in(const fs::path& folder) {
  return tl::unexpected(Error{
      Errc::not_found, folder.string() + ": it has no chat template; take the base prompt, or give --template FILE"});
}

}  // namespace

std::string ChatMl::turn(std::string_view user, std::string_view answer) const {
  const auto begin = [](std::string_view role) { return std::string(begin_mark) + std::string(role) + "\n"; };
  const std::string end = std::string(end_mark) + "\n";
  std::string text;
  if (system) text += begin("system") + *system + end;
  text += begin("user") + std::string(user) + end;
  return text + begin("assistant") + std::string(answer);
}

Result<ChatMl> parse_chat_template(std::string_view jinja, const std::string& name) {
  const auto refused = [&](std::string_view why) {
    return tl::unexpected(Error{Errc::unsupported, name + ": the chat template is not plain ChatML: " +
                                                       std::string(why) + "; give --template FILE"});
  };
  for (const Foreign& row : foreign)
    if (jinja.find(row.text) != std::string_view::npos) return refused(row.why);
  if (!has_plain_turns(jinja) || jinja.find(end_mark) == std::string_view::npos)
    return refused("no turn is written as <|im_start|>, role, text, <|im_end|>");
  return ChatMl{default_system(jinja)};
}

Result<ChatMl> read_chat_template(const fs::path& folder) {
  const fs::path file = folder / "chat_template.jinja", config = folder / "tokenizer_config.json";
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    const auto jinja = read_model_file(file, most_template_bytes);
    if (!jinja) return tl::unexpected(jinja.error());
    return parse_chat_template(*jinja, file.string());
  }
  if (!fs::exists(config, ignored)) return none_in(folder);
  const auto text = read_model_file(config, most_config_bytes);
  if (!text) return tl::unexpected(text.error());
  const auto root = json::parse(*text, config.string());
  if (!root) return tl::unexpected(root.error());
  const json::Value* value = root->find("chat_template");
  if (!value || value->is_null()) return none_in(folder);
  if (value->string()) return parse_chat_template(*value->string(), config.string());
  if (value->array()) {
    for (const json::Value& one : *value->array()) {
      const json::Value* name = one.find("name");
      const json::Value* jinja = one.find("template");
      if (name && name->string() && *name->string() == "default" && jinja && jinja->string())
        return parse_chat_template(*jinja->string(), config.string());
    }
  }
  return tl::unexpected(Error{
      Errc::bad_data, config.string() + ": \"chat_template\" is neither a text nor a list with one named \"default\""});
}

}  // namespace assay::engine
