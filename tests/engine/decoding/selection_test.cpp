#include "engine/decoding/selection.h"

#include <cmath>
#include <limits>

#include "engine/decoding/random.h"
#include "tests/catch.h"

namespace assay::engine {
namespace {

using Indices = std::vector<std::size_t>;
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST_CASE("the most confident are chosen, of equals the leftmost, NaN last", "[decoding]") {
  const std::vector<float> confidence{0.5F, nan, 0.9F, 0.5F, 0.9F};
  CHECK(most_confident(confidence, 0).empty());
  CHECK(most_confident(confidence, 1) == Indices{2});
  CHECK(most_confident(confidence, 3) == Indices{0, 2, 4});
  CHECK(most_confident(confidence, 4) == Indices{0, 2, 3, 4});
  CHECK(most_confident(confidence, 9) == Indices{0, 1, 2, 3, 4});
}

TEST_CASE("a threshold takes all that reach it, and the most confident where none does", "[decoding]") {
  const std::vector<float> confidence{0.25F, 0.5F, 0.75F, 0.5F};
  CHECK(confident_enough(confidence, 0.5) == Indices{1, 2, 3});
  CHECK(confident_enough(confidence, 0.9) == Indices{2});
  CHECK(confident_enough({}, 0.9).empty());
}

TEST_CASE("positions are drawn without replacement with probabilities softmax(confidence / temperature)",
          "[decoding]") {
  const std::vector<float> confidence{0.1F, 0.7F, 0.4F};
  constexpr double temperature = 0.5;
  constexpr int draws = 30'000;
  std::vector<double> weight;
  for (const float one : confidence) weight.push_back(std::exp(one / temperature));
  const double sum = weight[0] + weight[1] + weight[2];
  // The pair drawn first and second, in either order; expected by enumerating the draws.
  std::vector<double> counts(3), expected(3);  // indexed by who stays behind
  for (std::size_t first = 0; first < 3; ++first)
    for (std::size_t second = 0; second < 3; ++second)
      if (first != second)
        expected[3 - first - second] += draws * weight[first] / sum * weight[second] / (sum - weight[first]);
  const SampleRandom random({11, 0, 0});
  for (int i = 0; i < draws; ++i) {
    std::vector<double> uniform;
    for (int position = 0; position < 3; ++position)
      uniform.push_back(random.uniform(SampleRandom::Purpose::order, i, position));
    const Indices pair = drawn(confidence, 2, temperature, uniform);
    REQUIRE(pair.size() == 2);
    ++counts[3 - pair[0] - pair[1]];
  }
  double chi_square = 0;
  for (std::size_t i = 0; i < 3; ++i) chi_square += std::pow(counts[i] - expected[i], 2) / expected[i];
  CHECK(chi_square < 13.8);  // 2 degrees of freedom, 0.001
}

TEST_CASE("however cold, the most confident are drawn", "[decoding]") {
  const std::vector<double> uniform{0.9, 0.5, 0.1, 0.3};
  const double temperature = GENERATE(1e-12, 1e-308, 5e-324);
  CAPTURE(temperature);
  CHECK(drawn(std::vector<float>{0.1F, nan, 0.9F, 0.7F}, 2, temperature, uniform) == Indices{2, 3});
  CHECK(drawn(std::vector<float>{-11, -12, -1, -2}, 2, temperature, uniform) == Indices{2, 3});
}

}  // namespace
}  // namespace assay::engine
