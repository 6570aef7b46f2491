#pragma once
/// The code in a chat answer: its longest run of lines that Python parses.
#include <stop_token>
#include <string>

#include "harness/error.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// The run, or the text's first line where there is none. Python's own parser decides, in the jail (longest_block.py).
/// @return Errc::bad_data where the parser crashed on the text or took longer than a minute; Errc::sandbox,
/// Errc::interrupted.
/// Source: evalplus/sanitize.py, code_extract.
[[nodiscard]] Result<std::string> longest_block(sandbox::Executor& executor, const std::string& text,
                                                std::stop_token stop = {});

}  // namespace assay::harness
