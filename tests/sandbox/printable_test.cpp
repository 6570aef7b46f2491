#include "sandbox/printable.h"

#include "tests/catch.h"

using assay::sandbox::printable;

TEST_CASE("text of a sample's making is shortened and made printable before anyone sees it", "[sandbox]") {
  CHECK(printable("Value\x1b[31mError\n") == "Value?[31mError?");
  CHECK(printable(std::string(1000, 'x')).size() == 200);
}
