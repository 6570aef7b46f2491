#include "reports/decoding/ar_ness.h"

#include <zlib.h>

#include "reports/decoding/decoding_statistics.h"
#include "reports/decoding/trace.h"
#include "tests/reports/golden.h"

namespace assay::reports {
namespace {

using namespace tests;

boost::json::array unpacked(const std::filesystem::path& path) {
  std::string text;
  gzFile file = ::gzopen(path.c_str(), "rb");
  REQUIRE(file);
  char buffer[4096];
  for (int read = 0; (read = ::gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(read));
  ::gzclose(file);
  return boost::json::parse(text).as_array();
}

Trace trace_of(const std::string& line) {
  const auto trace = parse_trace(line);
  REQUIRE(trace);
  return *trace;
}

TEST_CASE("AR-ness in all three readings agrees with its golden values", "[decoding]") {
  if (!have_shared()) ASSAY_SKIP("the shared data is absent");
  for (const auto& row : unpacked(shared_dir() / "fixtures/engine/arness.json.gz")) {
    CAPTURE(boost::json::serialize(row));
    Trace trace;
    for (const auto& step : row.at("filled").as_array()) {
      trace.steps.emplace_back();
      for (const auto& position : step.as_array()) trace.steps.back().filled.push_back(position.as_int64());
    }
    const auto order = fill_order(trace, Positions::to_first_end, {});
    for (const auto& [k, value] : row.at("local").as_object()) CHECK(near(local_ar_ness(order, std::stoul(k)), value));
    for (const auto& [k, value] : row.at("local_run").as_object())
      CHECK(near(local_run_ar_ness(order, std::stoul(k)), value));
    for (const auto& [k, value] : row.at("global").as_object())
      CHECK(near(global_ar_ness(order, std::stoul(k)), value));
  }
}

TEST_CASE("strictly left-to-right decoding has the values that the definitions say", "[decoding]") {
  const std::vector<std::int64_t> order{4, 5, 6, 7, 8};
  CHECK(local_ar_ness(order, 2) == 3.0 / 5);
  CHECK(local_run_ar_ness(order, 2) == 1);
  CHECK(global_ar_ness(order, 1) == 1);
  CHECK(local_ar_ness(order, 9) == 0);
  CHECK_FALSE(local_run_ar_ness(order, 5));
  CHECK_FALSE(local_ar_ness({}, 1));
  CHECK_FALSE(global_ar_ness({}, 1));
}

TEST_CASE("positions after the first end token are left out unless all are asked for", "[decoding]") {
  const Trace trace = trace_of(
      R"({"sample_id": 3, "options": {"eos_token_id": [9, 10]}, "steps": [{"filled": [7, 5], "tokens": [9, 1]},)"
      R"( {"filled": [8], "tokens": [1]}, {"filled": [6], "tokens": [10]}]})");
  CHECK(trace.sample_id == "3");
  CHECK(fill_order(trace, Positions::to_first_end, trace.end_tokens) == std::vector<std::int64_t>{5, 6});
  CHECK(fill_order(trace, Positions::all, trace.end_tokens) == std::vector<std::int64_t>{5, 7, 8, 6});
  CHECK(fill_order(trace, Positions::to_first_end, std::vector<std::int64_t>{9}) == std::vector<std::int64_t>{5, 7, 6});
}

TEST_CASE("what is no trace is refused with a reason", "[decoding]") {
  struct Row {
    const char* line;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"{", "not JSON"},
      {"[]", "not a JSON object"},
      {"{}", "\"steps\" is no list"},
      {R"({"steps": [3]})", "step 0: is no object"},
      {R"({"steps": [{"filled": [1]}, {"filled": [-1]}]})", "step 1: \"filled\""},
      {R"({"steps": [{"filled": [1.5]}]})", "step 0: \"filled\""},
      {R"({"steps": [{"filled": [1], "tokens": []}]})", "\"tokens\""},
      {R"({"steps": [{"filled": [1]}, {"filled": [2, 1]}]})", "position 1 is filled twice"},
  }));
  CAPTURE(row.line);
  const auto trace = parse_trace(row.line);
  REQUIRE_FALSE(trace);
  CHECK(trace.error().message.find(row.reason) != std::string::npos);
}

TEST_CASE("pooled figures weigh samples alike and leave out those without the figure", "[decoding]") {
  const std::vector<std::uint64_t> ks{1, 4};
  std::vector<SampleArNess> samples;
  samples.push_back({"a", "x", false, 5, ar_ness(std::vector<std::int64_t>{1, 2, 3, 4, 5}, ks)});
  samples.push_back({"b", "1", true, 2, ar_ness(std::vector<std::int64_t>{2, 1}, ks)});
  const ArNess pool = pooled(samples, ks);
  CHECK(pool.local.at(1) == (4.0 / 5 + 0) / 2);
  CHECK(pool.local_run.at(4) == 1);
  CHECK_FALSE(pooled({}, ks).local.at(1));
  CHECK(ar_ness_json(samples, pool).find(R"("sample_id":"x")") != std::string::npos);
  CHECK(ar_ness_json(samples, pool).find(R"("sample_id":1,)") != std::string::npos);
  CHECK(ar_ness_json(samples, pool).find(R"("local_run":{"1":0E0,"4":null})") != std::string::npos);
}

}  // namespace
}  // namespace assay::reports
