#include "tests/e2e/workplace.h"

#include <cmath>
#include <cstdlib>
#include <sstream>

#include "sandbox/installation.h"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// What scripts/setup made is found before the environment is another.
fs::path interpreter() { return sandbox::default_python(); }

}  // namespace

std::string missing_for_samples(const fs::path& path) {
  if (!fs::exists(path)) return path.filename().string() + " of the shared data is absent";
  if (!fs::exists(interpreter())) return "the samples' interpreter is absent: run scripts/setup";
  static const bool jail = [] {
    const Workplace place;
    return place.assay({"exec", write_file(place / "empty.py", "").string()}).code != 4;
  }();
  return jail ? "" : "no jail can be made here";
}

Workplace::Workplace() {
  environment_ = {{"PATH", variable("PATH")},
                  {"HOME", folder_.path().string()},
                  {"XDG_DATA_HOME", (folder_ / "data").string()},
                  {"XDG_CACHE_HOME", (folder_ / "cache").string()},
                  {"ASSAY_PYTHON", interpreter().string()},
                  {"ASSAY_PYTEST", sandbox::installed("ASSAY_PYTEST", "pytest").string()}};
  if (const fs::path rustup = fs::path(variable("HOME")) / ".rustup"; fs::exists(rustup))
    set("RUSTUP_HOME", rustup.string());
  if (const std::string warden = variable("ASSAY_WARDEN"); !warden.empty()) set("ASSAY_WARDEN", warden);
}

Words assay_argv(const Words& words) {
  Words argv{ASSAY_BINARY};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

Ended Workplace::assay(const Words& words, int seconds) const {
  Command command(assay_argv(words), environment_);
  return command.wait(seconds);
}

Words Workplace::eval(const std::string& dataset, const fs::path& samples, const Words& more) const {
  return eval(folder_ / "store.db", dataset, samples, more);
}

Words Workplace::eval_of_a_benchmark(const std::string& dataset, const fs::path& samples, const Words& more) const {
  static const TemporaryFolder kept;
  return eval(kept / "store.db", dataset, samples, more);
}

Words Workplace::eval(const fs::path& store, const std::string& dataset, const fs::path& samples,
                      const Words& more) const {
  Words words{"eval",         "--dataset",      dataset,
              "--samples",    samples.string(), "--store",
              store.string(), "--output",       (folder_ / "results.json").string(),
              "--json"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

json::object printed(const Ended& ended, int code) {
  CAPTURE(ended.signal, ended.hung, ended.out, ended.err);
  REQUIRE(ended.code == code);
  boost::system::error_code error;
  const auto value = json::parse(ended.out, error);
  REQUIRE(!error);
  REQUIRE(value.is_object());
  return value.as_object();
}

std::string Entry::text() const {
  return task_id + "#" + std::to_string(number) + " base " + base + " (failed " + base_failed + "), plus " + plus +
         " (failed " + plus_failed + ")";
}

std::vector<Entry> read_results(const fs::path& path) {
  Command python({interpreter().string(), ASSAY_SOURCE_DIR "/tests/e2e/read_results.py", path.string()}, {});
  const Ended ended = python.wait(patience);
  CAPTURE(ended.err);
  REQUIRE(ended.code == 0);
  std::vector<Entry> entries;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Entry entry;
    std::string number;
    for (std::string* field :
         {&entry.task_id, &number, &entry.base, &entry.plus, &entry.base_failed, &entry.plus_failed})
      std::getline(fields, *field, '\t');
    entry.number = std::stoul(number);
    entries.push_back(std::move(entry));
  }
  return entries;
}

void check_same(const std::vector<Entry>& found, const std::vector<Entry>& expected) {
  REQUIRE(found.size() == expected.size());
  std::string differ;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] != expected[i]) differ += found[i].text() + "\n  expected " + expected[i].text() + "\n";
  CAPTURE(differ);
  CHECK(differ.empty());
}

std::size_t count(const std::vector<Entry>& entries, bool plus) {
  std::size_t passed = 0;
  for (const Entry& entry : entries)
    if (entry.base == "pass" && (!plus || entry.plus == "pass")) ++passed;
  return passed;
}

void check_counts(const json::object& printed, const std::vector<Entry>& entries) {
  std::map<std::string, std::map<std::string, std::int64_t>> verdicts;
  struct Task {
    double samples = 0, base = 0, plus = 0;
  };
  std::map<std::string, Task> tasks;
  for (const Entry& entry : entries) {
    ++verdicts["base"][entry.base];
    ++verdicts["plus"][entry.plus];
    Task& task = tasks[entry.task_id];
    ++task.samples;
    task.base += entry.base == "pass" ? 1 : 0;
    task.plus += entry.base == "pass" && entry.plus == "pass" ? 1 : 0;
  }
  CHECK(printed.at("samples").to_number<std::size_t>() == entries.size());
  CHECK(printed.at("without_verdict") == 0);
  double base = 0, plus = 0;
  for (const auto& [id, task] : tasks) {
    base += task.base / task.samples / static_cast<double>(tasks.size());
    plus += task.plus / task.samples / static_cast<double>(tasks.size());
  }
  const json::value whole(printed);
  for (const char* set : {"base", "plus"}) {
    CAPTURE(set);
    const bool is_base = std::string_view(set) == "base";
    if (!is_base && whole.at("verdicts").at("plus").is_null()) continue;
    for (const char* verdict : {"pass", "fail", "timeout"})
      CHECK(whole.at("verdicts").at(set).at(verdict) == verdicts[set][verdict]);
    CHECK(std::abs(whole.at("pass_at_k").at(set).at("pass@1").to_number<double>() - (is_base ? base : plus)) < 1e-9);
    std::int64_t causes = 0;
    for (const auto& [cause, number] : whole.at("causes").at(set).as_object()) causes += number.as_int64();
    CHECK(causes == verdicts[set]["fail"] + verdicts[set]["timeout"]);
  }
}

std::string sample_line(const std::string& task_id, const std::string& solution) {
  return json::serialize(json::object{{"task_id", task_id}, {"solution", solution}}) + "\n";
}

}  // namespace assay::tests
