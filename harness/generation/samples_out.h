#pragma once
/// The file that drawn samples go to, a line each, as they come; an interrupted one is gone on with.
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "harness/error.h"
#include "sandbox/unique_fd.h"

namespace assay::harness {

/// What makes an answer worth a warning.
enum class AnswerFlaw {
  cut_off,   ///< it ended for want of tokens: finish_reason "length"
  filtered,  ///< the server held it back: "content_filter"
  empty,     ///< it has no text
};

/// Lines are {"task_id", "sample_id", "solution", "answer", "finish_reason", "generation"}: what `assay eval` and
/// EvalPlus read, what the model said and why it ended there, and a digest of what decided it. Each line is in the
/// file, whole, when add() returns; what a killed process left of a last line is cut off when the file is opened again.
class SamplesOut {
 public:
  enum class Existing {
    resume,
    replace,  ///< resume, too, where the file is of this generation
  };
  /// @param generation digest of all that decides the samples
  /// @param traces empty: none are written
  /// @return Errc::usage where the file holds samples of another generation, or something else: it is as it was.
  [[nodiscard]] static Result<SamplesOut> open(const std::filesystem::path& path, const std::filesystem::path& traces,
                                               const std::string& generation, Existing existing);

  /// Whether open() can make or write the files, as far as that is known before: what a model draws for an hour must
  /// have a place. Makes nothing. @return its errors
  [[nodiscard]] static Result<void> check(const std::filesystem::path& path, const std::filesystem::path& traces);

  [[nodiscard]] bool has(const std::string& task_id, std::uint32_t sample) const {
    return done_.contains({task_id, sample});
  }
  /// Whether its decode trace was in the file of traces when that was opened.
  [[nodiscard]] bool has_trace(const std::string& task_id, std::uint32_t sample) const {
    return traced_.contains({task_id, sample});
  }
  [[nodiscard]] std::size_t kept() const { return done_.size(); }  ///< found when it was opened

  /// Whether the sample's answer is odd in this way, of those added too.
  [[nodiscard]] bool is(AnswerFlaw flaw, const std::string& task_id, std::uint32_t sample) const {
    const auto found = flawed_.find(flaw);
    return found != flawed_.end() && found->second.contains({task_id, sample});
  }

  /// @param trace members of a trace's object
  /// @param finish_reason empty: unknown, and not written
  /// One thread at a time. @return the sample's line, from 0
  [[nodiscard]] Result<std::uint32_t> add(const std::string& task_id, std::uint32_t sample, const std::string& solution,
                                          const std::string& answer, const std::string& trace,
                                          const std::string& finish_reason = {});

 private:
  SamplesOut(std::filesystem::path path, std::string generation)
      : path_(std::move(path)), generation_(std::move(generation)) {}
  Result<bool> resume();
  Result<bool> resume_traces();

  std::filesystem::path path_, traces_path_;
  std::string generation_;
  sandbox::UniqueFd samples_, traces_;
  std::uint32_t lines_ = 0;
  using Keys = std::set<std::pair<std::string, std::uint32_t>>;
  Keys done_, traced_;
  std::map<AnswerFlaw, Keys> flawed_;
};

}  // namespace assay::harness
