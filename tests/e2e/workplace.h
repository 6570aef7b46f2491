#pragma once
/// The real command in a folder of its own: its store, its caches and its results touch nothing else.
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/e2e/command.h"
#include "tests/temporary_folder.h"

namespace assay::tests {

/// Ends the test case where samples can't run here, or `path` is not there.
#define ASSAY_NEEDS(path)                                                                                           \
  do {                                                                                                              \
    if (const std::string missing = assay::tests::missing_for_samples(path); !missing.empty()) ASSAY_SKIP(missing); \
  } while (false)

/// What is missing to run samples of `path`; empty where nothing is.
std::string missing_for_samples(const std::filesystem::path& path = ASSAY_SOURCE_DIR);

/// Samples of the data set `mini`.
inline const std::filesystem::path mini_samples = ASSAY_SOURCE_DIR "/datasets/mini/samples.jsonl";

/// Seconds after which a command hangs.
constexpr int patience = 900;

using Words = std::vector<std::string>;

class Workplace {
 public:
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }
  [[nodiscard]] const std::map<std::string, std::string>& environment() const { return environment_; }
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

  /// `assay` with these words, to its end.
  Ended assay(const Words& words, int seconds = patience) const;
  /// The words of an evaluation: its store, and its results in `results.json` here.
  [[nodiscard]] Words eval(const std::string& dataset, const std::filesystem::path& samples,
                           const Words& more = {}) const;
  /// The same, in a store that all such evaluations of this process share: expected results of a benchmark take as long
  /// as its samples, and are computed once.
  [[nodiscard]] Words eval_of_a_benchmark(const std::string& dataset, const std::filesystem::path& samples,
                                          const Words& more = {}) const;

  Workplace();

 private:
  [[nodiscard]] Words eval(const std::filesystem::path& store, const std::string& dataset,
                           const std::filesystem::path& samples, const Words& more) const;
  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
};

/// The command's own file, in front of `words`.
Words assay_argv(const Words& words);

/// The object that a command printed; the test case fails where it ended otherwise than with `code`.
boost::json::object printed(const Ended& ended, int code = 0);

/// A sample's entry in a results file, failed tests by their digest.
struct Entry {
  std::string task_id;
  std::size_t number = 0;  ///< of the task's samples
  std::string base, plus, base_failed, plus_failed;
  bool operator==(const Entry&) const = default;
  [[nodiscard]] std::string text() const;
};

/// The `eval` part of a results file, read by Python.
std::vector<Entry> read_results(const std::filesystem::path& path);

/// Reports entries that differ.
void check_same(const std::vector<Entry>& found, const std::vector<Entry>& expected);

/// That the counts and the pass@1 that were printed are those of the entries.
void check_counts(const boost::json::object& printed, const std::vector<Entry>& entries);

std::size_t count(const std::vector<Entry>& entries, bool plus);  ///< that pass base, or base and plus

std::string sample_line(const std::string& task_id, const std::string& solution);

}  // namespace assay::tests
