#pragma once
/// How samples were decoded, as a page: AR-ness over k, the order of filling, and a replay of some samples.
#include <cstdint>
#include <string>
#include <vector>

#include "reports/decoding/decoding_statistics.h"
#include "reports/decoding/fill_heat.h"
#include "reports/decoding/replay.h"

namespace assay::reports {

struct DecodingPage {
  std::string source;  ///< the file or run
  ArNess pooled;
  FillHeat heat;
  std::vector<Replay> replays;  ///< of the first samples
};

[[nodiscard]] std::string decoding_html(const DecodingPage& page);

}  // namespace assay::reports
