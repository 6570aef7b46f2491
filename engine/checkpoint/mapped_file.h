#pragma once
/// A file's bytes where they lie: mapped for reading, private to nobody.
#include <cstddef>
#include <filesystem>
#include <span>

#include "engine/error.h"

namespace assay::engine {

/// Owns the mapping. A file that another process shortens meanwhile ends this one (SIGBUS), as with any mapping.
class MappedFile {
 public:
  /// @return Errc::not_found where it is absent, no file, or cannot be read.
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile other) noexcept;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace assay::engine
