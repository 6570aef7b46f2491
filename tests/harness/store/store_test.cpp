#include "harness/store/store.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <thread>

#include "harness/store/database.h"
#include "harness/store/schema.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

RunKey key_named(const std::string& name) { return {name, "humaneval", "d1", "s1", "4 s", "python 3.11"}; }

SampleResult some_result(std::uint32_t seed) {
  SampleResult result;
  result.base = {
      Verdict::fail, Cause::exception, "ValueError", {seed, seed + 7}, "[1, '\xc3\xa9']", seed * 3, 0.25, false, {}};
  if (seed % 2 == 0) result.plus = SetResult{Verdict::timeout, Cause::timeout, "", {}, "", 2, 1e-9 * seed, true, {}};
  result.base.attempts = sandbox::Attempts::of_bits(static_cast<std::uint16_t>(seed % 512));
  return result;
}

bool same(const SetResult& a, const SetResult& b) {
  return a.verdict == b.verdict && a.cause == b.cause && a.detail == b.detail && a.failed == b.failed &&
         a.returned == b.returned && a.passed == b.passed && a.cpu_seconds == b.cpu_seconds && a.shared == b.shared &&
         a.attempts == b.attempts;
}

bool same(const SampleResult& a, const SampleResult& b) {
  return same(a.base, b.base) && a.plus.has_value() == b.plus.has_value() && (!a.plus || same(*a.plus, *b.plus));
}

Store opened(const std::filesystem::path& path, const Store::Options& options = {}) {
  auto store = Store::open(path, options);
  if (!store) FAIL(store.error().message);
  return std::move(*store);
}

