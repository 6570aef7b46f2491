#include "harness/line_file.h"

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

TEST_CASE("lines come out whole wherever a read ends", "[samples]") {
  const tests::TemporaryFolder folder;
  std::string text, expected;
  for (std::size_t i = 0; i < 300; ++i) text += std::string(i * 37 % 9001, static_cast<char>('a' + i % 26)) + "\n";
  const bool ended = GENERATE(true, false);
  if (!ended) text += "last";
  auto file = LineFile::open(tests::write_file(folder / "lines", text)).value();
  std::string again;
  std::size_t count = 0;
  for (;;) {
    const auto line = file.next();
    REQUIRE(line);
    if (!*line) break;
    ++count;
    CHECK(file.line() == count);
    again += std::string(**line) + "\n";
  }
  CHECK(count == (ended ? 300 : 301));
  CHECK(again == text + (ended ? "" : "\n"));
}

TEST_CASE("a line without end is refused before it fills the memory", "[samples]") {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "long", "short\n");
  std::filesystem::resize_file(folder / "long", 8ULL << 30);  // zeros, no newline; takes no space on the disk
  auto file = LineFile::open(folder / "long").value();
  REQUIRE(file.next());
  const auto line = file.next();
  REQUIRE_FALSE(line);
  CHECK_THAT(line.error().message, Catch::EndsWith("long:2: the line is longer than 67108864 bytes"));
}

}  // namespace
}  // namespace assay::harness
