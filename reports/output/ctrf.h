#pragma once
/// A comparison in the Common Test Report Format (ctrf.io): JSON with the tests that output/junit.h describes.
#include <cstdint>
#include <string>
#include <vector>

#include "reports/results/comparison.h"

namespace assay::reports {

struct CtrfFrame {
  std::string version;            ///< assay's
  std::int64_t milliseconds = 0;  ///< since 1970, when the comparison was made
};

[[nodiscard]] std::string ctrf_json(const std::vector<Comparison>& comparisons, const Gates& gates,
                                    const CtrfFrame& frame);

}  // namespace assay::reports