/// The first column of the first row, read apart from the store's own code.
std::string ask(const std::filesystem::path& path, const char* sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  std::string answer;
  const auto take = [](void* into, int, char** values, char**) {
    *static_cast<std::string*>(into) = values[0] ? values[0] : "";
    return 0;
  };
  CHECK(sqlite3_exec(connection, sql, take, &answer, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
  return answer;
}

TEST_CASE("a result is there at once, and after the store was closed and opened again", "[store]") {
  const tests::TemporaryFolder folder;
  RunId run{};
  {
    Store store = opened(folder / "new/folder/results.db");
    run = store.open_or_create_run(key_named("a")).value();
    CHECK_FALSE(store.verdict(run, 1).value().has_value());
    for (const std::uint32_t i : {1U, 2U}) {
      REQUIRE(store.put(run, i, some_result(i)));
      const auto kept = store.verdict(run, i).value();
      REQUIRE(kept.has_value());
      CHECK(same(*kept, some_result(i)));
    }
  }
  Store store = opened(folder / "new/folder/results.db");
  CHECK(store.open_or_create_run(key_named("a")).value() == run);
  CHECK(store.open_or_create_run(key_named("b")).value() != run);
  for (const std::uint32_t i : {1U, 2U}) CHECK(same(store.verdict(run, i).value().value(), some_result(i)));
  CHECK_FALSE(store.verdict(run, 3).value().has_value());
}

TEST_CASE("a sample's decode trace is kept, compressed, as long as the sample is the same", "[store]") {
  const tests::TemporaryFolder folder;
  const auto path = folder / "r.db";
  Store store = opened(path);
  const RunId run = store.open_or_create_run(key_named("a")).value();
  std::vector<Sample> samples{{"T/0", "x = 0", 0}, {"T/1", "x = 1", 1}};
  const std::string json = "{\"steps\": [" + std::string(10'000, ' ') + "]}";
  CHECK_FALSE(store.put_traces(run, {{0, json}}));  // of no sample
  REQUIRE(store.keep_samples(run, "d1", samples));
  CHECK_FALSE(store.put_traces(run, {{0, json}, {7, json}}));
  CHECK(store.traced(run).value().empty());  // all or none
  REQUIRE(store.put_traces(run, {{0, "{}"}, {1, "{}"}}));
  REQUIRE(store.put_traces(run, {{0, json}}));
  CHECK(store.traced(run).value() == std::set<std::uint32_t>{0, 1});
  CHECK(ask(path, "SELECT bytes FROM decode_traces WHERE ordinal = 0") == std::to_string(json.size()));
  CHECK(std::stoi(ask(path, "SELECT length(compressed) FROM decode_traces WHERE ordinal = 0")) < 100);

  // Keeping a sample that is there, as where more of them came, leaves its trace.
  samples.push_back({"T/1", "x = 2", 2});
  REQUIRE(store.keep_samples(run, "d1", samples));
  REQUIRE(store.add_sample(run, "d1", samples[0]));
  CHECK(store.traced(run).value() == std::set<std::uint32_t>{0, 1});
  samples[1].solution = "x = 7";
  REQUIRE(store.forget_other_samples(run, samples));
  CHECK(store.traced(run).value() == std::set<std::uint32_t>{0});
}

TEST_CASE("attempts are kept by kind, in words that SQL can read", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const RunId run = store.open_or_create_run(key_named("a")).value();
  SampleResult result = some_result(0);
  REQUIRE(store.put(run, 0, result));
  result.base.attempts = sandbox::Attempt::undecodable;
  result.base.attempts.add(sandbox::Attempt::outside_view);
  result.plus->attempts = sandbox::Attempt::forbidden_call;
  REQUIRE(store.put(run, 1, result));
  REQUIRE(store.flush());
  CHECK(same(store.verdict(run, 1).value().value(), result));
  CHECK(ask(folder / "r.db", "SELECT group_concat(attempts, ' ') FROM verdicts ORDER BY ordinal, test_set") ==
        R"([] [] ["outside_view","undecodable"] ["forbidden_call"])");
  CHECK(ask(folder / "r.db",
            "SELECT count(DISTINCT ordinal) FROM verdicts, json_each(attempts) WHERE value = 'undecodable'") == "1");
}

TEST_CASE("a store from before attempts and wrong answers were kept is brought up to date, and its verdicts show none",
          "[store]") {
  const tests::TemporaryFolder folder;
  RunId run{};
  SampleResult old = some_result(512);  // which shows no attempt
  old.base.returned.clear();
  {
    Store store = opened(folder / "r.db");
    run = store.open_or_create_run(key_named("a")).value();
    REQUIRE(store.put(run, 512, some_result(512)));
  }
  ask(folder / "r.db",
      "ALTER TABLE verdicts DROP COLUMN attempts; ALTER TABLE verdicts DROP COLUMN returned; ALTER TABLE runs DROP "
      "COLUMN "
      "dataset_md5; PRAGMA user_version = 1");
  Store store = opened(folder / "r.db");
  CHECK(ask(folder / "r.db", "PRAGMA user_version") == std::to_string(migrations().size()));
  CHECK(store.open_or_create_run(key_named("a")).value() == run);
  CHECK(same(store.verdict(run, 512).value().value(), old));
  REQUIRE(store.put(run, 3, some_result(3)));
  REQUIRE(store.flush());
  CHECK(same(store.verdict(run, 3).value().value(), some_result(3)));
}

TEST_CASE("a run knows by which md5 EvalPlus names its data, as soon as it was opened with it", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const RunId run = store.open_or_create_run(key_named("a")).value();
  CHECK(ask(folder / "r.db", "SELECT dataset_md5 FROM runs").empty());
  RunKey key = key_named("a");
  key.dataset_md5 = "m1";
  CHECK(store.open_or_create_run(key).value() == run);
  CHECK(ask(folder / "r.db", "SELECT dataset_md5 FROM runs") == "m1");
  CHECK(store.open_or_create_run(key_named("a")).value() == run);
  CHECK(ask(folder / "r.db", "SELECT dataset_md5 FROM runs") == "m1");
}

TEST_CASE("flush returns when the results are in the file", "[store]") {
  const tests::TemporaryFolder folder;
  Store::Options never;  // by itself
  never.commit_every = std::chrono::hours(1);
  never.commit_at = 1'000'000;
  Store store = opened(folder / "r.db", never);
  const RunId run = store.open_or_create_run(key_named("a")).value();
  REQUIRE(store.flush());
  for (std::uint32_t i = 0; i < 10; ++i) REQUIRE(store.put(run, i, some_result(i)));
  CHECK(ask(folder / "r.db", "SELECT count(*) FROM verdicts") == "0");
  REQUIRE(store.flush());
  CHECK(ask(folder / "r.db", "SELECT count(DISTINCT ordinal) FROM verdicts") == "10");
  CHECK(ask(folder / "r.db", "SELECT sum(value) FROM verdicts, json_each(failed)") == "160");
}

TEST_CASE("so many results are committed without a flush", "[store]") {
  const tests::TemporaryFolder folder;
  Store::Options options;
  options.commit_every = std::chrono::hours(1);
  options.commit_at = 4;
  Store store = opened(folder / "r.db", options);
  const RunId run = store.open_or_create_run(key_named("a")).value();
  // More than may wait: put() returns only because batches are committed.
  for (std::uint32_t i = 0; i < 400; ++i) REQUIRE(store.put(run, i, some_result(i)));
  CHECK(std::stoi(ask(folder / "r.db", "SELECT count(DISTINCT ordinal) FROM verdicts")) > 0);
}

TEST_CASE("many threads put, read and flush at once", "[store]") {
  const tests::TemporaryFolder folder;
  Store::Options options;
  options.commit_every = std::chrono::milliseconds(1);
  options.commit_at = 8;
  Store store = opened(folder / "r.db", options);
  const RunId run = store.open_or_create_run(key_named("a")).value();
  constexpr std::uint32_t threads = 4, each = 100;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> workers;
    for (std::uint32_t t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        for (std::uint32_t i = t * each; i < (t + 1) * each; ++i) {
          if (!store.put(run, i, some_result(i))) ++wrong;
          const auto kept = store.verdict(run, i);
          if (!kept || !*kept || !same(**kept, some_result(i))) ++wrong;
          if (i % 25 == 0 && !store.flush()) ++wrong;
          if (!store.put_ground_truth("d", "T/" + std::to_string(i % 3), TestSet::base, "f", {{"x", false, 1}}))
            ++wrong;
        }
      });
  }
  CHECK(wrong == 0);
  REQUIRE(store.flush());
  CHECK(ask(folder / "r.db", "SELECT count(DISTINCT ordinal) FROM verdicts") == std::to_string(threads * each));
}

TEST_CASE("a second result of a sample replaces the first", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const RunId run = store.open_or_create_run(key_named("a")).value();
  REQUIRE(store.put(run, 5, some_result(2)));
  REQUIRE(store.flush());
  REQUIRE(store.put(run, 5, some_result(4)));
  REQUIRE(store.flush());
  CHECK(same(store.verdict(run, 5).value().value(), some_result(4)));
}

TEST_CASE("a result of a run that was removed meanwhile is refused in words that say so", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const auto run = store.open_or_create_run(key_named("a"));
  REQUIRE(run);
  auto other = Database::open(folder / "r.db", std::chrono::seconds(10));
  REQUIRE(other);
  REQUIRE(other->execute("PRAGMA foreign_keys = ON; DELETE FROM runs"));
  REQUIRE(store.put(*run, 0, some_result(1)));
  const auto flushed = store.flush();
  REQUIRE_FALSE(flushed);
  CHECK_THAT(flushed.error().message, Catch::Contains("it was removed meanwhile (assay runs rm)"));
}

TEST_CASE("a run's name with another key is refused, and the message tells what differs", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  REQUIRE(store.open_or_create_run(key_named("a")));
  RunKey other = key_named("a");
  other.limits = "9 s";
  other.samples_sha256 = "s2";
  const auto refused = store.open_or_create_run(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::usage);
  CHECK_THAT(refused.error().message,
             Catch::Contains("there is a run a that differs in samples, limits or options (4 s; now 9 s)") &&
                 Catch::Contains("--run"));
}

TEST_CASE("expected results come back as they were put, by data set, task, set and interpreter", "[store]") {
  const tests::TemporaryFolder folder;
  std::vector<GroundTruthCall> calls{{std::string("\0\xff", 2), false, 0.125}, {"", true, 7}};
  calls.push_back({std::string(20U << 20, 'x'), false, 1e-6});
  calls.push_back({"after a chunk's end", false, 0});
  {
    Store store = opened(folder / "r.db");
    REQUIRE(store.put_ground_truth("d", "T/1", TestSet::plus, "f", {{"old", false, 0}}));
    REQUIRE(store.put_ground_truth("d", "T/1", TestSet::plus, "f", calls));
    REQUIRE(store.put_ground_truth("d", "T/2", TestSet::plus, "f", {}));
  }
  Store store = opened(folder / "r.db");
  const auto kept = store.ground_truth("d", "T/1", TestSet::plus, "f").value();
  REQUIRE(kept.has_value());
  REQUIRE(kept->size() == calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    CHECK((*kept)[i].encoded == calls[i].encoded);
    CHECK((*kept)[i].large == calls[i].large);
    CHECK((*kept)[i].seconds == calls[i].seconds);
  }
  CHECK(store.ground_truth("d", "T/2", TestSet::plus, "f").value().value().empty());
  CHECK_FALSE(store.ground_truth("d", "T/1", TestSet::base, "f").value().has_value());
  CHECK_FALSE(store.ground_truth("d", "T/1", TestSet::plus, "g").value().has_value());
  CHECK_FALSE(store.ground_truth("e", "T/1", TestSet::plus, "f").value().has_value());
}

TEST_CASE("expected results that were damaged are as good as none", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  REQUIRE(store.put_ground_truth("d", "T/1", TestSet::base, "f", {{"value", false, 0}}));
  const char* damage = GENERATE("UPDATE ground_truth_chunks SET compressed = x'00'",
                                "UPDATE ground_truth_chunks SET bytes = 1000000000000",
                                "UPDATE ground_truth SET calls = 2", "DELETE FROM ground_truth_chunks");
  CAPTURE(damage);
  ask(folder / "r.db", damage);
  CHECK_FALSE(store.ground_truth("d", "T/1", TestSet::base, "f").value().has_value());
}

TEST_CASE("samples are kept once by their content", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const std::vector<Sample> samples{{"T/1", "pass", 0}, {"T/2", "pass", 1}, {"T/1", "1/0", 3}};
  for (const char* name : {"a", "a", "b"})
    REQUIRE(store.keep_samples(store.open_or_create_run(key_named(name)).value(), "d", samples));
  CHECK(ask(folder / "r.db", "SELECT count(*) FROM solutions") == "2");
  CHECK(ask(folder / "r.db", "SELECT count(*) FROM problems") == "2");
  CHECK(ask(folder / "r.db", "SELECT count(*) FROM samples") == "6");
  CHECK(ask(folder / "r.db", "SELECT group_concat(ordinal) FROM samples WHERE run = 1") == "0,1,3");
}

TEST_CASE("samples and verdicts of other programs, or of none, are forgotten", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const RunId run = store.open_or_create_run(key_named("a")).value();
  const RunId other = store.open_or_create_run(key_named("b")).value();
  const std::vector<Sample> samples{{"T/1", "same", 0}, {"T/2", "old", 1}, {"T/3", "gone", 2}};
  for (const RunId each : {run, other}) {
    for (const Sample& sample : samples) {
      REQUIRE(store.add_sample(each, "d", sample));
      REQUIRE(store.put(each, sample.ordinal, some_result(sample.ordinal)));
    }
    REQUIRE(store.put(each, 7, some_result(7)));  // a verdict without its sample
  }
  REQUIRE(store.flush());
  REQUIRE(store.forget_other_samples(run, {{"T/1", "same", 0}, {"T/2", "new", 1}, {"T/9", "more", 5}}));
  CHECK(store.verdict(run, 0).value().has_value());
  for (const std::uint32_t ordinal : {1U, 2U, 5U, 7U}) CHECK_FALSE(store.verdict(run, ordinal).value().has_value());
  for (const std::uint32_t ordinal : {0U, 1U, 2U, 7U}) CHECK(store.verdict(other, ordinal).value().has_value());
}

TEST_CASE("a verdict is of its own sample alone, never of another that took its place", "[store]") {
  const tests::TemporaryFolder folder;
  Store store = opened(folder / "r.db");
  const RunId run = store.open_or_create_run(key_named("a")).value();
  const std::vector<Sample> before{{"T/1", "one", 0}, {"T/2", "two", 2}, {"T/3", "three", 3}};
  REQUIRE(store.keep_samples(run, "d", before));
  REQUIRE(store.put_traces(run, {{2, "{}"}}));
  for (const Sample& sample : before) REQUIRE(store.put(run, sample.ordinal, some_result(sample.ordinal)));
  for (const Sample& sample : before) CHECK(store.verdict(run, sample).value().has_value());
  // As many, and in the same order; but two have other places.
  const std::vector<Sample> now{{"T/1", "one", 0}, {"T/2", "two", 1}, {"T/3", "three", 2}};
  CHECK(store.verdict(run, now[0]).value().has_value());
  CHECK_FALSE(store.verdict(run, now[2]).value().has_value());
  CHECK_FALSE(store.verdict(run, Sample{"T/2", "one", 0}).value().has_value());
  REQUIRE(store.keep_samples(run, "d", now));
  CHECK(store.traced(run).value().empty());
  CHECK(ask(folder / "r.db",
            "SELECT group_concat(p.task_id, ' ') FROM samples s JOIN problems p ON p.id = s.problem "
            "ORDER BY ordinal") == "T/1 T/2 T/3 T/3");
  CHECK(same(store.verdict(run, now[0]).value().value(), some_result(0)));
  CHECK_FALSE(store.verdict(run, 2U).value().has_value());
  REQUIRE(store.forget_other_samples(run, now));
  REQUIRE(store.flush());
  CHECK(ask(folder / "r.db", "SELECT group_concat(ordinal) FROM samples") == "0,1,2");
  CHECK(ask(folder / "r.db", "SELECT group_concat(DISTINCT ordinal) FROM verdicts") == "0");
}

TEST_CASE("the store lies in XDG's data folder", "[store]") {
  const auto keep = [](const char* name) { return std::string(::getenv(name) ? ::getenv(name) : ""); };
  const std::string data = keep("XDG_DATA_HOME"), home = keep("HOME");
  ::setenv("HOME", "/h", 1);
  ::setenv("XDG_DATA_HOME", "/x", 1);
  CHECK(default_store_path() == "/x/assay/results.db");
  ::setenv("XDG_DATA_HOME", "relative", 1);
  CHECK(default_store_path() == "/h/.local/share/assay/results.db");
  ::unsetenv("XDG_DATA_HOME");
  CHECK(default_store_path() == "/h/.local/share/assay/results.db");
  if (!data.empty()) ::setenv("XDG_DATA_HOME", data.c_str(), 1);
  ::setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace assay::harness
