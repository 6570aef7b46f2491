/// What the jail costs: CPU above the tests themselves, against an unjailed fork of an equal interpreter that runs the
/// same calls; what a slot holds in memory; and whole sets over slots, against the bound (tests alone / cores).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/support/cpu_time.h"
#include "bench/support/unjailed_fork.h"
#include "datasets/load.h"
#include "harness/evaluation/evaluation.h"
#include "harness/evaluation/time_limits.h"
#include "harness/marshal_inputs.h"
#include "sandbox/installation.h"

namespace {

using namespace assay;
namespace fs = std::filesystem;

struct Settings {
  std::string dataset = "mini", data;
  unsigned rounds = 5;
  double longest_ms = 5;
  bool whole_sets = true;
};

struct Child {
  sandbox::CallJob job;
  double tests_seconds = 0;
};

struct Drop : sandbox::ResultSink {
  bool begin(const sandbox::ResultHeader&) override { return true; }
  bool piece(sandbox::Bytes) override { return true; }
  bool end(std::size_t) override { return true; }
};

void print(const char* name, double value) { fmt::print("{:<44} {:.4g}\n", name, value); }

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "executor: {}\n", why);
  std::exit(1);
}

/// Canonical solutions on base and plus tests, a child each, with what their tests take alone.
std::vector<Child> children_of(const datasets::Dataset& dataset, bench::UnjailedFork& unjailed) {
  std::vector<Child> children;
  for (const auto& problem : dataset.problems) {
    if (problem.kind != datasets::TestKind::calls) continue;
    for (const auto set : {harness::TestSet::base, harness::TestSet::plus}) {
      const auto& inputs = harness::inputs_of(problem, set);
      if (inputs.empty()) continue;
      Child child{harness::reference_job(dataset, problem, harness::marshal_inputs(inputs)), 0};
      const auto seconds = unjailed.tests_alone(child.job);
      if (!seconds) give_up(problem.task_id + ": its canonical solution does not run");
      child.tests_seconds = *seconds;
      children.push_back(std::move(child));
    }
  }
  return children;
}

/// CPU seconds of one child, by the difference between many and few: what starting costs falls out.
template <class Run>
double cost_of_child(std::size_t children, unsigned rounds, const Run& run) {
  const double few = bench::cpu_time([&] { run(1); }).all();
  const double many = bench::cpu_time([&] { run(1 + rounds); }).all();
  return (many - few) / static_cast<double>(children * rounds);
}

/// Proportional set size, in bytes, of this process's descendants: a slot is a warden and its zygotes.
double descendants_bytes(pid_t parent) {
  double sum = 0;
  std::ifstream list("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  for (pid_t child; list >> child;) {
    std::ifstream rollup("/proc/" + std::to_string(child) + "/smaps_rollup");
    for (std::string line; std::getline(rollup, line);) {
      std::istringstream fields(line);
      std::string name;
      double kilobytes = 0;
      if (fields >> name >> kilobytes && name == "Pss:") sum += kilobytes * 1024;
    }
    sum += descendants_bytes(child);
  }
  return sum;
}

sandbox::Executor start(std::size_t slots) {
  sandbox::Options options;
  options.slots = slots;
  options.warden = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "assay-warden";
  auto executor = sandbox::Executor::start(options);
  if (!executor) give_up(executor.error().message);
  return std::move(*executor);
}

/// Children whose tests are short: what is above them must not drown in them.
void cost(const Settings& settings, const std::vector<Child>& all) {
  std::vector<const Child*> children;
  double tests = 0;
  for (const Child& child : all) {
    if (child.tests_seconds * 1000 > settings.longest_ms || child.job.program.find("numpy") != std::string::npos)
      continue;
    children.push_back(&child);
    tests += child.tests_seconds;
  }
  tests /= static_cast<double>(children.size());
  const double unjailed = cost_of_child(children.size(), settings.rounds, [&](unsigned rounds) {
    auto fork = bench::UnjailedFork::start(sandbox::default_python());
    for (unsigned i = 0; fork && i < rounds; ++i)
      for (const Child* child : children)
        if (!fork->run(child->job)) give_up("an unjailed fork failed");
  });
  const double jailed = cost_of_child(children.size(), settings.rounds, [&](unsigned rounds) {
    auto executor = start(1);
    Drop drop;
    for (unsigned i = 0; i < rounds; ++i)
      for (const Child* child : children)
        if (const auto outcome = executor.run(child->job, drop); !outcome) give_up(outcome.error().message);
  });
  print("children", static_cast<double>(children.size()));
  print("tests_alone_ms_a_child", tests * 1e3);
  print("unjailed_above_tests_ms_a_child", (unjailed - tests) * 1e3);
  print("jailed_above_tests_ms_a_child", (jailed - tests) * 1e3);
  print("jailed_above_tests_ms_a_sample", 2 * (jailed - tests) * 1e3);
  print("jailed_over_unjailed", (jailed - tests) / (unjailed - tests));
}

