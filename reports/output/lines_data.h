#pragma once
/// Curves for the view "lines": some figures of 0 to 1 against one number, in a table and as a chart of it.
#include <optional>
#include <string>
#include <vector>

#include "reports/output/html_page.h"
#include "reports/statistics/interval.h"

namespace assay::reports {

struct LinePoint {
  double x = 0;
  std::optional<double> y;
  std::optional<Interval> interval;
};

struct Line {
  std::string name;
  std::vector<LinePoint> points;
};

struct Lines {
  std::string x;  ///< what they are against
  std::string y;
  std::vector<Line> lines;  ///< all over the same x
};

/// A table, a row an x, and the chart where script runs.
void add_lines(HtmlPage& page, const Lines& lines);

}  // namespace assay::reports
