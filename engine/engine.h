#pragma once
/// The masked-diffusion engine as the rest of the project sees it: no header of LibTorch behind this one.
///
/// What an engine gives for a row hangs on the row alone: its prompt, the options and its key. Random numbers are keyed
/// by (seed, problem, sample, step, position), rows never see each other, and nothing is padded. What is left is the
/// last bit of float sums, which libraries may take in another order for other shapes; `batch_invariant` takes that
/// away too, by running each row in shapes of its own.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/model_config.h"
#include "engine/decoding/options.h"
#include "engine/decoding/random.h"
#include "engine/decoding/trace.h"
#include "engine/error.h"

namespace assay::engine {

struct EngineOptions {
  std::string device = "auto";                           ///< "cpu", "cuda", "cuda:1"; "auto": the first GPU, or the CPU
  std::optional<NumberType> number_type = std::nullopt;  ///< none: float32 on the CPU, the checkpoint's on a GPU
  bool batch_invariant = false;
  int threads = 0;  ///< of LibTorch on the CPU; 0: as many as it takes
  /// Asked before `wanted` bytes of weights are put into the host's memory: what it has left, none where that is not
  /// known. Empty: not asked.
  std::function<std::optional<std::uint64_t>(std::uint64_t wanted)> free_memory = {};
};

struct RowRequest {
  std::uint64_t id = 0;  ///< the caller's
  std::vector<std::int64_t> prompt;
  SampleKey key;
};

struct FinishedRow {
  std::uint64_t id = 0;
  std::vector<std::int64_t> text;  ///< new tokens before the first end token
  Trace trace;
};

struct DecodingCounts {
  std::uint64_t passes = 0;      ///< forward passes of the model, whatever the rows in them
  std::uint64_t row_passes = 0;  ///< the same counted for each row, but for those that a halving threw away
  std::uint64_t positions = 0;   ///< that went through the layers
  std::uint64_t outputs = 0;     ///< positions that went through the head
  std::uint64_t tokens = 0;      ///< filled, but for those that a halving threw away
  std::uint64_t halvings = 0;    ///< of the batch, for want of memory
};

/// Rows on their way. One thread at a time.
class BatchDecoding {
 public:
  virtual ~BatchDecoding() = default;

  /// Queues a row. @return Errc::bad_data where the prompt has ids beyond the vocabulary, or prompt and new tokens are
  /// longer than the model's context.
  [[nodiscard]] virtual Result<void> submit(RowRequest row) = 0;
  /// One forward pass for the rows in flight, after queued rows took the free places; the rows that it finished.
  /// Without rows: nothing. Where memory runs out half of the rows go back to the queue, and are drawn again later, the
  /// same.
  [[nodiscard]] virtual Result<std::vector<FinishedRow>> advance() = 0;
  [[nodiscard]] virtual std::size_t unfinished() const = 0;  ///< queued and in flight
  [[nodiscard]] virtual DecodingCounts counts() const = 0;
};

/// Bytes that a decoding takes on its device, at most; an estimate where libraries have buffers of their own.
struct MemoryPlan {
  std::uint64_t weights = 0, kept = 0, activations = 0, logits = 0;
  [[nodiscard]] std::uint64_t total() const { return weights + kept + activations + logits; }
};

/// A model on a device. Members may be called from one thread at a time.
class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual const ModelConfig& config() const = 0;
  [[nodiscard]] virtual NumberType number_type() const = 0;
  [[nodiscard]] virtual std::string device() const = 0;  ///< "cpu, 2 threads", "cuda:0 (NVIDIA H100 …)", "cuda:0"

  /// Unshifted logits: for each row [length][vocab], one behind the other.
  [[nodiscard]] virtual Result<std::vector<std::vector<float>>> logits(
      std::span<const std::vector<std::int64_t>> rows) = 0;

  /// @param most_rows in flight at once. @param ends tokens that end a text.
  [[nodiscard]] virtual Result<std::unique_ptr<BatchDecoding>> decode(const DecodingOptions& options,
                                                                      std::size_t most_rows,
                                                                      std::vector<std::int64_t> ends) = 0;
  [[nodiscard]] virtual MemoryPlan memory(const DecodingOptions& options, std::size_t rows,
                                          std::int64_t row_length) const = 0;
  /// Logits, and what is computed from them, take at most `bytes` at a time in decodings that begin from now on, but
  /// always a position's; 0: no bound but 2 GB. Where batches are invariant it changes nothing: other pieces are other
  /// sums.
  virtual void bound_logits(std::uint64_t bytes) = 0;
};

/// Reads a Hugging Face folder. @return its errors; Errc::device where the device is not there; Errc::no_memory where
/// the weights take more than EngineOptions::free_memory gives.
[[nodiscard]] Result<std::unique_ptr<Engine>> load_engine(const std::filesystem::path& folder,
                                                          const EngineOptions& options);

/// A model of random weights: for measurements.
[[nodiscard]] Result<std::unique_ptr<Engine>> random_engine(const ModelConfig& config, const EngineOptions& options,
                                                            std::uint64_t seed);

}  // namespace assay::engine
