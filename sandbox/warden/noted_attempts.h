#pragma once
#include <sys/types.h>

#include "sandbox/attempts.h"

namespace assay::sandbox {

/// What a sample's process noted of itself (sandbox/zygote/attempt_note.h). It may have ended, but not been reaped.
[[nodiscard]] Attempts noted_attempts(pid_t sample);

}  // namespace assay::sandbox
