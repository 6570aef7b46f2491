#include "harness/generation/model_files.h"

#include <stdlib.h>

#include <chrono>
#include <cstdlib>
#include <optional>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

using namespace tests;
namespace fs = std::filesystem;

constexpr std::size_t weights_bytes = (9U << 20) + 5;  // blocks, and a part of one

/// Where digests are kept, as long as its owner is there.
class CacheHome {
 public:
  explicit CacheHome(const fs::path& folder) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, folder.c_str(), 1);
  }
  CacheHome(const CacheHome&) = delete;
  CacheHome& operator=(const CacheHome&) = delete;
  ~CacheHome() { old_ ? ::setenv(name, old_->c_str(), 1) : ::unsetenv(name); }

 private:
  static constexpr const char* name = "XDG_CACHE_HOME";
  std::optional<std::string> old_;
};

/// Written an hour ago.
fs::path weights_in(const fs::path& folder, char differing = 0, std::size_t at = 0) {
  std::string bytes(weights_bytes, '\1');
  bytes[at] = static_cast<char>(bytes[at] + differing);
  fs::path file = write_file(folder / "model.safetensors", bytes);
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  return file;
}

Result<std::string> digest_of(const fs::path& folder) {
  return model_digest(folder, {folder / "model.safetensors"}, {}, {});
}

TEST_CASE("a model's digest is of every byte that loading reads, and of nothing else", "[generation]") {
  const TemporaryFolder folder, other, cache;
  const CacheHome home(cache.path());
  for (const auto* place : {&folder, &other}) {
    weights_in(place->path());
    write_file(*place / "config.json", "{}");
    write_file(*place / "tokenizer.json", "{}");
  }
  const auto first = digest_of(folder.path());
  if (!first) FAIL(first.error().message);
  CHECK(digest_of(other.path()) == *first);
  SECTION("what others put there") {
    write_file(folder / "trainer_state.json", "{}");
    write_file(folder / "samples.eval_results.json", "{}");
    write_file(folder / "notes.txt", "x");
    write_file(folder / "adapter.safetensors", "x");
    CHECK(digest_of(folder.path()) == *first);
  }
  SECTION("a byte of the weights") {
    for (const std::size_t at : {std::size_t{0}, weights_bytes / 2 + 77, weights_bytes - 1}) {
      weights_in(folder.path(), 1, at);
      const auto changed = digest_of(folder.path());
      REQUIRE(changed);
      CHECK(*changed != *first);
    }
    weights_in(folder.path());
    CHECK(digest_of(folder.path()) == *first);
  }
  SECTION("other files that are read") {
    for (const char* name : {"config.json", "generation_config.json", "tokenizer.json", "chat_template.jinja"}) {
      CAPTURE(name);
      const auto before = digest_of(folder.path());
      write_file(folder / name, "{ }");
      CHECK(*digest_of(folder.path()) != *before);
    }
  }
  SECTION("weights that are not there") {
    fs::remove(folder / "model.safetensors");
    CHECK(digest_of(folder.path()).error().code == Errc::bad_data);
  }
  SECTION("a stop") {
    std::stop_source stop;
    stop.request_stop();
    const TemporaryFolder empty;
    const CacheHome elsewhere(empty.path());
    CHECK(model_digest(folder.path(), {folder / "model.safetensors"}, {}, stop.get_token()).error().code ==
          Errc::interrupted);
  }
}

TEST_CASE("a large file is read once while it does not change", "[generation]") {
  const TemporaryFolder folder, cache;
  const CacheHome home(cache.path());
  const fs::path weights = weights_in(folder.path()), digests = cache / "assay/digests";
  const auto first = digest_of(folder.path());
  REQUIRE(first);
  REQUIRE(fs::exists(digests));
  const fs::path kept = fs::directory_iterator(digests)->path();
  CHECK(digest_of(folder.path()) == *first);
  write_file(kept, std::string(64, 'a'));  // what is kept is what counts
  CHECK(*digest_of(folder.path()) != *first);
  write_file(kept, "torn");
  CHECK(digest_of(folder.path()) == *first);
  write_file(kept, std::string(64, 'a'));
  weights_in(folder.path());  // written again: the same bytes, size and time, and another state
  CHECK(digest_of(folder.path()) == *first);

  const auto count = [&] { return std::distance(fs::directory_iterator(digests), fs::directory_iterator()); };
  const auto before = count();
  fs::last_write_time(weights, fs::file_time_type::clock::now() + std::chrono::hours(1));  // it may be written yet
  CHECK(digest_of(folder.path()) == *first);
  CHECK(count() == before);
}

}  // namespace
}  // namespace assay::harness
