#include "sandbox/jail/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "sandbox/unique_fd.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

bool write_text(const fs::path& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// The first 4 KiB of a control file; empty where it can't be read.
std::string read_text(const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  const ssize_t got = file ? ::read(file.get(), buffer, sizeof buffer) : -1;
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

/// The number after `key` (with its space), or at the start for an empty key.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) {
  const auto at = key.empty() ? 0 : text.find(key);
  if (at == text.npos) return std::nullopt;
  std::uint64_t value = 0;
  const char* from = text.data() + at + key.size();
  const auto [end, error] = std::from_chars(from, text.data() + text.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

/// This process's group in each hierarchy: "memory" -> "/a/b", "" -> the unified one.
std::map<std::string, std::string> own_groups() {
  std::map<std::string, std::string> groups;
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == line.npos) continue;
    std::istringstream names(line.substr(first + 1, second - first - 1));
    std::string name;
    if (second == first + 1) groups[""] = line.substr(second + 1);
    while (std::getline(names, name, ',')) groups[name] = line.substr(second + 1);
  }
  return groups;
}

struct Mount {
  fs::path path;
  bool v2;
  std::string options;
};

std::vector<Mount> cgroup_mounts() {
  std::vector<Mount> mounts;
  std::ifstream lines("/proc/self/mounts");
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string device, path, type, options;
    fields >> device >> path >> type >> options;
    if (type == "cgroup" || type == "cgroup2") mounts.push_back({path, type == "cgroup2", "," + options + ","});
  }
  return mounts;
}

/// Gone, or a zombie whose parent has not looked yet: it makes no group any more.
bool has_ended(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return true;
  const std::string stat = read_text("/proc/" + std::to_string(process) + "/stat");
  const std::size_t name_end = stat.rfind(") ");  // the name may hold brackets
  return name_end != stat.npos && name_end + 2 < stat.size() && stat[name_end + 2] == 'Z';
}

/// Groups of wardens that were killed. The name tells the pid namespace too: elsewhere a number means another process.
void remove_abandoned(const fs::path& parent, std::string_view prefix) {
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const pid_t owner = static_cast<pid_t>(std::atoi(name.c_str() + prefix.size()));
    if (owner <= 0 || !has_ended(owner)) continue;
    for (fs::directory_iterator group(at->path(), error); !error && group != end; group.increment(error))
      ::rmdir(group->path().c_str());  // of what is no group, nothing happens
    ::rmdir(at->path().c_str());
    error.clear();
  }
}

/// `base` with the process's own group below it, where the mount shows that.
fs::path own_place(const fs::path& base, const std::string& group) {
  const fs::path whole = base / fs::path(group).relative_path();
  std::error_code error;
  return fs::is_directory(whole, error) ? whole : base;
}

}  // namespace

CgroupRoot CgroupRoot::open() {
  CgroupRoot root;
  auto groups = own_groups();
  struct stat space {};
  ::stat("/proc/self/ns/pid", &space);
  const std::string prefix = fmt::format("assay-{}-", space.st_ino);
  const std::string name = prefix + std::to_string(::getpid());
  const auto claim = [&](std::optional<Place>& slot, const fs::path& parent, bool v2) {
    const fs::path path = parent / name;
    remove_abandoned(parent, prefix);
    if (::mkdir(path.c_str(), 0755) == 0) {
      root.made_.push_back(path);
    } else if (errno != EEXIST) {
      return;
    }
    slot = Place{path, v2};
  };
  for (const Mount& mount : cgroup_mounts()) {
    if (mount.v2) {
      const fs::path own = own_place(mount.path, groups[""]);
      const std::string controllers = " " + read_text(own / "cgroup.controllers");
      if (controllers.find("memory") == controllers.npos || controllers.find("pids") == controllers.npos) continue;
      if (!write_text(own / "cgroup.subtree_control", "+memory +pids")) continue;  // processes live here: not delegated
      claim(root.memory_, own, true);
      if (!root.memory_) continue;
      if (!write_text(root.memory_->path / "cgroup.subtree_control", "+memory +pids")) {
        root.memory_.reset();
        continue;
      }
      root.pids_ = root.cpu_ = root.memory_;
      return root;
    }
    for (auto [controller, slot] :
         {std::pair("memory", &root.memory_), {"pids", &root.pids_}, {"cpuacct", &root.cpu_}}) {
      if (!*slot && mount.options.find(fmt::format(",{},", controller)) != std::string::npos)
        claim(*slot, own_place(mount.path, groups[controller]), false);
    }
  }
  return root;
}

