#include "datasets/cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "datasets/content.h"
#include "datasets/digest.h"
#include "datasets/download.h"
#include "datasets/unique_fd.h"

namespace assay::datasets {
namespace {

namespace fs = std::filesystem;

/// A variable's path; XDG's rules have relative ones ignored.
fs::path absolute_path_from(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return {};
  fs::path path(value);
  return path.is_absolute() ? path : fs::path();
}

std::string address_of(const Entry& entry) {
  const char* mirror = std::getenv("ASSAY_DATASETS_MIRROR");
  if (mirror == nullptr || *mirror == '\0') return std::string(entry.address);
  std::string address(mirror);
  if (!address.ends_with('/')) address += '/';
  return address.append(entry.address.substr(entry.address.rfind('/') + 1));
}

/// Removes a half-written file unless it was moved to its place.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)), fd_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (!fd_) path_.clear();
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  /// All or nothing: what was there before stays until the new content is on disk.
  [[nodiscard]] bool become(const fs::path& target, std::string_view content) {
    if (!fd_) return false;
    while (!content.empty()) {
      const ssize_t wrote = ::write(fd_.get(), content.data(), content.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return false;
      content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    constexpr mode_t readable = 0644;
    if (::fchmod(fd_.get(), readable) != 0 || ::fsync(fd_.get()) != 0) return false;
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    path_.clear();
    return true;
  }

 private:
  std::string path_;
  UniqueFd fd_;
};

Result<void> keep(const fs::path& target, std::string_view content) {
  const auto failed = [&](const std::string& why) {
    return tl::unexpected(
        Error{Errc::io,
              fmt::format("{}: cannot be written: {}; set XDG_CACHE_HOME to a folder that can", target.string(), why)});
  };
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) return failed(error.message());
  Temporary file(target.string() + ".XXXXXX");
  if (!file.become(target, content)) return failed(std::strerror(errno));
  return {};
}

Result<std::string> download_checked(const Entry& entry) {
  const std::string address = address_of(entry);
  auto bytes = download(address);
  if (!bytes) {
    bytes.error().message += "; try again";
    return bytes;
  }
  auto content = unpacked(std::move(*bytes), address);
  if (!content) return content;
  if (const std::string found = sha256(*content); found != entry.sha256) {
    return tl::unexpected(Error{Errc::checksum, fmt::format("{}: sha256 {} was found, {} expected; nothing was kept",
                                                            address, found, entry.sha256)});
  }
  return content;
}

/// The cache's copy if it is good; an error only where it cannot be read.
Result<std::string> from_cache(const Entry& entry, const fs::path& path, Cached& state) {
  auto content = read_content(path);
  state = Cached::good;
  if (!content && content.error().code == Errc::not_found) {
    state = Cached::absent;
    return std::string();
  }
  if (content ? sha256(*content) != entry.sha256 : content.error().code == Errc::malformed) {
    state = Cached::altered;
    return std::string();
  }
  return content;
}

}  // namespace

Result<fs::path> cache_folder() {
  if (const fs::path cache = absolute_path_from("XDG_CACHE_HOME"); !cache.empty()) return cache / "assay";
  if (const fs::path home = absolute_path_from("HOME"); !home.empty()) return home / ".cache" / "assay";
  return tl::unexpected(Error{Errc::io, "cache: neither XDG_CACHE_HOME nor HOME is an absolute path; set one"});
}

Result<fs::path> cache_path(const Entry& entry) {
  return cache_folder().map([&](const fs::path& folder) { return folder / entry.cached_name; });
}

std::string_view name(Cached state) {
  switch (state) {
    case Cached::good:
      return "good";
    case Cached::absent:
      return "absent";
    case Cached::altered:
      return "altered";
  }
  return {};
}

Result<Cached> inspect(const Entry& entry) {
  const auto path = cache_path(entry);
  if (!path) return tl::unexpected(path.error());
  Cached state{};
  const auto content = from_cache(entry, *path, state);
  if (!content) return tl::unexpected(content.error());
  return state;
}

Result<Fetched> fetch(const Entry& entry, Network network) {
  Fetched fetched;
  const auto path = cache_path(entry);
  if (!path) return tl::unexpected(path.error());
  fetched.path = *path;
  Cached state{};
  auto content = from_cache(entry, *path, state);
  if (!content) return tl::unexpected(content.error());
  if (state == Cached::altered) {
    const std::string what = fmt::format("{}: its content is not that of {}", path->string(), entry.name);
    if (network == Network::forbidden)
      return tl::unexpected(Error{Errc::checksum, what + "; run `assay datasets fetch` with a network"});
    fetched.warnings.push_back(what + "; it was downloaded again");
  }
  if (state == Cached::absent && network == Network::forbidden) {
    return tl::unexpected(Error{Errc::offline, fmt::format("{}: not in the cache ({}), and --offline was given; run "
                                                           "`assay datasets fetch {}` with a network",
                                                           entry.name, path->string(), entry.name)});
  }
  if (state != Cached::good) {
    content = download_checked(entry);
    if (!content) return tl::unexpected(content.error());
    if (auto kept = keep(*path, *content); !kept) return tl::unexpected(kept.error());
    fetched.downloaded = true;
  }
  fetched.content = std::move(*content);
  return fetched;
}

}  // namespace assay::datasets
