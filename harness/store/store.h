#pragma once
/// The result store: one SQLite file that keeps every verdict and every expected result, so that a run resumes where it
/// stopped. What its tables hold is said in schema/*.sql.
///
/// Durability. `put` is answered before its result is on disk; results are committed together, at the latest 100 ms
/// later. `flush` returns once all of them are: what it acknowledged survives a SIGKILL (a write-ahead log needs the
/// kernel alone for that) and, as each commit is synced, a power cut too.
///
/// Several processes may use one store; a writer waits for another up to 10 s.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/error.h"
#include "harness/samples.h"
#include "harness/verdict.h"

namespace assay::harness {

/// All that decides a run's results, and the name it goes by.
struct RunKey {
  std::string name;
  std::string dataset, dataset_sha256;
  std::string samples_sha256;
  std::string limits;            ///< time limits and what else was asked for, as text
  std::string fingerprint;       ///< interpreter, hash seed and policy of the sandbox
  std::string dataset_md5 = {};  ///< kept with the run, and no part of its key: beside the sha256 it decides nothing
};

enum class RunId : std::int64_t {};

/// The expected result of one call.
struct GroundTruthCall {
  std::string encoded;  ///< the store does not look into it
  bool large = false;
  double seconds = 0;
};

/// How one sample of a run was decoded.
struct DecodeTrace {
  std::uint32_t ordinal = 0;
  std::string json;  ///< an object as `generate --traces` writes it; the store does not look into it
};

/// Every member may be called from any thread. Every failure is Errc::store where nothing else is said, names the file
/// in one line, and leaves the file as it was.
class Store {
 public:
  struct Options {
    std::chrono::milliseconds commit_every{100};
    std::size_t commit_at = 256;                     ///< results, whichever comes first
    std::chrono::milliseconds busy_timeout{10'000};  ///< for another process that writes
  };

  /// Opens the file, or makes it and its folders; brings an older schema up to date.
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& path, const Options& options);
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& path) { return open(path, Options{}); }
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();  ///< commits what it can; who must know that it is kept calls flush()

  /// The run of that name, made where there is none: as of `created`, a time as SQLite reads it, or of now where that
  /// is none.
  /// @return Errc::usage where the name belongs to a run with another key; the message tells what differs.
  [[nodiscard]] Result<RunId> open_or_create_run(const RunKey& key, const std::string& created = {});
  /// Keeps what the run's samples are: problem and program by ordinal. Doing it again changes nothing; where another
  /// sample was under an ordinal, that one's verdict and trace go with it. Others stay (forget_other_samples()).
  [[nodiscard]] Result<void> keep_samples(RunId run, const std::string& dataset_sha256,
                                          const std::vector<Sample>& samples);

  /// Likewise one more sample of a run whose samples come one by one.
  [[nodiscard]] Result<void> add_sample(RunId run, const std::string& dataset_sha256, const Sample& sample);
  /// Forgets the run's samples and verdicts that are not of `samples`, as they stand there: another program under an
  /// ordinal is another sample.
  [[nodiscard]] Result<void> forget_other_samples(RunId run, const std::vector<Sample>& samples);

  /// On disk, all or none, when it returns; replaces what was there. The samples must be there (keep_samples()).
  [[nodiscard]] Result<void> put_traces(RunId run, const std::vector<DecodeTrace>& traces);
  /// Ordinals of the samples whose trace is there.
  [[nodiscard]] Result<std::set<std::uint32_t>> traced(RunId run);

  /// What `put` was given, committed or not, whatever sample it is of.
  [[nodiscard]] Result<std::optional<SampleResult>> verdict(RunId run, std::uint32_t ordinal);
  /// Likewise, but only where the run's sample under that ordinal is this one, by its task and its program.
  [[nodiscard]] Result<std::optional<SampleResult>> verdict(RunId run, const Sample& sample);
  /// Takes both sets of a sample, together or not at all; a second result replaces the first.
  /// @return also the failure of an earlier result's commit: the store takes nothing after that.
  [[nodiscard]] Result<void> put(RunId run, std::uint32_t ordinal, const SampleResult& result);
  /// Returns when all that was put is on disk.
  [[nodiscard]] Result<void> flush();

  [[nodiscard]] Result<std::optional<std::vector<GroundTruthCall>>> ground_truth(const std::string& dataset_sha256,
                                                                                 const std::string& task_id,
                                                                                 TestSet set,
                                                                                 const std::string& fingerprint);
  /// On disk when it returns; replaces what was there.
  [[nodiscard]] Result<void> put_ground_truth(const std::string& dataset_sha256, const std::string& task_id,
                                              TestSet set, const std::string& fingerprint,
                                              const std::vector<GroundTruthCall>& calls);

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// $XDG_DATA_HOME/assay/results.db, or ~/.local/share/assay/results.db. Makes nothing; open() does.
[[nodiscard]] std::filesystem::path default_store_path();

}  // namespace assay::harness
