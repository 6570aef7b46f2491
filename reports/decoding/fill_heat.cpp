#include "reports/decoding/fill_heat.h"

#include <algorithm>

namespace assay::reports {

void FillHeat::add(const Trace& trace, Positions positions, std::span<const std::int64_t> end_tokens) {
  const auto first = static_cast<std::int64_t>(trace.prompt_length);
  const std::int64_t length = last_position(trace, positions, end_tokens) - first + 1;
  if (length <= 0) return;
  if (samples_ == 0) {
    rows_ = std::min(most_buckets, trace.steps.size());
    columns_ = std::min(most_buckets, static_cast<std::size_t>(length));
    sums_.assign(rows_ * columns_, 0);
    counted_.assign(columns_, 0);
  }
  std::vector<std::uint64_t> fills(rows_ * columns_), of_column(columns_);
  for (std::size_t t = 0; t < trace.steps.size(); ++t)
    for (const std::int64_t position : trace.steps[t].filled) {
      if (position < first || position >= first + length) continue;
      const std::size_t column =
          static_cast<std::size_t>(position - first) * columns_ / static_cast<std::size_t>(length);
      ++fills[t * rows_ / trace.steps.size() * columns_ + column];
      ++of_column[column];
    }
  ++samples_;
  for (std::size_t column = 0; column < columns_; ++column) {
    if (of_column[column] == 0) continue;
    ++counted_[column];
    for (std::size_t row = 0; row < rows_; ++row)
      sums_[row * columns_ + column] +=
          static_cast<double>(fills[row * columns_ + column]) / static_cast<double>(of_column[column]);
  }
}

std::optional<double> FillHeat::share(std::size_t row, std::size_t column) const {
  if (counted_[column] == 0) return std::nullopt;
  return sums_[row * columns_ + column] / static_cast<double>(counted_[column]);
}

}  // namespace assay::reports
