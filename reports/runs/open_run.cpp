#include "reports/runs/open_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "reports/output/printable.h"
#include "reports/runs/evalplus_run.h"
#include "reports/runs/json_pull.h"
#include "reports/runs/run_file.h"
#include "reports/runs/store_run.h"

namespace assay::reports {
namespace {

namespace fs = std::filesystem;

/// Whether the file's first line is a sample as `assay eval` takes them.
bool is_samples_file(const std::string& path) {
  auto json = JsonPull::open(path);
  if (!json || !json->enter(JsonPull::Kind::object)) return false;
  while (const auto key = json->next_key()) {
    if (*key == "solution" || *key == "completion") return true;
    if (*key == "eval" || !json->skip()) return false;
  }
  return false;
}

bool is_sqlite_file(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";
  std::string head(magic.size(), '\0');
  return std::ifstream(path, std::ios::binary).read(head.data(), static_cast<std::streamsize>(head.size())) &&
         head == magic;
}

Result<Run> read_file(const std::string& path, const ReadOptions& options) {
  if (is_run_file(path)) return read_run_file(path, options);
  if (is_sqlite_file(path))
    return tl::unexpected(
        Error{Errc::bad_data, fmt::format("{}: a store, no run; name it by --store, and a run that is in it", path)});
  if (is_samples_file(path))
    return tl::unexpected(
        Error{Errc::bad_data, fmt::format("{}: a samples file, no results; judge it first with `assay eval`", path)});
  return read_evalplus_run(path, options);
}

Result<Run> open_one(const std::string& wanted, const std::string& store, const ReadOptions& options) {
  std::error_code ignored;
  const std::string inside = (fs::path(wanted) / "eval_results.json").string();
  if (fs::is_directory(wanted, ignored) && fs::exists(inside, ignored)) return read_evalplus_run(inside, options);
  const bool file = fs::exists(wanted, ignored) && !fs::is_directory(wanted, ignored);
  if (file) return read_file(wanted, options);
  auto connection = Connection::open(store, Connection::Access::read);
  if (!connection) {
    if (connection.error().code != Errc::not_found) return tl::unexpected(connection.error());
    return tl::unexpected(Error{Errc::not_found, fmt::format("{}: no such file, and there is no store at {}; give the "
                                                             "path of a results file, or --store",
                                                             wanted, store)});
  }
  auto found = find_run(*connection, wanted);
  if (!found) return tl::unexpected(found.error());
  return read_stored_run(*connection, *found, options);
}

bool same_verdict(const std::optional<SetResult>& one, const std::optional<SetResult>& other) {
  return one.has_value() == other.has_value() && (!one || one->verdict == other->verdict);
}

/// The same problems with the same programs and verdicts in the same order.
bool hold_the_same(const Run& a, const Run& b) {
  const auto same_sample = [](const RunSample& one, const RunSample& other) {
    return one.digest == other.digest && same_verdict(one.base, other.base) && same_verdict(one.plus, other.plus);
  };
  return std::ranges::equal(a.problems, b.problems, [&](const RunProblem& one, const RunProblem& other) {
    return one.task_id == other.task_id && std::ranges::equal(one.samples, other.samples, same_sample);
  });
}

std::string why_not_pooled(const Run& a, const Run& b) {
  if (const std::string why = why_not_alike(a, b); !why.empty())
    return fmt::format("{} and {} cannot be pooled: {}", printable(a.name), printable(b.name), why);
  if (!is_same_run(a, b)) return {};
  return fmt::format("run {} is named twice, and its samples would count twice; name each run once", printable(a.name));
}

/// Whether the store has a run of just that name. What is wrong with the store shows when runs are read from it.
bool is_run_name(const std::string& name, const std::string& store) {
  auto connection = Connection::open(store, Connection::Access::read);
  if (!connection) return false;
  const auto found = find_named_run(*connection, name);
  return found && *found;
}

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

/// The first that both know decides: equal content may go by several names.
bool of_different_data(const Run& a, const Run& b) {
  for (const auto part : {&Run::dataset_sha256, &Run::dataset_md5, &Run::dataset})
    if (!(a.*part).empty() && !(b.*part).empty()) return a.*part != b.*part;
  return false;
}

/// "humaneval (sha256 0123456789ab, md5 cdef01234567)"
std::string data_text(const Run& run) {
  std::string digests;
  for (const auto& [kind, digest] : {std::pair("sha256", &run.dataset_sha256), {"md5", &run.dataset_md5}})
    if (!digest->empty()) digests += fmt::format("{}{} {:.12}", digests.empty() ? "" : ", ", kind, printable(*digest));
  const std::string name = run.dataset.empty() ? "data" : printable(run.dataset);
  return digests.empty() ? name : fmt::format("{} ({})", name, digests);
}

}  // namespace

bool is_same_run(const Run& a, const Run& b) {
  std::error_code ignored;
  if (a.name != b.name) return false;
  if (a.source == b.source || fs::equivalent(a.source, b.source, ignored)) return true;
  if (a.named_by_file || b.named_by_file) return false;
  // A results file knows neither the digest of all samples nor when its run was made.
  if (!a.samples_sha256.empty() && !b.samples_sha256.empty())
    return a.samples_sha256 == b.samples_sha256 && a.created == b.created;
  return hold_the_same(a, b);
}

std::string why_not_alike(const Run& a, const Run& b) {
  if (of_different_data(a, b)) return fmt::format("they are of different data: {} and {}", data_text(a), data_text(b));
  if (differ(a.limits, b.limits)) return fmt::format("they ran under different limits: {}; {}", a.limits, b.limits);
  return {};
}

Result<Run> open_run(const std::string& wanted, const std::string& store, const ReadOptions& options) {
  std::error_code ignored;
  if (wanted.find(',') == std::string::npos || fs::exists(wanted, ignored) || is_run_name(wanted, store))
    return open_one(wanted, store, options);
  std::vector<Run> runs;
  for (std::size_t at = 0; at <= wanted.size();) {
    const std::size_t comma = std::min(wanted.find(',', at), wanted.size());
    auto run = open_one(wanted.substr(at, comma - at), store, options);
    if (!run) return run;
    at = comma + 1;
    for (const Run& other : runs)  // each, as one that does not know its limits is like any
      if (const std::string why = why_not_pooled(other, *run); !why.empty())
        return tl::unexpected(Error{Errc::comparison, fmt::format("{}: {}", printable(wanted), why)});
    runs.push_back(std::move(*run));
  }
  return pooled(std::move(runs));
}

}  // namespace assay::reports
