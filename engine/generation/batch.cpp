#include "engine/generation/batch.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/generation/guarded.h"
#include "engine/generation/row_ids.h"
#include "engine/model/token_choice.h"

namespace assay::engine {
namespace {

/// Where the prediction for a position is read: one to the left, position 0 from its own.
std::int64_t source_of(std::int64_t position) { return std::max<std::int64_t>(position - 1, 0); }

/// NaN in any logit of a row is in its confidence.
bool any_not_a_number(const std::vector<std::vector<Choice>>& choices) {
  return std::ranges::any_of(choices, [](const std::vector<Choice>& row) {
    return std::ranges::any_of(row, [](const Choice& choice) { return std::isnan(choice.confidence); });
  });
}

}  // namespace

Batch::Batch(const Transformer& model, const DecodingOptions& options, std::size_t most_rows, DecodingTokens tokens,
             bool batch_invariant, std::int64_t logits)
    : model_(model),
      options_(options),
      tokens_(std::move(tokens)),
      batch_invariant_(batch_invariant),
      logits_(logits),
      rows_(most_rows) {}

Result<void> Batch::submit(RowRequest row) {
  if (auto checked = check_row(row.prompt, options_.max_new_tokens, model_.config()); !checked) return checked;
  queue_.push_back(std::move(row));
  return {};
}

std::size_t Batch::unfinished() const { return queue_.size() + rows_.size() - free_places(); }

std::size_t Batch::free_places() const {
  return static_cast<std::size_t>(std::count(rows_.begin(), rows_.end(), std::nullopt));
}

/// A row leaves the queue when all that it needs is there.
void Batch::admit() {
  for (std::optional<Row>& place : rows_) {
    if (place || queue_.empty()) continue;
    RowDecoding decoding(queue_.front().prompt, options_, queue_.front().key, tokens_);
    if (options_.cache != Cache::none) {
      if (!pool_) pool_.emplace(model_.config(), model_.options(), static_cast<std::int64_t>(rows_.size()));
      pool_->reserve(decoding.length());
    }
    place.emplace(Row{std::move(queue_.front()), std::move(decoding), std::nullopt, 0});
    queue_.pop_front();
  }
}

/// Half of the rows in flight go back to the head of the queue; what the rest has kept is computed anew as well.
void Batch::halve() {
  std::vector<RowRequest> back;
  for (std::optional<Row>& row : rows_) {
    if (!row) continue;
    for (const TraceStep& step : row->decoding.trace().steps) counts_.tokens -= step.filled.size();
    counts_.row_passes -= row->passes;
    back.push_back(std::move(row->request));
  }
  const std::size_t places = back.size() > 1 ? (back.size() + 1) / 2 : rows_.size() / 2;
  rows_.clear();
  rows_.resize(places);
  pool_.reset();
  queue_.insert(queue_.begin(), std::make_move_iterator(back.begin()), std::make_move_iterator(back.end()));
  ++counts_.halvings;
}

RowPass Batch::pass_of(std::size_t slot) const {
  const Row& row = *rows_[slot];
  const RowWork& work = *row.work;
  RowPass pass{row.decoding.ids(), work.begin, work.end, -1, -1, {}};
  if (options_.cache != Cache::none) pass.slot = static_cast<std::int64_t>(slot);
  if (work.keep && work.block_begin > 0) pass.keep_left = work.block_begin - 1;
  for (const std::int64_t position : work.candidates) pass.outputs.push_back(source_of(position));
  return pass;
}

void Batch::run(const std::vector<std::size_t>& slots, std::vector<std::vector<Choice>>& choices) {
  std::vector<RowPass> passes;
  std::vector<double> draws;
  for (const std::size_t slot : slots) {
    passes.push_back(pass_of(slot));
    for (const std::int64_t position : rows_[slot]->work->candidates)
      draws.push_back(rows_[slot]->decoding.token_draw(position));
  }
  const at::Tensor outputs = model_.outputs(passes, pool_ ? &*pool_ : nullptr);
  std::vector<Choice> all;
  const std::int64_t step = std::max<std::int64_t>(logits_ / model_.config().vocab_size, 1);
  for (std::int64_t at = 0; at < outputs.size(0); at += step) {
    const std::int64_t count = std::min(step, outputs.size(0) - at);
    const auto some = choose(model_.logits(outputs.narrow(0, at, count)), options_, tokens_.mask,
                             std::span(draws).subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(count)));
    all.insert(all.end(), some.begin(), some.end());
  }
  auto from = all.begin();
  for (const std::size_t slot : slots) {
    const auto to = from + static_cast<std::ptrdiff_t>(rows_[slot]->work->candidates.size());
    choices.emplace_back(from, to);
    from = to;
  }
}

void Batch::finish(std::optional<Row>& row, std::vector<FinishedRow>& finished) {
  const auto text = row->decoding.text_tokens();
  finished.push_back({row->request.id, {text.begin(), text.end()}, row->decoding.trace()});
  row.reset();
}

/// Slots of the rows that a pass has work for. A row whose last steps fill nothing ends here.
std::vector<std::size_t> Batch::at_work(std::vector<FinishedRow>& finished) {
  std::vector<std::size_t> slots;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!rows_[i]) continue;
    if (!rows_[i]->work) rows_[i]->work = rows_[i]->decoding.next();
    if (rows_[i]->work)
      slots.push_back(i);
    else
      finish(rows_[i], finished);
  }
  return slots;
}

void Batch::fill(std::optional<Row>& row, const std::vector<Choice>& choices, std::vector<FinishedRow>& finished) {
  ++counts_.row_passes;
  ++row->passes;
  counts_.positions += static_cast<std::uint64_t>(row->work->end - row->work->begin);
  counts_.outputs += choices.size();
  row->decoding.fill(choices);
  row->work.reset();
  counts_.tokens += row->decoding.trace().steps.back().filled.size();
  if (row->decoding.done()) finish(row, finished);
}

Result<std::vector<FinishedRow>> Batch::advance() {
  const c10::InferenceMode no_gradients;
  std::vector<FinishedRow> finished;
  for (;;) {
    std::vector<std::vector<Choice>> choices;
    std::vector<std::size_t> slots;
    const auto ran = guarded([&]() -> Result<void> {
      const c10::DeviceGuard device(model_.options().device());
      admit();
      slots = at_work(finished);
      if (batch_invariant_)
        for (const std::size_t slot : slots) run({slot}, choices);
      else if (!slots.empty())
        run(slots, choices);
      return {};
    });
    if (!ran && ran.error().code == Errc::no_memory && rows_.size() > 1) {
      halve();
      continue;
    }
    if (!ran) return tl::unexpected(ran.error());
    if (any_not_a_number(choices))
      return tl::unexpected(Error{Errc::bad_data,
                                  "the model's logits are not numbers: its weights are damaged, or too large for this "
                                  "number type"});
    counts_.passes += slots.empty() ? 0 : 1;
    for (std::size_t i = 0; i < slots.size(); ++i) fill(rows_[slots[i]], choices[i], finished);
    return finished;
  }
}

}  // namespace assay::engine
