#pragma once
/// The program in a model's answer, as `evalplus.sanitize` takes it out.
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/error.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// Of the longest run of lines that Python parses, what `entry_point` needs (needed_code.h); the run itself where that
/// is nothing. `answer` is UTF-8, surrogates as in WTF-8. Any thread may call it.
/// @return Errc::bad_data for an answer that cannot be read within bounds, Errc::usage in a build without tree-sitter,
/// Errc::sandbox, Errc::interrupted.
/// Source: evalplus/sanitize.py, sanitize.
[[nodiscard]] Result<std::string> sanitize(sandbox::Executor& executor, const std::string& answer,
                                           const std::string& entry_point, std::stop_token stop = {});

/// Without the white space at both ends that Python's str.strip takes off.
[[nodiscard]] std::string_view python_strip(std::string_view text);

}  // namespace assay::harness
