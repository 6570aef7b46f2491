#pragma once
/// The chat form of a model: ChatML, recognized in the template that its folder carries.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace assay::engine {

/// Turns as "<|im_start|>ROLE\nTEXT<|im_end|>\n". What else a template does with tools and histories is not asked for
/// here.
struct ChatMl {
  std::optional<std::string> system;  ///< said first where a conversation brings no system turn of its own

  /// One user turn, and the assistant's turn begun with `answer`.
  [[nodiscard]] std::string turn(std::string_view user, std::string_view answer) const;
};

/// Runs a template's Jinja for one user's turn (jinja/render.h): whether that is ChatML's to the last character, and
/// what the system says before it.
/// @param name for messages. @return Errc::unsupported where they are not; the message names --template.
[[nodiscard]] Result<ChatMl> parse_chat_template(std::string_view text, const std::string& name);

/// Of a model folder: `chat_template.jinja`, else `chat_template` in `tokenizer_config.json`, of several the one that
/// is named "default". @return Errc::not_found where there is none: the model has no chat form.
[[nodiscard]] Result<ChatMl> read_chat_template(const std::filesystem::path& folder);

}  // namespace assay::engine
