#include "reports/runs/store_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "reports/output/printable.h"
#include "reports/runs/store_format.h"

namespace assay::reports {
namespace {

Error damaged(const Connection& store, std::string_view what) {
  return {Errc::store, fmt::format("store: {}: {} is damaged", store.path(), what)};
}

/// The first 32 hexadecimal digits.
ProgramDigest digest_from(std::string_view sha256) {
  ProgramDigest digest;
  if (sha256.size() < 32) return digest;
  std::from_chars(sha256.data(), sha256.data() + 16, digest.high, 16);
  std::from_chars(sha256.data() + 16, sha256.data() + 32, digest.low, 16);
  return digest;
}

Result<bool> has_column(Connection& store, std::string_view table, std::string_view column) {
  auto query = store.query("SELECT count(*) FROM pragma_table_info(?) WHERE name = ?");
  if (!query) return tl::unexpected(query.error());
  query->bind(table).bind(column);
  if (const auto row = query->step(); !row) return tl::unexpected(row.error());
  return query->integer(0) > 0;
}

constexpr std::string_view run_columns =
    "SELECT id, name, dataset, dataset_sha256, samples_sha256, limits, fingerprint, created, {}, "
    "(SELECT count(*) FROM samples WHERE run = runs.id), "
    "(SELECT count(*) FROM verdicts WHERE run = runs.id AND test_set = 'base') FROM runs ";

StoredRun stored_run(const Query& row) {
  StoredRun run;
  run.id = row.integer(0);
  int column = 1;
  for (auto part : {&StoredRun::name, &StoredRun::dataset, &StoredRun::dataset_sha256, &StoredRun::samples_sha256,
                    &StoredRun::limits, &StoredRun::fingerprint, &StoredRun::created, &StoredRun::dataset_md5})
    run.*part = row.text(column++);
  run.samples = static_cast<std::uint64_t>(row.integer(column));
  run.judged = static_cast<std::uint64_t>(row.integer(column + 1));
  return run;
}

/// Where a sample stands in the run being read.
struct Place {
  std::size_t problem = 0, sample = 0;
};

class StoreReading {
 public:
  StoreReading(Connection& store, const StoredRun& stored, const ReadOptions& options)
      : store_(store), stored_(stored), options_(options) {}
  Result<Run> operator()();

 private:
  Result<void> read_samples();
  Result<void> read_programs();
  Result<void> read_verdicts();
  std::optional<SetResult> set_result(const Query& row) const;

