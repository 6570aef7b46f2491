#include "tests/e2e/orphans.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

sigset_t of_children() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  return signals;
}

struct Process {
  pid_t pid = 0, parent = 0;
  std::string program;
};

std::optional<Process> read_process(const fs::path& folder) {
  std::ifstream file(folder / "stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const auto from = line.find('('), to = line.rfind(')');
  if (from == line.npos || to == line.npos) return std::nullopt;
  Process process;
  process.pid = static_cast<pid_t>(std::stoi(line));
  process.program = line.substr(from + 1, to - from - 1);
  std::istringstream rest(line.substr(to + 1));
  std::string state;
  rest >> state >> process.parent;
  return process;
}

std::vector<Process> all_children(pid_t parent) {
  std::vector<Process> children;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    const auto process = read_process(at->path());
    if (process && process->parent == parent) children.push_back(*process);
  }
  return children;
}

}  // namespace

Orphans::Orphans() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t signals = of_children();
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  signals_ = sandbox::UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

Orphans::~Orphans() {
  wait(0);
  const sigset_t signals = of_children();
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

bool Orphans::reap() {
  for (;;) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid < 0) return true;
    if (pid == 0) return false;
    ended_.insert(pid);
  }
}

std::vector<std::string> Orphans::wait(int seconds) {
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  std::vector<std::string> left;
  while (!reap()) {
    const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd watched{signals_.get(), POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(std::max<long long>(0, most))) > 0) {
      signalfd_siginfo info;
      while (::read(signals_.get(), &info, sizeof info) > 0) {
      }
      continue;
    }
    for (const Process& process : all_children(::getpid())) {
      left.push_back(std::to_string(process.pid) + " " + process.program);
      ::kill(process.pid, SIGKILL);
    }
    // Theirs become ours, until none is left.
    if (::waitpid(-1, nullptr, 0) < 0) break;
  }
  return left;
}

std::vector<pid_t> children_of(pid_t parent, const std::string& program) {
  std::vector<pid_t> found;
  for (const Process& process : all_children(parent))
    if (process.program == program) found.push_back(process.pid);
  return found;
}

std::vector<fs::path> groups_of(const std::set<pid_t>& processes) {
  std::vector<fs::path> found;
  std::error_code error;
  // A controller's mount, and a group or two below it: where this process may make groups.
  constexpr int deepest = 5;
  for (fs::recursive_directory_iterator at("/sys/fs/cgroup", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (at.depth() >= deepest) at.disable_recursion_pending();
    if (!name.starts_with("assay-")) continue;
    at.disable_recursion_pending();
    const std::string number = name.substr(name.rfind('-') + 1);
    pid_t pid = 0;
    const auto [stop, failed] = std::from_chars(number.data(), number.data() + number.size(), pid);
    if (failed == std::errc() && processes.contains(pid)) found.push_back(at->path());
  }
  return found;
}

}  // namespace assay::tests
