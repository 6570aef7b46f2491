#include "sandbox/admission.h"

#include <algorithm>
#include <fstream>
#include <string>

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
  const fs::path groups = root / "sys/fs/cgroup";
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const auto path = line.find('/');
    if (path == std::string::npos) continue;
    const std::string inside = line.substr(path + 1);
    if (line.starts_with("0::") && fs::exists(groups / inside / "memory.max"))
      group_ = {groups / inside / "memory.max", groups / inside / "memory.current", groups / inside / "memory.stat"};
    if (const fs::path v1 = groups / "memory" / inside;
        line.find(":memory:") != std::string::npos && fs::exists(v1 / "memory.limit_in_bytes"))
      group_ = {v1 / "memory.limit_in_bytes", v1 / "memory.usage_in_bytes", v1 / "memory.stat"};
  }
  wanted_bytes_ = std::min(memory_limit_bytes, total_bytes() / 8);
}

std::uint64_t Admission::total_bytes() const {
  const std::uint64_t machine = field(meminfo_, "MemTotal:").value_or(0) * kibi;
  return group_ ? std::min(machine, number_in(group_->limit).value_or(machine)) : machine;
}

std::optional<std::uint64_t> Admission::available_bytes() const {
  auto available = field(meminfo_, "MemAvailable:");
  if (!available) return std::nullopt;
  *available *= kibi;
  if (!group_) return available;
  const auto limit = number_in(group_->limit), used = number_in(group_->used);
  if (!limit || !used) return available;
  // Pages of files that nobody uses are given back before anything else.
  const std::uint64_t taken = *used - std::min(*used, field(group_->stat, "inactive_file").value_or(0));
  return std::min(*available, *limit - std::min(*limit, taken));
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
