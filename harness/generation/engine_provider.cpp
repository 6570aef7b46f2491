#include "harness/generation/engine_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/checkpoint/checkpoint.h"
#include "engine/tokenizer/tokenizer.h"
#include "harness/errors.h"
#include "harness/generation/end_tokens.h"
#include "harness/generation/engine_library.h"
#include "harness/generation/host_memory.h"
#include "harness/generation/model_files.h"
#include "harness/thread_body.h"

namespace assay::harness {
namespace {

constexpr std::size_t most_rows = 16;

/// The files with the model's weights, which are opened and checked as loading does it, and closed again.
Result<std::vector<std::filesystem::path>> weights_of(const std::filesystem::path& model) {
  const auto checkpoint = engine::Checkpoint::open(model);
  if (!checkpoint) return tl::unexpected(of_engine(checkpoint.error()));
  return checkpoint->paths();
}

/// "cuda:0,cuda:1" by its commas.
std::vector<std::string> devices_of(const std::string& list) {
  std::vector<std::string> devices;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    devices.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return devices;
}

class EngineProvider final : public Provider {
 public:
  /// @param engines one a device, each with the same model
  EngineProvider(std::filesystem::path model, EngineProviderOptions options, engine::Tokenizer tokenizer,
                 std::vector<std::unique_ptr<engine::Engine>> engines, std::vector<std::filesystem::path> weights,
                 std::string digest)
      : model_(std::move(model)),
        options_(std::move(options)),
        tokenizer_(std::move(tokenizer)),
        engines_(std::move(engines)),
        weights_(std::move(weights)),
        digest_(std::move(digest)) {
    ends_ = end_tokens(config(), tokenizer_);
  }

  Result<void> draw(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take,
                    std::stop_token stop) override {
    auto rows = rows_of(draws);
    if (!rows) return tl::unexpected(rows.error());
    const std::vector<std::size_t> places = places_for(*rows);  // ahead of the threads, which take rows out
    Work work{draws, *rows, take, {}, 0, {}, {}};
    const std::stop_callback forward(stop, [&work] { work.stop.request_stop(); });
    {
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < engines_.size(); ++i)
        others.emplace_back([&, i] { work_on(*engines_[i], places[i], work); });
      work_on(*engines_.front(), places.front(), work);
    }
    if (work.failure) return tl::unexpected(*work.failure);
    return {};
  }

  void set_temperature(double temperature) override {
    options_.decoding.temperature = temperature;
    tokens_ = passes_ = 0;
  }
  [[nodiscard]] std::string identity() const override {
    return fmt::format("engine\n{}\n{}\n{}\n{}", digest_, engine::model_config_json(config()), number_type(),
                       engine::trace_members({}, options_.decoding, ends_, engine::Confidence::omitted));
  }
  [[nodiscard]] std::string description() const override {
    std::string devices;
    for (const auto& engine : engines_) devices += (devices.empty() ? "" : ", ") + engine->device();
    return fmt::format("{} on {}, {}", model_.string(), devices, number_type());
  }
  [[nodiscard]] DrawCounts counts() const override { return {tokens_, passes_}; }

 private:
  /// What the devices share: each takes the next row when it has a place.
  struct Work {
    const std::vector<Draw>& draws;
    std::vector<engine::RowRequest>& rows;
    const std::function<void(Drawn)>& take;
    std::mutex mutex;  ///< of what follows, and of take
    std::size_t next = 0;
    std::optional<Error> failure;
    std::stop_source stop;
  };

  [[nodiscard]] const engine::ModelConfig& config() const { return engines_.front()->config(); }
  [[nodiscard]] std::string_view number_type() const {
    return engine::row_of(engines_.front()->number_type()).torch_name;
  }

  void work_on(engine::Engine& engine, std::size_t places, Work& work) {
    if (const auto done = or_bug([&] { return decode_on(engine, places, work); }); !done) {
      const std::lock_guard lock(work.mutex);
      if (!work.failure) work.failure = done.error();
      work.stop.request_stop();
    }
  }

  Result<void> decode_on(engine::Engine& engine, std::size_t places, Work& work) {
    auto batch = engine.decode(options_.decoding, places, ends_);
    if (!batch) return tl::unexpected(of_engine(batch.error()));
    engine::DecodingCounts before;
    while (!work.stop.stop_requested()) {
      {
        const std::lock_guard lock(work.mutex);
        for (; (*batch)->unfinished() < places && work.next < work.rows.size(); ++work.next)
          if (const auto queued = (*batch)->submit(std::move(work.rows[work.next])); !queued)
            return tl::unexpected(of_engine(queued.error()));
      }
      if ((*batch)->unfinished() == 0) return {};
      const auto finished = (*batch)->advance();
      if (!finished) return tl::unexpected(of_engine(finished.error()));
      const engine::DecodingCounts counts = (*batch)->counts();
      tokens_ += counts.tokens - std::exchange(before.tokens, counts.tokens);
      passes_ += counts.row_passes - std::exchange(before.row_passes, counts.row_passes);
      for (const engine::FinishedRow& row : *finished) {
        const std::lock_guard lock(work.mutex);
        work.take(drawn(work.draws[row.id], row));
      }
    }
    return {};
  }

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
    if (!rows.empty())
      if (const auto fits = check_context(draws[rows.front().id].task_id, rows.front().prompt.size()); !fits)
        return tl::unexpected(fits.error());
    return rows;
  }

