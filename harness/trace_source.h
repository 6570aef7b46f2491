#pragma once
/// Decode traces, from a file or from a run of the store.
#include <cstddef>
#include <functional>
#include <string>

#include "harness/error.h"
#include "reports/decoding/trace.h"

namespace assay::harness {

/// Reads them one after the other: one is in memory at a time.
/// @param wanted a file of them (.jsonl, .jsonl.gz), or else a run of the store: name, id, or beginning of a name
/// @return Errc::bad_data, with the place, for what is no trace, and where there is no such file or run
[[nodiscard]] Result<void> for_each_trace(const std::string& wanted, const std::string& store,
                                          const std::function<void(const reports::Trace&)>& take);

}  // namespace assay::harness
