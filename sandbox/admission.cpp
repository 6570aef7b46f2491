#include "sandbox/admission.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "sandbox/jail/own_groups.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

/// The number behind `name` in a file of names and numbers, a line each.
std::optional<std::uint64_t> field(const fs::path& file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string word; lines >> word; lines.ignore(256, '\n')) {
    std::uint64_t number = 0;
    if (word == name && lines >> number) return number;
  }
  return std::nullopt;
}

/// A file that holds one number; none where it says "max".
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream content(file);
  std::uint64_t number = 0;
  return content >> number ? std::optional(number) : std::nullopt;
}

constexpr std::uint64_t kibi = 1024;

}  // namespace

Admission::Admission(std::uint64_t memory_limit_bytes, fs::path root) : meminfo_(root / "proc/meminfo") {
  for (const OwnGroup& own : own_groups(root)) {
    if (!own.v2 && !own.has("memory")) continue;
    for (const fs::path& level : own.levels()) {
      const Group group =
          own.v2 ? Group{level / "memory.max", level / "memory.current", level / "memory.stat", "inactive_file"}
                 : Group{level / "memory.limit_in_bytes", level / "memory.usage_in_bytes", level / "memory.stat",
                         "total_inactive_file"};
      if (std::ifstream(group.limit).good()) groups_.push_back(group);
    }
  }
  wanted_bytes_ = std::min(memory_limit_bytes, total_bytes() / 8);
}

std::uint64_t Admission::total_bytes() const {
  std::uint64_t total = field(meminfo_, "MemTotal:").value_or(0) * kibi;
  for (const Group& group : groups_) total = std::min(total, number_in(group.limit).value_or(total));
  return total;
}

std::optional<std::uint64_t> Admission::available_bytes() const {
  auto available = field(meminfo_, "MemAvailable:");
  if (!available) return std::nullopt;
  *available *= kibi;
  for (const Group& group : groups_) {
    const auto limit = number_in(group.limit), used = limit ? number_in(group.used) : std::nullopt;
    if (!limit || !used) continue;
    // Pages of files that nobody uses are given back before anything else.
    const std::uint64_t taken = *used - std::min(*used, field(group.stat, group.idle).value_or(0));
    available = std::min(*available, *limit - std::min(*limit, taken));
  }
  return available;
}

bool Admission::admits(std::size_t running) {
  if (running == 0) return true;
  if (const auto now = Clock::now(); now - looked_ >= std::chrono::milliseconds(10)) {
    looked_ = now;
    enough_ = available_bytes().value_or(wanted_bytes_) >= wanted_bytes_;
  }
  return enough_;
}

}  // namespace assay::sandbox
