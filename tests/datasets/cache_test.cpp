#include "datasets/cache.h"

#include <thread>
#include <vector>

#include "datasets/digest.h"
#include "datasets/download.h"
#include "tests/catch.h"
#include "tests/datasets/file_server.h"
#include "tests/datasets/gzip.h"
#include "tests/datasets/surroundings.h"

using namespace assay::datasets;
using namespace assay::tests;
using Catch::Matchers::Contains;

namespace {

constexpr const char* mirror = "ASSAY_DATASETS_MIRROR";

/// A server with one packed file, an entry for it, and an empty cache.
struct Fixture {
  TemporaryFolder served, cache;
  std::string content = "the content\n";
  std::string digest = sha256(content);
  std::filesystem::path kept = cache.path() / "assay" / "Data-v1.jsonl";
  Variable home{"XDG_CACHE_HOME", cache.path().string()};
  FileServer server{(write_file(served.path() / "Data.jsonl.gz", gzip(content)), served.path())};
  Entry entry{
      "data",          "data", Format::evalplus, Family::other, "v1", 1, "MIT", "https://localhost/a/Data.jsonl.gz",
      "Data-v1.jsonl", digest};
  std::string asked() { return *download(server.address("count", "Data.jsonl.gz")); }
};

}  // namespace

TEST_CASE("a data set is downloaded once, and kept unpacked", "[datasets][network]") {
  Fixture fixture;
  const Variable address(mirror, fixture.server.address("plain"));
  CHECK(inspect(fixture.entry) == Cached::absent);
  const auto first = fetch(fixture.entry, Network::allowed);
  REQUIRE(first);
  CHECK(first->downloaded);
  CHECK(first->content == fixture.content);
  CHECK(first->path == fixture.kept);
  CHECK(read_file(fixture.kept) == fixture.content);
  CHECK(inspect(fixture.entry) == Cached::good);
  const auto second = fetch(fixture.entry, Network::forbidden);
  REQUIRE(second);
  CHECK_FALSE(second->downloaded);
  CHECK(second->content == fixture.content);
  CHECK(fixture.asked() == "1");
  CHECK(count_files(fixture.kept.parent_path()) == 1);
}

TEST_CASE("a download with another sha256 is neither kept nor returned", "[datasets][network]") {
  Fixture fixture;
  fixture.entry.sha256 = "0000";
  const Variable address(mirror, fixture.server.address("plain"));
  const auto fetched = fetch(fixture.entry, Network::allowed);
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == Errc::checksum);
  CHECK(fetched.error().message == fixture.server.address("plain", "Data.jsonl.gz") + ": sha256 " + fixture.digest +
                                       " was found, 0000 expected; nothing was kept");
  CHECK(count_files(fixture.kept.parent_path()) == 0);
}

TEST_CASE("a download that is cut or altered leaves the cache as it was", "[datasets][network]") {
  Fixture fixture;
  const std::string way = GENERATE("altered", "loop");
  const Variable address(mirror, fixture.server.address(way));
  CHECK_FALSE(fetch(fixture.entry, Network::allowed));
  CHECK(count_files(fixture.kept.parent_path()) == 0);
}

TEST_CASE("offline, what is not in the cache is an error that says what to do", "[datasets]") {
  Fixture fixture;
  const auto fetched = fetch(fixture.entry, Network::forbidden);
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().code == Errc::offline);
  CHECK(fetched.error().message == "data: not in the cache (" + fixture.kept.string() +
                                       "), and --offline was given; run `assay datasets fetch data` with a network");
  CHECK(fixture.asked() == "0");
}

TEST_CASE("an altered file in the cache is downloaded again with a warning, offline it is an error",
          "[datasets][network]") {
  Fixture fixture;
  const Variable address(mirror, fixture.server.address("plain"));
  std::filesystem::create_directories(fixture.kept.parent_path());
  const std::string rubbish = GENERATE("rubbish", "", "\x1f\x8brubbish");
  write_file(fixture.kept, rubbish);
  CHECK(inspect(fixture.entry) == Cached::altered);
  const auto offline = fetch(fixture.entry, Network::forbidden);
  REQUIRE_FALSE(offline);
  CHECK(offline.error().code == Errc::checksum);
  CHECK(read_file(fixture.kept) == rubbish);
  const auto fetched = fetch(fixture.entry, Network::allowed);
  REQUIRE(fetched);
  CHECK(fetched->downloaded);
  CHECK(fetched->warnings.size() == 1);
  CHECK(read_file(fixture.kept) == fixture.content);
}

TEST_CASE("fetching at once from many threads does no harm", "[datasets][network]") {
  Fixture fixture;
  const Variable address(mirror, fixture.server.address("plain"));
  constexpr std::size_t count = 8;
  std::vector<Result<Fetched>> results(count, Result<Fetched>(Fetched{}));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i)
      threads.emplace_back([&, i] { results[i] = fetch(fixture.entry, Network::allowed); });
  }
  for (const auto& result : results) {
    REQUIRE(result);
    CHECK(result->content == fixture.content);
  }
  CHECK(count_files(fixture.kept.parent_path()) == 1);
}

TEST_CASE("the cache follows XDG's rules", "[datasets]") {
  struct Row {
    std::optional<std::string> cache, home;
    std::string folder;  ///< empty: an error
  };
  const auto row = GENERATE(values<Row>({
      {"/c", "/h", "/c/assay"},
      {std::nullopt, "/h", "/h/.cache/assay"},
      {"", "/h", "/h/.cache/assay"},
      {"relative", "/h", "/h/.cache/assay"},
      {std::nullopt, std::nullopt, ""},
  }));
  const Variable cache("XDG_CACHE_HOME", row.cache), home("HOME", row.home);
  const auto folder = cache_folder();
  REQUIRE(folder.has_value() == !row.folder.empty());
  if (folder) CHECK(*folder == row.folder);
}

TEST_CASE("a cache that cannot be written is an error that names it", "[datasets][network]") {
  Fixture fixture;
  const Variable address(mirror, fixture.server.address("plain"));
  write_file(fixture.cache.path() / "assay", "a file where the folder should be");
  const auto fetched = fetch(fixture.entry, Network::allowed);
  REQUIRE_FALSE(fetched);
  CHECK_THAT(fetched.error().message, Contains(fixture.kept.string()));
}

TEST_CASE("the registry's rows are told apart and complete", "[datasets]") {
  for (const Entry& entry : registry()) {
    CAPTURE(entry.name);
    CHECK(find_entry(entry.name) == &entry);
    CHECK(entry.sha256.size() == 64);
    CHECK(entry.address.starts_with("https://"));
    CHECK_THAT(known_names(), Contains(std::string(entry.name)));
    for (const Entry& other : registry()) CHECK((&other == &entry || other.cached_name != entry.cached_name));
  }
  CHECK(find_entry("nosuch") == nullptr);
}
