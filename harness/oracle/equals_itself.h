#pragma once
#include "sandbox/executor.h"

namespace assay::harness {

/// Whether a value surely equals another of the same bytes: one well-formed tree of lists, tuples, texts, bytes, None,
/// bool, int of 32 bits and float, in which nothing is NaN. One pass without a stack, some 3 ns a value: for results of
/// a hundred million values that are known to be the expected ones, byte for byte. False says nothing.
[[nodiscard]] bool equals_itself(sandbox::Bytes value);

}  // namespace assay::harness
