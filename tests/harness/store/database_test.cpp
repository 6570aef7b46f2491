#include "harness/store/database.h"

#include <stdexcept>

#include "harness/store/open_database.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

TEST_CASE("a transaction that throws is rolled back, and the next one begins afresh", "[store]") {
  const tests::TemporaryFolder folder;
  auto database = open_database(folder / "r.db", std::chrono::milliseconds(100)).value();
  REQUIRE(database.execute("CREATE TABLE kept (x INTEGER)"));
  CHECK_THROWS(database.transaction([&]() -> Result<void> {
    REQUIRE(database.execute("INSERT INTO kept VALUES (1)"));
    throw std::runtime_error("lost");
  }));
  REQUIRE(database.transaction([&] { return database.execute("INSERT INTO kept VALUES (2)"); }));
  auto rows = database.prepare("SELECT x FROM kept").value();
  REQUIRE(rows.step().value());
  CHECK(rows.integer(0) == 2);
  CHECK_FALSE(rows.step().value());
}

}  // namespace
}  // namespace assay::harness
