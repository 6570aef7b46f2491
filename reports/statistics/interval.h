#pragma once
/// Two bounds, as fractions of 1.

namespace assay::reports {

struct Interval {
  double low = 0, high = 0;
};

}  // namespace assay::reports
