#include "sandbox/jail/own_groups.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

/// Of /proc/self/cgroup: "memory" -> "/a/b", "" -> the unified hierarchy's.
std::map<std::string, std::string> names_of_groups(const fs::path& root) {
  std::map<std::string, std::string> groups;
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    std::istringstream names(line.substr(first + 1, second - first - 1));
    if (second == first + 1) groups[""] = line.substr(second + 1);
    for (std::string name; std::getline(names, name, ',');) groups[name] = line.substr(second + 1);
  }
  return groups;
}

/// A line of /proc/self/mountinfo.
struct Mount {
  std::string shown;  ///< which folder of the file system
  std::string at;
  std::string type, options;
};

std::optional<Mount> read_mount(const std::string& line) {
  Mount mount;
  std::string skipped, device;
  std::istringstream fields(line);
  fields >> skipped >> skipped >> skipped >> mount.shown >> mount.at;
  while (fields >> skipped && skipped != "-") {
  }
  fields >> mount.type >> device >> mount.options;
  return fields ? std::optional(mount) : std::nullopt;
}

/// Where a group lies below a mount. A container that has no namespace of groups is told names of the machine's, and
/// shown its own group alone.
fs::path place(const fs::path& at, const std::string& shown, const std::string& group) {
  const fs::path inside = fs::path(group).lexically_relative(shown);
  if (inside.empty() || *inside.begin() == "..") return at;
  std::error_code error;
  const fs::path whole = inside == "." ? at : at / inside;
  return fs::is_directory(whole, error) ? whole : at;
}

/// Of "max 100000", "250000 100000", or a file each: the cores that a quota allows.
std::optional<double> quota(const OwnGroup& group, const fs::path& level) {
  std::ifstream first(level / (group.v2 ? "cpu.max" : "cpu.cfs_quota_us"));
  double allowed = 0, period = 0;
  if (!(first >> allowed) || allowed <= 0) return std::nullopt;
  if (group.v2) {
    first >> period;
  } else {
    std::ifstream(level / "cpu.cfs_period_us") >> period;
  }
  return period > 0 ? std::optional(allowed / period) : std::nullopt;
}

}  // namespace

bool OwnGroup::has(std::string_view controller) const {
  return controllers.find(fmt::format(",{},", controller)) != std::string::npos;
}

std::vector<fs::path> OwnGroup::levels() const {
  std::vector<fs::path> all{path};
  while (all.back() != top && all.back().has_relative_path()) all.push_back(all.back().parent_path());
  return all;
}

std::vector<OwnGroup> own_groups(const fs::path& root) {
  const auto names = names_of_groups(root);
  std::vector<OwnGroup> groups;
  std::ifstream mounts(root / "proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const auto mount = read_mount(line);
    if (!mount || (mount->type != "cgroup" && mount->type != "cgroup2")) continue;
    OwnGroup group{{}, root / fs::path(mount->at).relative_path(), mount->type == "cgroup2", ""};
    if (!group.v2) group.controllers = "," + mount->options + ",";
    const auto name = std::find_if(names.begin(), names.end(), [&](const auto& named) {
      return group.v2 ? named.first.empty() : !named.first.empty() && group.has(named.first);
    });
    if (name == names.end()) continue;
    group.path = place(group.top, mount->shown, name->second);
    groups.push_back(std::move(group));
  }
  return groups;
}

std::size_t usable_cores(const fs::path& root) {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  double cores = ::sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : 1;
  for (const OwnGroup& group : own_groups(root)) {
    if (!group.v2 && !group.has("cpu")) continue;
    for (const fs::path& level : group.levels())
      if (const auto allowed = quota(group, level)) cores = std::min(cores, *allowed);
  }
  return static_cast<std::size_t>(std::max(1.0, std::ceil(cores)));
}

}  // namespace assay::sandbox
