#pragma once
/// What some work cost in CPU time, wherever it was spent.
#include <functional>

namespace assay::bench {

/// Seconds of CPU that `work` took: of this process, of all processes that it started and that were reaped by its end
/// (so it must start and end them itself), and of the kernel's own threads meanwhile. The last are the machine's: other
/// load adds to them.
struct CpuTime {
  double processes = 0;
  double kernel_threads = 0;
  [[nodiscard]] double all() const { return processes + kernel_threads; }
};
[[nodiscard]] CpuTime cpu_time(const std::function<void()>& work);

}  // namespace assay::bench
