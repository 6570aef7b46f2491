/// What the reward service adds to its executor: rewards a second over 64 connections against the executor's own on the
/// same samples, how long one takes, what becomes of ten times the load, and what trainers have today: a fresh
/// `python3 -c` a case.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "bench/support/served.h"
#include "harness/service/request_json.h"
#include "harness/service/scorer.h"

namespace {

using namespace assay;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Settings {
  double seconds = 10;
  std::size_t connections = 64;
  std::size_t slots = std::max(1U, std::thread::hardware_concurrency());
};

/// Short samples of four asserts: right, partly right, raising, not parsing, ending their process.
std::vector<harness::Item> samples() {
  const char* programs[] = {
      "def f(x):\n    return x * x\n",
      "def f(x):\n    return sum(x for _ in range(x))\n",
      "def f(x):\n    return x * x if x < 3 else 0\n",
      "def f(x):\n    raise ValueError(x)\n",
      "import math\n\ndef f(x):\n    return int(math.pow(x, 2))\n",
      "def f(x):\n    items = sorted(range(1000), key=lambda i: -i)\n    return x * x + items[0] - 999\n",
      "def f(x)\n    return x\n",
      "from collections import Counter\n\ndef f(x):\n    return Counter('a' * x)['a'] ** 2\n",
  };
  std::vector<harness::Item> items;
  for (const char* program : programs) {
    harness::Item item;
    item.program = program;
    item.tests = {"assert f(1) == 1", "assert f(2) == 4", "assert f(3) == 9", "assert f(0) == 0"};
    items.push_back(std::move(item));
  }
  return items;
}

void print(const char* name, double value) { fmt::print("{:<44} {:.4g}\n", name, value); }

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "service: {}\n", why);
  std::exit(1);
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Calls `work(thread, i)` on so many threads until the time is up; how often a second it returned true.
template <class Work>
double rate(std::size_t threads, double seconds, const Work& work) {
  std::atomic<std::uint64_t> done{0};
  std::vector<std::thread> running;
  const auto start = Clock::now();
  for (std::size_t t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (std::size_t i = t; seconds_since(start) < seconds; ++i) done += work(t, i) ? 1 : 0;
    });
  for (auto& thread : running) thread.join();
  return static_cast<double>(done) / seconds_since(start);
}

double executor_rate(const Settings& settings, const std::vector<harness::Item>& items, const fs::path& folder) {
  sandbox::Options options;
  options.slots = settings.slots;
  options.warden = folder / "assay-warden";
  auto executor = sandbox::Executor::start(options);
  if (!executor) give_up(executor.error().message);
  const harness::Scorer scorer(*executor);
  return rate(settings.slots, settings.seconds, [&](std::size_t, std::size_t i) {
    const auto score = scorer.score(items[i % items.size()], {});
    if (!score) give_up(score.error().message);
    return true;
  });
}

/// One item, or `count` of them, as a request.
std::string request(const std::vector<harness::Item>& items, std::size_t first, std::size_t count) {
  std::string text = R"({"items": [)";
  for (std::size_t i = 0; i < count; ++i) {
    const harness::Item& item = items[(first + i) % items.size()];
    std::string tests;
    for (const std::string& test : item.tests) tests += (tests.empty() ? "" : ", ") + harness::json_text(test);
    text += fmt::format(R"({}{{"solution": {}, "tests": [{}]}})", i == 0 ? "" : ", ", harness::json_text(item.program),
                        tests);
  }
  return text + "]}";
}

struct Load {
  double rewards_a_second = 0, p50_ms = 0, p99_ms = 0;
  std::uint64_t refused = 0, failed = 0;
};

