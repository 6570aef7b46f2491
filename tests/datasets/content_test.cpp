#include "datasets/content.h"

#include <sys/stat.h>

#include "tests/catch.h"
#include "tests/datasets/gzip.h"
#include "tests/datasets/surroundings.h"

using namespace assay::datasets;
using assay::tests::gzip;

TEST_CASE("gzip is unpacked, whatever the file is called, and other bytes are left alone", "[datasets]") {
  struct Row {
    const char* what;
    std::string bytes, content;
  };
  const std::string large(3'000'000, 'x');
  const auto row = GENERATE_COPY(values<Row>({
      {"plain", "hello\n", "hello\n"},
      {"empty", "", ""},
      {"one member", gzip("hello\n"), "hello\n"},
      {"an empty member", gzip(""), ""},
      {"two members", gzip("hello ") + gzip("world"), "hello world"},
      {"padded with zeros", gzip("hello") + std::string(100, '\0'), "hello"},
      {"larger than a step", gzip(large), large},
  }));
  CAPTURE(row.what);
  const assay::tests::TemporaryFolder folder;
  const auto content = read_content(assay::tests::write_file(folder.path() / "data.txt", row.bytes));
  REQUIRE(content);
  CHECK(*content == row.content);
}

TEST_CASE("damaged gzip is refused, at whatever byte it was cut", "[datasets]") {
  const std::string packed = gzip("some text that is not very long, some text");
  for (std::size_t size = 2; size < packed.size(); ++size) {
    CAPTURE(size);
    const auto content = unpacked(packed.substr(0, size), "data.gz");
    REQUIRE_FALSE(content);
    CHECK(content.error().code == Errc::malformed);
    CHECK(content.error().message == "data.gz: its gzip data end too early; it was truncated or altered, get it again");
  }
  std::string altered = packed;
  altered[packed.size() - 5] ^= 1;  // the checksum
  CHECK_FALSE(unpacked(altered, "data.gz"));
  CHECK_FALSE(unpacked(packed + "rubbish", "data.gz"));
}

TEST_CASE("a small file that unpacks to a huge one is refused", "[datasets]") {
  const auto content = unpacked(gzip(std::string(10'000'000, '0')), "bomb.gz", 1'000'000);
  REQUIRE_FALSE(content);
  CHECK(content.error().message == "bomb.gz: it holds more than 1000000 bytes; no data set does");
  CHECK_FALSE(unpacked(std::string(11, '0'), "plain", 10));
}

TEST_CASE("what is no regular file is refused without waiting for it", "[datasets]") {
  const assay::tests::TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(read_content(pipe).error().message == pipe.string() + ": cannot be read: it is not a regular file");
  CHECK(read_content(folder.path()).error().code == Errc::io);
  CHECK(read_content(folder.path() / "absent").error().code == Errc::not_found);
}
