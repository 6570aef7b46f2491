#pragma once
/// One control group a sample: memory, number of processes, CPU time of the whole tree. v2, v1 or a mixture of both,
/// controller by controller; what the machine lacks is simply not there.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/executor.h"

namespace assay::sandbox {

/// In version 2 a group with processes of its own can have none within that have limits (but for the machine's root).
/// Where nobody but this process is in its group, or the group is a container's whole, moves what is there to a group
/// within, so that groups can be made beside that. Does nothing where it need not or may not.
void make_room_for_groups();

/// Where this process may make groups: in its own group, or as root in the nearest around it that has no processes of
/// its own (a login's scope has the shell in it; the slice around has none).
class CgroupRoot {
 public:
  /// Finds the hierarchies and makes a parent group of this process's own in each. Never fails: see `memory()` and so
  /// on.
  static CgroupRoot open();
  CgroupRoot(CgroupRoot&&) noexcept = default;
  CgroupRoot& operator=(CgroupRoot&&) noexcept = default;
  ~CgroupRoot();
  [[nodiscard]] bool memory() const { return memory_.has_value(); }
  [[nodiscard]] bool pids() const { return pids_.has_value(); }
  [[nodiscard]] bool cpu() const { return cpu_.has_value(); }

 private:
  friend class Cgroup;
  CgroupRoot() = default;
  struct Place {
    std::filesystem::path path;
    bool v2 = false;
  };
  std::optional<Place> memory_, pids_, cpu_;
  std::vector<std::filesystem::path> made_;
  std::uint64_t next_ = 0;
};

/// A sample's group. Removed at destruction; its processes must be gone by then.
class Cgroup {
 public:
  [[nodiscard]] static Result<Cgroup> make(CgroupRoot& root, const Limits& limits);
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&&) = delete;
  ~Cgroup();
  [[nodiscard]] Result<void> add(pid_t pid) const;
  [[nodiscard]] std::optional<double> cpu_seconds() const;
  [[nodiscard]] std::uint64_t memory_peak_bytes() const;  ///< 0: not known
  /// For what the kernel killed a process of this group, if for memory: its own limit, or because a group around it,
  /// or the machine, had no more.
  enum class MemoryKill { none, own_limit, short_of_memory };
  [[nodiscard]] MemoryKill memory_kill() const;
  [[nodiscard]] bool counts_memory() const { return !memory_.empty(); }

 private:
  Cgroup() = default;
  std::filesystem::path memory_, pids_, cpu_;  ///< empty: that controller is not there
  bool memory_v2_ = false, cpu_v2_ = false;
};

}  // namespace assay::sandbox
