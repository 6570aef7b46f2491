#pragma once
/// Items of /v1/rewards, and what they earn.
#include <initializer_list>
#include <string>

#include "tests/e2e/service_client.h"

namespace assay::tests {

inline constexpr const char* good = "```python\ndef add(a, b):\n    return a + b\n```\n";

inline boost::json::array tests_of(std::initializer_list<const char*> tests) {
  boost::json::array array;
  for (const char* test : tests) array.emplace_back(test);
  return array;
}

inline boost::json::object item(const std::string& completion) {
  return {{"completion", completion}, {"tests", tests_of({"assert add(1, 2) == 3", "assert add(0, 0) == 0"})}};
}

inline boost::json::array rewards(const Service& service, boost::json::object request) {
  const Answer answer = post(service, "/v1/rewards", request);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return answer.json().at("results").as_array();
}

}  // namespace assay::tests
