#include "engine/prompt/chat_template.h"

#include <system_error>

#include "engine/prompt/jinja/render.h"
#include "engine/text/json.h"
#include "engine/text/model_file.h"

namespace assay::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_template_file_bytes = 1U << 20, most_config_bytes = 16U << 20;
constexpr std::string_view begin_mark = "<|im_start|>", end_mark = "<|im_end|>";

/// Templates of other families, told by their marks.
struct Foreign {
  std::string_view text;
  std::string_view why;
};
constexpr Foreign foreign[] = {
    {"[INST]", "its turns are Llama 2's or Mistral's"},
    {"<|start_header_id|>", "its turns are Llama 3's"},
    {"<start_of_turn>", "its turns are Gemma's"},
    {"<think>", "it puts thoughts into the assistant's turns"},
};

/// Takes `part` off the front.
bool take(std::string_view& text, std::string_view part) {
  if (!text.starts_with(part)) return false;
  text.remove_prefix(part.size());
  return true;
}

std::string turn_begin(std::string_view role) { return std::string(begin_mark) + std::string(role) + "\n"; }
constexpr std::string_view turn_end = "<|im_end|>\n";

/// What ChatML writes for one user's turn, taken apart. @return an error whose message says what is not so
Result<ChatMl> read_turns(std::string_view text, std::string_view content) {
  const auto wrong = [](const char* why) { return tl::unexpected(Error{Errc::unsupported, why}); };
  ChatMl chat;
  if (take(text, turn_begin("system"))) {
    chat.system = text.substr(0, text.find(end_mark));
    text.remove_prefix(chat.system->size());
    if (!take(text, turn_end) || chat.system->find(begin_mark) != std::string::npos)
      return wrong("the system's turn does not end with <|im_end|> and a line's end");
  }
  if (!take(text, turn_begin("user")) || !take(text, content))
    return wrong("no turn is written as <|im_start|>, role, text, <|im_end|>");
  if (!take(text, turn_end)) return wrong("the text of a turn is not followed by <|im_end|> and a line's end alone");
  if (!text.empty() && text != turn_begin("assistant"))
    return wrong("the answer begins with more than <|im_start|>assistant and a line's end");
  return chat;
}

tl::unexpected<Error> none_in(const fs::path& folder) {
  return tl::unexpected(Error{
      Errc::not_found, folder.string() + ": it has no chat template; take the base prompt, or give --template FILE"});
}

}  // namespace

std::string ChatMl::turn(std::string_view user, std::string_view answer) const {
  std::string text;
  if (system) text += turn_begin("system") + *system + std::string(turn_end);
  text += turn_begin("user") + std::string(user) + std::string(turn_end);
  return text + turn_begin("assistant") + std::string(answer);
}

Result<ChatMl> parse_chat_template(std::string_view text, const std::string& name) {
  const auto refused = [&](std::string_view why) {
    return tl::unexpected(Error{Errc::unsupported, name + ": the chat template is not plain ChatML: " +
                                                       std::string(why) + "; give --template FILE"});
  };
  for (const Foreign& row : foreign)
    if (text.find(row.text) != std::string_view::npos) return refused(row.why);
  constexpr std::string_view content = " what is asked\n";
  const auto written = jinja::render_user_turn(text, content);
  if (!written) return refused("its Jinja has " + written.error().message + ", which is not understood here");
  auto chat = read_turns(*written, content);
  if (!chat) return refused(chat.error().message);
  return chat;
}

Result<ChatMl> read_chat_template(const fs::path& folder) {
  const fs::path file = folder / "chat_template.jinja", config = folder / "tokenizer_config.json";
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    const auto jinja = read_model_file(file, most_template_file_bytes);
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
