#include "harness/cli/nearest_word.h"

#include "tests/catch.h"

namespace assay::harness {

TEST_CASE("of the words that there are the nearest is meant, where one is near", "[cli]") {
  struct Row {
    const char *typed, *meant;
  };
  const auto row = GENERATE(values<Row>({{"evla", "eval"},
                                         {"eva", "eval"},
                                         {"evaluate", "eval"},
                                         {"exac", "exec"},
                                         {"generte", "generate"},
                                         {"lsit", "list"},
                                         {"sampels", "samples"},
                                         {"delete", ""},
                                         {"foo", ""},
                                         {"", ""},
                                         {"x", ""}}));
  CAPTURE(row.typed);
  CHECK(nearest_word(row.typed, {"eval", "exec", "generate", "list", "rm", "run", "samples"}) == row.meant);
  CHECK(nearest_word(std::string(1 << 20, 'e'), {"eval"}).empty());
}

}  // namespace assay::harness
