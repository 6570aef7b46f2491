#include "harness/service/function_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "harness/evaluation/call_sink.h"
#include "harness/evaluation/set_verdict.h"
#include "harness/evaluation/wrong_answer.h"
#include "harness/oracle/json_comparison.h"
#include "harness/python_json.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

using sandbox::Status;
using std::chrono::milliseconds;

constexpr const char* entry_point = "_assay_call";

/// Runs the setup and the program as texts of their own, so that the one may import ahead of the other's
/// `from __future__`, and finds the function in what they have made. It runs beside the sample, which can change what
/// it does: that tells of the sample's own results alone.
constexpr std::string_view find_function = R"PY(
for _assay_text in (_assay_setup, _assay_program):
    exec(compile(_assay_text, "<string>", "exec", dont_inherit=True), globals())


def _assay_find(name):
    names = globals()
    if callable(names.get(name)):
        return names[name]
    made = names.get("Solution")
    return None if not hasattr(made, name) else lambda *arguments: getattr(made(), name)(*arguments)


_assay_call = _assay_find(_assay_name)
if _assay_call is None:
    del _assay_call
)PY";

std::string whole_program(const Item& item, const std::string& program) {
  const auto text_of = [](const std::string& text) { return datasets::Value{datasets::String{text}}; };
  std::string json, literal;
  append_json(json, datasets::Value{datasets::List{{text_of(item.setup), text_of(program), text_of(item.function)}}});
  append_json(literal, json);  // of ASCII alone it is Python's, too
  return fmt::format("import json\n\n_assay_setup, _assay_program, _assay_name = json.loads({})\ndel json\n{}", literal,
                     find_function);
}

/// Judges the calls of one process as their results arrive.
class Answers : public sandbox::ResultSink {
 public:
  struct Tally {
    std::size_t done = 0;
    Cause cause = Cause::none;  ///< of the first that did not pass
    std::string detail;
    sandbox::Attempts attempts;  ///< that wrong answers showed
  };

  Answers(std::span<const FunctionCase> calls, std::span<TestOutcome> outcomes) : calls_(calls), outcomes_(outcomes) {}

  bool begin(const sandbox::ResultHeader& header) override {
    if (header.index == 0) tally_ = {};  // perhaps of a second try
    if (header.index != tally_.done || header.index >= calls_.size()) return false;
    is_long_ = header.elements > most_elements_in_vain;
    raised_ = header.kind == sandbox::ResultHeader::Kind::raised;
    account_ = header.what;
    expected_.clear();
    looked_ = false;
    for (const std::string& result : calls_[header.index].results) expected_.emplace_back(result).begin(header);
    return true;
  }
  bool piece(sandbox::Bytes bytes) override {
    for (JsonComparison& each : expected_) each.piece(bytes);
    const auto is_wrong = [](const JsonComparison& each) { return each.wrong(); };
    if (!looked_ && std::all_of(expected_.begin(), expected_.end(), is_wrong)) {
      looked_ = true;
      if (const auto attempt = attempt_in(bytes)) tally_.attempts.add(*attempt);
    }
    if (!looked_ || !is_long_) return true;
    count(false);
    return false;
  }
  bool end(std::size_t) override {
    count(std::any_of(expected_.begin(), expected_.end(), [](const auto& each) { return each.end(); }));
    return true;
  }

  /// Once the run has ended that came to `outcome`: a try before it may have had more answers.
  const Tally& after(const sandbox::Outcome& outcome) {
    if (outcome.calls_done == 0 && outcome.status != Status::stopped) tally_ = {};
    std::fill(outcomes_.begin() + static_cast<std::ptrdiff_t>(tally_.done), outcomes_.end(), TestOutcome::not_run);
    return tally_;
  }

 private:
  void count(bool right) {
    outcomes_[tally_.done++] = right ? TestOutcome::passed : TestOutcome::failed;
    if (right || tally_.cause != Cause::none) return;
    tally_.cause = raised_ ? cause_of_exception(account_) : Cause::wrong_answer;
    tally_.detail = raised_ ? sandbox::printable(account_) : std::string();
  }

  std::span<const FunctionCase> calls_;
  std::span<TestOutcome> outcomes_;
  std::vector<JsonComparison> expected_;  ///< of the call whose result arrives, one for each right result
  bool raised_ = false, is_long_ = false;
  bool looked_ = false;  ///< at the first piece that nothing expected begins with
  std::string account_;
  Tally tally_;
};

