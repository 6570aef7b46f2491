#pragma once
/// From a model's answers to samples in a file: drawn, sanitized and written at the same time.
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"
#include "harness/generation/provider.h"
#include "harness/generation/samples_out.h"
#include "sandbox/executor.h"

namespace assay::harness {

struct GeneratedSample {
  const Draw* draw = nullptr;
  std::string solution;
  std::string answer;  ///< before it was cut and sanitized
  std::string trace;
  std::string finish_reason;          ///< of Drawn; "stop", too, where the answer was cut at a stop text
  std::optional<std::uint32_t> line;  ///< of the file, from 0, once it is there
};

struct GenerationSettings {
  bool sanitize = true;
  /// Called for each sample that was written, as many at once as the executor has slots: what else is to be done with
  /// it while the model goes on. Its error ends the generation.
  std::function<Result<void>(const GeneratedSample&, const std::stop_token& stop)> use;
  std::function<void()> advance;  ///< after each sample that was written
};

/// A draw that came to nothing.
struct Undrawn {
  const Draw* draw = nullptr;
  std::string why;
};

struct GenerationResult {
  std::size_t written = 0;
  std::vector<std::string> warnings;               ///< of answers that are kept as they are: the first few
  std::map<std::string, std::size_t> thoughts_in;  ///< answers without a text, by where their thoughts are
  std::vector<Undrawn> undrawn;                    ///< in the draws' order; nothing is written of them
  bool interrupted = false;
};

/// Draws what `draws` ask for and `out` does not have. Answers are cut where EvalPlus cuts them. As many as three
/// a slot are between the stages: then the model waits too. After a stop what has been drawn is still written.
[[nodiscard]] Result<GenerationResult> generate(Provider& provider, sandbox::Executor& executor,
                                                const datasets::Dataset& dataset, const std::vector<Draw>& draws,
                                                SamplesOut& out, const GenerationSettings& settings,
                                                std::stop_token stop);

}  // namespace assay::harness
