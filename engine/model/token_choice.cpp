#include "engine/model/token_choice.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>

#include "engine/model/upload.h"

namespace assay::engine {
namespace {

constexpr float never = -std::numeric_limits<float>::infinity();

/// Logits over temperature, each row's highest at 0: however cold it is, nothing overflows to infinity less infinity.
at::Tensor scaled(const at::Tensor& logits, double temperature) {
  constexpr double coldest = 1e-30;  // above float32's least; between any two floats it decides alone
  return temperature > 0 ? (logits - logits.amax(-1, /*keepdim=*/true)).div_(std::max(temperature, coldest)) : logits;
}

/// The running sum along each row. On a GPU a single row would be scanned by all blocks at once, each looking back at
/// what others have done by then: its last bits differ from run to run (pytorch #75240). Of two rows each has a block.
at::Tensor running_sum(const at::Tensor& rows) {
  if (rows.size(0) != 1 || rows.is_cpu()) return rows.cumsum(-1);
  return rows.expand({2, -1}).cumsum(-1).narrow(0, 0, 1);
}

/// Drops what follows, by probability, the first token at which the running sum exceeds `top_p`.
at::Tensor top_p_filtered(const at::Tensor& logits, double top_p) {
  const auto [sorted, order] = logits.sort(/*stable=*/true, /*dim=*/-1, /*descending=*/true);
  const at::Tensor sum = running_sum(at::softmax(sorted, -1));
  at::Tensor dropped = sum > top_p;
  dropped = at::cat({at::zeros({dropped.size(0), 1}, dropped.options()), dropped.narrow(1, 0, dropped.size(1) - 1)}, 1);
  return logits.masked_fill(at::zeros_like(dropped).scatter_(1, order, dropped), never);
}

at::Tensor top_k_filtered(const at::Tensor& logits, std::int64_t top_k) {
  const auto best = std::get<0>(logits.topk(std::min(top_k, logits.size(-1)), -1));
  return logits.masked_fill(logits < best.narrow(1, best.size(1) - 1, 1), never);
}

/// The first token at which the running sum passes uniform · total. probabilities: [n, vocab] → [n]
at::Tensor drawn_tokens(const at::Tensor& probabilities, std::span<const double> uniform) {
  const at::Tensor sum = running_sum(probabilities.to(at::kDouble));
  const at::Tensor total = sum.narrow(1, sum.size(1) - 1, 1);
  const at::Tensor at = uploaded(std::vector(uniform.begin(), uniform.end()), sum.device()).unsqueeze(1);
  return at::searchsorted(sum, at * total, /*out_int32=*/false, /*right=*/true).squeeze(1).clamp_max(sum.size(1) - 1);
}

struct Chosen {
  at::Tensor tokens, confidence;  // [n] each
};

/// The most likely tokens, without a distribution of all where the two highest logits tell enough.
Chosen most_likely(const at::Tensor& logits, Algorithm alg) {
  if (alg == Algorithm::entropy) {
    const at::Tensor tokens = logits.argmax(-1);
    return {tokens, confidence_of(at::softmax(logits, -1), tokens, alg)};
  }
  const at::Tensor sum = logits.logsumexp(-1);
  if (alg == Algorithm::topk_margin) {
    const auto [best, tokens] = logits.topk(2, -1);
    const at::Tensor probability = (best - sum.unsqueeze(1)).exp_();
    return {logits.argmax(-1), probability.select(1, 0) - probability.select(1, 1)};
  }
  const auto [best, tokens] = logits.max(-1);
  return {tokens, (best - sum).exp_()};
}

Chosen chosen(const at::Tensor& logits, const DecodingOptions& options, std::span<const double> uniform) {
  const bool filtered = options.top_p < 1 || options.top_k > 0;
  if (options.temperature == 0 && !filtered) return most_likely(logits, options.alg);
  const at::Tensor probabilities = filtered_distribution(logits, options);
  const at::Tensor tokens = options.temperature == 0 ? probabilities.argmax(-1) : drawn_tokens(probabilities, uniform);
  return {tokens, confidence_of(probabilities, tokens, options.alg)};
}

}  // namespace

at::Tensor filtered_distribution(const at::Tensor& logits, const DecodingOptions& options) {
  at::Tensor left = scaled(logits, options.temperature);
  if (options.top_p < 1) left = top_p_filtered(left, options.top_p);
  if (options.top_k > 0) left = top_k_filtered(left, options.top_k);
  return at::softmax(left, -1);
}

at::Tensor confidence_of(const at::Tensor& probabilities, const at::Tensor& tokens, Algorithm alg) {
  constexpr double nearly_zero = 1e-10;
  switch (alg) {
    case Algorithm::topk_margin: {
      const at::Tensor best = std::get<0>(probabilities.topk(2, -1));
      return best.select(1, 0) - best.select(1, 1);
    }
    case Algorithm::entropy:
      return (probabilities * (probabilities + nearly_zero).log_()).sum(-1);
    case Algorithm::origin:
    case Algorithm::maskgit_plus:
      break;
  }
  return probabilities.gather(1, tokens.unsqueeze(1)).squeeze(1);
}

std::vector<Choice> choose(const at::Tensor& logits, const DecodingOptions& options, std::int64_t mask_token,
                           std::span<const double> uniform) {
  logits.select(1, mask_token).fill_(never);
  const Chosen found = chosen(logits, options, uniform);
  // Back in one copy, the tokens' bits behind the confidences: each copy has the host wait for the device.
  const at::Tensor both = at::cat({found.confidence, found.tokens.contiguous().view(at::kFloat)}).to(at::kCPU);
  const float* numbers = both.const_data_ptr<float>();
  std::vector<std::int64_t> tokens(static_cast<std::size_t>(found.tokens.numel()));
  std::memcpy(tokens.data(), numbers + tokens.size(), tokens.size() * sizeof(std::int64_t));
  std::vector<Choice> choices(tokens.size());
  for (std::size_t i = 0; i < choices.size(); ++i) choices[i] = {tokens[i], numbers[i]};
  return choices;
}

}  // namespace assay::engine
