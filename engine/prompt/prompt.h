#pragma once
/// What a model is asked for a problem: EvalPlus's prompts, DiffuCoder's, and one of the user's own.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/prompt/chat_template.h"

namespace assay::engine {

/// What continues what: of a `continued` prompt the program is prompt and answer, else the answer holds it.
struct Prompt {
  std::string text;
  bool continued = false;
};

/// The problem alone, for models that continue programs. Source: evalplus/codegen.py, codegen.
[[nodiscard]] Prompt base_prompt(std::string_view problem);

/// The words around a problem in a chat. The defaults are EvalPlus's own.
struct ChatWords {
  std::string instruction =
      "Please provide a self-contained Python script that solves the following problem in a markdown code block:";
  std::string response =
      "Below is a Python script with a self-contained function that solves the problem and passes corresponding tests:";
};
/// The words of DiffuCoder's evaluation.
[[nodiscard]] ChatWords diffucoder_words();

/// The instruction and the fenced problem: what a user's turn says.
[[nodiscard]] std::string chat_message(std::string_view problem, const ChatWords& words = {});

/// The message as a user's turn, the answer begun with the response's words and an open Python fence.
/// Source: evalplus/provider/utility.py, make_raw_chat_prompt.
[[nodiscard]] Prompt chat_prompt(const ChatMl& chat, std::string_view problem, const ChatWords& words = {});

/// What a server is sent, which puts the turns together itself.
struct ServerChat {
  std::string system;  ///< empty: no such turn
  std::string user;
};
/// The system turn, and the instruction with the problem in a fence of Python: not what EvalPlus asks the models that
/// it runs itself. Source: evalplus/provider/openai.py, codegen; evalplus/gen/util/openai_request.py, make_request.
[[nodiscard]] ServerChat server_chat(std::string_view problem, const ChatWords& words = {});

/// DiffuCoder's instruct form: ChatML with "You are a helpful assistant.", whatever the folder's template says, and its
/// own words. Source: DiffuCoder (arXiv 2506.20639), appendix B.2.
[[nodiscard]] Prompt diffucoder_prompt(std::string_view problem);

/// A file of the user's own: its text with {{prompt}} and {{entry_point}} filled in.
class PromptTemplate {
 public:
  /// @return Errc::bad_data where the file has no {{prompt}}, an unknown name in double braces, or is no UTF-8.
  [[nodiscard]] static Result<PromptTemplate> read(const std::filesystem::path& path);
  [[nodiscard]] static Result<PromptTemplate> parse(std::string_view text, const std::string& name);
  [[nodiscard]] Prompt fill(std::string_view problem, std::string_view entry_point) const;

 private:
  enum class Kind { text, prompt, entry_point };
  struct Part {
    Kind kind;
    std::string text;
  };
  std::vector<Part> parts_;
};

/// Where an answer ends, as EvalPlus cuts it: at the first of these. `dataset` is "humaneval", "mbpp" or another, which
/// has none of its own. Source: evalplus/provider/utility.py, EOS and extra_eos_for_direct_completion; hf.py.
[[nodiscard]] std::vector<std::string_view> stop_texts(const Prompt& prompt, std::string_view dataset);
/// The answer before the first stop text, tabs as four spaces. Source: evalplus/provider/hf.py, codegen; but for its
/// cut at 10,000 characters.
[[nodiscard]] std::string cut_answer(std::string_view answer, const std::vector<std::string_view>& stops);

}  // namespace assay::engine
