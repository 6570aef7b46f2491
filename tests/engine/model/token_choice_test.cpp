#include "engine/model/token_choice.h"

#include <cmath>
#include <map>

#include "engine/decoding/random.h"
#include "tests/engine/aten.h"
#include "tests/engine/golden.h"

namespace assay::engine {
namespace {

using namespace tests;

constexpr double half = 0.5;

/// On the device of the tests.
at::Tensor there(const at::Tensor& numbers) { return numbers.to(at::Device(test_device())); }

at::Tensor row_of(const std::vector<float>& numbers) { return there(at::tensor(numbers, at::kFloat).unsqueeze(0)); }

DecodingOptions options_of(const boost::json::value& one) {
  DecodingOptions options;
  options.temperature = one.at("temperature").to_number<double>();
  if (!one.at("top_p").is_null()) options.top_p = one.at("top_p").to_number<double>();
  if (!one.at("top_k").is_null()) options.top_k = one.at("top_k").to_number<std::int64_t>();
  return options;
}

TEST_CASE("filtered distributions and confidences are within 1e-5 of their golden values", "[sampling]") {
  if (!have_golden()) ASSAY_SKIP("the golden values (shared/fixtures/engine) are absent");
  const auto cases = engine_cases("filters");
  REQUIRE(cases.size() >= 24);
  for (const auto& one : cases) {
    CAPTURE(boost::json::serialize(one));
    const at::Tensor probabilities =
        filtered_distribution(row_of(numbers_of<float>(one.at("logits"))), options_of(one));
    const auto expected = numbers_of<double>(one.at("probs"));
    REQUIRE(probabilities.size(1) == static_cast<std::int64_t>(expected.size()));
    const at::Tensor here = probabilities.cpu();
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(std::abs(static_cast<double>(here.const_data_ptr<float>()[i]) - expected[i]) <= 1e-5);
    for (const auto& [name, confidence] : one.at("confidence_of_the_most_likely").as_object()) {
      CAPTURE(std::string(name));
      const double found =
          confidence_of(probabilities, probabilities.argmax(-1), algorithm_of(std::string(name)).value())
              .item<double>();
      CHECK(std::abs(found - confidence.to_number<double>()) <= 1e-5);
    }
  }
}

TEST_CASE("at temperature 0 the shorter way gives what the whole distribution gives", "[sampling]") {
  const std::int64_t vocabulary = 50, mask = 7;
  at::Tensor logits = there(at::sin(at::arange(0, 8 * vocabulary, at::kFloat) * 1.7).mul_(4).view({8, vocabulary}));
  const auto alg = GENERATE(Algorithm::origin, Algorithm::maskgit_plus, Algorithm::topk_margin, Algorithm::entropy);
  DecodingOptions shorter, longer;
  shorter.alg = longer.alg = alg;
  longer.top_k = vocabulary;  // filters nothing, and takes the other way
  const auto a = choose(logits.clone(), shorter, mask, {}), b = choose(logits.clone(), longer, mask, {});
  REQUIRE(a.size() == 8);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].token == b[i].token);
    CHECK(a[i].token != mask);
    CHECK(std::abs(a[i].confidence - b[i].confidence) < 1e-5F);
  }
}

TEST_CASE("drawn tokens have the frequencies of the filtered distribution", "[sampling]") {
  struct Row {
    const char* what;
    double temperature, top_p;
    std::int64_t top_k;
  };
  const auto row = GENERATE(values<Row>({{"all", 1, 1, 0},
                                         {"warm", 1.7, 1, 0},
                                         {"cool", 0.4, 1, 0},
                                         {"top-p", 1, 0.8, 0},
                                         {"top-k", 0.9, 1, 5},
                                         {"both", 1.2, 0.9, 9}}));
  CAPTURE(row.what);
  constexpr std::int64_t vocabulary = 24, mask = 3, draws = 40'000;
  DecodingOptions options;
  options.temperature = row.temperature;
  options.top_p = row.top_p;
  options.top_k = row.top_k;
  at::Tensor logits = there(at::cos(at::arange(0, vocabulary, at::kFloat) * 2.3).mul_(2).unsqueeze(0));
  std::vector<double> uniform;
  const SampleRandom random({42, problem_key("chi-square"), 0});
  for (std::int64_t i = 0; i < draws; ++i)
    uniform.push_back(random.uniform(SampleRandom::Purpose::token, i / 100, i % 100));
  std::map<std::int64_t, double> counts;
  for (const Choice& choice : choose(logits.repeat({draws, 1}), options, mask, uniform)) ++counts[choice.token];
  logits.select(1, mask).fill_(-std::numeric_limits<float>::infinity());
  const at::Tensor expected = filtered_distribution(logits, options).cpu().to(at::kDouble);
  double chi_square = 0;
  int cells = -1;
  for (std::int64_t token = 0; token < vocabulary; ++token) {
    const double wanted = expected.const_data_ptr<double>()[token] * draws;
    if (wanted == 0) {
      CHECK(counts[token] == 0);
      continue;
    }
    ++cells;
    chi_square += std::pow(counts[token] - wanted, 2) / wanted;
  }
  CHECK(counts[mask] == 0);
  CHECK(chi_square <
        cells + 3.1 * std::sqrt(2.0 * cells) + 5);  // beyond the 0.999 quantile from 1 to 23 degrees of freedom
}

TEST_CASE("a row alone is filtered and drawn the same each time", "[sampling]") {
  constexpr std::int64_t vocabulary = 150'000, mask = 3;
  DecodingOptions options;
  options.temperature = 1.3;
  options.top_p = 0.9;
  const at::Tensor logits = there(at::sin(at::arange(0, vocabulary, at::kFloat) * 1.7).mul_(3).unsqueeze(0));
  const at::Tensor first = filtered_distribution(logits, options);
  const std::int64_t token = choose(logits.clone(), options, mask, std::span(&half, 1)).at(0).token;
  for (int i = 0; i < 8; ++i) {
    CHECK(at::equal(filtered_distribution(logits, options), first));
    CHECK(choose(logits.clone(), options, mask, std::span(&half, 1)).at(0).token == token);
  }
  const at::Tensor among_others = filtered_distribution(logits.repeat({3, 1}), options).narrow(0, 1, 1);
  CHECK((among_others - first).abs().max().item<float>() < 1e-8F);
}

TEST_CASE("however cold, a draw is the most likely token", "[sampling]") {
  DecodingOptions options;
  options.alg = Algorithm::maskgit_plus;
  options.temperature = GENERATE(1e-6, 1e-38, 1e-46, 1e-300);
  options.top_p = GENERATE(1, 0.9);
  CAPTURE(options.temperature, options.top_p);
  const auto choices = choose(row_of({-3, 90, 90.5F, 1, 0}), options, 4, std::span(&half, 1));
  CHECK(choices.at(0).token == 2);
  CHECK(choices.at(0).confidence == 1);
}

TEST_CASE("numbers at the ends of (0, 1) draw a token that has a probability", "[sampling]") {
  DecodingOptions options;
  options.temperature = 1;
  const at::Tensor logits =
      row_of({-std::numeric_limits<float>::infinity(), 0, 5, -std::numeric_limits<float>::infinity(), 0});
  const double least = 0x1p-41, most = 1 - 0x1p-41;
  CHECK(choose(logits.clone(), options, 4, std::span(&least, 1)).at(0).token == 1);
  CHECK(choose(logits.clone(), options, 4, std::span(&most, 1)).at(0).token == 2);
}

}  // namespace
}  // namespace assay::engine
