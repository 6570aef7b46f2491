#include "engine/prompt/prompt.h"

#include <algorithm>

#include "engine/text/model_file.h"
#include "engine/text/utf8.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t most_prompt_template_bytes = 1U << 20;

/// As Python's str.strip takes white space off; problems of the data sets have ASCII's alone at their ends.
std::string_view strip(std::string_view text) {
  constexpr std::string_view spaces = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
  const std::size_t begin = text.find_first_not_of(spaces);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

}  // namespace

Prompt base_prompt(std::string_view problem) { return {std::string(strip(problem)) + "\n", true}; }

ChatWords diffucoder_words() {
  return {"Please complete the following problem:", "Here is the code to solve this problem:"};
}

std::string chat_message(std::string_view problem, const ChatWords& words) {
  return words.instruction + "\n```\n" + std::string(strip(problem)) + "\n```\n";
}

Prompt chat_prompt(const ChatMl& chat, std::string_view problem, const ChatWords& words) {
  return {chat.turn(chat_message(problem, words), words.response + "\n```python\n")};
}

ServerChat server_chat(std::string_view problem, const ChatWords& words) {
  return {"You are a helpful assistant good at coding.",
          words.instruction + "\n```python\n" + std::string(strip(problem)) + "\n```"};
}

Prompt diffucoder_prompt(std::string_view problem) {
  return chat_prompt({"You are a helpful assistant."}, problem, diffucoder_words());
}

Result<PromptTemplate> PromptTemplate::read(const std::filesystem::path& path) {
  const auto text = read_model_file(path, most_prompt_template_bytes);
  if (!text) return tl::unexpected(text.error());
  return parse(*text, path.string());
}

Result<PromptTemplate> PromptTemplate::parse(std::string_view text, const std::string& name) {
  const auto bad = [&](const std::string& what) { return tl::unexpected(Error{Errc::bad_data, name + ": " + what}); };
  if (const std::size_t at = unicode::first_invalid(text); at != std::string_view::npos)
    return bad("not UTF-8 at byte " + std::to_string(at));
  PromptTemplate made;
  bool has_prompt = false;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    if (open > 0) made.parts_.push_back({Kind::text, std::string(text.substr(0, open))});
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find("}}");
    if (close == std::string_view::npos) return bad("{{ without }}");
    const std::string_view field = strip(text.substr(2, close - 2));
    if (field != "prompt" && field != "entry_point")
      return bad("{{" + std::string(field) + "}} is unknown; {{prompt}} and {{entry_point}} are filled in");
    made.parts_.push_back({field == "prompt" ? Kind::prompt : Kind::entry_point, {}});
    has_prompt |= field == "prompt";
    text.remove_prefix(close + 2);
  }
  if (!has_prompt) return bad("no {{prompt}} in it; write it where the problem goes");
  return made;
}

Prompt PromptTemplate::fill(std::string_view problem, std::string_view entry_point) const {
  Prompt prompt;
  for (const Part& part : parts_) {
    if (part.kind == Kind::text) prompt.text += part.text;
    if (part.kind == Kind::prompt) prompt.text += strip(problem);
    if (part.kind == Kind::entry_point) prompt.text += entry_point;
  }
  return prompt;
}

std::vector<std::string_view> stop_texts(const Prompt& prompt, std::string_view dataset) {
  std::vector<std::string_view> stops = {"<|endoftext|>", "<|endofmask|>", "</s>",
                                         "\nif __name__", "\ndef main(",   "\nprint("};
  if (!prompt.continued)
    stops.emplace_back("\n```\n");
  else if (dataset == "humaneval")
    stops.insert(stops.end(), {"\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert "});
  else if (dataset == "mbpp")
    stops.insert(stops.end(), {"\n\"\"\"", "\nassert"});
  return stops;
}

std::string cut_answer(std::string_view answer, const std::vector<std::string_view>& stops) {
  std::size_t end = answer.size();
  for (const std::string_view stop : stops) end = std::min(end, answer.find(stop));
  std::string cut;
  for (const char c : answer.substr(0, end)) {
    if (c == '\t')
      cut += "    ";
    else
      cut += c;
  }
  return cut;
}

}  // namespace assay::engine
