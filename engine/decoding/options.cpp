#include "engine/decoding/options.h"

#include <array>
#include <cmath>
#include <string>

namespace assay::engine {
namespace {

constexpr std::array<std::string_view, 4> algorithm_names{"origin", "maskgit_plus", "topk_margin", "entropy"};
constexpr std::array<std::string_view, 3> cache_names{"none", "prefix", "dual"};
constexpr std::int64_t most_tokens = 1 << 20;

template <class Enum, std::size_t size>
std::optional<Enum> find(const std::array<std::string_view, size>& names, std::string_view name) {
  for (std::size_t i = 0; i < size; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

/// What is wrong, or nothing. The option that it begins with has its name here, from which callers make their own; a
/// second one has the command's.
std::string fault_of(const DecodingOptions& options) {
  const auto between = [](double number, double least, double most) { return number >= least && number <= most; };
  if (options.max_new_tokens < 1 || options.max_new_tokens > most_tokens)
    return "max_new_tokens is not from 1 to " + std::to_string(most_tokens);
  if (options.block_length < 1 || options.max_new_tokens % options.block_length != 0)
    return "block_length (" + std::to_string(options.block_length) + ") does not divide --max-new-tokens (" +
           std::to_string(options.max_new_tokens) + ")";
  if (options.steps < 1 || options.steps > most_tokens) return "steps is not from 1 to " + std::to_string(most_tokens);
  if (!options.threshold && options.steps % options.blocks() != 0)
    return "steps (" + std::to_string(options.steps) + ") is no multiple of the " + std::to_string(options.blocks()) +
           " blocks";
  if (!between(options.temperature, 0, 1e6)) return "temperature is not from 0 to 1e6";
  if (!between(options.top_p, 0, 1)) return "top_p is not from 0 to 1";
  if (options.top_k < 0) return "top_k is below 0";
  if (!between(options.alg_temp, 0, 1e6)) return "alg_temp is not from 0 to 1e6";
  if (!between(options.eps, 1e-9, 0.999)) return "eps is not from 1e-9 to 0.999";
  if (!options.threshold) return "";
  if (!between(*options.threshold, 0, 1)) return "threshold is not from 0 to 1";
  if (options.alg != Algorithm::maskgit_plus && options.alg != Algorithm::topk_margin)
    return "threshold goes with the algorithms maskgit_plus and topk_margin only";
  if (options.alg_temp > 0) return "threshold and --alg-temp do not go together";
  return "";
}

}  // namespace

Result<DecodingOptions> checked(DecodingOptions options) {
  if (options.block_length == 0) options.block_length = options.max_new_tokens;
  if (options.steps == 0) options.steps = options.max_new_tokens;
  if (std::string fault = fault_of(options); !fault.empty())
    return tl::unexpected(Error{Errc::bad_data, std::move(fault)});
  return options;
}

std::optional<Algorithm> algorithm_of(std::string_view name) { return find<Algorithm>(algorithm_names, name); }
std::optional<Cache> cache_of(std::string_view name) { return find<Cache>(cache_names, name); }
std::string_view name_of(Algorithm alg) { return algorithm_names.at(static_cast<std::size_t>(alg)); }
std::string_view name_of(Cache cache) { return cache_names.at(static_cast<std::size_t>(cache)); }

}  // namespace assay::engine