/// Requests of `batch` items from every connection, one after the other.
Load load(const Settings& settings, const bench::Served& served, const std::vector<harness::Item>& items,
          std::size_t batch) {
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < items.size(); ++i) requests.push_back(request(items, i, batch));
  std::vector<std::unique_ptr<bench::Connection>> connections;
  for (std::size_t i = 0; i < settings.connections; ++i)
    connections.push_back(std::make_unique<bench::Connection>(served.port()));
  std::vector<std::vector<double>> times(settings.connections);
  std::atomic<std::uint64_t> refused{0}, failed{0};
  const double answered = rate(settings.connections, settings.seconds, [&](std::size_t t, std::size_t i) {
    const auto start = Clock::now();
    const int status = connections[t]->post("/v1/rewards", requests[i % requests.size()]);
    if (status == 200 && connections[t]->body().find("\"reward\": null") == std::string::npos) {
      times[t].push_back(seconds_since(start));
      return true;
    }
    if (status == 429) {
      ++refused;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the load that is offered, not a wait for anything
      return false;
    }
    ++failed;
    return false;
  });
  std::vector<double> all;
  for (const auto& each : times) all.insert(all.end(), each.begin(), each.end());
  std::sort(all.begin(), all.end());
  const auto part = [&](double share) {
    return all.empty()
               ? 0
               : 1e3 * all[std::min(all.size() - 1, static_cast<std::size_t>(share * static_cast<double>(all.size())))];
  };
  return {answered * static_cast<double>(batch), part(0.5), part(0.99), refused, failed};
}

/// A case as ml-diffucoder's script runs it.
bool run_case(const std::string& text) {
  std::string python = "python3", flag = "-c", code = text;
  char* argv[] = {python.data(), flag.data(), code.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  int status = -1;
  const int failed = ::posix_spawnp(&pid, "python3", &actions, nullptr, argv, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) give_up("python3 is not there");
  ::waitpid(pid, &status, 0);
  return status == 0;
}

double today_rate(const Settings& settings, const std::vector<harness::Item>& items) {
  return rate(settings.slots, settings.seconds, [&](std::size_t, std::size_t i) {
    const harness::Item& item = items[i % items.size()];
    for (const std::string& test : item.tests) (void)run_case(item.program + "\n" + test);
    return true;
  });
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"What the reward service adds to its executor; figures are of one run, on an otherwise idle machine"};
  app.add_option("--seconds", settings.seconds, "of each part")->capture_default_str()->check(CLI::Range(1, 3600));
  app.add_option("--connections", settings.connections, "at once")->capture_default_str()->check(CLI::Range(1, 900));
  app.add_option("--slots", settings.slots, "items that run at once")->capture_default_str()->check(CLI::Range(1, 256));
  CLI11_PARSE(app, argc, argv);
  const auto items = samples();
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path().parent_path();
  const std::string slots = std::to_string(settings.slots);
  // Twice: a machine is not as fast at the end as it was at the beginning.
  const double first = executor_rate(settings, items, folder);
  Load single, batched, over;
  {
    const auto served = bench::Served::start(folder / "assay", {"--parallel", slots});
    if (!served) give_up("assay serve does not start");
    const Load warm_up = load({1, settings.connections, settings.slots}, *served, items, 1);
    const double before = served->resident_bytes();
    single = load(settings, *served, items, 1);
    print("service_rewards_a_second", single.rewards_a_second);
    print("service_p50_ms", single.p50_ms);
    print("service_p99_ms", single.p99_ms);
    batched = load(settings, *served, items, 16);
    print("service_batched_rewards_a_second", batched.rewards_a_second);
    print("service_failed_requests", static_cast<double>(warm_up.failed + single.failed + batched.failed));
    print("service_resident_mb_before", before / 1e6);
    print("service_resident_mb_after", served->resident_bytes() / 1e6);
  }
  {
    // Each connection offers far more than its share of the slots, and the queue holds a tenth of it.
    const std::size_t batch = 32;
    const auto queue = std::to_string(std::max<std::size_t>(batch, settings.connections * batch / 10));
    const auto served = bench::Served::start(folder / "assay", {"--parallel", slots, "--queue", queue});
    if (!served) give_up("assay serve does not start");
    over = load(settings, *served, items, batch);
    print("overload_rewards_a_second", over.rewards_a_second);
    print("overload_answered_429", static_cast<double>(over.refused));
    print("overload_failed_requests", static_cast<double>(over.failed));
    print("overload_resident_mb", served->resident_bytes() / 1e6);
  }
  const double own = (first + executor_rate(settings, items, folder)) / 2;
  print("executor_rewards_a_second", own);
  print("service_over_executor", single.rewards_a_second / own);
  print("service_batched_over_executor", batched.rewards_a_second / own);
  print("overload_over_executor", over.rewards_a_second / own);
  const double today = today_rate(settings, items);
  print("python_a_case_rewards_a_second", today);
  print("service_over_python_a_case", single.rewards_a_second / today);
  return 0;
}
