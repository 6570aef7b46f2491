#include "reports/runs/run.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>

namespace assay::reports {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> words{"pass", "fail", "timeout"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string_view name(TestSet set) { return set == TestSet::base ? "base" : "plus"; }

std::optional<Verdict> verdict_from(std::string_view word) {
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::timeout})
    if (word == name(verdict)) return verdict;
  return std::nullopt;
}

ProgramDigest digest_of(std::string_view program) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  ::EVP_Digest(program.data(), program.size(), bytes.data(), &size, ::EVP_sha256(), nullptr);
  ProgramDigest digest;
  for (std::size_t i = 0; i < 8; ++i) {
    digest.high = digest.high << 8U | bytes[i];
    digest.low = digest.low << 8U | bytes[i + 8];
  }
  return digest;
}

std::string name(const Metric& metric) { return fmt::format("{}.pass@{}", name(metric.set), metric.k); }

std::optional<Metric> metric_from(std::string_view text) {
  Metric metric;
  for (const TestSet set : {TestSet::base, TestSet::plus}) {
    const std::string prefix = fmt::format("{}.pass@", name(set));
    if (!text.starts_with(prefix)) continue;
    metric.set = set;
    const std::string_view number = text.substr(prefix.size());
    const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), metric.k);
    constexpr std::uint64_t most_k = 1'000'000;
    if (code == std::errc() && end == number.data() + number.size() && metric.k >= 1 && metric.k <= most_k)
      return metric;
  }
  return std::nullopt;
}

bool is_correct(const RunSample& sample, TestSet set) {
  if (!sample.base || sample.base->verdict != Verdict::pass) return false;
  return set == TestSet::base || (sample.plus && sample.plus->verdict == Verdict::pass);
}

const SetResult* first_failure(const RunSample& sample) {
  for (const auto* result : {&sample.base, &sample.plus})
    if (*result && (*result)->verdict != Verdict::pass) return &**result;
  return nullptr;
}

std::string_view cause_word(const SetResult& result) {
  return result.cause.empty() ? std::string_view("unknown") : std::string_view(result.cause);
}

SampleCounts counts_of(const RunProblem& problem, TestSet set) {
  SampleCounts counts;
  for (const RunSample& sample : problem.samples) {
    counts.samples += sample.base ? 1 : 0;
    counts.correct += is_correct(sample, set) ? 1 : 0;
  }
  return counts;
}

std::vector<SampleCounts> counts_of(const Run& run, TestSet set) {
  std::vector<SampleCounts> all;
  for (const RunProblem& problem : run.problems) all.push_back(counts_of(problem, set));
  return all;
}

std::vector<std::string> attempts_of(const RunSample& sample) {
  std::vector<std::string> kinds;
  for (const auto* set : {&sample.base, &sample.plus})
    if (*set)
      for (const std::string& kind : (*set)->attempts)
        if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  return kinds;
}

std::size_t sample_count(const Run& run) {
  std::size_t count = 0;
  for (const RunProblem& problem : run.problems) count += problem.samples.size();
  return count;
}

std::size_t without_verdict(const Run& run) {
  std::size_t count = 0;
  for (const RunProblem& problem : run.problems)
    for (const RunSample& sample : problem.samples) count += sample.base ? 0 : 1;
  return count;
}

bool task_before(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_digits(a), y = take_digits(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else if (a.front() != b.front()) {
      return a.front() < b.front();
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() != b.size() ? a.size() < b.size() : whole_a < whole_b;
}

void put_in_order(Run& run) {
  std::sort(run.problems.begin(), run.problems.end(),
            [](const RunProblem& a, const RunProblem& b) { return task_before(a.task_id, b.task_id); });
  for (RunProblem& problem : run.problems)
    std::stable_sort(problem.samples.begin(), problem.samples.end(),
                     [](const RunSample& a, const RunSample& b) { return a.ordinal < b.ordinal; });
}

namespace {

/// Of runs in a pool: each of what they do not share.
void join(std::string& all, const std::string& one) {
  if (all != one) all += ", " + one;
}

}  // namespace

Run pooled(std::vector<Run> runs) {
  Run all;
  std::map<std::string, std::size_t> places;
  for (Run& run : runs) {
    if (&run == runs.data()) {
      all = run;
      all.problems.clear();
    } else {
      all.name += "," + run.name;
      join(all.source, run.source);
      join(all.created, run.created);
      join(all.fingerprint, run.fingerprint);
      // Where they know it they agree; one that knows speaks for all.
      for (const auto part : {&Run::dataset, &Run::dataset_sha256, &Run::dataset_md5, &Run::limits})
        if ((all.*part).empty()) all.*part = run.*part;
      all.samples_sha256.clear();  // of all samples together: nobody has taken it
      all.has_plus = all.has_plus && run.has_plus;
      all.has_attempts = all.has_attempts && run.has_attempts;
    }
    for (RunProblem& problem : run.problems) {
      const auto [place, fresh] = places.try_emplace(problem.task_id, all.problems.size());
      if (fresh) all.problems.push_back({problem.task_id, {}});
      auto& samples = all.problems[place->second].samples;
      std::move(problem.samples.begin(), problem.samples.end(), std::back_inserter(samples));
    }
  }
  std::sort(all.problems.begin(), all.problems.end(),
            [](const RunProblem& a, const RunProblem& b) { return task_before(a.task_id, b.task_id); });
  return all;
}

}  // namespace assay::reports
