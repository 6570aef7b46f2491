#include "harness/run_import.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::harness {
namespace {

Result<SetResult> imported_result(const reports::SetResult& from) {
  const auto verdict = verdict_from(reports::name(from.verdict));
  const auto cause = cause_from(from.cause);
  if (!verdict || !cause) return tl::unexpected(Error{Errc::bad_data, fmt::format("\"{}\" is no cause", from.cause)});
  SetResult result;
  result.verdict = *verdict;
  result.cause = *cause;
  result.detail = from.detail;
  result.returned = from.returned;
  result.failed = from.failed_tests;
  result.passed = from.passed;
  result.cpu_seconds = static_cast<double>(from.cpu_seconds);
  result.shared = from.shared;
  for (const std::string& word : from.attempts) {
    const auto kind = sandbox::attempt_from(word);
    if (!kind) return tl::unexpected(Error{Errc::bad_data, fmt::format("\"{}\" is no kind of attempt", word)});
    result.attempts.add(*kind);
  }
  return result;
}

Result<SampleResult> sample_result(const reports::RunSample& sample) {
  auto base = imported_result(*sample.base);
  if (!base) return tl::unexpected(base.error());
  SampleResult result{std::move(*base), std::nullopt};
  if (!sample.plus) return result;
  auto plus = imported_result(*sample.plus);
  if (!plus) return tl::unexpected(plus.error());
  result.plus = std::move(*plus);
  return result;
}

bool same_verdicts(const SampleResult& a, const SampleResult& b) {
  return a.base.verdict == b.base.verdict && a.plus.has_value() == b.plus.has_value() &&
         (!a.plus || a.plus->verdict == b.plus->verdict);
}

}  // namespace

Result<void> import_run(Store& store, const reports::Run& run, const std::string& name) {
  RunKey key;
  key.name = name;
  key.dataset = run.dataset;
  key.dataset_sha256 = run.dataset_sha256;
  key.dataset_md5 = run.dataset_md5;
  key.samples_sha256 = run.samples_sha256;
  key.limits = run.limits;
  key.fingerprint = run.fingerprint;
  std::vector<Sample> samples;
  std::vector<std::pair<std::uint32_t, SampleResult>> results;
  for (const reports::RunProblem& problem : run.problems) {
    for (const reports::RunSample& sample : problem.samples) {
      samples.push_back({problem.task_id, sample.program, sample.ordinal});
      if (!sample.base) continue;
      auto result = sample_result(sample);
      if (!result)
        return tl::unexpected(Error{
            Errc::bad_data, fmt::format("{}: sample {}: {}", run.source, sample.ordinal, result.error().message)});
      results.emplace_back(sample.ordinal, std::move(*result));
    }
  }
  const auto by_ordinal = [](const Sample& a, const Sample& b) { return a.ordinal < b.ordinal; };
  std::sort(samples.begin(), samples.end(), by_ordinal);
  const auto id = store.open_or_create_run(key, run.created);
  if (!id) return tl::unexpected(id.error());
  if (auto kept = store.keep_samples(*id, key.dataset_sha256, samples); !kept) return kept;
  std::size_t others = 0;
  for (const auto& [ordinal, result] : results) {
    const auto known = store.verdict(*id, ordinal);
    if (!known) return tl::unexpected(known.error());
    others += *known && !same_verdicts(**known, result) ? 1 : 0;
  }
  if (others > 0)
    return tl::unexpected(Error{Errc::usage, fmt::format("the store's run {} has other verdicts on {} of the file's "
                                                         "samples; take the file in under another name (--run NAME), "
                                                         "or remove that run first (assay runs rm {})",
                                                         name, others, name)});
  for (const auto& [ordinal, result] : results)
    if (auto put = store.put(*id, ordinal, result); !put) return put;
  return store.flush();
}

}  // namespace assay::harness
