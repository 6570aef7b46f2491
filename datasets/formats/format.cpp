#include "datasets/formats/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "datasets/formats/rows.h"
#include "datasets/record.h"

namespace assay::datasets {
namespace {

struct KnownFormat {
  Format format;
  std::string_view name;
  std::vector<std::string_view> keys;  ///< a row that has all of them is of this format
  Problem (*read)(Record&);
};

/// In the order in which they are tried: HumanEval+ has HumanEval's `test` beside its inputs.
const std::vector<KnownFormat>& known_formats() {
  static const std::vector<KnownFormat> table = {
      {Format::evalplus, "EvalPlus's format", {"base_input"}, evalplus_row},
      {Format::mbpp, "MBPP's format", {"test_list"}, mbpp_row},
      {Format::humaneval, "HumanEval's format", {"test", "entry_point"}, humaneval_row},
      {Format::assert_list, "a list of asserts", {"test_cases"}, assert_list_row},
      {Format::assert_list, "a list of asserts", {"tests"}, assert_list_row},
  };
  return table;
}

const KnownFormat* row_of(const Record& record) {
  for (const KnownFormat& row : known_formats())
    if (std::all_of(row.keys.begin(), row.keys.end(), [&](std::string_view key) { return record.has(key); }))
      return &row;
  return nullptr;
}

Family family_of(const std::vector<Problem>& problems) {
  const auto all = [&](std::string_view prefix) {
    return std::all_of(problems.begin(), problems.end(),
                       [&](const Problem& p) { return p.task_id.starts_with(prefix); });
  };
  return all("HumanEval/") ? Family::humaneval : all("Mbpp/") ? Family::mbpp : Family::other;
}

std::string stem_of(std::string_view file) {
  const std::string name = std::filesystem::path(file).filename().string();
  return name.substr(0, name.find('.', 1));
}

/// Gathers problems and keeps their ids apart.
class Reader {
 public:
  explicit Reader(std::string_view file) : stem_(stem_of(file)) {}
  Result<void> add(Record record);
  Contents finish();

 private:
  void name_again(std::string& task_id);

  std::string stem_;
  Contents contents_;
  const KnownFormat* row_ = nullptr;
  std::unordered_set<std::string> ids_;
  std::size_t renamed_ = 0;
  std::unordered_map<std::string, std::size_t> seen_;  ///< how often each repeated id stood there
};

Result<void> Reader::add(Record record) {
  if (row_ == nullptr) row_ = row_of(record);
  if (row_ == nullptr) {
    return tl::unexpected(
        Error{Errc::malformed,
              fmt::format("{}: no known format: neither \"base_input\" (EvalPlus), \"test_list\" (MBPP), \"test\" and "
                          "\"entry_point\" (HumanEval), nor \"test_cases\" or \"tests\" (assert lists) is given",
                          record.where())});
  }
  Problem problem = row_->read(record);
  if (record.error()) return tl::unexpected(*record.error());
  const bool asserts = row_->format == Format::assert_list;
  if (problem.task_id.empty()) problem.task_id = fmt::format("{}/{}", stem_, contents_.problems.size());
  if (!ids_.insert(problem.task_id).second) {
    if (!asserts) {
      record.reject("task_id", fmt::format("\"{}\" stands there twice", problem.task_id));
      return tl::unexpected(*record.error());
    }
    name_again(problem.task_id);
  }
  contents_.problems.push_back(std::move(problem));
  return {};
}

/// AceCode has a question twice under one id, as text and as a stub to complete: the second becomes "id#2".
void Reader::name_again(std::string& task_id) {
  ++renamed_;
  std::size_t& count = seen_.try_emplace(task_id, 1).first->second;
  std::string name;
  do {
    name = fmt::format("{}#{}", task_id, ++count);
  } while (!ids_.insert(name).second);
  task_id = std::move(name);
}

Contents Reader::finish() {
  contents_.format = row_->format;
  contents_.family = family_of(contents_.problems);
  if (renamed_ > 0)
    contents_.warnings.push_back(fmt::format("{}: {} repeated ids were given numbers (\"id#2\")", stem_, renamed_));
  return std::move(contents_);
}

}  // namespace

std::string_view name(Format format) {
  for (const KnownFormat& row : known_formats())
    if (row.format == format) return row.name;
  return {};
}

Result<Contents> read_problems(std::string_view content, std::string_view file) {
  Reader reader(file);
  const auto done = for_each_record(content, file, [&](Record record) { return reader.add(std::move(record)); });
  if (!done) return tl::unexpected(done.error());
  return reader.finish();
}

}  // namespace assay::datasets
