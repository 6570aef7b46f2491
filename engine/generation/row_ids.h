#pragma once
/// Rows of token ids that a model can take.
#include <cstdint>
#include <span>

#include "engine/checkpoint/model_config.h"
#include "engine/error.h"

namespace assay::engine {

/// @param new_tokens that come behind the row
/// @return Errc::bad_data where an id is beyond the vocabulary, or row and new tokens are longer than the context.
[[nodiscard]] Result<void> check_row(std::span<const std::int64_t> ids, std::int64_t new_tokens,
                                     const ModelConfig& config);

}  // namespace assay::engine
