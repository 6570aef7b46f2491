#include "harness/store/verdict_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/runs/store_format.h"

namespace assay::harness {
namespace {

/// ["outside_view","undecodable"]
std::string attempts_text(sandbox::Attempts attempts) {
  std::string text;
  for (const sandbox::Attempt kind : attempts.kinds())
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ",", sandbox::name(kind));
  return "[" + text + "]";
}

Result<void> write_set(Database& database, RunId run, std::uint32_t ordinal, TestSet set, const SetResult& result) {
  auto row = database.prepare(
      "INSERT OR REPLACE INTO verdicts (run, ordinal, test_set, verdict, cause, detail, failed, passed, cpu_seconds, "
      "shared, attempts, returned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  const std::string failed = fmt::format("[{}]", fmt::join(result.failed, ","));
  const std::string attempts = attempts_text(result.attempts);
  *row << static_cast<std::int64_t>(run) << ordinal << word(set) << name(result.verdict) << name(result.cause)
       << result.detail << failed << result.passed << result.cpu_seconds << result.shared << attempts
       << result.returned;
  return row->run();
}

/// None where a word is that of no attempt.
std::optional<sandbox::Attempts> attempts_from(const std::vector<std::string_view>& words) {
  sandbox::Attempts attempts;
  for (const std::string_view word : words) {
    const auto kind = sandbox::attempt_from(word);
    if (!kind) return std::nullopt;
    attempts.add(*kind);
  }
  return attempts;
}

std::optional<SetResult> read_set(const Statement& row) {
  const auto verdict = verdict_from(row.text(1));
  const auto cause = cause_from(row.text(2));
  auto failed = reports::indices_from(row.text(4));
  const auto words = reports::words_from(row.text(8));
  const auto attempts = words ? attempts_from(*words) : std::nullopt;
  if (!verdict || !cause || !failed || !attempts) return std::nullopt;
  SetResult result;
  result.verdict = *verdict;
  result.cause = *cause;
  result.detail = row.text(3);
  result.failed = std::move(*failed);
  result.passed = static_cast<std::uint32_t>(row.integer(5));
  result.cpu_seconds = row.real(6);
  result.shared = row.integer(7) != 0;
  result.attempts = *attempts;
  result.returned = row.text(9);
  return result;
}

}  // namespace

const char* word(TestSet set) { return set == TestSet::base ? "base" : "plus"; }

Result<void> write_verdict(Database& database, RunId run, std::uint32_t ordinal, const SampleResult& result) {
  auto base = write_set(database, run, ordinal, TestSet::base, result.base);
  if (!base || !result.plus) return base;
  return write_set(database, run, ordinal, TestSet::plus, *result.plus);
}

Result<std::optional<SampleResult>> read_verdict(Database& database, RunId run, std::uint32_t ordinal) {
  auto row = database.prepare(
      "SELECT test_set, verdict, cause, detail, failed, passed, cpu_seconds, shared, attempts, returned FROM verdicts "
      "WHERE run = ? AND ordinal = ?");
  if (!row) return tl::unexpected(row.error());
  *row << static_cast<std::int64_t>(run) << ordinal;
  std::optional<SetResult> base, plus;
  for (;;) {
    const auto there = row->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) break;
    auto set = read_set(*row);
    if (!set)
      return tl::unexpected(store_error(
          database.path(), fmt::format("the verdict of sample {} is damaged; give another --run", ordinal)));
    (row->text(0) == word(TestSet::base) ? base : plus) = std::move(set);
  }
  if (!base) return std::nullopt;
  return SampleResult{std::move(*base), std::move(plus)};
}

}  // namespace assay::harness
