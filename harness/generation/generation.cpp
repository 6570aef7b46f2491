#include "harness/generation/generation.h"

#include <fmt/format.h>
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <utility>

#include "harness/sanitize/sanitize.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

namespace flow = oneapi::tbb::flow;

constexpr std::size_t most_warnings = 5;

class Generation {
 public:
  Generation(sandbox::Executor& executor, const datasets::Dataset& dataset, const std::vector<Draw>& draws,
             SamplesOut& out, const GenerationSettings& settings, std::stop_token stop)
      : executor_(executor), draws_(draws), out_(out), settings_(settings), forward_(std::move(stop), [this] {
          stop_.request_stop();
        }) {
    for (const datasets::Problem& problem : dataset.problems) entry_points_[problem.task_id] = problem.entry_point;
  }

  Result<GenerationResult> run(Provider& provider) {
    const std::size_t slots = executor_.slots();
    // Threads wait for their jobs: as many as slots, however many cores there are.
    const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism, slots + 1);
    oneapi::tbb::task_arena arena(static_cast<int>(slots) + 1);
    std::optional<Error> failed;
    arena.execute([&] { failed = draw_all(provider, slots); });
    std::ranges::sort(result_.undrawn, {}, [](const Undrawn& one) { return one.draw->index; });
    result_.interrupted = stop_.stop_requested() && !failure_;
    if (failure_) return tl::unexpected(*failure_);
    if (failed && failed->code != Errc::interrupted) return tl::unexpected(*failed);
    return std::move(result_);
  }

 private:
  using Message = std::shared_ptr<GeneratedSample>;  // a message of a flow graph is copied

  std::optional<Error> draw_all(Provider& provider, std::size_t slots) {
    std::counting_semaphore<> places(static_cast<std::ptrdiff_t>(3 * slots));
    flow::graph graph;
    flow::function_node<Message, Message> process(graph, slots, [this](const Message& sample) {
      prepare(*sample);
      return sample;
    });
    flow::function_node<Message, Message> write(graph, flow::serial, [this](const Message& sample) {
      keep(*sample);
      return sample;
    });
    flow::function_node<Message, flow::continue_msg> use(graph, slots, [&](const Message& sample) {
      use_one(*sample);
      places.release();
      return flow::continue_msg();
    });
    flow::make_edge(process, write);
    flow::make_edge(write, use);
    std::vector<Draw> wanted;
    for (const Draw& draw : draws_)
      if (!out_.has(draw.task_id, draw.sample)) wanted.push_back(draw);
    const auto drawn = provider.draw(
        wanted,
        [&](Drawn one) {
          if (!one.failure.empty()) {
            result_.undrawn.push_back({&draws_[one.index], std::move(one.failure)});
            return;
          }
          if (!one.thoughts_in.empty()) ++result_.thoughts_in[one.thoughts_in];
          places.acquire();
          auto sample = std::make_shared<GeneratedSample>();
          sample->draw = &draws_[one.index];
          sample->answer = std::move(one.answer);
          sample->trace = std::move(one.trace);
          sample->finish_reason = std::move(one.finish_reason);
          process.try_put(sample);
        },
        stop_.get_token());
    graph.wait_for_all();
    return drawn ? std::nullopt : std::optional(drawn.error());
  }

  void prepare(GeneratedSample& sample) {
    const Draw& draw = *sample.draw;
    const std::string cut = engine::cut_answer(sample.answer, draw.stops);
    if (!sample.finish_reason.empty() && cut.size() < sample.answer.size()) sample.finish_reason = "stop";
    sample.solution = draw.prompt.continued ? draw.prompt.text + cut : cut;
    if (settings_.sanitize) {
      auto program = sanitize(executor_, sample.solution, entry_points_.at(draw.task_id));
      if (program) {
        sample.solution = std::move(*program);
      } else if (program.error().code == Errc::bad_data) {
        const std::lock_guard lock(mutex_);
        if (result_.warnings.size() < most_warnings)
          result_.warnings.push_back(fmt::format("sample {} of {} is kept as it is: {}", draw.sample,
                                                 sandbox::printable(draw.task_id), program.error().message));
      } else {
        return abort(program.error());
      }
    }
  }

  void keep(GeneratedSample& sample) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return;
    }
    const Draw& draw = *sample.draw;
    const auto line =
        out_.add(draw.task_id, draw.sample, sample.solution, sample.answer, sample.trace, sample.finish_reason);
    if (!line) return abort(line.error());
    sample.line = *line;
    ++result_.written;
    if (settings_.advance) settings_.advance();
  }

  void use_one(const GeneratedSample& sample) {
    if (!settings_.use || !sample.line) return;
    if (const auto used = settings_.use(sample, stop_.get_token()); !used && used.error().code != Errc::interrupted)
      abort(used.error());
  }

  void abort(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
    stop_.request_stop();
  }

  sandbox::Executor& executor_;
  const std::vector<Draw>& draws_;
  SamplesOut& out_;
  const GenerationSettings& settings_;
  std::map<std::string, std::string> entry_points_;
  std::mutex mutex_;  ///< of failure and warnings
  std::optional<Error> failure_;
  GenerationResult result_;
  std::stop_source stop_;  ///< the caller's, or our own after a failure
  std::stop_callback<std::function<void()>> forward_;
};

}  // namespace

Result<GenerationResult> generate(Provider& provider, sandbox::Executor& executor, const datasets::Dataset& dataset,
                                  const std::vector<Draw>& draws, SamplesOut& out, const GenerationSettings& settings,
                                  std::stop_token stop) {
  return Generation(executor, dataset, draws, out, settings, std::move(stop)).run(provider);
}

}  // namespace assay::harness
