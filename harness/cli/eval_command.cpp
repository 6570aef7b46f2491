#include "harness/cli/eval_command.h"

#include "harness/cli/eval_run.h"
#include "harness/cli/failure.h"
#include "harness/samples.h"

namespace assay::harness {

int run_eval(const EvalOptions& options) {
  if (options.samples == "-" && options.output.empty())
    return fail(Error{Errc::usage, "eval: samples from standard input lie beside no file; give --output FILE"});
  std::vector<std::string> warnings;
  auto dataset = load_dataset(options, warnings);
  if (!dataset) return fail(dataset.error());
  const auto read = read_samples(options.samples, *dataset, SamplesOptions{options.allow_missing, true, true});
  if (!read) return fail(read.error());
  warnings.insert(warnings.end(), read->warnings.begin(), read->warnings.end());
  for (const std::string& warning : warnings) warn(warning);
  auto session = EvalSession::start(options);
  if (!session) return fail(session.error());
  EvalRun run(options, std::make_shared<const datasets::Dataset>(std::move(*dataset)), std::move(*session),
              std::move(warnings));
  if (const auto opened = run.open(samples_digest(read->samples)); !opened) return fail(opened.error());
  return run.finish(read->samples);
}

}  // namespace assay::harness
