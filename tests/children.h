#pragma once
#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace assay::tests {

/// The processes that a process has started and not yet waited for; none of one that is gone.
inline std::vector<pid_t> children(pid_t parent) {
  std::vector<pid_t> found;
  std::error_code gone;
  std::filesystem::directory_iterator tasks("/proc/" + std::to_string(parent) + "/task", gone);
  for (; !gone && tasks != std::filesystem::directory_iterator(); tasks.increment(gone)) {
    std::ifstream list(tasks->path() / "children");
    for (pid_t child = 0; list >> child;) found.push_back(child);
  }
  return found;
}

}  // namespace assay::tests
