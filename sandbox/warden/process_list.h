#pragma once
/// The processes of the machine, as /proc shows them.
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::sandbox {

/// All of a file below /proc; empty where its process has ended meanwhile.
[[nodiscard]] std::string read_proc(const std::filesystem::path& file);

/// Calls `each` with the number and the folder of every process of the machine, until it returns false.
void each_process(const std::function<bool(pid_t, const std::filesystem::path&)>& each);

/// Of a text like /proc/PID/status, the first number of the line that begins with `key` and a colon. By lines: a
/// process's name stands there too, and it may choose one like "Uid: 0"; a line's end in it is escaped.
[[nodiscard]] std::optional<std::uint32_t> status_field(std::string_view status, std::string_view key);

/// Threads of that user all over the machine: a limit of processes by user counts them too.
[[nodiscard]] std::uint32_t tasks_of(std::uint32_t uid);

/// Those that it has started, and that nobody has waited for.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

/// Whether it has any but that one. Made to be asked often: the kernel's own lists tell, where it keeps them.
[[nodiscard]] bool has_children(pid_t parent, pid_t but = 0);

}  // namespace assay::sandbox
