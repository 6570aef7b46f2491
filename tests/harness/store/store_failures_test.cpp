// What the world does to a store: full disks, files of others, processes that die.
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "harness/store/store.h"
#include "reports/runs/sqlite.h"
#include "tests/catch.h"
#include "tests/small_disk.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

const RunKey key{"a", "humaneval", "d1", "s1", "4 s", "python 3.11"};

void run_sql(const fs::path& path, const char* sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &connection) == SQLITE_OK);
  CHECK(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
}

void check_error(const tl::expected<Store, Error>& store, const fs::path& path, const std::string& what) {
  REQUIRE_FALSE(store);
  CHECK(store.error().code == Errc::store);
  CHECK_THAT(store.error().message, Catch::StartsWith("store: " + path.string() + ": ") && Catch::Contains(what));
  CHECK(store.error().message.find('\n') == std::string::npos);
}

TEST_CASE("a file that is no database is refused and stays as it was", "[store]") {
  const tests::TemporaryFolder folder;
  const fs::path path = tests::write_file(folder / "r.db", std::string(5000, 'x'));
  check_error(Store::open(path), path, "not a SQLite database");
  CHECK(tests::read_file(path) == std::string(5000, 'x'));
}

TEST_CASE("another program's database is refused and stays as it was", "[store]") {
  const tests::TemporaryFolder folder;
  run_sql(folder / "r.db", "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
  const std::string before = tests::read_file(folder / "r.db");
  check_error(Store::open(folder / "r.db"), folder / "r.db", "another program");
  CHECK(tests::read_file(folder / "r.db") == before);
}

TEST_CASE("a store of a newer schema is refused and stays as it was", "[store]") {
  const tests::TemporaryFolder folder;
  REQUIRE(Store::open(folder / "r.db"));
  run_sql(folder / "r.db", "PRAGMA user_version = 99");
  const std::string before = tests::read_file(folder / "r.db");
  const auto refused = Store::open(folder / "r.db");
  check_error(refused, folder / "r.db", "newer assay (schema 99");
  // What reads or prunes runs apart from the store's own code refuses it likewise.
  for (const auto access : {reports::Connection::Access::read, reports::Connection::Access::write}) {
    const auto connection = reports::Connection::open((folder / "r.db").string(), access);
    REQUIRE_FALSE(connection);
    CHECK(connection.error().message == refused.error().message);
  }
  CHECK(tests::read_file(folder / "r.db") == before);
}

TEST_CASE("a folder in the store's place is refused", "[store]") {
  const tests::TemporaryFolder folder;
  check_error(Store::open(folder.path()), folder.path(), "is a folder");
}

TEST_CASE("a damaged store gives one clear line, when opened or when read", "[store]") {
  const tests::TemporaryFolder folder;
  const fs::path path = folder / "r.db";
  {
    auto store = Store::open(path).value();
    const RunId run = store.open_or_create_run(key).value();
    for (std::uint32_t i = 0; i < 2000; ++i) REQUIRE(store.put(run, i, SampleResult{}));
  }
  std::string bytes = tests::read_file(path);
  constexpr std::size_t header = 100;
  for (std::size_t i = header; i < bytes.size(); ++i) bytes[i] = 'x';
  tests::write_file(path, bytes);
  auto store = Store::open(path);
  check_error(store, path, "damaged");
}

TEST_CASE("a verdict that is damaged is an error, not a verdict", "[store]") {
  const tests::TemporaryFolder folder;
  auto store = Store::open(folder / "r.db").value();
  const RunId run = store.open_or_create_run(key).value();
  REQUIRE(store.put(run, 0, SampleResult{}));
  REQUIRE(store.flush());
  const char* damage =
      GENERATE("UPDATE verdicts SET cause = 'whim'", "UPDATE verdicts SET failed = '[1,]'",
               "UPDATE verdicts SET failed = '[-1]'", "UPDATE verdicts SET failed = ''",
               "UPDATE verdicts SET attempts = ''", "UPDATE verdicts SET attempts = '[\"whim\"]'",
               "UPDATE verdicts SET attempts = '[undecodable]'", "UPDATE verdicts SET attempts = '[\"undecodable\",]'");
  CAPTURE(damage);
  run_sql(folder / "r.db", damage);
  const auto verdict = store.verdict(run, 0);
  REQUIRE_FALSE(verdict);
  CHECK_THAT(verdict.error().message, Catch::Contains("the verdict of sample 0 is damaged"));
}

TEST_CASE("a folder that cannot be written gives one clear line", "[store]") {
  const tests::TemporaryFolder folder;
  { REQUIRE(Store::open(folder / "disk/r.db")); }
  const fs::path path = folder / "disk/r.db";
  if (::getuid() != 0) {
    fs::permissions(path, fs::perms::owner_read);
    check_error(Store::open(path), path, "cannot be written");
    fs::permissions(path.parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
    check_error(Store::open(folder / "disk/new.db"), folder / "disk/new.db", "cannot be opened or made");
    check_error(Store::open(folder / "disk/deep/new.db"), folder / "disk/deep/new.db", "its folder cannot be made");
    fs::permissions(path.parent_path(), fs::perms::owner_all);
    return;
  }
  const tests::SmallDisk disk(folder / "disk", "size=1m", MS_RDONLY);
  if (!disk) ASSAY_SKIP("root that may not mount a file system");
  check_error(Store::open(path), path, "cannot be opened or made");
  check_error(Store::open(folder / "disk/deep/new.db"), folder / "disk/deep/new.db", "its folder cannot be made");
}

TEST_CASE("a store on a file system that became read-only gives one clear line", "[store]") {
  const tests::TemporaryFolder folder;
  const tests::SmallDisk disk(folder / "disk", "size=1m");
  if (!disk) ASSAY_SKIP("only root may mount a file system");
  const fs::path path = folder / "disk/r.db";
  { REQUIRE(Store::open(path)); }
  REQUIRE(::mount("assay-test", (folder / "disk").c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m") == 0);
  check_error(Store::open(path), path, "cannot be");
}

TEST_CASE("a disk that fills up ends in one clear line, and what was acknowledged stays", "[store]") {
  const tests::TemporaryFolder folder;
  const tests::SmallDisk disk(folder / "disk", "size=400k");
  if (!disk) ASSAY_SKIP("only root may mount a file system");
  const fs::path path = folder / "disk/r.db";
  std::uint32_t acknowledged = 0;
  SampleResult result;
  result.base.detail = std::string(200, 'x');
  {
    auto store = Store::open(path).value();
    const RunId run = store.open_or_create_run(key).value();
    Result<void> last;
    for (std::uint32_t i = 0; last && i < 100'000; ++i) {
      last = store.put(run, i, result);
      if (last && i % 10 == 9) last = store.flush();
      if (last && i % 10 == 9) acknowledged = i + 1;
    }
    REQUIRE_FALSE(last);
    CHECK(last.error().code == Errc::store);
    CHECK_THAT(last.error().message, Catch::Contains("the disk is full"));
    CHECK_FALSE(store.flush());
    CHECK_FALSE(store.put(run, 0, result));
  }
  CHECK(acknowledged > 0);
  REQUIRE(::mount("assay-test", (folder / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=4m") == 0);
  auto store = Store::open(path).value();
  const RunId run = store.open_or_create_run(key).value();
  for (std::uint32_t i = 0; i < acknowledged; ++i) CHECK(store.verdict(run, i).value().has_value());
  REQUIRE(store.put(run, acknowledged, result));
  REQUIRE(store.flush());
}

TEST_CASE("a disk that is full from the start ends in one clear line", "[store]") {
  const tests::TemporaryFolder folder;
  const char* size = GENERATE("size=4k", "size=8k", "size=16k", "size=32k", "size=48k", "size=64k", "size=80k",
                              "size=96k", "size=112k", "size=128k");
  CAPTURE(size);
  const tests::SmallDisk disk(folder / "disk", size);
  if (!disk) ASSAY_SKIP("only root may mount a file system");
  const auto store = Store::open(folder / "disk/r.db");
  if (!store) check_error(store, folder / "disk/r.db", "the disk is full");
}

TEST_CASE("a store that another process writes for too long gives one clear line", "[store]") {
  const tests::TemporaryFolder folder;
  Store::Options hasty;
  hasty.busy_timeout = std::chrono::milliseconds(10);
  auto store = Store::open(folder / "r.db", hasty).value();
  const RunId run = store.open_or_create_run(key).value();
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open((folder / "r.db").c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  REQUIRE(store.put(run, 0, SampleResult{}));
  const auto flushed = store.flush();
  REQUIRE_FALSE(flushed);
  CHECK_THAT(flushed.error().message, Catch::Contains("another process is writing to it"));
  sqlite3_close(other);
}

TEST_CASE("two stores on one file both write", "[store]") {
  const tests::TemporaryFolder folder;
  auto one = Store::open(folder / "r.db").value();
  auto two = Store::open(folder / "r.db").value();
  const RunId run = one.open_or_create_run(key).value();
  REQUIRE(two.open_or_create_run(key).value() == run);
  REQUIRE(one.put(run, 0, SampleResult{}));
  REQUIRE(two.put(run, 1, SampleResult{}));
  REQUIRE(one.flush());
  REQUIRE(two.flush());
  CHECK(one.verdict(run, 1).value().has_value());
  CHECK(two.verdict(run, 0).value().has_value());
}

/// Puts results for ever, and tells through `out` how many were acknowledged.
[[noreturn]] void put_for_ever(const fs::path& path, int out) {
  auto store = Store::open(path);
  if (!store) ::_exit(1);
  const auto run = store->open_or_create_run(key);
  if (!run) ::_exit(1);
  SampleResult result;
  result.plus = SetResult{};
  for (std::uint32_t i = 0;; ++i) {
    if (!store->put(*run, i, result)) ::_exit(1);
    if (i % 5 != 4) continue;
    if (!store->flush()) ::_exit(1);
    const std::uint32_t kept = i + 1;
    if (::write(out, &kept, sizeof kept) != sizeof kept) ::_exit(0);
  }
}

TEST_CASE("a process killed at any moment loses nothing that was acknowledged, and leaves no half result", "[store]") {
  const tests::TemporaryFolder folder;
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    const fs::path path = folder / ("r" + std::to_string(round) + ".db");
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      put_for_ever(path, ends[1]);
    }
    ::close(ends[1]);
    const auto messages = random() % 40 + 1;  // how long it lives, in what it has done
    std::uint32_t acknowledged = 0;
    for (std::uint_fast32_t i = 0; i < messages; ++i)
      REQUIRE(::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (std::uint32_t later = 0; ::read(ends[0], &later, sizeof later) == sizeof later;) acknowledged = later;
    ::close(ends[0]);
    auto store = Store::open(path).value();
    const RunId run = store.open_or_create_run(key).value();
    for (std::uint32_t i = 0; i < acknowledged; ++i) REQUIRE(store.verdict(run, i).value().has_value());
    for (std::uint32_t i = 0; i < acknowledged + 10; ++i)
      if (const auto kept = store.verdict(run, i).value()) CHECK(kept->plus.has_value());
  }
}

}  // namespace
}  // namespace assay::harness
