/// What a report costs: `assay report --html` of 542 problems × 200 samples out of a store, as time and peak memory;
/// and how long the page of 542 × 20 takes to open in a browser.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/simulated_run.h"
#include "tests/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace assay;

void print(const char* name, double value) { fmt::print("{:<44} {:.4g}\n", name, value); }

struct Cost {
  int code = -1;
  double seconds = 0, peak_mb = 0;
};

/// Runs a program to its end; its output goes to `output`.
Cost run(std::vector<std::string> words, const fs::path& output) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = -1;
  const bool started = ::posix_spawnp(&pid, argv.front(), &actions, nullptr, argv.data(), environ) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  Cost cost;
  int status = 0;
  rusage usage{};
  if (!started || ::wait4(pid, &status, 0, &usage) != pid) return cost;
  cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  constexpr double kib_a_mb = 1e6 / 1024;
  cost.peak_mb = static_cast<double>(usage.ru_maxrss) / kib_a_mb;
  cost.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return cost;
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "report: {}\n", why);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What `assay report --html` costs, and how long its page takes to open"};
  CLI11_PARSE(app, argc, argv);
  const std::string assay = (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "assay").string();
  const tests::TemporaryFolder folder;
  const std::string store = (folder / "store.db").string();
  for (const std::size_t samples : {std::size_t{200}, std::size_t{20}}) {
    const std::string name = fmt::format("samples{}", samples), file = (folder / name).string();
    tests::write_run(tests::simulated_run({.problems = 542, .samples = samples}), file);
    if (run({assay, "runs", "import", file, "--store", store, "--run", name}, folder / "out").code != 0)
      give_up("the simulated run could not be imported");
    const fs::path page = folder / (name + ".html");
    const Cost cost = run({assay, "report", name, "--store", store, "--html", page.string()}, folder / "out");
    if (cost.code != 0) give_up("assay report failed");
    print(fmt::format("report_{}_s", samples).c_str(), cost.seconds);
    print(fmt::format("report_{}_peak_mb", samples).c_str(), cost.peak_mb);
    print(fmt::format("page_{}_mb", samples).c_str(), static_cast<double>(fs::file_size(page)) / 1e6);
    const fs::path opened = folder / "opened";
    if (run({"node", ASSAY_BENCH_DIR "/../tests/e2e/page/open.mjs", page.string()}, opened).code == 0)
      fmt::print("{}", tests::read_file(opened));
    else
      fmt::print(stderr, "report: no node or no chromium: the page was not opened\n");
  }
  return 0;
}
