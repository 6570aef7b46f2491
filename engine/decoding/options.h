#pragma once
/// How a text is decoded. Names and meanings are those of DiffuCoder's release, blocks and thresholds those of
/// Fast-dLLM (arXiv 2505.22618).
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/error.h"

namespace assay::engine {

/// What makes a position worth filling. `origin` fills at random; the others measure confidence in the filtered
/// distribution: the chosen token's probability; the highest less the second; the negative entropy.
enum class Algorithm { origin, maskgit_plus, topk_margin, entropy };

/// Whose keys and values are kept within a block: nobody's; those left of it; all but the block's own.
enum class Cache { none, prefix, dual };

struct DecodingOptions {
  Algorithm alg = Algorithm::entropy;
  std::int64_t max_new_tokens = 256;
  std::int64_t steps = 0;         ///< over all blocks; 0: as many as max_new_tokens
  std::int64_t block_length = 0;  ///< 0: one block of max_new_tokens
  Cache cache = Cache::none;
  std::optional<double> threshold;  ///< a step fills all that is at least this sure; `steps` is not asked
  double temperature = 0;           ///< 0: the most likely token
  double top_p = 1;                 ///< 1: all tokens
  std::int64_t top_k = 0;           ///< 0: all tokens
  double alg_temp = 0;              ///< above 0: the positions are drawn, in proportion to exp(confidence / alg_temp)
  double eps = 1e-3;                ///< the schedule's last point
  bool stop_early = false;          ///< blocks after an end token are padding
  std::uint64_t seed = 0;

  [[nodiscard]] std::int64_t blocks() const { return max_new_tokens / block_length; }
  [[nodiscard]] std::int64_t steps_a_block() const { return std::max<std::int64_t>(steps / blocks(), 1); }
};

/// The options with 0 replaced by what it stands for.
/// @return Errc::bad_data, naming the option, where one is out of range or two do not go together.
[[nodiscard]] Result<DecodingOptions> checked(DecodingOptions options);

[[nodiscard]] std::optional<Algorithm> algorithm_of(std::string_view name);
[[nodiscard]] std::optional<Cache> cache_of(std::string_view name);
[[nodiscard]] std::string_view name_of(Algorithm alg);
[[nodiscard]] std::string_view name_of(Cache cache);

}  // namespace assay::engine
