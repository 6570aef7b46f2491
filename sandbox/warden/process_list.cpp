#include "sandbox/warden/process_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace assay::sandbox {

namespace fs = std::filesystem;

std::string read_proc(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();  // unlike an iterator it does not throw where a process ends meanwhile
  return text.str();
}

void each_process(const std::function<bool(pid_t, const fs::path&)>& each) {
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    pid_t pid = 0;
    const auto [rest, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failed == std::errc() && rest == name.data() + name.size() && !each(pid, at->path())) return;
  }
}

std::optional<std::uint32_t> status_field(std::string_view status, std::string_view key) {
  while (!status.empty()) {
    std::string_view line = status.substr(0, status.find('\n'));
    status.remove_prefix(std::min(line.size() + 1, status.size()));
    if (!line.starts_with(key) || line.substr(key.size(), 1) != ":") continue;
    line.remove_prefix(key.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::uint32_t number = 0;
    const auto [rest, failed] = std::from_chars(line.data(), line.data() + line.size(), number);
    return failed == std::errc() ? std::optional(number) : std::nullopt;
  }
  return std::nullopt;
}

std::uint32_t tasks_of(std::uint32_t uid) {
  std::uint32_t count = 0;
  each_process([&](pid_t, const fs::path& folder) {
    const std::string status = read_proc(folder / "status");
    if (status_field(status, "Uid") == uid) count += status_field(status, "Threads").value_or(0);
    return true;
  });
  return count;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  each_process([&](pid_t pid, const fs::path& folder) {
    if (status_field(read_proc(folder / "status"), "PPid") == static_cast<std::uint32_t>(parent))
      children.push_back(pid);
    return true;
  });
  return children;
}

bool has_children(pid_t parent, pid_t but) {
  const auto others = [&](const std::vector<pid_t>& children) {
    return std::any_of(children.begin(), children.end(), [&](pid_t child) { return child != but; });
  };
  const fs::path folder = fmt::format("/proc/{}/task", parent);
  std::error_code error;
  if (!fs::exists(folder / std::to_string(parent) / "children", error)) return others(children_of(parent));
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::istringstream list(read_proc(at->path() / "children"));
    if (others({std::istream_iterator<pid_t>(list), {}})) return true;
  }
  return false;
}

}  // namespace assay::sandbox
