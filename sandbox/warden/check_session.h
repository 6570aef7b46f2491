#pragma once
#include "sandbox/executor.h"

namespace assay::sandbox {

class Warden;

/// Runs a CheckJob: the sample in one jail, its tests in another (the checker); this process relays calls and answers,
/// holds every answer against the closed list of codes, and keeps the time. No descriptor joins the two.
///
/// The clock of test k starts when the result of test k-1 has arrived, and counts both processes: of which one waits
/// while the other works. What the sample can do to the checker is to send it data: a checker that ends early after the
/// sample was asked anything has met data that it could not bear, and that is the sample's failure. One that ends
/// before is ours.
///
/// The checker's word on tests that are no Python, or a setup that raised before the sample was asked anything, is as
/// good as its word on tests that passed. Where they share a process, only what is said before the sample's body runs
/// is.
///
/// With `shared`, one process is both, and its results are as good as its word.
[[nodiscard]] Result<Outcome> run_check(Warden& warden, const CheckJob& job, const Limits& limits);

}  // namespace assay::sandbox
