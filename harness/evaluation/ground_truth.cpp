#include "harness/evaluation/ground_truth.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

#include "harness/evaluation/sandbox_error.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/marshal_inputs.h"
#include "harness/oracle/expected_elements.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

/// Gathers a canonical solution's results; drops the pieces of one that grows too large.
class ReferenceSink : public sandbox::ResultSink {
 public:
  bool begin(const sandbox::ResultHeader& header) override {
    raised_ = header.kind == sandbox::ResultHeader::Kind::raised;
    if (raised_) exception = header.what;
    if (raised_) return false;
    current_ = {};
    current_.result.kind = header.kind;
    current_.result.elements = header.elements;
    current_.seconds = header.seconds;
    bytes_ = 0;
    return true;
  }
  bool piece(sandbox::Bytes bytes) override {
    bytes_ += bytes.size();
    if (!current_.large) current_.result.pieces.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (current_.large) current_.digests.push_back(digest_of(bytes));
    if (!current_.large && bytes_ >= large_result_bytes) {
      current_.large = true;
      for (const std::string& kept : std::exchange(current_.result.pieces, {}))
        current_.digests.push_back(digest_of(bytes_of(kept)));
    }
    return true;
  }
  bool end(std::size_t) override {
    if (!raised_) calls.push_back(std::move(current_));
    return !raised_;
  }
  std::vector<ReferenceCall> calls;
  std::optional<std::string> exception;

 private:
  ReferenceCall current_;
  std::uint64_t bytes_ = 0;
  bool raised_ = false;
};

const char* word(TestSet set) { return set == TestSet::base ? "base" : "plus"; }

/// In the store the pieces of a large result are their digests.
std::optional<ReferenceCall> from_store(const GroundTruthCall& kept) {
  auto result = ExpectedResult::from_bytes(kept.encoded);
  if (!result) return std::nullopt;
  ReferenceCall call{std::move(*result), kept.large, kept.seconds, {}};
  if (!call.large) return call;
  for (const std::string& piece : std::exchange(call.result.pieces, {})) {
    if (piece.size() != sizeof(PieceDigest)) return std::nullopt;
    std::memcpy(call.digests.emplace_back().data(), piece.data(), piece.size());
  }
  return call.digests.empty() ? std::nullopt : std::optional(std::move(call));
}

std::optional<ReferenceSet> from_store(const std::vector<GroundTruthCall>& kept) {
  ReferenceSet set;
  set.calls.reserve(kept.size());
  for (const GroundTruthCall& stored : kept) {
    auto call = from_store(stored);
    if (!call) return std::nullopt;
    set.calls.push_back(std::move(*call));
  }
  return set;
}

GroundTruthCall to_store(const ReferenceCall& call) {
  if (!call.large) return {call.result.to_bytes(), false, call.seconds};
  ExpectedResult told{call.result.kind, call.result.elements, {}};
  for (const PieceDigest& digest : call.digests)
    told.pieces.emplace_back(reinterpret_cast<const char*>(digest.data()), digest.size());
  return {told.to_bytes(), true, call.seconds};
}

std::vector<GroundTruthCall> to_store(const ReferenceSet& set) {
  std::vector<GroundTruthCall> kept;
  kept.reserve(set.calls.size());
  for (const ReferenceCall& call : set.calls) kept.push_back(to_store(call));
  return kept;
}

}  // namespace

PieceDigest digest_of(sandbox::Bytes piece) {
  return datasets::sha256_digest({reinterpret_cast<const char*>(piece.data()), piece.size()});
}

std::vector<double> ReferenceSet::seconds() const {
  std::vector<double> all;
  all.reserve(calls.size());
  for (const ReferenceCall& call : calls) all.push_back(call.seconds);
  return all;
}

double ReferenceSet::total_seconds() const {
  return std::accumulate(calls.begin(), calls.end(), 0.0,
                         [](double sum, const ReferenceCall& c) { return sum + c.seconds; });
}

std::uint64_t ReferenceSet::bytes() const {
  std::uint64_t sum = 0;
  for (const ReferenceCall& call : calls)
    for (const std::string& piece : call.result.pieces) sum += piece.size() + sizeof piece;
  for (const ReferenceCall& call : calls) sum += call.digests.size() * sizeof(PieceDigest);
  for (const std::string& input : inputs) sum += input.size() + sizeof input;
  return sum;
}

const std::vector<datasets::Value>& inputs_of(const datasets::Problem& problem, TestSet set) {
  return set == TestSet::base ? problem.base_input : problem.plus_input;
}

std::uint64_t job_seed(const datasets::Problem& problem) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bits
  for (const char c : problem.task_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash >> 32;  // numpy.random takes 32 bits
}

