#pragma once
/// A file that is written whole or not at all.
#include <filesystem>
#include <string>
#include <string_view>

#include "harness/error.h"

namespace assay::harness {

/// Writes beside `path` and takes its place at the end; without finish() nothing is left. A device or pipe at `path` is
/// written to as it is. Errors are kept until finish().
class ReplaceFile {
 public:
  explicit ReplaceFile(const std::filesystem::path& path);
  ReplaceFile(const ReplaceFile&) = delete;
  ReplaceFile& operator=(const ReplaceFile&) = delete;
  ~ReplaceFile();

  void write(std::string_view bytes);
  /// On disk, and at its place, when it returns. @return Errc::io
  [[nodiscard]] Result<void> finish();

 private:
  void note(std::string_view what);
  void drain();
  void sync_folder();

  std::filesystem::path path_, written_;  ///< the same for a device
  int fd_ = -1;
  std::string buffer_;
  std::string failed_;
};

}  // namespace assay::harness
