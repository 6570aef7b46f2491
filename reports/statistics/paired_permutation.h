#pragma once
/// The test of a comparison: could the two runs' difference be chance? For each problem it asks what the difference
/// could as well have been:
///
/// - the same number of samples in both runs: the difference with the other sign (statistics/sign_flip.h). The runs
///   change places as wholes, so samples of one problem may resemble one another in any way.
/// - another number: the samples dealt anew, so many to each run. Of c right ones among both runs' samples the newer
///   gets X, hypergeometric, and both scores follow from X. A sign says nothing here: of a problem solved 19 times in
///   20, one sample beside 20 scores 0.05 more, or now and then 0.95 less, and never the reverse.
///
/// The statistic is t = Σd / √Σd². Signs leave Σd² as it is, so that where all numbers are the same t orders as Σd and
/// the test is the sign-flip test. Samples dealt anew need the root: they alone would take every problem that really
/// changed, up or down, for evidence, and call runs of the same mean different; set against the spread of the
/// differences the mean alone counts.
///
/// Sources: Fisher 1935, The design of experiments, section 21. Chung and Romano 2013, Annals of Statistics 41:484, for
/// the studentized statistic: exact where no problem changed, right in the limit where only the mean did not.
#include <cstdint>
#include <span>

#include "reports/pass_at_k.h"
#include "reports/statistics/paired_differences.h"

namespace assay::reports {

struct PairedPermutation {
  double p_two_sided = 1;     ///< |t| is as large
  double p_regressed = 1;     ///< t is as low
  double p_improved = 1;      ///< t is as high
  bool exact = true;          ///< false: from random draws, within 5 √(p(1−p)/draws) + 1/draws
  std::uint64_t unequal = 0;  ///< problems with other numbers of samples; 0: this is the sign-flip test
};

/// `differences` are paired_differences(base, newer, k), which sees to it that no problem has fewer than k samples.
/// With unequal problems: exact for up to a million outcomes in all, else from 100,000 draws, always the same ones.
[[nodiscard]] PairedPermutation paired_permutation(std::span<const SampleCounts> base,
                                                   std::span<const SampleCounts> newer, std::uint64_t k,
                                                   const PairedDifferences& differences);

/// From `draws` random outcomes and the observed one: p = (1 + as extreme) / (1 + draws).
[[nodiscard]] PairedPermutation sampled_paired_permutation(std::span<const SampleCounts> base,
                                                           std::span<const SampleCounts> newer, std::uint64_t k,
                                                           const PairedDifferences& differences, std::uint64_t draws,
                                                           std::uint64_t seed);

}  // namespace assay::reports