/// The calls of one item, over the processes that they take.
class Calls {
 public:
  Calls(const Scorer& scorer, const Item& item, const std::stop_token& stop)
      : scorer_(scorer), item_(item), stop_(stop), left_(item.limits.total) {
    job_.program = whole_program(item, item.program);
    job_.entry_point = entry_point;
    job_.keep_going = true;
    for (const FunctionCase& call : item.calls) job_.inputs.push_back(call.arguments);
    job_.call_limits.assign(item.calls.size(), item.limits.test);
    score_.tests.assign(item.calls.size(), TestOutcome::not_run);
  }

  Result<Score> run() {
    std::size_t unanswered = 0;  // processes in a row that answered no call
    while (next_ < item_.calls.size() && unanswered < most_unanswered) {
      if (left_ <= milliseconds(0)) {
        score_.fail(Cause::timeout, "all calls together");
        score_.verdict = Verdict::timeout;
        break;
      }
      const std::size_t before = next_;
      const auto outcome = run_rest();
      if (!outcome) return tl::unexpected(outcome.error());
      unanswered = next_ > before ? 0 : unanswered + 1;
      score_.verdict = Verdict::fail;
      if (outcome->status == Status::ok) break;
      if (outcome->status == Status::stopped) continue;  // a result was cut short
      const SetResult ending = set_verdict(*outcome, {}, FailTests::all);
      score_.verdict = ending.verdict;
      loaded_ = outcome->status != Status::load_failed || ending.cause == Cause::no_entry_point;
      score_.fail(ending.cause, ending.cause == Cause::no_entry_point ? item_.function : ending.detail);
      if (next_ < item_.calls.size()) score_.tests[next_++] = TestOutcome::failed;
      if (!goes_on_after(outcome->status)) break;
    }
    return judged();
  }

 private:
  /// Makes the calls that are left, and takes those that were answered off them.
  Result<sandbox::Outcome> run_rest() {
    job_.skip(job_.inputs.size() + next_ - item_.calls.size());
    job_.set_limit = left_;
    Answers answers(std::span(item_.calls).subspan(next_), std::span(score_.tests).subspan(next_));
    auto outcome = scorer_.run(job_, answers, stop_);
    const auto in_doubt = [](const sandbox::Outcome& seen) {
      return seen.marginal && (seen.status == Status::call_timeout || seen.status == Status::set_timeout);
    };
    if (outcome && in_doubt(*outcome)) {
      score_.saw(*outcome);
      outcome = scorer_.run(job_, answers, stop_);
    }
    if (!outcome) return outcome;
    const Answers::Tally& tally = answers.after(*outcome);
    left_ -= time_of(*outcome);
    score_.saw(*outcome);
    score_.attempts.add(tally.attempts);
    if (tally.cause != Cause::none) score_.fail(tally.cause, tally.detail);
    next_ += tally.done;
    return outcome;
  }
  Result<Score> judged() {
    score_.settle();
    if (score_.pass_rate(false) == 1)
      score_.verdict = Verdict::pass;
    else if (score_.cause == Cause::none)
      score_.cause = Cause::protocol;  // it told of fewer calls than it was given
    if (loaded_) return score_;
    const auto parsed = scorer_.parses(item_.program, stop_);
    if (!parsed) return tl::unexpected(parsed.error());
    score_.parses = *parsed;
    if (score_.parses) return with_setup_tried();
    score_.cause = Cause::syntax;
    return score_;
  }
  /// Whether a program that did not load failed for its setup, which then fails without it as well.
  Result<Score> with_setup_tried() {
    if (item_.setup.empty()) return score_;
    sandbox::CallJob alone = job_;
    alone.program = whole_program(item_, "");
    Answers answers({}, {});
    const auto outcome = scorer_.run(alone, answers, stop_);
    if (!outcome) return tl::unexpected(outcome.error());
    const SetResult result = set_verdict(*outcome, {}, FailTests::all);
    if (outcome->status == Status::load_failed && result.cause != Cause::no_entry_point)
      score_.bad_tests = "the setup fails by itself: " + result.detail;
    return score_;
  }

  const Scorer& scorer_;
  const Item& item_;
  const std::stop_token& stop_;
  milliseconds left_;
  sandbox::CallJob job_;  ///< of the calls from the last process's first on
  std::size_t next_ = 0;  ///< call without an outcome
  bool loaded_ = true;    ///< the program's body ran to its end
  Score score_;
};

}  // namespace

Result<Score> score_calls(const Scorer& scorer, const Item& item, const std::stop_token& stop) {
  return Calls(scorer, item, stop).run();
}

}  // namespace assay::harness
