#pragma once
/// AR-ness over a file of traces: per sample, and pooled.
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/decoding/trace.h"

namespace assay::reports {

struct ArNess {
  std::map<std::uint64_t, std::optional<double>> local, local_run, global;  ///< by k
};

struct SampleArNess {
  std::string task_id, sample_id;
  bool numbered = false;  ///< the sample_id was a number, and stays one in JSON
  std::size_t fills = 0;  ///< positions that count
  ArNess values;
};

[[nodiscard]] ArNess ar_ness(std::span<const std::int64_t> order, std::span<const std::uint64_t> ks);

/// Of one trace: `end_tokens` as fill_order() takes them.
[[nodiscard]] SampleArNess sample_ar_ness(const Trace& trace, Positions positions,
                                          std::span<const std::int64_t> end_tokens, std::span<const std::uint64_t> ks);

/// Means over samples, each weighed alike; samples without the figure are left out, none where all are.
[[nodiscard]] ArNess pooled(const std::vector<SampleArNess>& samples, std::span<const std::uint64_t> ks);

/// {"samples": [{"task_id", "sample_id", "fills", "local": {"1": …}, "local_run", "global"}], "pooled": {…}}
[[nodiscard]] std::string ar_ness_json(const std::vector<SampleArNess>& samples, const ArNess& pooled);
/// A table of the pooled figures, then a line a sample.
[[nodiscard]] std::string ar_ness_text(const std::vector<SampleArNess>& samples, const ArNess& pooled);

}  // namespace assay::reports
