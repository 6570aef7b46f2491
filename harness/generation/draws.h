#pragma once
/// What a model is to be asked for a data set.
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"
#include "harness/generation/provider.h"

namespace assay::harness {

enum class PromptForm { automatic, base, chat, diffucoder };

struct PromptOptions {
  PromptForm form = PromptForm::automatic;  ///< automatic: chat where the model has a chat form, else base
  std::string template_file;                ///< empty: none; else instead of the form
  std::string model_folder;                 ///< for its chat form; empty: a server, which has its own
};

/// Whether a server is sent turns and answers with one of its own, as in /chat/completions; else it
/// goes on with the whole prompt.
[[nodiscard]] bool is_server_chat(PromptForm form);

/// `samples` draws a problem, problem by problem. The first `limit` problems; 0: all.
/// @return Errc::bad_data where the model's chat form or the template file cannot be used.
[[nodiscard]] Result<std::vector<Draw>> draws_of(const datasets::Dataset& dataset, const PromptOptions& options,
                                                 std::uint32_t samples, std::size_t limit);

}  // namespace assay::harness
