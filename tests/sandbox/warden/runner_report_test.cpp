#include "sandbox/warden/runner_report.h"

#include "sandbox/wire/packer.h"
#include "tests/catch.h"

using namespace assay::sandbox;

namespace {

std::string report(std::uint64_t count) {
  Packer out;
  out.put(std::int32_t{256});
  out.put(count);
  out.put(std::string_view("a/b"));
  out.put(std::string_view("\0\n", 2));
  return out.take();
}

}  // namespace

TEST_CASE("a report tells how a program ended and what its files hold", "[program]") {
  const auto read = read_report(report(1));
  REQUIRE(read);
  CHECK(read->wait_status == 256);
  REQUIRE(read->files.size() == 1);
  CHECK(read->files[0].path == "a/b");
  CHECK(read->files[0].content == std::string("\0\n", 2));
}

TEST_CASE("a report that is cut, or says more or less than it holds, is none", "[program]") {
  const std::string whole = report(1);
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(read_report(whole.substr(0, size)));
  CHECK_FALSE(read_report(whole + '\0'));
  CHECK_FALSE(read_report(report(0)));
  CHECK_FALSE(read_report(report(2)));
  CHECK_FALSE(read_report(report(~0ULL)));
}
