#pragma once
/// Whether the machine has the memory for one more job. Slots times the memory limit may exceed it: samples that use a
/// hundredth of their limit are the rule, so they are let in by what is free and not by what they might want.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace assay::sandbox {

/// Not for use from several threads at once.
class Admission {
 public:
  /// `root` is where /proc and /sys lie.
  explicit Admission(std::uint64_t memory_limit_bytes, std::filesystem::path root = "/");

  /// Where nothing runs, always: the kernel and the job's own limit are all that protects the machine then. Else, if a
  /// job's memory limit, or an eighth of the machine's memory where that is less, is free. Looks again after 10 ms.
  [[nodiscard]] bool admits(std::size_t running);

  /// What can be had without taking it from a process: of the machine, or of the control groups that this process is
  /// in.
  [[nodiscard]] std::optional<std::uint64_t> available_bytes() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Group {
    std::filesystem::path limit, used, stat;
    const char* idle;  ///< of `stat`: pages of files that nobody uses, those of groups within included
  };
  [[nodiscard]] std::uint64_t total_bytes() const;
  std::filesystem::path meminfo_;
  std::vector<Group> groups_;  ///< those that may have a limit
  std::uint64_t wanted_bytes_ = 0;
  Clock::time_point looked_{};
  bool enough_ = true;
};

}  // namespace assay::sandbox
