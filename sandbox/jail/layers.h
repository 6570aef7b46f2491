#pragma once
/// What a jail is made of, and what tier that makes.
#include <span>
#include <string>
#include <string_view>

#include "sandbox/executor.h"

namespace assay::sandbox {

/// How samples are kept apart from the machine and from each other.
enum class Walls : std::uint8_t {
  namespaces,  ///< a view, processes, network and ipc of their own
  landlock,    ///< where no namespace can be made: one process in place, its paths by Landlock, a folder for scratch
  none,        ///< the same without Landlock: its paths are those of the user
};

/// The names of layers, in the order of docs/security.md.
namespace layer {
inline constexpr std::string_view seccomp = "seccomp", no_new_privs = "no_new_privs", rlimits = "rlimits",
                                  pid_namespace = "pid_namespace", mount_namespace = "mount_namespace",
                                  net_namespace = "net_namespace", ipc_namespace = "ipc_namespace",
                                  landlock = "landlock", scratch = "scratch", own_uid = "own_uid",
                                  memory_cgroup = "memory_cgroup", pids_cgroup = "pids_cgroup",
                                  cpu_cgroup = "cpu_cgroup";
}  // namespace layer

/// "hardened": all that a sample, its memory and its processes can be held by. "contained": it reaches no file, process
/// or network of the machine. "basic": anything less.
[[nodiscard]] std::string_view tier_of(std::span<const Layer> layers);

/// What a tier needs and is not there, as "pid_namespace, mount_namespace (why); memory_cgroup (why)".
[[nodiscard]] std::string missing_for(std::string_view tier, std::span<const Layer> layers);

}  // namespace assay::sandbox
