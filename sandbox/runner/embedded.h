#pragma once
/// The files of the runner, compiled into the program: what a jail's /assay holds, and what describes an interpreter.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::sandbox::runner {

/// The content of one file by its name ("zygote.py"); empty for a name that is not there.
[[nodiscard]] std::string_view file(std::string_view name);
/// What goes into the jail.
[[nodiscard]] std::vector<std::pair<std::string, std::string_view>> jail_files();

}  // namespace assay::sandbox::runner
