#include "harness/cli/run_command.h"

#include "harness/cli/drawn_run.h"
#include "harness/cli/failure.h"
#include "harness/cli/generating.h"
#include "harness/cli/output_file.h"

namespace assay::harness {
namespace {

/// What the evaluation reads, which the samples must not take the place of.
Result<void> may_write_samples(const RunOptions& options) {
  const std::string& store = options.eval.store;
  std::vector<std::string> inputs = files_of_store(store.empty() ? default_store_path().string() : store);
  inputs.push_back(options.eval.data);
  for (const auto& [option, path] : {std::pair("--out", &options.generate.out), {"--traces", &options.generate.traces}})
    if (auto free = is_no_input(option, *path, inputs); !free) return free;
  return {};
}

}  // namespace

EvalOptions eval_options(const RunOptions& options) {
  EvalOptions eval = options.eval;
  eval.dataset = options.generate.dataset;
  eval.samples = options.generate.out;
  eval.offline = options.generate.offline;
  eval.jail = options.generate.jail;
  eval.jail.memory_bytes = options.eval.jail.memory_bytes;
  eval.force = options.generate.force;
  eval.json = options.generate.json;
  eval.quiet = options.generate.quiet;
  eval.allow_missing = options.generate.limit > 0;
  return eval;
}

int run_run(const RunOptions& options) {
  if (const auto checked = check(options.generate); !checked) return fail(checked.error());
  if (const auto free = may_write_samples(options); !free) return fail(free.error());
  if (const auto place = SamplesOut::check(options.generate.out, options.generate.traces); !place)
    return fail(place.error());
  const EvalOptions eval = eval_options(options);
  std::vector<std::string> warnings;
  auto dataset = load_dataset(eval, warnings);
  if (!dataset) return fail(dataset.error());
  const auto draws = draws_of(options.generate, *dataset);
  if (!draws) return fail(draws.error());
  for (const std::string& warning : warnings) warn(warning);
  auto session = EvalSession::start(eval);
  if (!session) return fail(session.error());
  const auto provider = provider_of(options.generate, (*session)->interrupt.token());
  if (!provider) return fail(provider.error());
  EvalRun run(eval, std::make_shared<const datasets::Dataset>(std::move(*dataset)), *session, std::move(warnings));
  return make_drawn_run(options.generate, run, **provider, *draws);
}

}  // namespace assay::harness