sandbox::CallJob reference_job(const datasets::Dataset& dataset, const datasets::Problem& problem,
                               std::vector<std::string> inputs) {
  // EvalPlus gives canonical solutions all the time they want; the slowest of its own takes some 20 s for one call.
  constexpr std::chrono::milliseconds call{600'000}, all{3'600'000};
  sandbox::CallJob job;
  job.program = problem.prompt + problem.canonical_solution;
  job.entry_point = problem.entry_point;
  job.inputs = std::move(inputs);
  job.call_limits.assign(job.inputs.size(), call);
  job.set_limit = all;
  job.iterate_results = SetOracle::iterates(dataset.family, problem.entry_point);
  job.seed = job_seed(problem);
  return job;
}

GroundTruth::GroundTruth(sandbox::Executor& executor, Store& store, const datasets::Dataset& dataset)
    : executor_(executor), store_(store), dataset_(dataset), tests_(executor) {}

GroundTruth::Entry& GroundTruth::entry(const std::string& task_id, TestSet set) {
  const std::lock_guard lock(mutex_);
  return entries_[{task_id, set}];
}

Result<SharedReference> GroundTruth::get(const datasets::Problem& problem, TestSet set, std::stop_token stop) {
  Entry& place = entry(problem.task_id, set);
  const std::lock_guard lock(place.mutex);
  if (auto known = place.known.lock()) return known;
  auto loaded = load(problem, set, std::move(stop));
  if (!loaded) return loaded;
  place.known = *loaded;
  // Held as long as they fit: sets are asked for again and again, and the few large ones are slow to read.
  constexpr std::uint64_t most_held = 512ULL << 20;
  const std::uint64_t bytes = (*loaded)->bytes();
  const std::lock_guard held(mutex_);
  if (held_bytes_ + bytes <= most_held) {
    held_bytes_ += bytes;
    place.held = *loaded;
  }
  return loaded;
}

Result<SharedReference> GroundTruth::load(const datasets::Problem& problem, TestSet set, std::stop_token stop) {
  const auto& values = inputs_of(problem, set);
  const auto kept = store_.ground_truth(dataset_.sha256, problem.task_id, set, executor_.fingerprint());
  if (!kept) return tl::unexpected(kept.error());
  std::optional<ReferenceSet> known;
  if (*kept && (*kept)->size() == values.size()) known = from_store(**kept);
  if (!known) {
    auto computed = compute(problem, set, std::move(stop));
    if (!computed) return tl::unexpected(computed.error());
    const auto put =
        store_.put_ground_truth(dataset_.sha256, problem.task_id, set, executor_.fingerprint(), to_store(*computed));
    if (!put) return tl::unexpected(put.error());
    known = std::move(*computed);
  }
  if (known->inputs.empty()) known->inputs = marshal_inputs(values);
  return std::make_shared<const ReferenceSet>(std::move(*known));
}

Result<ReferenceSet> GroundTruth::compute(const datasets::Problem& problem, TestSet set, std::stop_token stop) {
  ReferenceSet made;
  made.inputs = marshal_inputs(inputs_of(problem, set));
  const sandbox::CallJob job = reference_job(dataset_, problem, made.inputs);
  // Again where what ended it was our own failure or somebody's kill, not the solution.
  constexpr int most_tries = 3;
  std::optional<ReferenceSink> sink;
  sandbox::Result<sandbox::Outcome> outcome;
  for (int tries = 0; tries < most_tries; ++tries) {
    sink.emplace();
    outcome = executor_.run(job, *sink, stop);
    const bool lost = outcome ? outcome->memory_contended : outcome.error().code != sandbox::Errc::cancelled;
    if (!lost) break;
  }
  if (!outcome) return tl::unexpected(of_sandbox(outcome.error()));
  if (outcome->memory_contended) {
    return tl::unexpected(Error{Errc::sandbox, fmt::format("{}: the canonical solution was killed from outside the "
                                                           "sandbox, again and again; is the machine short of memory?",
                                                           problem.task_id)});
  }
  made.calls = std::move(sink->calls);
  if (outcome->status == sandbox::Status::ok && made.calls.size() == made.inputs.size()) return made;
  SetTally tally;
  tally.calls = made.inputs.size();
  tally.done = made.calls.size();
  const SetResult why = set_verdict(*outcome, tally, FailTests::last_tried);
  return tl::unexpected(
      Error{Errc::bad_data,
            fmt::format("{}: the canonical solution gives no result for {} test {}: {}; the data set, the samples' "
                        "interpreter or the memory limit is not what it should be",
                        problem.task_id, word(set), made.calls.size(),
                        sink->exception ? "it raised " + sandbox::printable(*sink->exception)
                                        : fmt::format("{} {}", name(why.cause), why.detail))});
}

}  // namespace assay::harness
