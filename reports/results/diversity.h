#pragma once
/// How much the samples of a problem differ, as whole programs: after sanitizing, byte for byte.
///
/// DiffuCoder (arXiv 2506.20639) reads diversity off pass@k over the temperature alone; these figures tell it apart
/// from being right.
#include <optional>

#include "reports/runs/run.h"

namespace assay::reports {

struct Diversity {
  /// Mean over problems of (distinct programs) / (samples). 1/n where all are the same. It falls with n even where
  /// nothing else changes: compare runs of the same n.
  std::optional<double> distinct;
  /// Mean over problems of the chance that two of its samples, drawn without replacement, differ:
  /// 1 − Σ cᵢ(cᵢ − 1) / (n(n − 1)), cᵢ how often program i occurs. An unbiased estimate whatever n ≥ 2 (E. H. Simpson,
  /// Measurement of Diversity, Nature 163, 1949). None where no problem has two samples; those with one are left out.
  std::optional<double> differ;
};

[[nodiscard]] Diversity diversity(const Run& run);

}  // namespace assay::reports
