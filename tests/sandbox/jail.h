#pragma once
/// The jail that the sandbox's tests share: one slot, started once.
#include <optional>
#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "tests/catch.h"

namespace assay::tests {

/// Null where no jail can be made here.
inline sandbox::Executor* executor() {
  static std::optional<sandbox::Executor> shared = [] {
    sandbox::Options options;
    options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
    auto started = sandbox::Executor::start(options);
    if (!started) std::cout << started.error().message << std::endl;
    return started ? std::optional<sandbox::Executor>(std::move(*started)) : std::nullopt;
  }();
  return shared ? &*shared : nullptr;
}

#define NEEDS_JAIL() \
  if (assay::tests::executor() == nullptr) ASSAY_SKIP("no jail can be made here")

/// What came of each call: the bytes of a result that came in one piece, "list N" or "tuple N" of one in several, or
/// "raised X", with the exception's type. `told` is all that was said of exceptions.
class Results : public sandbox::ResultSink {
 public:
  bool begin(const sandbox::ResultHeader& header) override {
    using Kind = sandbox::ResultHeader::Kind;
    if (header.kind == Kind::raised) {
      calls.push_back("raised " + header.what.substr(0, header.what.find_first_of(": ")));
      told.push_back(header.what);
    }
    if (header.kind == Kind::list) calls.push_back("list " + std::to_string(header.elements));
    if (header.kind == Kind::tuple) calls.push_back("tuple " + std::to_string(header.elements));
    whole_ = header.kind == Kind::whole;
    return true;
  }
  bool piece(sandbox::Bytes bytes) override {
    if (whole_) calls.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  }
  bool end(std::size_t) override { return true; }
  std::vector<std::string> calls, told;

 private:
  bool whole_ = false;
};

struct CallsSeen {
  sandbox::Outcome outcome;
  std::vector<std::string> calls, told;
};

/// Calls `f` with no argument, `times` times, two seconds each.
inline sandbox::CallJob call_job(std::string program, std::size_t times = 1) {
  sandbox::CallJob job;
  job.program = std::move(program);
  job.entry_point = "f";
  job.inputs.assign(times, std::string(")\0", 2));  // marshal: an empty tuple
  job.call_limits.assign(times, std::chrono::milliseconds(2000));
  job.set_limit = std::chrono::milliseconds(10'000);
  job.keep_going = true;
  return job;
}

inline CallsSeen run(const sandbox::CallJob& job) {
  Results results;
  auto outcome = executor()->run(job, results);
  if (!outcome) FAIL(outcome.error().message);
  return {std::move(*outcome), std::move(results.calls), std::move(results.told)};
}

inline CallsSeen run_calls(std::string program, std::size_t times = 1) {
  return run(call_job(std::move(program), times));
}

inline sandbox::Outcome run_program(std::string program, std::string input = {}) {
  sandbox::ProgramJob job;
  job.program = std::move(program);
  job.input = std::move(input);
  job.time_limit = std::chrono::milliseconds(5000);
  auto outcome = executor()->run(job);
  if (!outcome) FAIL(outcome.error().message);
  return std::move(*outcome);
}

}  // namespace assay::tests
