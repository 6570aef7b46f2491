#pragma once
/// verl's function cases, judged apart: the sample's function is called in a jail whose result has a channel of its
/// own, so that nothing it prints, and no early end, passes for what it returned.
#include <chrono>
#include <string>

#include "harness/error.h"
#include "harness/service/known_script.h"
#include "harness/service/scorer.h"
#include "sandbox/executor.h"

namespace assay::harness {

struct FunctionAnswer {
  sandbox::Outcome outcome;
  bool returned = false;
  std::string printed;  ///< what it returned, as the script prints it
  std::string raised;   ///< else the exception's type, where it raised
};

[[nodiscard]] Result<FunctionAnswer> call_function(const Scorer& scorer, const FunctionScript& script,
                                                   std::chrono::milliseconds limit, const std::stop_token& stop);

}  // namespace assay::harness
