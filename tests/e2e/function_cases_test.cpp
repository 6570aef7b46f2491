// Rewards for functions that are called and held against what they return, as data sets of contests have them.
#include "tests/e2e/rewards.h"

using namespace assay::tests;
namespace json = boost::json;

namespace {

const char* const two_sum =
    "class Solution:\n"
    "    def twoSum(self, nums: List[int], target: int) -> List[int]:\n"
    "        seen = {}\n"
    "        for i, n in enumerate(nums):\n"
    "            if target - n in seen: return (seen[target - n], i)\n"
    "            seen[n] = i\n";

json::object two_sum_item(const std::string& program) {
  return {{"solution", program},
          {"setup", "from typing import *"},
          {"function", "twoSum"},
          {"calls", json::parse(R"([{"arguments": [[2, 7, 11, 15], 9], "result": [0, 1]},
                                    {"arguments": [[3, 2, 4], 6], "any_of": [[2, 1], [1, 2]]},
                                    {"arguments": [[3], 6], "result": null}])")}};
}

}  // namespace

TEST_CASE("functions that are called earn their share of calls", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--cache", "10"});
  json::object no_types = two_sum_item(two_sum), unheard = two_sum_item(two_sum);
  no_types.erase("setup");
  unheard["setup"] = "import nosuchmodule";
  json::object asked_otherwise = two_sum_item(two_sum);
  asked_otherwise["calls"].at(2).as_object() = {{"arguments", json::parse("[[3], 6]")}, {"result", 0}};
  const json::array items{two_sum_item(two_sum),
                          no_types,
                          unheard,
                          asked_otherwise,
                          two_sum_item("def twoSum(nums, target): return [0, 1]"),
                          two_sum_item("def twoSum(")};
  for (int again = 0; again < 2; ++again) {
    const auto results = rewards(service, {{"items", items}, {"details", true}});
    INFO(json::serialize(results));
    CHECK(number(results[0], "reward") == 2.5);
    CHECK(results[0].at("integrity").as_string() == "split");
    CHECK(json::serialize(results[0].at("tests")) == R"(["passed","passed","passed"])");
    CHECK(number(results[1], "code") == 0);
    CHECK(results[1].at("cause").as_string() == "exception");
    CHECK(results[2].at("error").at("code").as_string() == "input.bad_data");
    CHECK(number(results[3], "code") == Approx(2.0 / 3));
    CHECK(number(results[4], "code") == Approx(1.0 / 3));
    CHECK(number(results[5], "code_format") == 0.5);
    CHECK(results[5].at("cause").as_string() == "syntax");
  }
  CHECK(service.figure("assay_cache_hits_total") == 6);
}

TEST_CASE("calls that are malformed are refused with the place of each flaw", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  struct Row {
    const char *rest, *type, *below;
  };
  for (const Row& row : std::vector<Row>{
           {R"("calls": [{"arguments": [], "result": 1}])", "missing", R"("function")"},
           {R"("function": "f", "calls": [])", "too_short", R"("calls")"},
           {R"("function": "f", "calls": "f")", "list_type", R"("calls")"},
           {R"("function": "f", "calls": ["f"])", "dict_type", R"("calls",0)"},
           {R"("function": "f", "calls": [{"result": 1}])", "missing", R"("calls",0,"arguments")"},
           {R"("function": "f", "calls": [{"arguments": 1, "result": 1}])", "list_type", R"("calls",0,"arguments")"},
           {R"("function": "f", "calls": [{"arguments": []}])", "missing", R"("calls",0,"result")"},
           {R"("function": "f", "calls": [{"arguments": [], "result": 1, "any_of": [1]}])", "extra_forbidden",
            R"("calls",0,"result")"},
           {R"("function": "f", "calls": [{"arguments": [], "any_of": []}])", "list_type", R"("calls",0,"any_of")"},
           {R"("function": "f", "calls": [{"arguments": [], "results": [1], "result": 1}])", "extra_forbidden",
            R"("calls",0,"results")"},
           {R"("function": "f", "tests": ["f"])", "extra_forbidden", R"("function")"},
           {R"("function": "f", "calls": [{"arguments": [], "result": 1}], "cases": [{"output": ""}])",
            "extra_forbidden", R"("calls")"},
           {R"("function": "f", "calls": [{"arguments": [], "result": 1}], "dataset": "mini")", "extra_forbidden",
            R"("dataset")"},
       }) {
    const Answer answer =
        post(service, "/v1/rewards", R"({"items": [{"solution": "x", )" + std::string(row.rest) + "}]}");
    INFO(row.rest << ": " << answer.body);
    REQUIRE(answer.status == 422);
    const json::value body = answer.json();
    REQUIRE(body.at("detail").as_array().size() == 1);
    CHECK(body.at("detail").as_array()[0].at("type").as_string() == row.type);
    CHECK(json::serialize(body.at("detail").as_array()[0].at("loc")) ==
          R"(["body","items",0,)" + std::string(row.below) + "]");
  }
}
