#include "harness/generation/engine_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <system_error>
#include <utility>

#include "engine/tokenizer/tokenizer.h"
#include "harness/errors.h"
#include "harness/generation/engine_library.h"

namespace assay::harness {
namespace {

constexpr std::size_t most_rows = 16;

/// Of the host; none where the kernel does not say.
std::uint64_t available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  for (std::uint64_t kilobytes = 0; file >> key >> kilobytes >> unit;)
    if (key == "MemAvailable:") return kilobytes << 10;
  return 0;
}

class EngineProvider final : public Provider {
 public:
  EngineProvider(std::filesystem::path model, EngineProviderOptions options, engine::Tokenizer tokenizer,
                 std::unique_ptr<engine::Engine> engine)
      : model_(std::move(model)),
        options_(std::move(options)),
        tokenizer_(std::move(tokenizer)),
        engine_(std::move(engine)) {
    ends_ = engine_->config().eos_token_id;
    for (const char* name : {"<|endoftext|>", "<|im_end|>", "<|dlm_pad|>"})
      if (const engine::TokenId id = tokenizer_.id(name); id >= 0 && std::ranges::find(ends_, id) == ends_.end())
        ends_.push_back(id);
  }

  Result<void> draw(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take,
                    std::stop_token stop) override {
    auto rows = rows_of(draws);
    if (!rows) return tl::unexpected(rows.error());
    auto batch = engine_->decode(options_.decoding, batch_rows(*rows), ends_);
    if (!batch) return tl::unexpected(of_engine(batch.error()));
    for (engine::RowRequest& row : *rows) {
      const std::size_t at = row.id;
      if (const auto queued = (*batch)->submit(std::move(row)); !queued)
        return tl::unexpected(Error{of_engine(queued.error()).code, draws[at].task_id + ": " + queued.error().message});
    }
    while ((*batch)->unfinished() > 0 && !stop.stop_requested()) {
      auto finished = (*batch)->advance();
      if (!finished) return tl::unexpected(of_engine(finished.error()));
      tokens_ = (*batch)->counts().tokens;
      passes_ = (*batch)->counts().row_passes;
      for (const engine::FinishedRow& row : *finished) take(drawn(draws[row.id], row));
    }
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    engine::DecodingOptions decoding = options_.decoding;
    std::error_code failed;
    const auto path = std::filesystem::weakly_canonical(model_, failed);
    return fmt::format("engine {}\n{}\n{}\n{}", path.string(), engine::model_config_json(engine_->config()),
                       engine::row_of(engine_->number_type()).torch_name,
                       engine::trace_members({}, decoding, ends_, engine::Confidence::omitted));
  }
  [[nodiscard]] std::string description() const override {
    return fmt::format("{} on {}, {}", model_.string(), engine_->device(),
                       engine::row_of(engine_->number_type()).torch_name);
  }
  [[nodiscard]] DrawCounts counts() const override { return {tokens_, passes_}; }

 private:
  /// Longest first: rows of about one length are decoded together, and the last ones are short.
  Result<std::vector<engine::RowRequest>> rows_of(const std::vector<Draw>& draws) const {
    std::vector<engine::RowRequest> rows;
    for (std::size_t i = 0; i < draws.size(); ++i) {
      auto ids = tokenizer_.encode(draws[i].prompt.text);
      if (!ids)
        return tl::unexpected(
            Error{of_engine(ids.error()).code, draws[i].task_id + ": prompt: " + ids.error().message});
      rows.push_back({i,
                      {ids->begin(), ids->end()},
                      {options_.decoding.seed, engine::problem_key(draws[i].task_id), draws[i].sample}});
    }
    std::ranges::stable_sort(rows, std::greater(), [](const engine::RowRequest& row) { return row.prompt.size(); });
    return rows;
  }

  /// As many rows as were asked for, or fit into what the host has left. A GPU tells when it is full.
  [[nodiscard]] std::size_t batch_rows(const std::vector<engine::RowRequest>& rows) const {
    std::size_t count =
        std::min(options_.batch > 0 ? options_.batch : most_rows, std::max<std::size_t>(rows.size(), 1));
    const auto longest =
        static_cast<std::int64_t>(rows.empty() ? 0 : rows.front().prompt.size()) + options_.decoding.max_new_tokens;
    const std::uint64_t left = available_bytes();
    const auto fits = [&](std::size_t many) {
      const engine::MemoryPlan plan = engine_->memory(options_.decoding, many, longest);
      return plan.total() - plan.weights <= left;
    };
    if (!engine_->device().starts_with("cpu") || left == 0) return count;
    while (count > 1 && !fits(count)) count = (count + 1) / 2;
    return count;
  }

  [[nodiscard]] Drawn drawn(const Draw& draw, const engine::FinishedRow& row) const {
    std::vector<engine::TokenId> ids;
    for (const std::int64_t id : row.text) ids.push_back(static_cast<engine::TokenId>(id));
    Drawn made{draw.index, tokenizer_.decode(ids, engine::SpecialTokens::skip), {}};
    if (options_.traces)
      made.trace = engine::trace_members(row.trace, options_.decoding, ends_, engine::Confidence::written);
    return made;
  }

  std::filesystem::path model_;
  EngineProviderOptions options_;
  engine::Tokenizer tokenizer_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::int64_t> ends_;
  std::atomic<std::uint64_t> tokens_ = 0, passes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Provider>> engine_provider(const std::filesystem::path& model,
                                                  const EngineProviderOptions& options) {
  auto tokenizer = engine::Tokenizer::load(model);
  if (!tokenizer) return tl::unexpected(of_engine(tokenizer.error()));
  auto loaded = open_engine(model, options.engine);
  if (!loaded) return tl::unexpected(loaded.error());
  if (tokenizer->end() > (*loaded)->config().vocab_size)
    return tl::unexpected(Error{
        Errc::bad_data, fmt::format("{}: the tokenizer's ids reach {}, the model's vocabulary has {}: they are of "
                                    "two models",
                                    model.string(), tokenizer->end() - 1, (*loaded)->config().vocab_size)});
  return std::make_unique<EngineProvider>(model, options, std::move(*tokenizer), std::move(*loaded));
}

}  // namespace assay::harness
