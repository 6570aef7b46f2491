#include "harness/cli/output_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "harness/replace_file.h"
#include "reports/runs/run_file.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

/// How a file of the kind begins, and what else stands near its beginning, where no text that it quotes can look like
/// it: quotes in JSON's strings have backslashes.
struct KindRow {
  OutputKind kind;
  std::string_view name, begins;
  std::array<std::string_view, 2> holds;
};
constexpr KindRow kinds[] = {
    {OutputKind::page, "page", "<!doctype html>", {"", ""}},
    {OutputKind::junit, "JUnit report", "<?xml", {"<testsuite", ""}},
    {OutputKind::ctrf, "CTRF report", "{", {"\"reportFormat\":", ""}},
    {OutputKind::run, "exported run", "", {"", ""}},  // as reports know it
    {OutputKind::results, "results file", "{", {"\"hash\":", "\"eval\":"}},
};

const KindRow& row_of(OutputKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

bool is_of(OutputKind kind, const std::string& path) {
  if (kind == OutputKind::run) return reports::is_run_file(path);
  constexpr std::size_t most = 64U << 10;
  std::string head(most, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), most);
  head.resize(static_cast<std::size_t>(file.gcount()));
  const KindRow& row = row_of(kind);
  if (!head.starts_with(row.begins)) return false;
  for (const std::string_view part : row.holds)
    if (head.find(part) == std::string::npos) return false;
  return true;
}

tl::unexpected<Error> refused(std::string message) { return tl::unexpected(Error{Errc::usage, std::move(message)}); }

Result<void> may_write_one(const OutputFile& file) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file.path, ignored);
  if (fs::is_directory(status))
    return refused(fmt::format("{}: is a folder; give a file as {}", file.path, file.option));
  if (!fs::is_regular_file(status) || fs::file_size(file.path, ignored) == 0 || is_of(file.kind, file.path)) return {};
  return refused(fmt::format("{}: is there already and is no {}; give another {}, or remove it", file.path,
                             row_of(file.kind).name, file.option));
}

/// By device and inode, so that links count, too.
bool is_same(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return a == b || fs::equivalent(a, b, ignored);
}

}  // namespace

Result<void> is_no_input(std::string_view option, const std::string& path, const std::vector<std::string>& inputs) {
  if (path == "-") return refused(fmt::format("{}: standard output will not do here; give a file", option));
  std::error_code ignored;
  for (const std::string& input : inputs)
    if (fs::is_regular_file(input, ignored) && is_same(path, input))
      return refused(fmt::format("{}: the command reads it, and it would be lost; give another {}", path, option));
  return {};
}

Result<void> may_write(const std::vector<OutputFile>& files, const std::vector<std::string>& inputs) {
  for (const OutputFile& file : files) {
    if (file.path.empty()) continue;
    if (auto free = is_no_input(file.option, file.path, inputs); !free) return free;
    if (auto free = may_write_one(file); !free) return free;
    for (const OutputFile& other : files)
      if (&other != &file && is_same(other.path, file.path) && other.path != "/dev/null")
        return refused(
            fmt::format("{} and {} are the same file; give another for one of them", file.option, other.option));
  }
  return {};
}

std::vector<std::string> files_of_store(const std::string& path) { return {path, path + "-wal", path + "-shm"}; }

std::vector<std::string> files_of_runs(const std::vector<std::string>& runs, const std::string& store) {
  std::vector<std::string> files = files_of_store(store);
  const auto add = [&](const std::string& name) {
    files.push_back(name);
    files.push_back((fs::path(name) / "eval_results.json").string());
  };
  for (const std::string& run : runs) {
    add(run);
    for (std::size_t at = 0; run.find(',') != std::string::npos && at <= run.size();) {
      const std::size_t comma = std::min(run.find(',', at), run.size());
      add(run.substr(at, comma - at));
      at = comma + 1;
    }
  }
  return files;
}

Result<void> write_output(const std::string& path, std::string_view text) {
  ReplaceFile file(path);
  file.write(text);
  return file.finish();
}

}  // namespace assay::harness
