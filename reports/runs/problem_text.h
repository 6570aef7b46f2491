#pragma once
/// What a data set says of its problems, for reports that show more than figures. Runs do not hold it: who has the data
/// set at hand gives it.
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "reports/runs/run.h"

namespace assay::reports {

/// A test as a reader wants to see it.
struct TestText {
  std::string input;     ///< of the call, or the statement that tests
  std::string expected;  ///< empty where it is not at hand
};

struct ProblemText {
  std::string prompt;
  std::map<std::uint32_t, TestText> base, plus;  ///< by index; those that samples of the run failed
};

/// By task id; empty where the data set is not at hand.
using ProblemTexts = std::map<std::string, ProblemText>;

}  // namespace assay::reports
