#pragma once
/// What becomes of an exception that leaves a thread's body: our own code throws nothing and libraries are caught where
/// they are called, so it is a bug, and to be told as one. Without these it is std::terminate, which says nothing of
/// where, and gives no exit code.
#include <functional>
#include <string_view>

#include "harness/error.h"

namespace assay::harness {

/// Errc::bug, with what a reader is to do about it.
[[nodiscard]] Error bug(std::string_view what);

/// For a thread whose owner takes its failure: what `body` returns, or the bug that it threw.
[[nodiscard]] Result<void> or_bug(const std::function<Result<void>()>& body);

/// For a thread that nobody asks how it went: where `body` throws, the process says so on standard error and ends at
/// once with exit code 70. No destructor runs, since other threads use what they would destroy; wardens end with us,
/// and the store keeps what was acknowledged.
void or_end(const std::function<void()>& body);

}  // namespace assay::harness
