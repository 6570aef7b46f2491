#pragma once
/// A sweep over temperatures as a page: pass@k, diversity and AR-ness against the temperature.
#include <string>

#include "reports/results/sweep.h"

namespace assay::reports {

[[nodiscard]] std::string sweep_html(const Sweep& sweep);

}  // namespace assay::reports
