#include "harness/store/writer.h"

#include <atomic>
#include <stdexcept>

#include "tests/catch.h"

namespace assay::harness {
namespace {

TEST_CASE("a writer hands what its thread threw to all who put or wait, as a bug", "[store]") {
  std::atomic<int> commits = 0;
  Writer writer(
      [&](const Writer::Batch&) -> Result<void> {
        ++commits;
        throw std::runtime_error("no such thing");
      },
      {});
  REQUIRE(writer.put(RunId{1}, 0, {}));
  for (const auto& told : {writer.flush(), writer.flush(), writer.put(RunId{1}, 1, {})}) {
    REQUIRE_FALSE(told);
    CHECK(told.error().code == Errc::bug);
    CHECK(told.error().message.find("bug: no such thing") != std::string::npos);
  }
  CHECK(commits == 1);
}

TEST_CASE("what is pending when a writer ends is committed", "[store]") {
  std::size_t written = 0;
  {
    Writer writer(
        [&](const Writer::Batch& batch) -> Result<void> {
          written += batch.size();
          return {};
        },
        {});
    for (std::uint32_t i = 0; i < 10; ++i) REQUIRE(writer.put(RunId{1}, i, {}));
  }
  CHECK(written == 10);
}

}  // namespace
}  // namespace assay::harness