  Connection& store_;
  const StoredRun& stored_;
  const ReadOptions& options_;
  Run run_;
  std::unordered_map<std::int64_t, Place> places_;      ///< by ordinal
  std::vector<std::pair<Place, std::int64_t>> wanted_;  ///< solutions whose text is wanted
};

Result<void> StoreReading::read_samples() {
  auto query = store_.query(
      "SELECT s.ordinal, p.task_id, s.solution, c.sha256 FROM samples s JOIN problems p ON p.id = s.problem "
      "JOIN solutions c ON c.id = s.solution WHERE s.run = ? ORDER BY s.ordinal");
  if (!query) return tl::unexpected(query.error());
  query->bind(stored_.id);
  std::unordered_map<std::string, std::size_t> problems;
  for (;;) {
    const auto there = query->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return {};
    const auto [found, fresh] = problems.try_emplace(std::string(query->text(1)), run_.problems.size());
    if (fresh) run_.problems.push_back({found->first, {}});
    auto& samples = run_.problems[found->second].samples;
    const Place place{found->second, samples.size()};
    RunSample sample;
    sample.ordinal = static_cast<std::uint32_t>(query->integer(0));
    sample.digest = digest_from(query->text(3));
    places_[query->integer(0)] = place;
    if (samples.size() < options_.programs_a_problem) wanted_.emplace_back(place, query->integer(2));
    samples.push_back(std::move(sample));
  }
}

Result<void> StoreReading::read_programs() {
  for (const auto& [place, solution] : wanted_) {
    auto query = store_.query("SELECT bytes, compressed FROM solutions WHERE id = ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(solution);
    const auto there = query->step();
    if (!there) return tl::unexpected(there.error());
    auto program = *there ? decompress(query->blob(1), static_cast<std::uint64_t>(query->integer(0))) : std::nullopt;
    if (!program) return tl::unexpected(damaged(store_, "a solution"));
    run_.problems[place.problem].samples[place.sample].program = std::move(*program);
  }
  return {};
}

std::optional<SetResult> StoreReading::set_result(const Query& row) const {
  const auto verdict = verdict_from(row.text(2));
  const auto failed = indices_from(row.text(5));
  const auto attempts = words_from(row.text(9));
  if (!verdict || !failed || !attempts) return std::nullopt;
  SetResult result;
  result.failed = static_cast<std::uint32_t>(failed->size());
  if (!failed->empty()) result.first_failed = failed->front();
  if (options_.all_failed_tests) result.failed_tests = *failed;
  result.attempts.assign(attempts->begin(), attempts->end());
  result.verdict = *verdict;
  result.cause = row.text(3);
  result.detail = row.text(4);
  result.passed = static_cast<std::uint32_t>(row.integer(6));
  result.cpu_seconds = static_cast<float>(row.real(7));
  result.shared = row.integer(8) != 0;
  result.returned = row.text(10);
  return result;
}

Result<void> StoreReading::read_verdicts() {
  const auto attempts = has_column(store_, "verdicts", "attempts");
  if (!attempts) return tl::unexpected(attempts.error());
  run_.has_attempts = *attempts;
  const auto returned = has_column(store_, "verdicts", "returned");
  if (!returned) return tl::unexpected(returned.error());
  auto query = store_.query(fmt::format(
      "SELECT ordinal, test_set, verdict, cause, detail, failed, passed, cpu_seconds, shared, {}, {} FROM verdicts "
      "WHERE run = ? ORDER BY ordinal",
      *attempts ? "attempts" : "'[]'", *returned ? "returned" : "''"));
  if (!query) return tl::unexpected(query.error());
  query->bind(stored_.id);
  for (;;) {
    const auto there = query->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return {};
    const auto place = places_.find(query->integer(0));
    auto result = set_result(*query);
    if (!result || place == places_.end())
      return tl::unexpected(damaged(store_, fmt::format("the verdict of sample {}", query->integer(0))));
    if (place->second.sample >= options_.programs_a_problem) result->returned = {};
    RunSample& sample = run_.problems[place->second.problem].samples[place->second.sample];
    run_.has_plus = run_.has_plus || query->text(1) == "plus";
    (query->text(1) == "plus" ? sample.plus : sample.base) = std::move(result);
  }
}

Result<Run> StoreReading::operator()() {
  run_.name = stored_.name;
  run_.source = store_.path();
  run_.dataset = stored_.dataset;
  run_.dataset_sha256 = stored_.dataset_sha256;
  run_.dataset_md5 = stored_.dataset_md5;
  run_.samples_sha256 = stored_.samples_sha256;
  run_.limits = stored_.limits;
  run_.fingerprint = stored_.fingerprint;
  run_.created = stored_.created;
  for (const auto step : {&StoreReading::read_samples, &StoreReading::read_programs, &StoreReading::read_verdicts})
    if (auto read = (this->*step)(); !read) return tl::unexpected(read.error());
  put_in_order(run_);
  return std::move(run_);
}

Result<std::vector<StoredRun>> runs_where(Connection& store, std::string_view condition, std::string_view text,
                                          std::optional<std::int64_t> number) {
  const auto md5 = has_column(store, "runs", "dataset_md5");
  if (!md5) return tl::unexpected(md5.error());
  auto query = store.query(fmt::format(run_columns, *md5 ? "dataset_md5" : "''") + std::string(condition));
  if (!query) return tl::unexpected(query.error());
  if (number)
    query->bind(*number);
  else if (condition.find('?') != std::string_view::npos)
    query->bind(text);
  std::vector<StoredRun> runs;
  for (;;) {
    const auto there = query->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return runs;
    runs.push_back(stored_run(*query));
  }
}

std::optional<std::int64_t> number_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

constexpr std::string_view id_mark = "id:";

/// By the whole name, else by an id that says that it is one.
Result<std::vector<StoredRun>> exact_runs(Connection& store, std::string_view wanted) {
  auto runs = runs_where(store, "WHERE name = ?", wanted, {});
  if (!runs || !runs->empty() || !wanted.starts_with(id_mark)) return runs;
  const auto id = number_from(wanted.substr(id_mark.size()));
  return id ? runs_where(store, "WHERE id = ?", "", *id) : std::move(runs);
}

/// By a bare id, else by the beginning of a name.
Result<std::vector<StoredRun>> similar_runs(Connection& store, std::string_view wanted) {
  if (const auto id = number_from(wanted)) {
    auto runs = runs_where(store, "WHERE id = ?", "", *id);
    if (!runs || !runs->empty()) return runs;
  }
  if (wanted.empty()) return std::vector<StoredRun>();
  return runs_where(store, "WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name", wanted, {});
}

/// "a (id 1), b (id 2), …"
std::string names_of(const std::vector<StoredRun>& runs) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), most); ++i)
    text += fmt::format("{}{} (id {})", i == 0 ? "" : ", ", printable(runs[i].name), runs[i].id);
  return runs.size() > most ? text + ", …" : text;
}

}  // namespace

