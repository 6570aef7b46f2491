#pragma once
#include <sys/mount.h>

#include <filesystem>
#include <utility>

namespace assay::tests {

/// A small file system in memory, where this user may mount one.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path path, const char* size, unsigned long flags = 0) : path_(std::move(path)) {
    std::filesystem::create_directories(path_);
    mounted_ = ::mount("assay-test", path_.c_str(), "tmpfs", flags, size) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

}  // namespace assay::tests
