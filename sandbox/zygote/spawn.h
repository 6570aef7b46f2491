#pragma once
/// What the warden and the native half of a zygote say to each other over a SOCK_SEQPACKET socket. C layout; both are
/// built from this header.
#include <cstdint>

namespace assay::sandbox {

enum class Profile : std::uint32_t {
  calls,    ///< one process, threads allowed; no exec
  program,  ///< may fork and exec what its view shows
  answer,   ///< like `calls`: the sample's side of a check
  check,    ///< like `calls`: the tests' side of a check; from a zygote that forks no samples
  shared,   ///< like `calls`: tests and sample in one process
};

/// From the warden, with descriptors in this order: job, result, stdin, stdout, stderr; where a sample is confined in
/// place also its scratch folder and, with Landlock, the ruleset that it is to be held by.
struct SpawnRequest {
  Profile profile;
  std::uint32_t uid;
  std::uint64_t memory_bytes;   ///< stack; RLIM_INFINITY here and below: no limit
  std::uint64_t address_bytes;  ///< address space
  std::uint64_t data_bytes;
  std::uint64_t scratch_bytes;
  std::uint32_t scratch_inodes;
  std::uint32_t processes;
  std::uint32_t open_files;
  std::uint32_t count_by_uid;  ///< 0: no limit of processes by user id, since others share that id
  std::uint32_t uid_drop;      ///< 0: stay as one is (no other id is mapped)
  std::uint32_t in_place;      ///< 1: without namespaces and stub
  std::uint32_t proc;          ///< 1: it sees its own processes in /proc, where that can be mounted
  std::uint32_t by_midwife;    ///< 1: the zygote could not come back from a sample's pid namespace
};
inline constexpr int spawn_fds = 5, most_spawn_fds = 7;

/// From the zygote: both as the warden numbers processes; they are the warden's children.
struct SpawnReply {
  std::int32_t stub;     ///< pid 1 of the new namespace, or -errno; 0: in place there is none
  std::int32_t sample;   ///< pid 2, or -errno
  std::int32_t midwife;  ///< a process that started the two and has ended, to be reaped (__WALL); 0: there was none
};

/// Descriptors that a zygote is started with.
inline constexpr int zygote_control_fd = 3;
inline constexpr int zygote_pidns_fd = 4;
/// seccomp programs (arrays of sock_filter): for all of the zygote, then for each child by profile.
inline constexpr int zygote_filter_fd = 5;
inline constexpr int child_calls_filter_fd = 6;
inline constexpr int child_program_filter_fd = 7;
inline constexpr int zygote_last_fd = 7;

/// Where things lie in a sample's process.
inline constexpr int sample_job_fd = 3;
inline constexpr int sample_result_fd = 4;

}  // namespace assay::sandbox
