#include "sandbox/jail/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <utility>

#include "sandbox/jail/own_groups.h"
#include "sandbox/jail/owner_name.h"
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

constexpr std::string_view name_prefix = "assay-";  // then the owner's name

/// Groups of wardens that were killed.
void remove_abandoned(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(name_prefix) || !is_abandoned(std::string_view(name).substr(name_prefix.size()))) continue;
    for (fs::directory_iterator group(at->path(), error); !error && group != end; group.increment(error))
      ::rmdir(group->path().c_str());  // of what is no group, nothing happens
    ::rmdir(at->path().c_str());
    error.clear();
  }
}

/// Of version 2: of a process that made room, a group of its own, beside which it makes those of samples.
constexpr std::string_view own_leaf = "assay-own";

/// Whether groups in a version 2 group can have limits; asks for it.
bool has_room(const fs::path& group) {
  const std::string controllers = " " + read_text(group / "cgroup.controllers");
  return controllers.find(" memory") != controllers.npos && controllers.find(" pids") != controllers.npos &&
         write_text(group / "cgroup.subtree_control", "+memory +pids");
}

/// 0 for one of another pid namespace.
std::vector<pid_t> processes_in(const fs::path& group) {
  std::vector<pid_t> processes;
  std::ifstream lines(group / "cgroup.procs");
  for (pid_t process; lines >> process;) processes.push_back(process);
  return processes;
}

}  // namespace

void make_room_for_groups() {
  for (const OwnGroup& own : own_groups()) {
    if (!own.v2 || own.path.filename() == own_leaf || has_room(own.path)) continue;
    const auto processes = processes_in(own.path);
    const bool alone = processes == std::vector{::getpid()}, container = own.path == own.top;
    const fs::path leaf = own.path / own_leaf;
    if ((!alone && !container) || (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST)) continue;
    for (const pid_t process : processes)
      if (process > 0) write_text(leaf / "cgroup.procs", std::to_string(process));
  }
}

CgroupRoot CgroupRoot::open() {
  CgroupRoot root;
  const std::string name = std::string(name_prefix) + owner_name();
  const auto claim = [&](std::optional<Place>& slot, const fs::path& parent, bool v2) {
    const fs::path path = parent / name;
    remove_abandoned(parent);
    if (::mkdir(path.c_str(), 0755) == 0) {
      root.made_.push_back(path);
    } else if (errno != EEXIST) {
      return;
    }
    slot = Place{path, v2};
  };
  for (const OwnGroup& own : own_groups()) {
    if (own.v2) {
      auto levels = own.levels();
      if (own.path.filename() == own_leaf && levels.size() > 1) levels.erase(levels.begin());
      const auto place = std::find_if(levels.begin(), levels.end(), has_room);
      if (place == levels.end()) continue;
      claim(root.memory_, *place, true);
      if (!root.memory_) continue;
      if (!has_room(root.memory_->path)) {
        root.memory_.reset();
        continue;
      }
      root.pids_ = root.cpu_ = root.memory_;
      return root;
    }
    for (auto [controller, slot] :
         {std::pair("memory", &root.memory_), {"pids", &root.pids_}, {"cpuacct", &root.cpu_}}) {
      if (!*slot && own.has(controller)) claim(*slot, own.path, false);
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
  // What is swapped out would not count.
  if (group.memory_v2_) write_text(group.memory_ / "memory.swap.max", "0");
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
