#pragma once
/// The model folder that a command names.
#include <string>

#include "harness/error.h"

namespace assay::harness {

/// Whether it is a folder; what is in it shows when that is read. @return Errc::bad_data, which tells a file and
/// nothing at all apart
[[nodiscard]] Result<void> is_model_folder(const std::string& path);

}  // namespace assay::harness
