#include "datasets/content.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "datasets/unique_fd.h"

namespace assay::datasets {
namespace {

Error too_large(std::string_view name, std::uint64_t most_bytes) {
  return {Errc::malformed, fmt::format("{}: it holds more than {} bytes; no data set does", name, most_bytes)};
}

struct EndInflate {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

Result<std::string> gunzip(std::string_view bytes, std::string_view name, std::uint64_t most_bytes) {
  const auto malformed = [&](const char* what) {
    return tl::unexpected(
        Error{Errc::malformed, fmt::format("{}: {}; it was truncated or altered, get it again", name, what)});
  };
  constexpr int gzip_only = 16 + MAX_WBITS;
  z_stream stream{};
  if (::inflateInit2(&stream, gzip_only) != Z_OK) return malformed("zlib has no memory to unpack it");
  const std::unique_ptr<z_stream, EndInflate> end(&stream);
  std::string out;
  std::size_t used = 0;
  constexpr std::size_t step = 1U << 20;
  for (;;) {
    const std::size_t old = out.size();
    out.resize(old + step);
    const std::size_t given = std::min(bytes.size() - used, step);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + used));  // zlib reads it only
    stream.avail_in = static_cast<uInt>(given);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + old);
    stream.avail_out = static_cast<uInt>(step);
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    used += given - stream.avail_in;
    out.resize(old + step - stream.avail_out);
    if (out.size() > most_bytes) return tl::unexpected(too_large(name, most_bytes));
    if (status == Z_STREAM_END) {
      used = std::min(bytes.find_first_not_of('\0', used), bytes.size());  // some writers pad members with zeros
      if (used == bytes.size()) return out;
      if (::inflateReset(&stream) != Z_OK) return malformed("its gzip data cannot be read");
    } else if (status == Z_BUF_ERROR || (status == Z_OK && given == 0 && stream.avail_out > 0)) {
      return malformed("its gzip data end too early");
    } else if (status != Z_OK) {
      return malformed("its gzip data are damaged");
    }
  }
}

}  // namespace

Result<std::string> unpacked(std::string bytes, std::string_view name, std::uint64_t most_bytes) {
  if (bytes.starts_with("\x1f\x8b")) return gunzip(bytes, name, most_bytes);
  if (bytes.size() > most_bytes) return tl::unexpected(too_large(name, most_bytes));
  return bytes;
}

Result<std::string> read_content(const std::filesystem::path& file, std::uint64_t most_bytes) {
  const auto failed = [&](Errc code, const char* why) {
    return tl::unexpected(Error{code, fmt::format("{}: cannot be read: {}", file.string(), why)});
  };
  // O_NONBLOCK: a named pipe without a writer must not hold us up.
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return failed(errno == ENOENT || errno == ENOTDIR ? Errc::not_found : Errc::io, std::strerror(errno));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return failed(Errc::io, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return failed(Errc::io, "it is not a regular file");
  if (static_cast<std::uint64_t>(status.st_size) > most_bytes)
    return tl::unexpected(too_large(file.string(), most_bytes));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(Errc::io, std::strerror(errno));
    if (got == 0) return failed(Errc::io, "it became shorter meanwhile");
    size += static_cast<std::size_t>(got);
  }
  return unpacked(std::move(bytes), file.string(), most_bytes);
}

}  // namespace assay::datasets
