#include "harness/evaluation/time_limits.h"

#include <cmath>
#include <vector>

#include "tests/catch.h"

using namespace assay::harness;
using std::chrono::milliseconds;

TEST_CASE("a call's limit is the minimum, or the factor times the canonical solution's time where that is more",
          "[evaluation]") {
  struct Row {
    const char* what;
    TimeLimits limits;
    double reference_seconds;
    milliseconds limit;
  };
  const auto row = GENERATE(values<Row>({{"defaults, quick reference", {}, 0.001, milliseconds(4000)},
                                         {"defaults, slow reference", {}, 2.5, milliseconds(10000)},
                                         {"just above the minimum", {}, 1.0005, milliseconds(4002)},
                                         {"EvalPlus 0.3.1's defaults", {1, 4}, 0.3, milliseconds(1200)},
                                         {"absurd factor: at most an hour", {4, 1e12}, 10, milliseconds(3600000)},
                                         {"never zero", {0, 0}, 0, milliseconds(1)}}));
  CAPTURE(row.what);
  CHECK(call_limit(row.limits, row.reference_seconds) == row.limit);
}

TEST_CASE("a set's limit is the sum of its calls' limits, at most a minute, and two seconds", "[evaluation]") {
  const auto all = [](std::size_t calls) { return set_limit(std::vector<milliseconds>(calls, milliseconds(4000))); };
  CHECK(all(0) == milliseconds(2000));
  CHECK(all(1) == milliseconds(6000));
  CHECK(all(15) == milliseconds(62000));
  CHECK(all(1000) == milliseconds(62000));
}

TEST_CASE("texts of limits differ where the limits do, to the last bit", "[evaluation]") {
  CHECK(to_text({4, 4}) == to_text({}));
  CHECK(to_text({4, 4}) != to_text({4, std::nextafter(4.0, 5.0)}));
  CHECK(to_text({1, 4}) != to_text({4, 1}));
}
