#pragma once
/// Judges results while they arrive: calls against expected values, tests of test programs by whether they raised.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/evaluation/ground_truth.h"
#include "harness/evaluation/reference_stream.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/oracle/expected_result.h"
#include "harness/oracle/oracle.h"

namespace assay::harness {

/// A wrong result of more elements than this is not received to its end, even where the calls after it are to be made:
/// a fresh process for those costs less.
inline constexpr std::uint64_t most_elements_in_vain = 1 << 20;

/// Feeds a set's results to its oracle and counts them in `tally`; stops the job at the first that is wrong, unless it
/// is to go on, and at one that is not received to its end. An expected result that was not kept is the sample's own as
/// long as its pieces have the digests of the expected ones; from the first that has not, it comes from the canonical
/// solution, run beside the sample.
class CallSink : public sandbox::ResultSink {
 public:
  struct Set {
    const datasets::Dataset& dataset;
    const datasets::Problem& problem;
    const ReferenceSet& reference;
    References& references;
    bool keep_going = false;
  };
  /// `first`: which call of the set is the job's first.
  CallSink(const Set& set, SetOracle& oracle, SetTally& tally, std::size_t first)
      : set_(set), oracle_(oracle), tally_(tally), first_(first) {}

  bool begin(const sandbox::ResultHeader& header) override;
  bool piece(sandbox::Bytes bytes) override;
  bool end(std::size_t index) override;

  /// Our own failure to get an expected result: nothing is known of the sample then.
  [[nodiscard]] const std::optional<sandbox::Error>& failure() const { return failure_; }

 private:
  /// Counts a result that is known to be wrong while more of it is to come, where the job is to be stopped for it.
  bool cut_short();
  /// Holds a piece against the expected one.
  bool compare(sandbox::Bytes bytes);
  /// Starts the canonical solution, if it does not run yet, and goes to the current piece of the current call.
  sandbox::Result<void> seek_stream();
  /// The expected piece beside the sample's next one; none past the expected result's end.
  sandbox::Result<std::optional<std::string_view>> expected_piece(sandbox::Bytes beside);
  bool fail(sandbox::Error error);

  const Set& set_;
  SetOracle& oracle_;
  SetTally& tally_;
  std::size_t first_;
  std::size_t call_ = 0;  ///< the current call, counted in the set
  std::size_t next_piece_ = 0;
  bool raised_ = false;
  bool looked_ = false;  ///< at the bytes of the current call's wrong answer
  ExpectedResult seen_;  ///< the current call's result as far as a reader is shown it: its first piece
  bool begun_ = false;   ///< that piece has come
  std::string exception_;
  std::unique_ptr<ReferenceStream> stream_;
  bool streaming_ = false;       ///< the current call's expected pieces come from the stream
  std::size_t stream_next_ = 0;  ///< no large result before this call is left in the stream
  std::string streamed_;         ///< the stream's current piece
  std::optional<sandbox::Error> failure_;
};

/// Counts the tests of a test program: one that raised did not pass.
class TestSink : public sandbox::ResultSink {
 public:
  TestSink(SetTally& tally, bool keep_going) : tally_(tally), keep_going_(keep_going) {}
  bool begin(const sandbox::ResultHeader& header) override;
  bool piece(sandbox::Bytes) override { return true; }
  bool end(std::size_t index) override;

 private:
  SetTally& tally_;
  bool keep_going_;
  bool raised_ = false, own_word_ = false;
  std::string exception_;
};

}  // namespace assay::harness