CgroupRoot::~CgroupRoot() {
  for (const auto& path : made_) ::rmdir(path.c_str());
}

Result<Cgroup> Cgroup::make(CgroupRoot& root, const Limits& limits) {
  Cgroup group;
  const std::string name = fmt::format("s{}", root.next_++);
  const auto make_one = [&](const std::optional<CgroupRoot::Place>& place, fs::path& path) {
    if (!place) return true;
    fs::path made = place->path / name;
    if (::mkdir(made.c_str(), 0755) != 0 && errno != EEXIST) return false;
    path = std::move(made);
    return true;
  };
  if (!make_one(root.memory_, group.memory_) || !make_one(root.pids_, group.pids_) || !make_one(root.cpu_, group.cpu_))
    return tl::unexpected(
        Error{Errc::unavailable, fmt::format("sandbox: cannot make a control group: {}", std::strerror(errno))});
  group.memory_v2_ = root.memory_ && root.memory_->v2;
  group.cpu_v2_ = root.cpu_ && root.cpu_->v2;
  const std::string memory = std::to_string(limits.memory_bytes + limits.scratch_bytes);
  if (root.memory_ && !write_text(group.memory_ / (group.memory_v2_ ? "memory.max" : "memory.limit_in_bytes"), memory))
    return tl::unexpected(Error{Errc::unavailable, "sandbox: cannot set a control group's memory limit"});
  if (root.pids_ && !write_text(group.pids_ / "pids.max", std::to_string(limits.processes)))
    return tl::unexpected(Error{Errc::unavailable, "sandbox: cannot set a control group's limit of processes"});
  return group;
}

Cgroup::Cgroup(Cgroup&& other) noexcept
    : memory_(std::exchange(other.memory_, {})),
      pids_(std::exchange(other.pids_, {})),
      cpu_(std::exchange(other.cpu_, {})),
      memory_v2_(other.memory_v2_),
      cpu_v2_(other.cpu_v2_) {}

Cgroup::~Cgroup() {
  for (const auto* path : {&memory_, &pids_, &cpu_})
    if (!path->empty()) ::rmdir(path->c_str());
}

Result<void> Cgroup::add(pid_t pid) const {
  const std::string text = std::to_string(pid);
  for (const auto* path : {&memory_, &pids_, &cpu_}) {
    if (path->empty() || (path == &pids_ && pids_ == memory_) || (path == &cpu_ && cpu_ == memory_)) continue;
    if (!write_text(*path / "cgroup.procs", text))
      return tl::unexpected(
          Error{Errc::unavailable,
                fmt::format("sandbox: cannot put a sample into its control group: {}", std::strerror(errno))});
  }
  return {};
}

std::optional<double> Cgroup::cpu_seconds() const {
  if (cpu_.empty()) return std::nullopt;
  if (cpu_v2_) {
    const auto usage = number_after(read_text(cpu_ / "cpu.stat"), "usage_usec ");
    return usage ? std::optional(static_cast<double>(*usage) * 1e-6) : std::nullopt;
  }
  const auto usage = number_after(read_text(cpu_ / "cpuacct.usage"), "");
  return usage ? std::optional(static_cast<double>(*usage) * 1e-9) : std::nullopt;
}

std::uint64_t Cgroup::memory_peak_bytes() const {
  if (memory_.empty()) return 0;
  return number_after(read_text(memory_ / (memory_v2_ ? "memory.peak" : "memory.max_usage_in_bytes")), "").value_or(0);
}

Cgroup::MemoryKill Cgroup::memory_kill() const {
  if (memory_.empty()) return MemoryKill::none;
  const std::string events = read_text(memory_ / (memory_v2_ ? "memory.events" : "memory.oom_control"));
  if (number_after(events, "oom_kill ").value_or(0) == 0) return MemoryKill::none;
  // "oom_kill" counts kills of any kind. Those for the own limit: version 2 counts how often that was reached; in
  // version 1 the most that was used comes to the limit, but for what the kernel charges in advance.
  constexpr std::uint64_t charged_in_advance = 4 << 20;
  const bool own = memory_v2_ ? number_after(events, "oom ").value_or(0) > 0
                              : memory_peak_bytes() + charged_in_advance >=
                                    number_after(read_text(memory_ / "memory.limit_in_bytes"), "").value_or(0);
  return own ? MemoryKill::own_limit : MemoryKill::short_of_memory;
}

}  // namespace assay::sandbox
