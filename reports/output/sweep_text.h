#pragma once
/// A sweep over temperatures, for a terminal and for programs.
#include <string>

#include "reports/results/sweep.h"

namespace assay::reports {

/// A row a temperature: pass@1 and the largest pass@k with intervals, diversity, AR-ness at the smallest k.
[[nodiscard]] std::string sweep_text(const Sweep& sweep);
/// One object; docs/json-output.md has its keys.
[[nodiscard]] std::string sweep_json(const Sweep& sweep);

}  // namespace assay::reports
