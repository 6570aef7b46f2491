#include "reports/output/run_json.h"

#include <fmt/format.h>

#include "reports/output/json_text.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

std::string text_or_null(const std::string& text) { return text.empty() ? "null" : json_text(text); }

std::string estimates_json(const std::vector<Estimate>& estimates) {
  JsonObject object;
  for (const Estimate& estimate : estimates) {
    JsonObject one;
    one.add_number("value", estimate.value)
        .add("interval", estimate.interval
                             ? json_array({json_number(estimate.interval->low), json_number(estimate.interval->high)})
                             : "null")
        .add("method", text_or_null(std::string(estimate.method)))
        .add_number("se", estimate.se)
        .add_number("sampling_se", estimate.sampling_se);
    object.add(fmt::format("pass@{}", estimate.metric.k), one.str());
  }
  return object.str();
}

std::string tally_json(const SetTally& tally) {
  JsonObject verdicts, causes;
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::timeout})
    verdicts.add_count(name(verdict), tally.verdicts[static_cast<std::size_t>(verdict)]);
  for (const auto& [cause, count] : tally.causes) causes.add_count(cause, count);
  return JsonObject()
      .add("verdicts", verdicts.str())
      .add("causes", causes.str())
      .add_count("shared", tally.shared)
      .add_number("cpu_seconds", tally.cpu_seconds)
      .str();
}

std::string problems_json(const Run& run) {
  std::vector<std::string> rows;
  for (const RunProblem& problem : run.problems) {
    JsonObject row;
    row.add_text("task_id", problem.task_id)
        .add_count("samples", counts_of(problem, TestSet::base).samples)
        .add_count("base", counts_of(problem, TestSet::base).correct);
    row.add("plus", run.has_plus ? std::to_string(counts_of(problem, TestSet::plus).correct) : "null");
    rows.push_back(row.str());
  }
  return json_array(rows);
}

std::string flaky_json(const RunSummary& summary) {
  std::vector<std::string> items;
  for (const FlakyProgram& program : summary.flaky)
    items.push_back(JsonObject()
                        .add_text("task_id", program.task_id)
                        .add_count("judged", program.judged)
                        .add_count("passed", program.passed)
                        .str());
  return json_array(items);
}

std::string attempts_json(const AttemptTally& tally) {
  JsonObject kinds;
  for (const auto& [kind, count] : tally.kinds) kinds.add_count(kind, count);
  return JsonObject().add_count("samples", tally.samples).add("kinds", kinds.str()).str();
}

std::string run_json(const ReportedRun& reported) {
  const Run& run = reported.run;
  const RunSummary& summary = reported.summary;
  return JsonObject()
      .add_text("run", run.name)
      .add_text("source", run.source)
      .add("dataset", JsonObject()
                          .add("name", text_or_null(run.dataset))
                          .add("sha256", text_or_null(run.dataset_sha256))
                          .add("md5", text_or_null(run.dataset_md5))
                          .str())
      .add("samples_sha256", text_or_null(run.samples_sha256))
      .add("limits", text_or_null(run.limits))
      .add("interpreter", text_or_null(run.fingerprint))
      .add("created", text_or_null(run.created))
      .add_count("problems", summary.problems)
      .add_count("samples", summary.samples)
      .add_count("without_verdict", summary.without_verdict)
      .add("pass_at_k", JsonObject()
                            .add("base", estimates_json(summary.base))
                            .add("plus", run.has_plus ? estimates_json(summary.plus) : "null")
                            .str())
      .add("base", tally_json(summary.base_tally))
      .add("plus", run.has_plus ? tally_json(summary.plus_tally) : "null")
      .add("solved", JsonObject()
                         .add_count("always", summary.solved_always)
                         .add_count("sometimes", summary.solved_sometimes)
                         .add_count("never", summary.solved_never)
                         .str())
      .add("flaky", flaky_json(summary))
      .add("attempts", summary.attempts ? attempts_json(*summary.attempts) : "null")
      .add("per_problem", problems_json(run))
      .str();
}

}  // namespace

std::string report_json(const std::vector<ReportedRun>& runs, double level) {
  std::vector<std::string> items;
  for (const ReportedRun& reported : runs) items.push_back(run_json(reported));
  return JsonObject().add_number("level", level).add("runs", json_array(items)).str();
}

std::string report_csv(const std::vector<ReportedRun>& runs) {
  std::string text = "run,data_set,task_id,samples,base_correct,plus_correct,attempts,cpu_seconds\r\n";
  for (const ReportedRun& reported : runs) {
    const Run& run = reported.run;
    for (const RunProblem& problem : run.problems) {
      double seconds = 0;
      std::uint64_t attempts = 0;
      for (const RunSample& sample : problem.samples) {
        attempts += attempts_of(sample).empty() ? 0 : 1;
        for (const auto* set : {&sample.base, &sample.plus})
          if (*set) seconds += static_cast<double>((*set)->cpu_seconds);
      }
      const auto base = counts_of(problem, TestSet::base), plus = counts_of(problem, TestSet::plus);
      text += fmt::format("{},{},{},{},{},{},{},{:.3f}\r\n", csv_field(run.name), csv_field(run.dataset),
                          csv_field(problem.task_id), base.samples, base.correct,
                          run.has_plus ? std::to_string(plus.correct) : "",
                          run.has_attempts ? std::to_string(attempts) : "", seconds);
    }
  }
  return text;
}

}  // namespace assay::reports
