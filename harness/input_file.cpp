#include "harness/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sandbox/unique_fd.h"

namespace assay::harness {

Result<std::string> read_input(const std::string& path, std::uint64_t most_bytes) {
  const bool standard = path == "-";
  const sandbox::UniqueFd opened(standard ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int fd = standard ? STDIN_FILENO : opened.get();
  const auto failed = [&] {
    return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: cannot be read: {}", path, std::strerror(errno))});
  };
  if (fd < 0) return failed();
  std::string text;
  constexpr std::size_t step = 1 << 16;
  for (;;) {
    const std::size_t old = text.size();
    text.resize(old + step);
    const ssize_t got = ::read(fd, text.data() + old, step);
    text.resize(old + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) return text;
    if (text.size() > most_bytes)
      return tl::unexpected(
          Error{Errc::bad_data, fmt::format("{}: more than {} bytes; give a smaller file", path, most_bytes)});
  }
}

}  // namespace assay::harness
