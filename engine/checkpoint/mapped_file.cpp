#include "engine/checkpoint/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace assay::engine {
namespace {

/// Maps what `fd` is open on; `fd` stays the caller's.
Result<std::span<const std::byte>> map(int fd, const std::string& name) {
  struct stat found {};
  if (::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode))
    return tl::unexpected(Error{Errc::not_found, name + ": no ordinary file"});
  const auto size = static_cast<std::size_t>(found.st_size);
  if (size == 0) return std::span<const std::byte>{};
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED)
    return tl::unexpected(Error{Errc::not_found, name + ": cannot be mapped: " + std::strerror(errno)});
  return std::span(static_cast<const std::byte*>(at), size);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // A pipe of that name must not hold us up: it is refused below.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return tl::unexpected(Error{Errc::not_found, path.string() + ": " + std::strerror(errno)});
  const auto mapped = map(fd, path.string());
  ::close(fd);
  if (!mapped) return tl::unexpected(mapped.error());
  return MappedFile(*mapped);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace assay::engine
