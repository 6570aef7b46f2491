#include "harness/cli/eval_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "harness/escape_utf8.h"
#include "reports/output/printable.h"
#include "reports/pass_at_k.h"

namespace assay::harness {
namespace {

/// One task's samples with a verdict.
struct TaskCounts {
  std::uint64_t samples = 0, base = 0, plus = 0;
};

void add(SetCounts& counts, const SetResult& result) {
  ++counts.verdicts[result.verdict];
  if (result.verdict != Verdict::pass) ++counts.causes[result.cause];
  if (result.shared) ++counts.shared;
}

void add(AttemptCounts& counts, const SampleResult& result) {
  sandbox::Attempts attempts = result.base.attempts;
  if (result.plus) attempts.add(result.plus->attempts);
  if (!attempts.none()) ++counts.samples;
  for (const sandbox::Attempt kind : attempts.kinds()) ++counts.kinds[kind];
}

std::string attempts_text(const AttemptCounts& counts) {
  std::string list;
  for (const auto& [kind, count] : counts.kinds)
    list += fmt::format("{}{} {}", list.empty() ? ": " : ", ", sandbox::name(kind), count);
  return fmt::format("{} sample{}{}", counts.samples, counts.samples == 1 ? "" : "s", list);
}

std::map<unsigned, double> pass_at_k(const std::map<std::string_view, TaskCounts>& tasks,
                                     std::uint64_t TaskCounts::*correct, const std::vector<unsigned>& ks) {
  std::map<unsigned, double> all;
  for (const unsigned k : ks) {
    std::vector<double> each;
    for (const auto& [task, counts] : tasks)
      if (counts.samples >= k) each.push_back(reports::pass_at_k(counts.samples, counts.*correct, k));
    if (tasks.empty() || each.size() < tasks.size()) continue;
    double sum = 0;
    for (const double value : each) sum += value;
    all[k] = sum / static_cast<double>(each.size());
  }
  return all;
}

std::string pass_at_k_text(const std::map<unsigned, double>& values) {
  std::string text;
  for (const auto& [k, value] : values) text += fmt::format("pass@{}:\t{:.3f}\n", k, value);
  return text;
}

std::string counts_text(std::string_view set, const SetCounts& counts) {
  std::string text = fmt::format("{:<5}", set);
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::timeout}) {
    const auto found = counts.verdicts.find(verdict);
    text += fmt::format("  {} {}", name(verdict), found == counts.verdicts.end() ? 0 : found->second);
  }
  std::vector<std::pair<std::size_t, Cause>> causes;
  for (const auto& [cause, count] : counts.causes) causes.emplace_back(count, cause);
  std::sort(causes.rbegin(), causes.rend());
  std::string list;
  for (const auto& [count, cause] : causes)
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", name(cause), count);
  if (!list.empty()) text += fmt::format("  ({})", list);
  if (counts.shared > 0) text += fmt::format("  {} decided in their own process", counts.shared);
  return text + "\n";
}

double rate(const EvalReport& report) {
  return report.wall_seconds > 0 ? static_cast<double>(report.judged) / report.wall_seconds : 0;
}

boost::json::object pass_at_k_json(const std::map<unsigned, double>& values) {
  boost::json::object object;
  for (const auto& [k, value] : values) object[fmt::format("pass@{}", k)] = value;
  return object;
}

boost::json::object verdicts_json(const SetCounts& counts) {
  boost::json::object object;
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::timeout}) {
    const auto found = counts.verdicts.find(verdict);
    object[name(verdict)] = found == counts.verdicts.end() ? 0 : found->second;
  }
  return object;
}

boost::json::object causes_json(const SetCounts& counts) {
  boost::json::object object;
  for (const auto& [cause, count] : counts.causes) object[name(cause)] = count;
  return object;
}

boost::json::object attempts_json(const AttemptCounts& counts) {
  boost::json::object kinds;
  for (const auto& [kind, count] : counts.kinds) kinds[sandbox::name(kind)] = count;
  return {{"samples", counts.samples}, {"kinds", std::move(kinds)}};
}

/// `of` each set; plus is null where it did not run.
template <class Of>
boost::json::object both(const EvalReport& report, const Of& of) {
  return {{"base", of(report.base)}, {"plus", report.plus ? boost::json::value(of(*report.plus)) : nullptr}};
}

}  // namespace

