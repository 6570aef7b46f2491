#include "bench/support/cpu_time.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace assay::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double of_processes() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  return sum;
}

/// Children of process 2, the kernel's thread daemon. Source: proc(5), /proc/pid/stat.
double of_kernel_threads() {
  constexpr long kernel = 2;
  double ticks = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)); }))
      continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    std::getline(file, line);
    const auto close = line.rfind(')');
    if (close == std::string::npos) continue;
    std::istringstream rest(line.substr(close + 1));
    std::string state;
    long parent = 0, skipped = 0;
    double user = 0, system = 0;
    rest >> state >> parent;
    for (int i = 0; i < 9; ++i) rest >> skipped;
    if (rest >> user >> system && parent == kernel) ticks += user + system;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

CpuTime cpu_time(const std::function<void()>& work) {
  const double kernel_before = of_kernel_threads();
  const double before = of_processes();
  work();
  const double after = of_processes();
  return {after - before, std::max(0.0, of_kernel_threads() - kernel_before)};
}

}  // namespace assay::bench
