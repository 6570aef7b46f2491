// Nothing that was judged is lost, or judged again, however a run ends; and nothing of it stays.
#include <signal.h>
#include <sqlite3.h>

#include <memory>
#include <random>

#include "tests/e2e/orphans.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

constexpr std::size_t all_samples = 172;

/// The words of the run, whose one endless sample is ended soon.
Words words_of(const Workplace& place, const Words& more = {}) {
  Words words = place.eval("mini", mini_samples, {"--min-time-limit", "1"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// How many samples have their verdicts in the store.
std::size_t stored(const std::filesystem::path& path) {
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  ::sqlite3_busy_timeout(opened, 5000);
  sqlite3_stmt* prepared = nullptr;
  if (code != SQLITE_OK ||
      ::sqlite3_prepare_v2(opened, "SELECT count(DISTINCT ordinal) FROM verdicts", -1, &prepared, nullptr) != SQLITE_OK)
    return 0;  // not there yet
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
  REQUIRE(::sqlite3_step(prepared) == SQLITE_ROW);
  return static_cast<std::size_t>(::sqlite3_column_int64(prepared, 0));
}

std::vector<Entry> undisturbed() {
  static const std::vector<Entry> entries = [] {
    const Workplace place;
    printed(place.assay(words_of(place)));
    return read_results(place / "results.json");
  }();
  return entries;
}

void check_no_process_left(Orphans& orphans) {
  const auto left = orphans.wait(60);
  CAPTURE(left);
  CHECK(left.empty());
}

/// Ends the run, and compares it with one that nothing disturbed. Its wardens clear away what killed ones left.
void check_resumed(const Workplace& place, std::size_t kept, const std::set<pid_t>& ended) {
  const auto report = printed(place.assay(words_of(place)));
  CHECK(report.at("kept").to_number<std::size_t>() == kept);
  CHECK(report.at("judged").to_number<std::size_t>() == all_samples - kept);
  const auto entries = read_results(place / "results.json");
  check_counts(report, entries);
  check_same(entries, undisturbed());
  const auto groups = groups_of(ended);
  CAPTURE(groups);
  CHECK(groups.empty());
}

Words with_progress(const Workplace& place) {
  Words words = words_of(place);
  std::erase(words, "--json");
  return words;
}

}  // namespace

TEST_CASE("killed at random moments, a run goes on where it was and ends as if undisturbed", "[resume]") {
  ASSAY_NEEDS(mini_samples);
  undisturbed();
  std::mt19937 random(1);
  const Workplace place;
  Orphans orphans;
  std::size_t kept = 0, kills = 0;
  constexpr std::size_t enough_kills = 60;
  for (; kills < enough_kills; ++kills) {
    Command command(assay_argv(words_of(place)), place.environment());
    // From before it read its arguments to the end of a short run.
    if (!command.runs_for(std::uniform_int_distribution<int>(0, 1500)(random))) {
      const Ended ended = command.wait(0);
      CAPTURE(ended.err);
      REQUIRE(ended.code == 0);
      break;
    }
    command.kill(SIGKILL);
    const Ended ended = command.wait(60);
    CAPTURE(kills, kept);
    CHECK(ended.signal == SIGKILL);
    CHECK(stored(place / "store.db") >= kept);
    kept = stored(place / "store.db");
    check_no_process_left(orphans);
  }
  CAPTURE(kills, kept);
  CHECK(kills > 2);
  const std::size_t in_store = stored(place / "store.db");
  CHECK(in_store >= kept);
  check_resumed(place, in_store, orphans.ended());
}

TEST_CASE("Ctrl-C ends a run with 130, keeps what is judged, and the same command goes on", "[resume]") {
  ASSAY_NEEDS(mini_samples);
  undisturbed();
  const Workplace place;
  Orphans orphans;
  Command command(assay_argv(with_progress(place)), place.environment(), Command::Errors::terminal);
  REQUIRE(command.says("/s", patience));  // some are judged
  command.press('\x03');                  // to all processes of the terminal's group
  const Ended ended = command.wait(60);
  CAPTURE(ended.err, ended.signal, ended.hung);
  CHECK(ended.code == 130);
  const std::size_t kept = stored(place / "store.db");
  CHECK(kept > 0);
  CHECK(kept < all_samples);
  CHECK_THAT(ended.err, Catch::Contains(std::to_string(kept) + " of 172 samples are kept"));
  CHECK_FALSE(std::filesystem::exists(place / "results.json"));
  check_no_process_left(orphans);
  check_resumed(place, kept, orphans.ended());
}

TEST_CASE("a second Ctrl-C ends a run at once, whatever it waits for", "[resume]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  Orphans orphans;
  Command command(assay_argv(with_progress(place)), place.environment(), Command::Errors::terminal);
  REQUIRE(command.says("/s", patience));  // some are judged
  const auto wardens = children_of(command.pid(), "assay-warden");
  REQUIRE(!wardens.empty());
  for (const pid_t warden : wardens) ::kill(warden, SIGSTOP);
  command.press('\x03');
  CHECK(command.runs_for(500));  // the first waits for wardens, which do not answer
  command.press('\x03');
  CHECK(command.wait(60).code == 130);
  for (const pid_t warden : wardens) ::kill(warden, SIGCONT);
  check_no_process_left(orphans);
}

TEST_CASE("samples of other tasks that come or go leave each sample its own verdict", "[resume]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const auto mini = [](int task, const char* body) {
    return sample_line("Mini/" + std::to_string(task), std::string("def clamped_total(values, low, high):\n  ") + body);
  };
  const std::string good = mini(0, "return sum(min(max(v, low), high) for v in values)"),
                    bad = mini(0, "return -12345");
  const std::string other = sample_line("Other/7", "x = 1");
  const auto judged = [&](const std::string& lines) {
    write_file(place / "samples.jsonl", lines);
    const auto report = printed(place.assay(place.eval("mini", place / "samples.jsonl", {"--allow-missing"})));
    std::string words;
    for (const Entry& entry : read_results(place / "results.json")) words += entry.base + " ";
    return std::pair(report, words);
  };
  CHECK(judged(other + good + bad + good + bad).second == "pass fail pass fail ");
  const auto [report, words] = judged(good + bad + other + good + bad);
  CHECK(words == "pass fail pass fail ");
  CHECK(report.at("kept") == 4);
  CHECK(judged(good + bad + good + bad).second == "pass fail pass fail ");
  const auto told = printed(place.assay(
      {"report", std::string(report.at("run").as_string()), "--json", "--store", (place / "store.db").string()}));
  CHECK_FALSE(told.empty());
}

TEST_CASE("a folder of another task that comes or goes leaves each sample its own verdict", "[resume]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const std::string head = "def clamped_total(values, low, high):\n  ";
  write_file(place / "samples/Mini_0/0.py", head + "return sum(min(max(v, low), high) for v in values)");
  write_file(place / "samples/Mini_0/1.py", head + "return -12345");
  write_file(place / "samples/Another_1/0.py", "x = 1");  // sorted ahead
  const auto words = [&] {
    printed(place.assay(place.eval("mini", place / "samples", {"--allow-missing"})));
    std::string all;
    for (const Entry& entry : read_results(place / "results.json")) all += entry.base + " ";
    return all;
  };
  CHECK(words() == "pass fail ");
  std::filesystem::remove_all(place / "samples/Another_1");
  CHECK(words() == "pass fail ");
}

TEST_CASE("a warden that is killed is replaced, and no verdict changes", "[resume]") {
  ASSAY_NEEDS(mini_samples);
  undisturbed();
  const Workplace place;
  Orphans orphans;
  std::set<pid_t> killed;
  {
    Command command(assay_argv(words_of(place, {"--parallel", "2"})), place.environment());
    while (killed.empty() && command.runs_for(10)) {
      if (stored(place / "store.db") == 0) continue;
      for (const pid_t warden : children_of(command.pid(), "assay-warden")) {
        ::kill(warden, SIGKILL);
        killed.insert(warden);
        break;
      }
    }
    REQUIRE(killed.size() == 1);
    const auto report = printed(command.wait(patience));
    CHECK(report.at("warden_restarts") == 1);
    check_same(read_results(place / "results.json"), undisturbed());
  }
  check_no_process_left(orphans);
  check_resumed(place, all_samples, killed);
}
