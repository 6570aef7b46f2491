#pragma once
/// How a run was made, on a page: a list of what its source says, so that whoever finds the page can tell.
#include <string>

#include "reports/runs/run_origin.h"

namespace assay::reports {

[[nodiscard]] std::string origin_html(const RunOrigin& origin);

}  // namespace assay::reports
