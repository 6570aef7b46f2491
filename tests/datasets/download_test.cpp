#include "datasets/download.h"

#include "tests/catch.h"
#include "tests/datasets/file_server.h"
#include "tests/datasets/surroundings.h"

using namespace assay::datasets;
using namespace assay::tests;
using Catch::Matchers::Contains;

TEST_CASE("a file is downloaded, through redirects and after a server's hiccups", "[datasets][network]") {
  const TemporaryFolder folder;
  const std::string content(100'000, 'x');
  write_file(folder.path() / "data", content);
  const FileServer server(folder.path());
  const std::string way = GENERATE("plain", "moved", "flaky");
  CAPTURE(way);
  const auto bytes = download(server.address(way, "data"));
  REQUIRE(bytes);
  CHECK(*bytes == content);
  CHECK(*download(server.address("count", "data")) == (way == "plain" ? "1" : way == "moved" ? "2" : "3"));
}

TEST_CASE("a download that fails says why, and is tried again only where that may help", "[datasets][network]") {
  struct Row {
    std::string way, file, why, asked;
  };
  const TemporaryFolder folder;
  write_file(folder.path() / "data", "content");
  write_file(folder.path() / "large", std::string(5'000, 'x'));
  const FileServer server(folder.path());
  const auto row = GENERATE(values<Row>({
      {"plain", "absent", "404", "1"},
      {"plain", "large", "it sends more than 1000 bytes", "1"},
      {"elsewhere", "data", "file", "1"},
      {"loop", "data", "redirects", "11"},
      {"short", "data", "remaining", "2"},
      {"flaky", "data", "503", "2"},
  }));
  CAPTURE(row.way, row.file);
  DownloadLimits limits;
  limits.bytes = 1'000;
  limits.tries = 2;
  const std::string address = server.address(row.way, row.file);
  const auto bytes = download(address, limits);
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().code == Errc::network);
  CHECK_THAT(bytes.error().message, Catch::StartsWith(address + ": download failed: ") && Contains(row.why));
  CHECK(*download(server.address("count", row.file)) == row.asked);
}

TEST_CASE("only https and a mirror's http are downloaded from", "[datasets][network]") {
  const TemporaryFolder folder;
  const auto file = write_file(folder.path() / "data", "content");
  const std::string address = GENERATE_COPY("file://" + file.string(), std::string("ftp://127.0.0.1/data"));
  const auto bytes = download(address);
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().code == Errc::network);
}