void memory() {
  const auto executor = start(1);
  print("slot_resident_mb", descendants_bytes(::getpid()) / 1e6);
}

/// The whole set with its canonical solutions as samples, judged for real, expected results known.
void whole_sets(const datasets::Dataset& dataset, const std::vector<Child>& children) {
  double alone = 0, longest = 0;
  for (const Child& child : children) {
    alone += child.tests_seconds;
    longest = std::max(longest, child.tests_seconds);
  }
  const double cores = std::thread::hardware_concurrency();
  const double bound = std::max(longest, alone / cores);
  std::vector<harness::Sample> samples;
  for (const auto& problem : dataset.problems) {
    harness::Sample sample;
    sample.task_id = problem.task_id;
    sample.solution = problem.prompt + problem.canonical_solution;
    sample.ordinal = static_cast<decltype(sample.ordinal)>(samples.size());
    samples.push_back(std::move(sample));
  }
  print("whole_set_samples", static_cast<double>(samples.size()));
  print("whole_set_tests_alone_s", alone);
  print("whole_set_longest_s", longest);
  const fs::path folder = fs::temp_directory_path() / fmt::format("assay-bench-{}", ::getpid());
  fs::create_directories(folder);
  double one_slot = 0;
  for (const std::size_t slots : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
    auto executor = start(slots == 0 ? 2 : slots);
    harness::References references({});
    auto store = harness::Store::open(folder / "store.db");
    if (!store) give_up(store.error().message);
    harness::RunKey key;
    key.name = fmt::format("slots {}", slots);
    const auto run = store->open_or_create_run(key);
    if (!run) give_up(run.error().message);
    const auto begin = std::chrono::steady_clock::now();
    const auto evaluation =
        harness::evaluate(executor, references, *store, *run, dataset, samples, {}, {[](const auto&) {}, give_up}, {});
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!evaluation) give_up(evaluation.error().message);
    if (slots == 0) continue;  // this one computed the expected results
    if (slots == 1) one_slot = wall;
    print(fmt::format("whole_set_samples_a_second_{}_slots", slots).c_str(),
          static_cast<double>(samples.size()) / wall);
    print(fmt::format("whole_set_over_bound_{}_slots", slots).c_str(), bound / wall);
    print(fmt::format("whole_set_speed_up_{}_slots", slots).c_str(), one_slot / wall);
  }
  fs::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"What the jail costs above the tests; figures are ratios within one run, on an otherwise idle machine"};
  app.add_option("--dataset", settings.dataset, "whose canonical solutions run")->capture_default_str();
  app.add_option("--data", settings.data, "its content from this file");
  app.add_option("--rounds", settings.rounds, "how often all children run")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--longest-ms", settings.longest_ms,
                 "leaves out children whose tests take longer, for the cost a child")
      ->capture_default_str();
  app.add_flag("!--no-whole-sets", settings.whole_sets, "only the cost a child");
  CLI11_PARSE(app, argc, argv);
  datasets::LoadOptions options;
  options.data_file = settings.data;
  const auto loaded = datasets::load(settings.dataset, options);
  if (!loaded) give_up(loaded.error().message);
  auto unjailed = bench::UnjailedFork::start(sandbox::default_python());
  if (!unjailed) return 1;
  const auto children = children_of(loaded->dataset, *unjailed);
  memory();
  cost(settings, children);
  if (settings.whole_sets) whole_sets(loaded->dataset, children);
  return 0;
}
