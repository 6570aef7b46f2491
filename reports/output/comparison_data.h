#pragma once
/// What the views of a comparison's page are given, as JSON: reports/page/charts/differences.js and
/// reports/page/comparison say what they read.
#include <string>
#include <vector>

#include "reports/output/page_text.h"
#include "reports/results/comparison.h"

namespace assay::reports {

/// A row a comparison, in points: [{label, verdict, difference, low, high, limit}].
[[nodiscard]] std::string differences_data(const std::vector<Comparison>& comparisons);

struct FlipsData {
  std::string json;                 ///< [{id, change, base, new}]
  std::size_t without_program = 0;  ///< flips whose programs the budget kept out
};
/// The broken ones, then the fixed; of each the first `most`.
[[nodiscard]] FlipsData flips_data(const Comparison& comparison, std::size_t most, TextBudget& budget);

}  // namespace assay::reports