void tally_results(EvalReport& report, bool with_plus, const std::vector<Sample>& samples,
                   const std::vector<std::optional<SampleResult>>& results) {
  std::map<std::string_view, TaskCounts> tasks;
  report.samples = samples.size();
  report.without_verdict = 0;
  report.base = {};
  report.attempts = {};
  report.plus = with_plus ? std::optional<SetCounts>(SetCounts{}) : std::nullopt;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    TaskCounts& task = tasks[samples[i].task_id];
    if (!results[i]) {
      ++report.without_verdict;
      continue;
    }
    const SampleResult& result = *results[i];
    const bool base = result.base.verdict == Verdict::pass;
    ++task.samples;
    task.base += base ? 1 : 0;
    add(report.base, result.base);
    add(report.attempts, result);
    if (!with_plus || !result.plus) continue;
    task.plus += base && result.plus->verdict == Verdict::pass ? 1 : 0;
    add(*report.plus, *result.plus);
  }
  report.base_pass_at_k = pass_at_k(tasks, &TaskCounts::base, report.ks);
  if (with_plus) report.plus_pass_at_k = pass_at_k(tasks, &TaskCounts::plus, report.ks);
}

std::string report_text(const EvalReport& report) {
  const std::string dataset = reports::printable(report.dataset);
  std::string text = fmt::format("{} (base tests)\n{}", dataset, pass_at_k_text(report.base_pass_at_k));
  if (report.plus_pass_at_k)
    text += fmt::format("{}+ (base + extra tests)\n{}", dataset, pass_at_k_text(*report.plus_pass_at_k));
  text += "\n" + counts_text("base", report.base);
  if (report.plus) text += counts_text("plus", *report.plus);
  text += fmt::format("attempts: {}\n", attempts_text(report.attempts));
  if (report.without_verdict > 0)
    text += fmt::format("{} of {} samples have no verdict; the same command tries them again\n", report.without_verdict,
                        report.samples);
  text += fmt::format("\nrun      {}\nstore    {}\n", reports::printable(report.run), reports::printable(report.store));
  if (!report.output.empty()) text += fmt::format("results  {}\n", reports::printable(report.output));
  text += fmt::format("samples  {} ({} judged, {} kept from before)\n", report.samples, report.judged, report.kept);
  text += fmt::format("time     {:.1f} s{}\n", report.wall_seconds,
                      report.judged > 0 ? fmt::format(", {:.1f} samples/s", rate(report)) : "");
  return text;
}

std::string report_json(const EvalReport& report) {
  boost::json::object object;
  object["run"] = escape_invalid_utf8(report.run);
  object["store"] = escape_invalid_utf8(report.store);
  object["output"] =
      report.output.empty() ? boost::json::value() : boost::json::value(escape_invalid_utf8(report.output));
  object["dataset"] = {
      {"name", escape_invalid_utf8(report.dataset)}, {"sha256", report.dataset_sha256}, {"md5", report.dataset_md5}};
  object["interpreter"] = escape_invalid_utf8(report.interpreter);
  object["tier"] = report.tier;
  object["samples"] = report.samples;
  object["judged"] = report.judged;
  object["kept"] = report.kept;
  object["without_verdict"] = report.without_verdict;
  object["interrupted"] = report.interrupted;
  object["pass_at_k"] = {
      {"base", pass_at_k_json(report.base_pass_at_k)},
      {"plus", report.plus_pass_at_k ? boost::json::value(pass_at_k_json(*report.plus_pass_at_k)) : nullptr}};
  object["verdicts"] = both(report, verdicts_json);
  object["causes"] = both(report, causes_json);
  object["shared"] = both(report, [](const SetCounts& counts) { return boost::json::value(counts.shared); });
  object["attempts"] = attempts_json(report.attempts);
  object["wall_seconds"] = report.wall_seconds;
  object["samples_per_second"] = rate(report);
  object["warden_restarts"] = report.warden_restarts;
  boost::json::array warnings;
  for (const std::string& warning : report.warnings) warnings.emplace_back(escape_invalid_utf8(warning));
  object["warnings"] = std::move(warnings);
  return boost::json::serialize(object);
}

}  // namespace assay::harness
