// A run whose processes are killed at random, whose samples fill what they are given, and under which control groups
// stop being made: every sample has one verdict, the one that it has in peace, or an honest error that a resume
// repairs.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <thread>

#include "datasets/load.h"
#include "tests/children.h"
#include "tests/e2e/orphans.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;
namespace fs = std::filesystem;
namespace datasets = assay::datasets;

namespace {

/// Programs that use up what a sample has, and then fail as any wrong one does.
const char* const greedy[] = {
    "import pathlib\ntry:\n    while True:\n        with open('x', 'ab') as f: f.write(b'0' * (1 << 20))\n"
    "except BaseException: pass\n",
    "import pathlib\ntry:\n    for i in range(10 ** 6): pathlib.Path(str(i)).touch()\nexcept BaseException: pass\n",
    "import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(9,), "
    "daemon=True).start()\n"
    "except BaseException: pass\n",
};

/// What makes a program take its time over its first calls.
constexpr const char* slow =
    "\nimport time\n_real, _left = {0}, [0.02] * 20\ndef {0}(*a):\n    if _left: time.sleep(_left.pop())\n"
    "    return _real(*a)\n";

/// Mini's samples twice over, each a program of its own, and greedy and slow ones among them.
fs::path many_samples(const Workplace& place) {
  const auto mini = datasets::load("mini");
  REQUIRE(mini);
  std::map<std::string, std::string> entry_points;
  for (const auto& problem : mini->dataset.problems) entry_points.emplace(problem.task_id, problem.entry_point);
  std::istringstream lines(read_file(mini_samples));
  const fs::path path = place / "samples.jsonl";
  std::ofstream file(path);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    const auto sample = boost::json::parse(line).as_object();
    const std::string task(sample.at("task_id").as_string());
    const auto* solution = sample.if_contains("solution");
    if (solution == nullptr) continue;
    const std::string program(solution->as_string());
    for (const char* end : {"\n", "\n# second\n"}) file << sample_line(task, program + end);
    if (number % 6 == 3) file << sample_line(task, program + fmt::format(slow, entry_points.at(task)));
    if (number % 12 == 0) file << sample_line(task, greedy[number / 12 % std::size(greedy)]);
  }
  return path;
}

Words words_of(const Workplace& place) {
  return place.eval("mini", place / "samples.jsonl", {"--min-time-limit", "1", "--parallel", "3"});
}

/// Processes below `root`, itself left out: wardens, then what wardens have started.
std::vector<std::vector<pid_t>> descendants(pid_t root) {
  std::vector<std::vector<pid_t>> levels;
  std::vector<pid_t> parents = {root};
  while (!parents.empty() && levels.size() < 3) {
    std::vector<pid_t> below;
    for (const pid_t parent : parents)
      for (const pid_t child : children(parent)) below.push_back(child);
    levels.push_back(below);
    parents = below;
  }
  return levels;
}

