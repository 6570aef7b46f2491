#pragma once
/// A process that runs out of memory.
#include <sys/resource.h>

#include <cstddef>
#include <fstream>

namespace assay::tests {

/// Limits the address space to what is there and a little more, while it lives.
class LittleMemory {
 public:
  explicit LittleMemory(std::size_t more) {
    ::getrlimit(RLIMIT_AS, &old_);
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages;
    rlimit now{pages * 4096 + more, old_.rlim_max};
    ::setrlimit(RLIMIT_AS, &now);
  }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;
  ~LittleMemory() { ::setrlimit(RLIMIT_AS, &old_); }

 private:
  rlimit old_{};
};

}  // namespace assay::tests