  /// Of the longest prompt: what helps it helps all.
  [[nodiscard]] Result<void> check_context(const std::string& task_id, std::size_t prompt) const {
    const std::int64_t context = config().max_position_embeddings, left = context - static_cast<std::int64_t>(prompt);
    if (left >= options_.decoding.max_new_tokens) return {};
    return tl::unexpected(
        Error{Errc::bad_data,
              fmt::format("{}: a prompt of {} tokens and {} new ones are more than the model's context of {}; {}",
                          task_id, prompt, options_.decoding.max_new_tokens, context,
                          left > 0 ? fmt::format("--max-new-tokens {} is the most that it leaves", left)
                                   : "this model cannot be asked that task: give --dataset a file without it")});
  }

  /// Of each device: as many rows as were asked for, or fit into its share of what the host has left. A GPU tells when
  /// it is full.
  [[nodiscard]] std::vector<std::size_t> places_for(const std::vector<engine::RowRequest>& rows) {
    const std::int64_t length =
        static_cast<std::int64_t>(rows.empty() ? 0 : rows.front().prompt.size()) + options_.decoding.max_new_tokens;
    const std::size_t most =
        std::min(options_.batch > 0 ? options_.batch : most_rows, std::max<std::size_t>(rows.size(), 1));
    const auto taken = [&](const engine::Engine& engine, std::size_t count) {
      const engine::MemoryPlan plan = engine.memory(options_.decoding, count, length);
      return plan.total() - plan.weights;
    };
    std::uint64_t wanted = 0;
    for (const auto& engine : engines_) {
      engine->bound_logits(0);
      if (on_host(*engine)) wanted += taken(*engine, most);
    }
    const std::uint64_t share =
        wanted > 0 ? free_memory(wanted, weights_).value_or(wanted * engines_.size()) / engines_.size() : 0;
    std::vector<std::size_t> places;
    for (const auto& engine : engines_) {
      std::size_t count = most;
      if (on_host(*engine) && taken(*engine, most) > share) {
        // Logits in small pieces cost little, fewer rows much.
        engine->bound_logits(std::max<std::uint64_t>(share / 4, 1));
        while (count > 1 && taken(*engine, count) > share) count = (count + 1) / 2;
      }
      places.push_back(count);
    }
    return places;
  }
  static bool on_host(const engine::Engine& engine) { return engine.device().starts_with("cpu"); }

  [[nodiscard]] Drawn drawn(const Draw& draw, const engine::FinishedRow& row) const {
    std::vector<engine::TokenId> ids;
    for (const std::int64_t id : row.text) ids.push_back(static_cast<engine::TokenId>(id));
    const bool whole =
        static_cast<std::int64_t>(ids.size()) < options_.decoding.max_new_tokens;  // an end token follows
    Drawn made{draw.index, tokenizer_.decode(ids, engine::SpecialTokens::skip), {}, whole ? "stop" : "length"};
    if (options_.traces)
      made.trace = engine::trace_members(row.trace, options_.decoding, ends_, engine::Confidence::written);
    return made;
  }

  std::filesystem::path model_;
  EngineProviderOptions options_;
  engine::Tokenizer tokenizer_;
  std::vector<std::unique_ptr<engine::Engine>> engines_;
  std::vector<std::filesystem::path> weights_;  ///< their files
  std::string digest_;                          ///< of all that was loaded
  std::vector<std::int64_t> ends_;
  std::atomic<std::uint64_t> tokens_ = 0, passes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Provider>> engine_provider(const std::filesystem::path& model,
                                                  const EngineProviderOptions& options) {
  auto tokenizer = engine::Tokenizer::load(model);
  if (!tokenizer) return tl::unexpected(of_engine(tokenizer.error()));
  const auto weights = weights_of(model);
  if (!weights) return tl::unexpected(weights.error());
  std::vector<std::unique_ptr<engine::Engine>> engines;
  for (const std::string& device : devices_of(options.engine.device)) {
    engine::EngineOptions one = options.engine;
    one.device = device;
    // One number type for all: which device a row comes to must not decide its text.
    if (!engines.empty()) one.number_type = engines.front()->number_type();
    one.free_memory = [&](std::uint64_t wanted) { return free_memory(wanted, *weights); };
    auto loaded = open_engine(model, one);
    if (!loaded) return tl::unexpected(loaded.error());
    engines.push_back(std::move(*loaded));
  }
  const std::int64_t vocabulary = engines.front()->config().vocab_size;
  if (tokenizer->end() > vocabulary)
    return tl::unexpected(
        Error{Errc::bad_data, fmt::format("{}: the tokenizer's ids reach {}, the model's vocabulary has {}: they "
                                          "are of two models",
                                          model.string(), tokenizer->end() - 1, vocabulary)});
  auto digest = model_digest(model, *weights, options.reading, options.stop);
  if (!digest) return tl::unexpected(digest.error());
  return std::make_unique<EngineProvider>(model, options, std::move(*tokenizer), std::move(engines), *weights,
                                          std::move(*digest));
}

}  // namespace assay::harness
