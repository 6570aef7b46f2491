#pragma once
/// Where things of a user's are: what scripts/setup installed, and what assay keeps.
#include <filesystem>

namespace assay::sandbox {

/// Where assay keeps what is a user's: $XDG_DATA_HOME/assay, or ~/.local/share/assay. Makes nothing.
[[nodiscard]] std::filesystem::path data_folder();

/// What scripts/setup made, by its name in data_folder(); or what the variable of the environment names instead.
[[nodiscard]] std::filesystem::path installed(const char* variable, const char* name);
/// The samples' own environment; `ASSAY_PYTHON` names another.
[[nodiscard]] std::filesystem::path default_python();

}  // namespace assay::sandbox
