#include "engine/generation/row_ids.h"

#include <string>

namespace assay::engine {

Result<void> check_row(std::span<const std::int64_t> ids, std::int64_t new_tokens, const ModelConfig& config) {
  const auto wrong = [](std::string what) { return tl::unexpected(Error{Errc::bad_data, std::move(what)}); };
  if (static_cast<std::int64_t>(ids.size()) + new_tokens > config.max_position_embeddings)
    return wrong("a row of " + std::to_string(ids.size()) + " tokens" +
                 (new_tokens > 0 ? " and " + std::to_string(new_tokens) + " new ones" : "") +
                 " is more than the model's context of " + std::to_string(config.max_position_embeddings));
  for (const std::int64_t id : ids)
    if (id < 0 || id >= config.vocab_size)
      return wrong("token " + std::to_string(id) + " is beyond the model's vocabulary of " +
                   std::to_string(config.vocab_size));
  return {};
}

}  // namespace assay::engine
