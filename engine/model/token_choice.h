#pragma once
/// From the logits of masked positions to a token and a confidence each.
#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "engine/decoding/options.h"
#include "engine/decoding/row_decoding.h"

namespace assay::engine {

/// The distribution that tokens are drawn from: logits over temperature (where that is above 0), then top-p, then
/// top-k, then softmax. Both filters keep ties as the release does: top-p by a stable order, top-k all of them. logits:
/// [n, vocab] float32 → [n, vocab]
[[nodiscard]] at::Tensor filtered_distribution(const at::Tensor& logits, const DecodingOptions& options);

/// How sure each row's `tokens` are, by the options' algorithm (`origin`: as maskgit_plus). probabilities: [n, vocab],
/// tokens: [n] → [n]
[[nodiscard]] at::Tensor confidence_of(const at::Tensor& probabilities, const at::Tensor& tokens, Algorithm alg);

/// A choice a row; the mask token is never chosen. Overwrites the mask's logits.
/// @param uniform a number in (0, 1) a row, read at temperatures above 0: the token at which the running sum of the
/// probabilities passes it.
[[nodiscard]] std::vector<Choice> choose(const at::Tensor& logits, const DecodingOptions& options,
                                         std::int64_t mask_token, std::span<const double> uniform);

}  // namespace assay::engine
