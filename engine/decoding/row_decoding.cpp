#include "engine/decoding/row_decoding.h"

#include <algorithm>
#include <utility>

#include "engine/decoding/selection.h"

namespace assay::engine {

RowDecoding::RowDecoding(std::vector<std::int64_t> prompt, const DecodingOptions& options, const SampleKey& key,
                         DecodingTokens tokens)
    : options_(options), tokens_(std::move(tokens)), random_(key), schedule_(options.steps_a_block(), options.eps) {
  trace_.prompt_length = static_cast<std::int64_t>(prompt.size());
  trace_.sequence = std::move(prompt);
  trace_.sequence.insert(trace_.sequence.end(), static_cast<std::size_t>(options.max_new_tokens), tokens_.mask);
}

std::vector<std::int64_t> RowDecoding::masked() const {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = block_begin(); i < block_begin() + options_.block_length; ++i)
    if (trace_.sequence[static_cast<std::size_t>(i)] == tokens_.mask) positions.push_back(i);
  return positions;
}

/// Those of the masked positions that this step may fill: none where it fills none.
std::vector<std::int64_t> RowDecoding::wanted(const std::vector<std::int64_t>& masked) const {
  if (options_.threshold) return masked;
  if (options_.alg != Algorithm::origin)
    return schedule_.fills(step_, static_cast<std::int64_t>(masked.size())) > 0 ? masked : std::vector<std::int64_t>{};
  std::vector<std::int64_t> chosen;
  const double probability = schedule_.probability(step_);
  for (const std::int64_t position : masked)
    if (random_.uniform(SampleRandom::Purpose::order, draws_, position) < probability) chosen.push_back(position);
  return chosen;
}

std::optional<RowWork> RowDecoding::next() {
  while (!done()) {
    const std::vector<std::int64_t> left = masked();
    candidates_ = wanted(left);
    if (candidates_.empty()) {
      end_step({block_, {}, {}, {}});
      continue;
    }
    fills_ = schedule_.fills(std::min(step_, schedule_.steps() - 1), static_cast<std::int64_t>(left.size()));
    RowWork work{0, length(), options_.cache != Cache::none && !kept_, block_begin(), candidates_};
    if (kept_) work.begin = block_begin();
    if (kept_ && options_.cache == Cache::dual) work.end = block_begin() + options_.block_length;
    // What predicts the block's first position was kept: where nothing else is asked, nothing need run. No pass reads
    // the keys and values that this one leaves as they are: a later one of the block runs these same positions, and a
    // block's first, of this row or of the next in its slot, runs all.
    if (kept_ && block_begin() > 0 && candidates_.size() == 1 && candidates_.front() == block_begin())
      work.end = work.begin;
    return work;
  }
  return std::nullopt;
}

std::vector<std::size_t> RowDecoding::selected(std::span<const Choice> choices) const {
  std::vector<float> confidence(choices.size());
  std::transform(choices.begin(), choices.end(), confidence.begin(),
                 [](const Choice& choice) { return choice.confidence; });
  if (options_.alg == Algorithm::origin) return most_confident(confidence, static_cast<std::int64_t>(choices.size()));
  if (options_.threshold) return confident_enough(confidence, *options_.threshold);
  if (options_.alg_temp == 0) return most_confident(confidence, fills_);
  std::vector<double> uniform(choices.size());
  std::transform(candidates_.begin(), candidates_.end(), uniform.begin(), [this](std::int64_t position) {
    return random_.uniform(SampleRandom::Purpose::order, draws_, position);
  });
  return drawn(confidence, fills_, options_.alg_temp, uniform);
}

void RowDecoding::fill(std::span<const Choice> choices) {
  TraceStep step{block_, {}, {}, {}};
  for (const std::size_t i : selected(choices)) {
    step.filled.push_back(candidates_[i]);
    step.tokens.push_back(choices[i].token);
    step.confidence.push_back(choices[i].confidence);
    trace_.sequence[static_cast<std::size_t>(candidates_[i])] = choices[i].token;
  }
  kept_ = options_.cache != Cache::none;
  end_step(std::move(step));
}

void RowDecoding::end_step(TraceStep step) {
  trace_.steps.push_back(std::move(step));
  ++step_;
  ++draws_;
  const bool full = options_.threshold ? masked().empty() : step_ == schedule_.steps();
  if (!full) return;
  ++block_;
  step_ = 0;
  kept_ = false;
  if (!done() && options_.stop_early && ended()) {
    std::replace(trace_.sequence.begin() + block_begin(), trace_.sequence.end(), tokens_.mask,
                 tokens_.pad >= 0 ? tokens_.pad : tokens_.mask);
    block_ = options_.blocks();
  }
}

std::span<const std::int64_t> RowDecoding::text_tokens() const {
  const auto fresh = std::span(trace_.sequence).subspan(static_cast<std::size_t>(trace_.prompt_length));
  const auto end = std::find_first_of(fresh.begin(), fresh.end(), tokens_.ends.begin(), tokens_.ends.end());
  return fresh.first(static_cast<std::size_t>(end - fresh.begin()));
}

/// All left of the current block is filled: an end token there ends the text.
bool RowDecoding::ended() const {
  const auto from = trace_.sequence.begin() + trace_.prompt_length;
  const auto to = trace_.sequence.begin() + block_begin();
  return std::find_first_of(from, to, tokens_.ends.begin(), tokens_.ends.end()) != to;
}

double RowDecoding::token_draw(std::int64_t position) const {
  return random_.uniform(SampleRandom::Purpose::token, draws_, position);
}

}  // namespace assay::engine
