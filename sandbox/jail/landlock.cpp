#include "sandbox/jail/landlock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sandbox/jail/failed_call.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;
using Kind = InterpreterView::Entry::Kind;

// Rights that came after the first version, by number: headers of an older kernel lack their names.
constexpr std::uint64_t refer = 1 << 13, truncate_file = 1 << 14, ioctl_device = 1 << 15;
constexpr std::uint64_t first_rights = (1 << 13) - 1;
constexpr std::uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t read_folder = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t use_device = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t scratch_rights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM | refer | truncate_file;

/// From the fourth version on the network counts too, from the sixth what crosses between processes.
struct Ruleset {
  std::uint64_t files = 0, network = 0, scoped = 0;
};

Ruleset all_of(int version) {
  Ruleset all;
  all.files = first_rights;
  if (version >= 2) all.files |= refer;
  if (version >= 3) all.files |= truncate_file;
  if (version >= 5) all.files |= ioctl_device;
  if (version >= 4) all.network = 3;  // bind and connect
  if (version >= 6) all.scoped = 3;   // abstract sockets and signals
  return all;
}

/// The part of the structure that the version knows.
std::size_t size_of(int version) { return version >= 6 ? 24 : version >= 4 ? 16 : 8; }

}  // namespace

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<void> LandlockView::add(const std::string& path, std::uint64_t rights) {
  UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) return failed_call("cannot open", path);
  struct stat found {};
  if (::fstat(place.get(), &found) != 0) return failed_call("cannot stat", path);
  if (!S_ISDIR(found.st_mode)) rights &= ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
  paths_.push_back({std::move(place), rights});
  return {};
}

Result<LandlockView> LandlockView::open(const InterpreterView& view) {
  LandlockView opened;
  opened.version_ = landlock_version();
  std::set<std::string> masks;
  for (const auto& entry : view.entries)
    if (entry.kind == Kind::mask) masks.insert(entry.path);
  for (const auto& entry : view.entries) {
    if (entry.kind != Kind::folder && entry.kind != Kind::file) continue;
    // A right over a folder holds for all below it, so around a mask its neighbours are named one by one.
    const bool around = std::any_of(masks.begin(), masks.end(), [&](const std::string& mask) {
      return fs::path(mask).parent_path() == entry.path;
    });
    if (!around) {
      if (auto added = opened.add(entry.path, read_folder); !added) return tl::unexpected(added.error());
      continue;
    }
    if (auto added = opened.add(entry.path, LANDLOCK_ACCESS_FS_READ_DIR); !added) return tl::unexpected(added.error());
    std::error_code error;
    for (fs::directory_iterator below(entry.path, error), end; !error && below != end; below.increment(error)) {
      const std::string path = below->path().string();
      if (masks.contains(path)) continue;
      if (auto added = opened.add(path, read_folder); !added) return tl::unexpected(added.error());
    }
    if (error) return tl::unexpected(Error{Errc::unavailable, fmt::format("sandbox: cannot list {}", entry.path)});
  }
  for (const char* device : {"/dev/null", "/dev/zero", "/dev/urandom"})
    if (auto added = opened.add(device, use_device); !added) return tl::unexpected(added.error());
  return opened;
}

Result<UniqueFd> LandlockView::ruleset(int scratch) const {
  const Ruleset all = all_of(version_);
  UniqueFd made(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, size_of(version_), 0)));
  if (!made) return failed_call("cannot make", "a Landlock ruleset");
  const auto allow = [&](int place, std::uint64_t rights) {
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights & all.files;
    rule.parent_fd = place;
    return ::syscall(SYS_landlock_add_rule, made.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  };
  for (const Path& path : paths_)
    if (!allow(path.place.get(), path.rights)) return failed_call("cannot allow", "a path of the interpreter");
  if (!allow(scratch, scratch_rights)) return failed_call("cannot allow", "a scratch folder");
  return made;
}

}  // namespace assay::sandbox
