#pragma once
/// What McNemar's exact test can find: for planning a run, and for saying what a run could have found.
///
/// N problems, one sample each; each is discordant with probability ψ; the true difference has size δ ≤ ψ, so that a
/// discordant problem goes the true way with q = (ψ + δ)/2ψ. Of m discordant problems, b go the true way; the test
/// rejects if sides · P(X ≥ b) < alpha, X ~ Bin(m, ½). Power = Σₘ Bin(m; N, ψ) · P(reject | m, q). Exact, with nothing
/// held fixed but N.
#include <cstdint>
#include <optional>
#include <vector>

namespace assay::reports {

class McNemarPower {
 public:
  struct Design {
    std::uint64_t problems = 0;
    double discordance = 0;  ///< ψ, above 0
    double alpha = 0.05;
    int sides = 1;  ///< 1 or 2
  };
  explicit McNemarPower(const Design& design);

  /// The chance to find a true difference of that size; `difference` ≤ ψ.
  [[nodiscard]] double at(double difference) const;
  /// The rate of false alarms: the power at 0. Always below alpha.
  [[nodiscard]] double size() const { return at(0); }
  /// The difference that is found with that power; none where even δ = ψ is not.
  [[nodiscard]] std::optional<double> smallest(double power) const;

 private:
  struct Discordant {
    std::uint64_t count;  ///< m
    double probability;   ///< that there are m
    std::uint64_t least;  ///< b from which the test rejects
  };
  Design design_;
  std::vector<Discordant> rows_;  ///< those m that matter and can lead to a rejection
};

}  // namespace assay::reports
