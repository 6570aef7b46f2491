#include "harness/store/store.h"

#include <mutex>
#include <utility>

#include "harness/store/ground_truth_rows.h"
#include "harness/store/open_database.h"
#include "harness/store/run_rows.h"
#include "harness/store/trace_rows.h"
#include "harness/store/verdict_rows.h"
#include "harness/store/writer.h"
#include "sandbox/installation.h"

namespace assay::harness {

class Store::Impl {
 public:
  Impl(Database opened, const Options& options)
      : database(std::move(opened)), writer([this](const Writer::Batch& batch) { return commit(batch); }, options) {}
  std::mutex mutex;
  Database database;  ///< under `mutex`
  Writer writer;      // last: its thread uses the above

 private:
  Result<void> commit(const Writer::Batch& batch) {
    const std::lock_guard lock(mutex);
    return database.transaction([&]() -> Result<void> {
      for (const auto& [key, result] : batch)
        if (auto written = write_verdict(database, key.first, key.second, result); !written) return written;
      return {};
    });
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::filesystem::path& path, const Options& options) {
  auto database = open_database(path, options.busy_timeout);
  if (!database) return tl::unexpected(database.error());
  return Store(std::make_unique<Impl>(std::move(*database), options));
}

Result<RunId> Store::open_or_create_run(const RunKey& key, const std::string& created) {
  const std::lock_guard lock(impl_->mutex);
  return find_or_make_run(impl_->database, key, created);
}

// What takes verdicts away waits for those that are on their way: they would come back.

Result<void> Store::keep_samples(RunId run, const std::string& dataset_sha256, const std::vector<Sample>& samples) {
  if (auto flushed = impl_->writer.flush(); !flushed) return flushed;
  const std::lock_guard lock(impl_->mutex);
  return write_samples(impl_->database, run, dataset_sha256, samples);
}

Result<void> Store::add_sample(RunId run, const std::string& dataset_sha256, const Sample& sample) {
  const std::lock_guard lock(impl_->mutex);
  return write_one_sample(impl_->database, run, dataset_sha256, sample);
}

Result<void> Store::forget_other_samples(RunId run, const std::vector<Sample>& samples) {
  if (auto flushed = impl_->writer.flush(); !flushed) return flushed;
  const std::lock_guard lock(impl_->mutex);
  return delete_other_samples(impl_->database, run, samples);
}

Result<void> Store::put_traces(RunId run, const std::vector<DecodeTrace>& traces) {
  std::vector<PackedTrace> packed;
  packed.reserve(traces.size());
  for (const DecodeTrace& trace : traces) packed.push_back(pack(trace));
  const std::lock_guard lock(impl_->mutex);
  return write_traces(impl_->database, run, packed);
}

Result<std::set<std::uint32_t>> Store::traced(RunId run) {
  const std::lock_guard lock(impl_->mutex);
  return read_traced(impl_->database, run);
}

Result<std::optional<SampleResult>> Store::verdict(RunId run, std::uint32_t ordinal) {
  if (auto pending = impl_->writer.find(run, ordinal)) return pending;
  const std::lock_guard lock(impl_->mutex);
  return read_verdict(impl_->database, run, ordinal);
}

Result<std::optional<SampleResult>> Store::verdict(RunId run, const Sample& sample) {
  std::unique_lock lock(impl_->mutex);
  const auto there = is_sample(impl_->database, run, sample);
  lock.unlock();
  if (!there) return tl::unexpected(there.error());
  if (!*there) return std::nullopt;
  return verdict(run, sample.ordinal);
}

Result<void> Store::put(RunId run, std::uint32_t ordinal, const SampleResult& result) {
  return impl_->writer.put(run, ordinal, result);
}

Result<void> Store::flush() { return impl_->writer.flush(); }

Result<std::optional<std::vector<GroundTruthCall>>> Store::ground_truth(const std::string& dataset_sha256,
                                                                        const std::string& task_id, TestSet set,
                                                                        const std::string& fingerprint) {
  std::unique_lock lock(impl_->mutex);
  const auto packed = read_ground_truth(impl_->database, {dataset_sha256, task_id, set, fingerprint});
  lock.unlock();
  if (!packed) return tl::unexpected(packed.error());
  if (!*packed) return std::nullopt;
  auto calls = unpack(**packed);
  // Damage in what can be computed anew is no failure: the caller computes it, and replaces this.
  if (!calls) return std::nullopt;
  return calls;
}

Result<void> Store::put_ground_truth(const std::string& dataset_sha256, const std::string& task_id, TestSet set,
                                     const std::string& fingerprint, const std::vector<GroundTruthCall>& calls) {
  const PackedGroundTruth packed = pack(calls);
  const std::lock_guard lock(impl_->mutex);
  return write_ground_truth(impl_->database, {dataset_sha256, task_id, set, fingerprint}, packed);
}

std::filesystem::path default_store_path() { return sandbox::data_folder() / "results.db"; }

}  // namespace assay::harness
