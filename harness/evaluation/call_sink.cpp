#include "harness/evaluation/call_sink.h"

#include <utility>

#include "harness/evaluation/wrong_answer.h"
#include "harness/oracle/expected_elements.h"
#include "harness/oracle/expected_text.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

/// Of a wrong answer, for readers.
constexpr std::size_t most_returned_bytes = 500, most_seen_bytes = 64 << 10;

/// Counts the next call of `tally`; `cause` is none where it passed.
void count(SetTally& tally, Cause cause, std::string detail, const ExpectedResult& seen = {}) {
  const auto index = static_cast<std::uint32_t>(tally.done++);
  if (cause == Cause::none) {
    ++tally.passed;
    return;
  }
  tally.failed.push_back(index);
  if (tally.cause != Cause::none) return;
  tally.cause = cause;
  tally.detail = std::move(detail);
  if (cause == Cause::wrong_answer) tally.returned = expected_text(seen, most_returned_bytes);
}

}  // namespace

bool CallSink::fail(sandbox::Error error) {
  failure_ = std::move(error);
  return false;
}

bool CallSink::begin(const sandbox::ResultHeader& header) {
  call_ = first_ + header.index;
  // The warden has checked the order already; a result out of it is our own bug, not the sample's doing.
  if (call_ != tally_.done || call_ >= set_.reference.calls.size())
    return fail({sandbox::Errc::protocol, "sandbox: a warden sent a result out of order"});
  raised_ = header.kind == sandbox::ResultHeader::Kind::raised;
  next_piece_ = 0;
  looked_ = false;
  seen_ = {header.kind, header.elements, {}};
  begun_ = false;
  if (raised_) {
    exception_ = header.what;
    return true;
  }
  streaming_ = false;
  oracle_.begin(call_, header, set_.reference.calls[call_].result);
  return true;
}

sandbox::Result<void> CallSink::seek_stream() {
  const auto& calls = set_.reference.calls;
  if (!stream_) {
    std::vector<std::string> inputs;
    for (std::size_t i = call_; i < calls.size(); ++i)
      if (calls[i].large) inputs.push_back(set_.reference.inputs[i]);
    stream_ = std::make_unique<ReferenceStream>(set_.references,
                                                reference_job(set_.dataset, set_.problem, std::move(inputs)));
    stream_next_ = call_;
  }
  for (; stream_next_ <= call_; ++stream_next_) {
    if (!calls[stream_next_].large) continue;
    const auto header = stream_->next_result();
    if (!header) return tl::unexpected(header.error());
    if (header->kind != calls[stream_next_].result.kind || header->elements != calls[stream_next_].result.elements)
      return tl::unexpected(sandbox::Error{
          sandbox::Errc::protocol, set_.problem.task_id + ": the canonical solution's results differ between runs"});
  }
  for (std::size_t passed = 0; passed < next_piece_; ++passed)
    if (const auto piece = stream_->next_piece(); !piece) return tl::unexpected(piece.error());
  streaming_ = true;
  return {};
}

sandbox::Result<std::optional<std::string_view>> CallSink::expected_piece(sandbox::Bytes beside) {
  const ReferenceCall& expected = set_.reference.calls[call_];
  if (!expected.large) {
    const auto& pieces = expected.result.pieces;
    return next_piece_ < pieces.size() ? std::optional<std::string_view>(pieces[next_piece_++]) : std::nullopt;
  }
  if (!streaming_) {
    const auto& digests = expected.digests;
    if (next_piece_ < digests.size() && digest_of(beside) == digests[next_piece_]) {
      ++next_piece_;
      return std::string_view(reinterpret_cast<const char*>(beside.data()), beside.size());
    }
    if (auto found = seek_stream(); !found) return tl::unexpected(found.error());
  }
  auto piece = stream_->next_piece();
  if (!piece) return tl::unexpected(piece.error());
  if (!*piece) return std::nullopt;
  streamed_ = std::move(**piece);
  return std::string_view(streamed_);
}

bool CallSink::piece(sandbox::Bytes bytes) {
  if (raised_) return true;
  if (!std::exchange(begun_, true) && bytes.size() <= most_seen_bytes)
    seen_.pieces.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!oracle_.decided() && !compare(bytes)) return false;
  if (!looked_ && oracle_.wrong()) {
    looked_ = true;
    if (const auto attempt = attempt_in(bytes)) tally_.attempts.add(*attempt);
  }
  return !cut_short();
}

bool CallSink::cut_short() {
  if (seen_.kind == sandbox::ResultHeader::Kind::whole || !oracle_.wrong()) return false;
  if (set_.keep_going && seen_.elements <= most_elements_in_vain) return false;
  count(tally_, Cause::wrong_answer, {}, seen_);
  return true;
}

bool CallSink::compare(sandbox::Bytes bytes) {
  const auto expected = expected_piece(bytes);
  if (!expected) return fail(expected.error());
  // A piece too many or too few cannot be told from the header alone: the oracle hears of it as an empty one.
  oracle_.piece(bytes, *expected ? bytes_of(**expected) : sandbox::Bytes{});
  return true;
}

bool CallSink::end(std::size_t) {
  if (raised_) {
    count(tally_, cause_of_exception(exception_), sandbox::printable(exception_));
    return set_.keep_going;
  }
  const Cause cause = oracle_.end();
  count(tally_, cause, {}, seen_);
  return cause == Cause::none || set_.keep_going;
}

bool TestSink::begin(const sandbox::ResultHeader& header) {
  raised_ = header.kind == sandbox::ResultHeader::Kind::raised;
  own_word_ = header.own_word;
  if (raised_) exception_ = header.what;
  return true;
}

bool TestSink::end(std::size_t) {
  if (!raised_) {
    if (own_word_) tally_.own_word.push_back(static_cast<std::uint32_t>(tally_.done));
    count(tally_, Cause::none, {});
    return true;
  }
  // What the assert of a test raises is a wrong answer; anything else came from the sample, or from using its answer.
  const bool wrong = exception_ == "AssertionError";
  count(tally_, wrong ? Cause::wrong_answer : cause_of_exception(exception_), sandbox::printable(exception_));
  return keep_going_;
}

}  // namespace assay::harness
