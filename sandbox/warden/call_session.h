#pragma once
#include "sandbox/executor.h"

namespace assay::sandbox {

class Warden;

/// Runs a CallJob: relays results to assay as they come, keeps the time of each call and of all together.
///
/// The clock of call k starts when the result of call k-1 has arrived: a result that was sent can't be changed, so
/// nothing is gained by sending it early, and nothing that a sample says extends a limit. Between `done` and the
/// result's last byte runs the encoder, on a budget of its own that grows with what was sent.
[[nodiscard]] Result<Outcome> run_calls(Warden& warden, const CallJob& job, const Limits& limits);

}  // namespace assay::sandbox
