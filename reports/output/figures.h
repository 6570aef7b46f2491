#pragma once
/// How figures are written everywhere, so that a table and a line never disagree.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/results/comparison.h"
#include "reports/results/estimate.h"

namespace assay::reports {

[[nodiscard]] std::string percent(double fraction);                        ///< "63.6 %"
[[nodiscard]] std::string points(double difference);                       ///< "+4.3": signed, in percentage points
[[nodiscard]] std::string p_text(double p);                                ///< "0.031", "3.2e-09"
[[nodiscard]] std::string level_text(double level);                        ///< "95 %"
[[nodiscard]] std::string interval_text(const Interval& interval);         ///< "[58.1, 68.8]", in percent
[[nodiscard]] std::string points_interval_text(const Interval& interval);  ///< "[-0.8, +5.6]"
[[nodiscard]] std::string estimate_text(const Estimate& estimate);         ///< "63.6 % [58.1, 68.8]"
/// "1 problem", "2 problems".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular);

/// The p-value that speaks for the difference's own direction, after any adjustment.
[[nodiscard]] double p_of(const Comparison& comparison);
/// "plus.pass@1: 54.9 % → 57.3 %, +2.4 points, 90 % interval [-0.8, +5.6], p 0.080: inconclusive"
[[nodiscard]] std::string headline(const Comparison& comparison);
/// What the run could have found: one sentence.
[[nodiscard]] std::string detectable_text(const Comparison& comparison);
/// "1 of 1 → 0 of 1"
[[nodiscard]] std::string flip_text(const Flip& flip);

}  // namespace assay::reports
