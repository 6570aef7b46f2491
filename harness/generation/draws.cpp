#include "harness/generation/draws.h"

#include <algorithm>
#include <functional>

#include "harness/errors.h"

namespace assay::harness {
namespace {

using MakePrompt = std::function<engine::Prompt(const datasets::Problem&)>;

Result<MakePrompt> maker_of(const PromptOptions& options) {
  if (!options.template_file.empty()) {
    const auto form = engine::PromptTemplate::read(options.template_file);
    if (!form) return tl::unexpected(of_engine(form.error()));
    return [form = *form](const datasets::Problem& problem) { return form.fill(problem.prompt, problem.entry_point); };
  }
  const auto base = [](const datasets::Problem& problem) { return engine::base_prompt(problem.prompt); };
  if (options.form == PromptForm::base) return base;
  if (options.form == PromptForm::diffucoder)
    return [](const datasets::Problem& problem) { return engine::diffucoder_prompt(problem.prompt); };
  if (options.model_folder.empty())  // the server makes the turns; only the message is sent
    return [](const datasets::Problem& problem) { return engine::chat_prompt({}, problem.prompt); };
  const auto chat = engine::read_chat_template(options.model_folder);
  if (!chat && chat.error().code == engine::Errc::not_found && options.form == PromptForm::automatic) return base;
  if (!chat) return tl::unexpected(of_engine(chat.error()));
  return [chat = *chat](const datasets::Problem& problem) { return engine::chat_prompt(chat, problem.prompt); };
}

std::string_view family_name(datasets::Family family) {
  switch (family) {
    case datasets::Family::humaneval:
      return "humaneval";
    case datasets::Family::mbpp:
      return "mbpp";
    case datasets::Family::other:
      break;
  }
  return "";
}

}  // namespace

bool is_server_chat(PromptForm form) { return form != PromptForm::base && form != PromptForm::diffucoder; }

Result<std::vector<Draw>> draws_of(const datasets::Dataset& dataset, const PromptOptions& options,
                                   std::uint32_t samples, std::size_t limit) {
  const auto make = maker_of(options);
  if (!make) return tl::unexpected(make.error());
  std::vector<Draw> draws;
  const std::size_t problems = limit > 0 ? std::min(limit, dataset.problems.size()) : dataset.problems.size();
  for (std::size_t i = 0; i < problems; ++i) {
    const datasets::Problem& problem = dataset.problems[i];
    const engine::Prompt prompt = (*make)(problem);
    // A server's chat answers are whole: their fences open and close, and sanitizing finds the program.
    const bool whole = options.model_folder.empty() && is_server_chat(options.form);
    const auto stops =
        whole ? std::vector<std::string_view>() : engine::stop_texts(prompt, family_name(dataset.family));
    const engine::ServerChat chat =
        options.template_file.empty() ? engine::server_chat(problem.prompt) : engine::ServerChat{"", prompt.text};
    for (std::uint32_t sample = 0; sample < samples; ++sample)
      draws.push_back({draws.size(), problem.task_id, sample, prompt, chat, stops});
  }
  return draws;
}

}  // namespace assay::harness
