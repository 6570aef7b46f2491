#pragma once
/// The standard descriptors: that there are three from the start, and how a command ends what it printed.

namespace assay::harness {

/// Puts something in the place of each of descriptors 0 to 2 that the caller closed (`>&-`), before a file or a socket
/// of ours takes its number and programs are given that as their streams: what can't be read for standard input, what
/// can't be written for standard output, so that both still fail, and for standard error what swallows all.
void hold_standard_descriptors();

/// Flushes standard output. Where not all of it could be written, that is said and its exit code returned (74), but for
/// a `code` that tells of another failure: it stays. A reader that has gone away (`| head -1`) hears nothing more:
/// SIGPIPE ends the process, and where that is ignored it ends with the code that a shell gives for it (141).
/// @param code the command's own exit code
[[nodiscard]] int finish_output(int code);

}  // namespace assay::harness