/// Stops `root` and all below it, as a paused container does, for longer than a call may take.
void stand_still(pid_t root) {
  std::vector<pid_t> all = {root};
  for (const auto& level : descendants(root)) all.insert(all.end(), level.begin(), level.end());
  for (const pid_t pid : all) ::kill(pid, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  for (const pid_t pid : all) ::kill(pid, SIGCONT);
}

/// How many samples have a verdict in the store; -1 where one has two.
long stored(const fs::path& path) {
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  ::sqlite3_busy_timeout(opened, 5000);
  sqlite3_stmt* prepared = nullptr;
  const char* const sql =
      "SELECT count(*), count(DISTINCT ordinal) FROM (SELECT ordinal FROM verdicts GROUP BY run, ordinal)";
  if (code != SQLITE_OK || ::sqlite3_prepare_v2(opened, sql, -1, &prepared, nullptr) != SQLITE_OK) return 0;
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
  REQUIRE(::sqlite3_step(prepared) == SQLITE_ROW);
  const auto rows = ::sqlite3_column_int64(prepared, 0), samples = ::sqlite3_column_int64(prepared, 1);
  return rows == samples ? static_cast<long>(rows) : -1;
}

/// Why samples of the store failed otherwise than by a wrong answer, by how many: what to look at when verdicts differ.
std::string causes(const fs::path& path) {
  sqlite3* opened = nullptr;
  ::sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  std::string text;
  const auto add = [](void* to, int, char** columns, char**) {
    *static_cast<std::string*>(to) += std::string(columns[0]) + "\n";
    return 0;
  };
  ::sqlite3_exec(opened,
                 "SELECT count(*) || ' ' || verdict || ' ' || cause || ' ' || detail FROM verdicts WHERE verdict <> "
                 "'pass' AND cause <> 'wrong_answer' GROUP BY verdict, cause, detail",
                 add, &text, nullptr);
  return text;
}

/// The run in peace.
const std::vector<Entry>& in_peace() {
  static const std::vector<Entry> entries = [] {
    const Workplace place;
    many_samples(place);
    printed(place.assay(words_of(place)));
    return read_results(place / "results.json");
  }();
  return entries;
}

/// In the mount namespace of `process`, every hierarchy of control groups becomes read-only, or can be written to
/// again.
bool set_groups_read_only(pid_t process, bool read_only) {
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string folder = "/proc/" + std::to_string(process);
    const int space = ::open((folder + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC);
    std::ifstream mounts(folder + "/mounts");
    std::vector<std::string> places;
    for (std::string line; std::getline(mounts, line);) {
      std::istringstream fields(line);
      std::string device, path, type;
      fields >> device >> path >> type;
      if (type.starts_with("cgroup")) places.push_back(path);
    }
    bool done = ::setns(space, CLONE_NEWNS) == 0 && !places.empty();
    unsigned long flags = MS_REMOUNT | MS_BIND;
    if (read_only) flags |= MS_RDONLY;
    const auto remounted = [flags](const std::string& place) {
      return ::mount(nullptr, place.c_str(), nullptr, flags, nullptr) == 0;
    };
    // Refused while somebody makes or removes a group, which takes a moment.
    for (const auto& place : places)
      for (int tries = 0; done && !remounted(place); ++tries) done = errno == EBUSY && tries < 1'000'000;
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// What is mounted, but for the disks of tests that run meanwhile.
std::vector<std::string> mounts() {
  std::vector<std::string> all;
  std::istringstream lines(read_file("/proc/self/mounts"));
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("assay-test ")) all.push_back(line);
  return all;
}

/// What the disturbed run kept is right, a resume judges the rest, and nothing is left of either.
void check_repaired(const Workplace& place, const Ended& disturbed, Orphans& orphans, const std::set<pid_t>& killed) {
  CAPTURE(disturbed.err, disturbed.signal, disturbed.hung);
  CHECK((disturbed.code == 0 || disturbed.code == 5));
  const long kept = stored(place / "store.db");
  CHECK(kept >= 0);
  if (disturbed.code == 0) CHECK(static_cast<std::size_t>(kept) == in_peace().size());
  const auto report = printed(place.assay(words_of(place)));
  CHECK(report.at("kept").to_number<long>() == kept);
  CHECK(report.at("judged").to_number<long>() == static_cast<long>(in_peace().size()) - kept);
  {
    CAPTURE(causes(place / "store.db"));
    check_same(read_results(place / "results.json"), in_peace());
  }
  const auto left = orphans.wait(60);
  CAPTURE(left);
  CHECK(left.empty());
  std::set<pid_t> wardens = orphans.ended();
  wardens.insert(killed.begin(), killed.end());
  CHECK(groups_of(wardens).empty());
  CHECK(fs::is_empty(place / "temporary"));
}

}  // namespace

TEST_CASE("killed and stopped at random, a run changes no verdict and leaves nothing", "[chaos]") {
  ASSAY_NEEDS(mini_samples);
  in_peace();
  const auto seed = GENERATE(1U, 2U);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto any = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  const auto mounted = mounts();
  Workplace place;
  fs::create_directory(place / "temporary");
  place.set("TMPDIR", (place / "temporary").string());
  many_samples(place);
  Orphans orphans;
  std::set<pid_t> killed;
  std::size_t kills = 0, wardens = 0;
  Command command(assay_argv(words_of(place)), place.environment());
  while (command.runs_for(static_cast<int>(20 + any(80)))) {
    if (stored(place / "store.db") == 0) continue;
    const auto levels = descendants(command.pid());
    const std::size_t level = any(6) == 0 || levels.size() < 2 || levels[1].empty() ? 0 : 1;
    if (levels.empty() || levels[level].empty()) continue;
    const pid_t victim = levels[level][any(levels[level].size())];
    if (::kill(victim, SIGKILL) != 0) continue;
    killed.insert(victim);
    ++kills;
    wardens += level == 0;
    if (kills % 40 == 5) stand_still(command.pid());
  }
  const Ended ended = command.wait(0);
  CAPTURE(kills, wardens);
  CHECK(kills > wardens);
  check_repaired(place, ended, orphans, killed);
  CHECK(mounts() == mounted);
}

TEST_CASE("while no control group can be made samples end with an error, and a resume judges them", "[chaos]") {
  ASSAY_NEEDS(mini_samples);
  if (::geteuid() != 0 || !fs::exists("/usr/bin/unshare")) ASSAY_SKIP("it takes root and unshare");
  in_peace();
  Workplace place;
  fs::create_directory(place / "temporary");
  place.set("TMPDIR", (place / "temporary").string());
  many_samples(place);
  Orphans orphans;
  Words argv = {"/usr/bin/unshare", "-m"};
  for (const std::string& word : assay_argv(words_of(place))) argv.push_back(word);
  Command command(argv, place.environment());
  while (command.runs_for(10) && stored(place / "store.db") == 0) {
  }
  if (!set_groups_read_only(command.pid(), true)) ASSAY_SKIP("control groups can't be made read-only here");
  CHECK(command.says("no verdict", patience));
  set_groups_read_only(command.pid(), false);
  const Ended ended = command.wait(patience);
  CHECK(ended.code == 5);
  check_repaired(place, ended, orphans, {});
}
