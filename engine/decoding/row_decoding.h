#pragma once
/// The decoding of one row: which positions a forward pass must run, and what its results fill. Knows no tensors.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/decoding/options.h"
#include "engine/decoding/random.h"
#include "engine/decoding/schedule.h"
#include "engine/decoding/trace.h"

namespace assay::engine {

/// What the next forward pass does for a row.
struct RowWork {
  /// Positions to run; the others' keys and values are the kept ones. None where what is kept gives the only candidate.
  std::int64_t begin = 0, end = 0;
  bool keep = false;  ///< keep keys and values of all, and what predicts the block's first position
  std::int64_t block_begin = 0;
  std::vector<std::int64_t> candidates;  ///< positions to choose tokens for, ascending
};

/// What a distribution gave for a candidate.
struct Choice {
  std::int64_t token = 0;
  float confidence = 0;
};

/// The tokens of a model that decoding must know.
struct DecodingTokens {
  std::int64_t mask = -1;
  std::int64_t pad = -1;           ///< what --stop-early leaves; the mask where there is none
  std::vector<std::int64_t> ends;  ///< a text ends before the first of these
};

/// Ask next(), run it, fill() the choices; until next() gives nothing.
class RowDecoding {
 public:
  /// @param options as checked() gives them.
  RowDecoding(std::vector<std::int64_t> prompt, const DecodingOptions& options, const SampleKey& key,
              DecodingTokens tokens);

  /// Steps at which the schedule fills nothing are passed over, and traced: they change nothing.
  [[nodiscard]] std::optional<RowWork> next();
  /// @param choices one a candidate of the last next().
  void fill(std::span<const Choice> choices);

  /// Uniform number that decides a candidate's token at temperatures above 0.
  [[nodiscard]] double token_draw(std::int64_t position) const;

  [[nodiscard]] const std::vector<std::int64_t>& ids() const { return trace_.sequence; }
  [[nodiscard]] std::int64_t length() const { return static_cast<std::int64_t>(trace_.sequence.size()); }
  [[nodiscard]] bool done() const { return block_ == options_.blocks(); }
  [[nodiscard]] const Trace& trace() const { return trace_; }
  /// New tokens up to the first end token, without it.
  [[nodiscard]] std::span<const std::int64_t> text_tokens() const;

 private:
  [[nodiscard]] std::int64_t block_begin() const { return trace_.prompt_length + block_ * options_.block_length; }
  [[nodiscard]] std::vector<std::int64_t> masked() const;
  [[nodiscard]] std::vector<std::int64_t> wanted(const std::vector<std::int64_t>& masked) const;
  [[nodiscard]] std::vector<std::size_t> selected(std::span<const Choice> choices) const;
  [[nodiscard]] bool ended() const;
  void end_step(TraceStep step);

  DecodingOptions options_;
  DecodingTokens tokens_;
  SampleRandom random_;
  Schedule schedule_;
  Trace trace_;
  std::int64_t block_ = 0, step_ = 0;  ///< step within the block
  std::int64_t draws_ = 0;             ///< steps in all: what random numbers are keyed by
  bool kept_ = false;                  ///< this block's first pass is done
  std::int64_t fills_ = 0;             ///< of the step that next() gave
  std::vector<std::int64_t> candidates_;
};

}  // namespace assay::engine
