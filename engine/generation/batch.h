#pragma once
/// Rows decoded together, each at a step and a block of its own; finished rows make room for queued ones.
#include <deque>
#include <optional>
#include <vector>

#include "engine/decoding/row_decoding.h"
#include "engine/engine.h"
#include "engine/model/transformer.h"

namespace assay::engine {

/// So many logits at a time, two gigabytes at most with what is computed from them: rows with many masks would take
/// more.
inline constexpr std::int64_t most_logits = 64 << 20;

class Batch final : public BatchDecoding {
 public:
  /// @param model outlives the batch. @param options as checked() gives them. @param logits at a time, at least one
  /// position's
  Batch(const Transformer& model, const DecodingOptions& options, std::size_t most_rows, DecodingTokens tokens,
        bool batch_invariant, std::int64_t logits = most_logits);

  Result<void> submit(RowRequest row) override;
  Result<std::vector<FinishedRow>> advance() override;
  [[nodiscard]] std::size_t unfinished() const override;
  [[nodiscard]] DecodingCounts counts() const override { return counts_; }

 private:
  struct Row {
    RowRequest request;
    RowDecoding decoding;
    std::optional<RowWork> work;
    std::uint64_t passes = 0;
  };

  [[nodiscard]] std::size_t free_places() const;
  void admit();
  void halve();
  [[nodiscard]] RowPass pass_of(std::size_t slot) const;
  void run(const std::vector<std::size_t>& slots, std::vector<std::vector<Choice>>& choices);
  std::vector<std::size_t> at_work(std::vector<FinishedRow>& finished);
  void fill(std::optional<Row>& row, const std::vector<Choice>& choices, std::vector<FinishedRow>& finished);
  static void finish(std::optional<Row>& row, std::vector<FinishedRow>& finished);

  const Transformer& model_;
  DecodingOptions options_;
  DecodingTokens tokens_;
  bool batch_invariant_;
  std::int64_t logits_;
  std::optional<KeyValuePool> pool_;  ///< with a cache, from the first row on
  std::deque<RowRequest> queue_;
  std::vector<std::optional<Row>> rows_;  ///< by slot
  DecodingCounts counts_;
};

}  // namespace assay::engine
