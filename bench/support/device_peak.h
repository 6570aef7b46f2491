#pragma once
/// What a device can do at best, measured: what figures of the engine are shares of.
#include <string>

#include "engine/checkpoint/number_type.h"

namespace assay::bench {

/// Of a large product of square matrices, in 10^12 operations a second.
[[nodiscard]] double matmul_teraflops(const std::string& device, engine::NumberType type);

/// Of a large copy, read and written bytes together, in 10^9 a second.
[[nodiscard]] double copy_gigabytes(const std::string& device);

}  // namespace assay::bench
