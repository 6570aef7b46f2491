#pragma once
/// The safetensors format: eight bytes for the length of a JSON header (little endian), the header, the tensors' bytes.
/// The header gives of each tensor `dtype`, `shape` and `data_offsets`; `__metadata__` is passed over.
/// Source of the format: huggingface/safetensors, README ("Format").
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/number_type.h"
#include "engine/error.h"

namespace assay::engine {

struct TensorView {
  std::string name;
  NumberType type;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< of the file; in no case aligned for its type
};

/// The tensors of a file whose bytes are `file`, in the order of their bytes. As in the format's own reader, these lie
/// one behind the other and fill the file: no gap, no overlap, nothing behind the last.
/// @param name of the file, for messages.
/// @return Errc::bad_data with the tensor's name where a header lies, Errc::unsupported for other number types.
[[nodiscard]] Result<std::vector<TensorView>> read_safetensors(std::span<const std::byte> file,
                                                               const std::string& name);

/// Length and header of a file with these tensors; their bytes follow, in this order. `bytes` of the views is not read.
[[nodiscard]] std::string safetensors_header(std::span<const TensorView> tensors);

}  // namespace assay::engine
