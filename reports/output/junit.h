#pragma once
/// A comparison as JUnit XML, which most CI systems read.
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

/// A suite a comparison. Its first test is the comparison itself: a failure where the verdict is regressed or a gate
/// fired. Then one a problem: broken ones are failures where the verdict is regressed, else skipped, as alone they
/// prove nothing; all others pass.
[[nodiscard]] std::string junit_xml(const std::vector<Comparison>& comparisons, const Gates& gates);

}  // namespace assay::reports
