#pragma once
/// The processes of the machine, as /proc shows them.
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::sandbox {

/// Of a text like /proc/PID/status, the first number of the line that begins with `key` and a colon. By lines: a
/// process's name stands there too, and it may choose one like "Uid: 0"; a line's end in it is escaped.
[[nodiscard]] std::optional<std::uint32_t> status_field(std::string_view status, std::string_view key);

/// Threads of that user all over the machine: a limit of processes by user counts them too.
[[nodiscard]] std::uint32_t tasks_of(std::uint32_t uid);

/// Those that it has started, and that nobody has waited for.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

}  // namespace assay::sandbox
