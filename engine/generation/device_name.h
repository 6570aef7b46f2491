#pragma once
/// What a GPU is called.
#include <string>

namespace assay::engine {

/// As the driver calls the GPU that LibTorch counts as `index` ("NVIDIA H100 80GB HBM3"); empty where there is no
/// driver, or none such. Asked of the driver itself: LibTorch tells the name only to who has CUDA's headers.
[[nodiscard]] std::string gpu_name(int index);

}  // namespace assay::engine
