#pragma once
/// Where no mount can be made: a folder of the warden's own under the machine's temporary folder, for the runner's
/// files and for the samples' scratch.
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/executor.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {

/// Removed at destruction; what a killed warden left is removed by the next one of the same user
/// in the same pid namespace.
class JailFolder {
 public:
  /// `runner` are the runner's files.
  [[nodiscard]] static Result<JailFolder> make(const std::vector<std::pair<std::string, std::string_view>>& runner);
  JailFolder(JailFolder&& other) noexcept;
  JailFolder& operator=(JailFolder&&) = delete;
  ~JailFolder();
  [[nodiscard]] std::string runner() const { return (path_ / "runner").string(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit JailFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// One sample's scratch: an empty folder, removed with all that it holds at destruction. Its processes must be gone by
/// then: what they named and how deep they nested it does not matter.
class ScratchFolder {
 public:
  /// `uid`: who is to own it.
  [[nodiscard]] static Result<ScratchFolder> make(const JailFolder& folder, std::uint32_t uid);
  ScratchFolder(ScratchFolder&& other) noexcept = default;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Whether it holds more than it may. Looks at each file; a folder that can't be read, or lies deeper than any honest
  /// one, counts as too much.
  [[nodiscard]] bool over(const Limits& limits) const;

 private:
  ScratchFolder(std::filesystem::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::filesystem::path path_;
  UniqueFd fd_;
};

}  // namespace assay::sandbox
