#include "harness/store/run_rows.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "datasets/digest.h"
#include "harness/store/packing.h"

namespace assay::harness {
namespace {

struct Part {
  const char* what;
  std::string RunKey::*value;
  bool told;  ///< short enough for a message
};

// The columns of `runs` after id and name, in the order of the SELECT below.
constexpr Part parts[] = {
    {"data set", &RunKey::dataset, true},        {"content of the data set", &RunKey::dataset_sha256, false},
    {"samples", &RunKey::samples_sha256, false}, {"limits or options", &RunKey::limits, true},
    {"interpreter", &RunKey::fingerprint, true},
};

/// What the run in `row` differs in from `key`; empty where it is the same.
std::string difference(const Statement& row, const RunKey& key) {
  std::string text;
  int column = 1;
  for (const Part& part : parts) {
    const std::string_view there = row.text(column++);
    const std::string& here = key.*part.value;
    if (there == here) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", part.what);
    if (part.told) text += fmt::format(" ({}; now {})", there, here);
  }
  return text;
}

Result<std::optional<RunId>> find_run(Database& database, const RunKey& key) {
  auto row = database.prepare(
      "SELECT id, dataset, dataset_sha256, samples_sha256, limits, fingerprint FROM runs WHERE name = ?");
  if (!row) return tl::unexpected(row.error());
  *row << key.name;
  const auto there = row->step();
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::nullopt;
  if (const std::string differs = difference(*row, key); !differs.empty())
    return tl::unexpected(
        Error{Errc::usage, fmt::format("store: {}: there is a run {} that differs in {}; give another name with --run",
                                       database.path(), key.name, differs)});
  return RunId{row->integer(0)};
}

/// Of a run that does not know it yet.
Result<void> add_md5(Database& database, RunId run, const std::string& md5) {
  auto known = database.prepare("UPDATE runs SET dataset_md5 = ? WHERE id = ? AND dataset_md5 = ''");
  if (!known) return tl::unexpected(known.error());
  return (*known << md5 << static_cast<std::int64_t>(run)).run();
}

Result<std::int64_t> id_of(Result<Statement> row) {
  if (!row) return tl::unexpected(row.error());
  const auto there = row->step();
  if (!there) return tl::unexpected(there.error());
  return *there ? row->integer(0) : 0;
}

Result<std::int64_t> problem_id(Database& database, const std::string& dataset_sha256, const std::string& task_id) {
  auto made = database.prepare("INSERT INTO problems (dataset_sha256, task_id) VALUES (?, ?) ON CONFLICT DO NOTHING");
  if (!made) return tl::unexpected(made.error());
  if (const auto done = (*made << dataset_sha256 << task_id).run(); !done) return tl::unexpected(done.error());
  auto found = database.prepare("SELECT id FROM problems WHERE dataset_sha256 = ? AND task_id = ?");
  if (found) *found << dataset_sha256 << task_id;
  return id_of(std::move(found));
}

Result<std::int64_t> solution_id(Database& database, const std::string& solution) {
  const std::string sha256 = datasets::sha256(solution);
  auto found = database.prepare("SELECT id FROM solutions WHERE sha256 = ?");
  if (found) *found << sha256;
  const auto id = id_of(std::move(found));
  if (!id || *id != 0) return id;
  auto made = database.prepare("INSERT INTO solutions (sha256, bytes, compressed) VALUES (?, ?, ?)");
  if (!made) return tl::unexpected(made.error());
  const std::string compressed = compress(solution);
  if (const auto done = (*made << sha256 << solution.size() << Blob{compressed}).run(); !done)
    return tl::unexpected(done.error());
  return database.last_insert_id();
}

/// What a row of `samples` stands for.
struct KeptSample {
  std::string task_id, solution_sha256;
};

bool is_of(const KeptSample& kept, const Sample& sample) {
  return kept.task_id == sample.task_id && kept.solution_sha256 == datasets::sha256(sample.solution);
}

// Statements are kept by their texts, which have to stay.
constexpr std::string_view kept_samples =
    "SELECT samples.ordinal, problems.task_id, solutions.sha256 FROM samples JOIN problems ON problems.id = problem "
    "JOIN solutions ON solutions.id = solution WHERE run = ?";
constexpr std::string_view kept_sample =
    "SELECT samples.ordinal, problems.task_id, solutions.sha256 FROM samples JOIN problems ON problems.id = problem "
    "JOIN solutions ON solutions.id = solution WHERE run = ? AND ordinal = ?";

/// The run's samples by ordinal: all, or the one that is there under `only`.
Result<std::map<std::int64_t, KeptSample>> samples_of(Database& database, RunId run,
                                                      std::optional<std::uint32_t> only = {}) {
  auto row = database.prepare(only ? kept_sample : kept_samples);
  if (!row) return tl::unexpected(row.error());
  *row << static_cast<std::int64_t>(run);
  if (only) *row << *only;
  std::map<std::int64_t, KeptSample> kept;
  for (;;) {
    const auto there = row->step();
    if (!there) return tl::unexpected(there.error());
    if (!*there) return kept;
    kept[row->integer(0)] = {std::string(row->text(1)), std::string(row->text(2))};
  }
}

Result<void> delete_at(Database& database, const char* sql, RunId run, std::int64_t ordinal) {
  auto gone = database.prepare(sql);
  if (!gone) return tl::unexpected(gone.error());
  return (*gone << static_cast<std::int64_t>(run) << ordinal).run();
}

/// Of another sample, whose place this one takes: its verdict is not ours, and its trace goes with its row.
Result<void> replace_sample(Database& database, RunId run, const std::string& dataset_sha256, const Sample& sample) {
  for (const char* const sql :
       {"DELETE FROM verdicts WHERE run = ? AND ordinal = ?", "DELETE FROM samples WHERE run = ? AND ordinal = ?"})
    if (auto gone = delete_at(database, sql, run, sample.ordinal); !gone) return gone;
  const auto problem = problem_id(database, dataset_sha256, sample.task_id);
  if (!problem) return tl::unexpected(problem.error());
  const auto solution = solution_id(database, sample.solution);
  if (!solution) return tl::unexpected(solution.error());
  auto made = database.prepare("INSERT INTO samples (run, ordinal, problem, solution) VALUES (?, ?, ?, ?)");
  if (!made) return tl::unexpected(made.error());
  return (*made << static_cast<std::int64_t>(run) << sample.ordinal << *problem << *solution).run();
}

/// Ordinals of the run's samples that are not, with their problem and program, among `samples`.
Result<std::vector<std::int64_t>> others(Database& database, RunId run, const std::vector<Sample>& samples) {
  std::map<std::int64_t, const Sample*> wanted;
  for (const Sample& sample : samples) wanted[sample.ordinal] = &sample;
  const auto kept = samples_of(database, run);
  if (!kept) return tl::unexpected(kept.error());
  std::vector<std::int64_t> ordinals;
  for (const auto& [ordinal, sample] : *kept)
    if (const auto same = wanted.find(ordinal); same == wanted.end() || !is_of(sample, *same->second))
      ordinals.push_back(ordinal);
  return ordinals;
}

}  // namespace

Result<RunId> find_or_make_run(Database& database, const RunKey& key, const std::string& created) {
  // Mostly the run is there or not without any other process in between; the transaction is for the rare rest.
  RunId id{};
  const auto done = database.transaction([&]() -> Result<void> {
    const auto found = find_run(database, key);
    if (!found) return tl::unexpected(found.error());
    if (*found) {
      id = **found;
      return add_md5(database, id, key.dataset_md5);
    }
    auto made = database.prepare(
        "INSERT INTO runs (name, dataset, dataset_sha256, samples_sha256, limits, fingerprint, created) "
        "VALUES (?, ?, ?, ?, ?, ?, "
        "coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', ?), strftime('%Y-%m-%dT%H:%M:%SZ', 'now')))");
    if (!made) return tl::unexpected(made.error());
    *made << key.name;
    for (const Part& part : parts) *made << key.*part.value;
    *made << created;
    if (auto kept = made->run(); !kept) return kept;
    id = RunId{database.last_insert_id()};
    return add_md5(database, id, key.dataset_md5);
  });
  if (!done) return tl::unexpected(done.error());
  return id;
}

Result<void> write_samples(Database& database, RunId run, const std::string& dataset_sha256,
                           const std::vector<Sample>& samples) {
  return database.transaction([&]() -> Result<void> {
    const auto kept = samples_of(database, run);
    if (!kept) return tl::unexpected(kept.error());
    for (const Sample& sample : samples) {
      const auto there = kept->find(sample.ordinal);
      if (there != kept->end() && is_of(there->second, sample)) continue;
      if (auto done = replace_sample(database, run, dataset_sha256, sample); !done) return done;
    }
    return {};
  });
}

Result<bool> is_sample(Database& database, RunId run, const Sample& sample) {
  const auto kept = samples_of(database, run, sample.ordinal);
  if (!kept) return tl::unexpected(kept.error());
  return !kept->empty() && is_of(kept->begin()->second, sample);
}

Result<void> write_one_sample(Database& database, RunId run, const std::string& dataset_sha256, const Sample& sample) {
  return database.transaction([&]() -> Result<void> {
    const auto there = is_sample(database, run, sample);
    if (!there) return tl::unexpected(there.error());
    return *there ? Result<void>{} : replace_sample(database, run, dataset_sha256, sample);
  });
}

Result<void> delete_other_samples(Database& database, RunId run, const std::vector<Sample>& samples) {
  return database.transaction([&]() -> Result<void> {
    const auto ordinals = others(database, run, samples);
    if (!ordinals) return tl::unexpected(ordinals.error());
    for (const std::int64_t ordinal : *ordinals)
      for (const char* const sql :
           {"DELETE FROM verdicts WHERE run = ? AND ordinal = ?", "DELETE FROM samples WHERE run = ? AND ordinal = ?"})
        if (auto gone = delete_at(database, sql, run, ordinal); !gone) return gone;
    auto verdicts = database.prepare(
        "DELETE FROM verdicts WHERE run = ?1 AND ordinal NOT IN (SELECT ordinal FROM samples WHERE run = ?1)");
    if (!verdicts) return tl::unexpected(verdicts.error());
    return (*verdicts << static_cast<std::int64_t>(run)).run();
  });
}

}  // namespace assay::harness