Result<std::vector<StoredRun>> list_runs(Connection& store) {
  return runs_where(store, "ORDER BY created, id", "", {});
}

Result<void> add_scores(Connection& store, StoredRun& run) {
  if (run.samples == 0 || run.judged < run.samples) return {};
  // pass@1 is the mean over problems of the share of samples that pass; `plus` needs base and plus (is_correct()).
  auto query = store.query(
      "SELECT avg(base), avg(plus), count(plus) FROM ("
      "SELECT avg(b.verdict = 'pass') AS base, "
      "avg(CASE WHEN p.verdict NOT NULL THEN b.verdict = 'pass' AND p.verdict = 'pass' END) AS plus FROM samples s "
      "JOIN verdicts b ON b.run = s.run AND b.ordinal = s.ordinal AND b.test_set = 'base' "
      "LEFT JOIN verdicts p ON p.run = s.run AND p.ordinal = s.ordinal AND p.test_set = 'plus' "
      "WHERE s.run = ? GROUP BY s.problem)");
  if (!query) return tl::unexpected(query.error());
  query->bind(run.id);
  const auto there = query->step();
  if (!there) return tl::unexpected(there.error());
  run.base_pass_at_1 = query->real(0);
  if (query->integer(2) > 0) run.plus_pass_at_1 = query->real(1);
  return {};
}

Result<std::optional<StoredRun>> find_named_run(Connection& store, std::string_view name) {
  auto runs = runs_where(store, "WHERE name = ?", name, {});
  if (!runs) return tl::unexpected(runs.error());
  return runs->empty() ? std::nullopt : std::optional(std::move(runs->front()));
}

Result<StoredRun> find_run(Connection& store, std::string_view wanted) {
  auto runs = exact_runs(store, wanted);
  if (runs && runs->empty()) runs = similar_runs(store, wanted);
  if (!runs) return tl::unexpected(runs.error());
  if (runs->size() == 1) return runs->front();
  std::error_code ignored;
  const bool is_file = std::filesystem::exists(wanted, ignored);
  return tl::unexpected(Error{
      Errc::not_found, runs->empty()
                           ? fmt::format("{}: no such run in {}{}; `assay runs list` names the runs", printable(wanted),
                                         store.path(), is_file ? ", though a file" : ", and no such file")
                           : fmt::format("{}: several runs in {} begin like that: {}", printable(wanted), store.path(),
                                         names_of(*runs))});
}

Result<StoredRun> find_exact_run(Connection& store, std::string_view wanted) {
  auto runs = exact_runs(store, wanted);
  if (!runs) return tl::unexpected(runs.error());
  if (runs->size() == 1) return runs->front();
  if (wanted.starts_with(id_mark) && number_from(wanted.substr(id_mark.size())))
    return tl::unexpected(
        Error{Errc::not_found,
              fmt::format("{}: no run of that id in {}; `assay runs list` tells them", wanted, store.path())});
  const auto similar = similar_runs(store, wanted);
  if (!similar) return tl::unexpected(similar.error());
  return tl::unexpected(
      Error{Errc::not_found,
            fmt::format("{}: no run of just that name in {}; {}", printable(wanted), store.path(),
                        similar->empty() ? "`assay runs list` names the runs"
                                         : fmt::format("it could mean {}; give the whole name, or an id as id:{}",
                                                       names_of(*similar), similar->front().id))});
}

Result<Run> read_stored_run(Connection& store, const StoredRun& stored, const ReadOptions& options) {
  return StoreReading(store, stored, options)();
}

Result<void> remove_run(Connection& store, const StoredRun& stored) {
  if (auto begun = store.execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto done = [&]() -> Result<void> {
    auto query = store.query("DELETE FROM runs WHERE id = ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(stored.id);
    if (const auto stepped = query->step(); !stepped) return tl::unexpected(stepped.error());
    return store.execute("DELETE FROM solutions WHERE id NOT IN (SELECT solution FROM samples)");
  }();
  auto ended = store.execute(done ? "COMMIT" : "ROLLBACK");
  return done ? ended : done;
}

}  // namespace assay::reports
