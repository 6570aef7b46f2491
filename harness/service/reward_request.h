#pragma once
/// A request to /v1/rewards as it is read: items with their programs and tests, and what is asked of all of them.
#include <memory>
#include <string>
#include <vector>

#include "datasets/value.h"
#include "harness/service/request_json.h"
#include "harness/service/scorer.h"
#include "harness/service/service.h"

namespace assay::harness {

struct Weights {
  double code = 2.0, binary_code = 0, code_format = 0.5;
};

struct RewardItem {
  std::string id;  ///< as JSON
  bool has_form = true;
  std::shared_ptr<Item> item;
};

struct RewardRequest {
  std::vector<RewardItem> items;
  Weights weights;
  bool details = false, stream = false;
};

/// What is wrong goes to `flaws`; where there are any, nothing of the request counts.
[[nodiscard]] RewardRequest read_rewards(const datasets::Value& body, const Service& service, std::vector<Flaw>& flaws);

}  // namespace assay::harness
