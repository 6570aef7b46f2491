#pragma once
/// When which part of a text is filled, pooled over samples: the order-of-filling heat map.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reports/decoding/trace.h"

namespace assay::reports {

/// A matrix of steps × positions. Of a sample with T steps and N counted new positions (behind the prompt, up to the
/// first end token where asked for), step t belongs to row ⌊t·rows/T⌋ and position p to column ⌊p·columns/N⌋: both axes
/// are shares of the whole, so that samples of unequal length can be pooled.
///
/// share(row, column): of the fills in that part of the text, those made in that part of the decoding; a mean over the
/// samples that have fills in the column, each weighed alike. A column's shares add up to 1. From left to right, a
/// position a step, gives the diagonal; filling without any order gives 1/rows everywhere.
class FillHeat {
 public:
  static constexpr std::size_t most_buckets = 32;

  /// The first sample decides how many rows and columns there are: as many as it has steps and positions, at most
  /// most_buckets. A sample without a counted fill changes nothing.
  void add(const Trace& trace, Positions positions, std::span<const std::int64_t> end_tokens);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  /// None where no sample has a fill in the column.
  [[nodiscard]] std::optional<double> share(std::size_t row, std::size_t column) const;

 private:
  std::size_t rows_ = 0, columns_ = 0;
  std::uint64_t samples_ = 0;
  std::vector<double> sums_;            ///< of shares, row by row
  std::vector<std::uint64_t> counted_;  ///< samples with a fill in the column
};

}  // namespace assay::reports
