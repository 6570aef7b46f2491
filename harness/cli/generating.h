#pragma once
/// What `assay generate` and `assay run` share: a model to ask, and the asking with its progress.
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/cli/generate_command.h"
#include "harness/generation/generation.h"

namespace assay::harness {

/// Whether `--model` names a server, else it is a folder for the engine.
[[nodiscard]] bool is_server(const std::string& model);

/// What is wrong with the options before anything is loaded. Warns of what is odd.
[[nodiscard]] Result<void> check(const GenerateOptions& options);

/// The engine or the server that the options name. Starts threads: the sandbox comes first.
[[nodiscard]] Result<std::unique_ptr<Provider>> provider_of(const GenerateOptions& options,
                                                            const std::stop_token& stop);

[[nodiscard]] Result<std::vector<Draw>> draws_of(const GenerateOptions& options, const datasets::Dataset& dataset);

/// Of all that decides a sample besides its problem and number.
[[nodiscard]] std::string generation_digest(const GenerateOptions& options, const datasets::Dataset& dataset,
                                            const Provider& provider, const std::vector<Draw>& draws);

struct Generated {
  GenerationResult result;
  std::size_t kept = 0;                      ///< of the draws, in the file before
  std::map<AnswerFlaw, std::size_t> flawed;  ///< of the draws, by how their answers are odd; of all there is a number
  DrawCounts counts;
  double seconds = 0;
};

/// "2 of 6 samples could not be drawn, of 1 problem": for results that have some.
[[nodiscard]] std::string undrawn_text(const Generated& made, std::size_t draws);

/// Draws what `out` does not have, and warns of each problem that came to nothing. @param use of each sample that was
/// written; may be empty
/// @param note stands behind the progress; may be empty
[[nodiscard]] Result<Generated> generate(const GenerateOptions& options, Provider& provider,
                                         sandbox::Executor& executor, const datasets::Dataset& dataset,
                                         const std::vector<Draw>& draws, SamplesOut& out,
                                         decltype(GenerationSettings::use) use,
                                         const std::function<std::string()>& note, std::stop_token stop);

}  // namespace assay::harness
