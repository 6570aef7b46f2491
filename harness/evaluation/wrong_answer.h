#pragma once
#include <optional>

#include "sandbox/attempts.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// What the bytes of a wrong answer's piece show of who wrote them: undecodable where they are no value, forged_type
/// where they are one that no encoder makes. None for whatever an honest sample sends, be it opaque, cyclic or too
/// deep. More than 1 MiB is not looked at: a wrong answer may not cost what it likes.
[[nodiscard]] std::optional<sandbox::Attempt> attempt_in(sandbox::Bytes piece);

}  // namespace assay::harness
