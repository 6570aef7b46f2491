#pragma once
/// MBPP+'s inputs as its canonical solutions expect them. JSON has no tuples, sets or complex numbers, so EvalPlus
/// keeps a rule a task that turns them back.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/value.h"

namespace assay::datasets {

struct RestoreFailure {
  std::size_t input;  ///< its index
  std::string what;
};

/// Restores the inputs of one set of the task in place, by the task's number; tasks other than "Mbpp/N", and most of
/// those, need nothing. After a failure the inputs are of no use.
/// Source: evalplus/data/mbpp.py, mbpp_deserialize_inputs (EvalPlus 0.3.1).
[[nodiscard]] std::optional<RestoreFailure> restore_inputs(std::string_view task_id, std::vector<Value>& inputs);

}  // namespace assay::datasets
