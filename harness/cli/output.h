#pragma once
/// How a command ends what it printed.

namespace assay::harness {

/// Flushes standard output. Where not all of it could be written, that is said and its exit code returned (74), but for
/// a `code` that tells of another failure: it stays. A reader that has gone away (`| head -1`) hears nothing more:
/// SIGPIPE ends the process, and where that is ignored it ends with the code that a shell gives for it (141).
/// @param code the command's own exit code
[[nodiscard]] int finish_output(int code);

}  // namespace assay::harness
