#include "engine/decoding/random.h"

#include <cmath>
#include <set>

#include "tests/catch.h"

namespace assay::engine {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST_CASE("Philox gives the words of its authors' known answers", "[decoding]") {
  // Random123's kat_vectors, the lines of philox4x32 with 10 rounds.
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("each of seed, problem, sample, purpose, step and position changes the number, and nothing else does",
          "[decoding]") {
  using enum SampleRandom::Purpose;
  const SampleKey key{7, problem_key("HumanEval/0"), 3};
  const auto number = [](const SampleKey& of, SampleRandom::Purpose purpose, std::int64_t step, std::int64_t position) {
    return SampleRandom(of).uniform(purpose, step, position);
  };
  const std::set<double> different{number(key, token, 5, 9),
                                   number({8, key.problem, 3}, token, 5, 9),
                                   number({7, problem_key("HumanEval/1"), 3}, token, 5, 9),
                                   number({7, key.problem, 4}, token, 5, 9),
                                   number(key, order, 5, 9),
                                   number(key, token, 6, 9),
                                   number(key, token, 5, 10)};
  CHECK(different.size() == 7);
  CHECK(number(key, token, 5, 9) == number(key, token, 5, 9));
}

TEST_CASE("the numbers are uniform in (0, 1)", "[decoding]") {
  constexpr int cells = 64, draws = 64'000;
  std::vector<int> counts(cells);
  const SampleRandom random({1, 2, 3});
  for (int i = 0; i < draws; ++i) {
    const double number = random.uniform(SampleRandom::Purpose::token, i / 250, i % 250);
    REQUIRE((number > 0 && number < 1));
    ++counts[static_cast<std::size_t>(number * cells)];
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - draws / cells, 2) / (draws / cells);
  CHECK(chi_square < 103.4);  // 63 degrees of freedom, 0.001
}

}  // namespace
}  // namespace assay::engine
