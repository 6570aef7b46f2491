#include "harness/cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <tuple>

#include "harness/cli/failure.h"

namespace assay::harness {
namespace {

/// Asked of the pipe itself: the write that failed may be long ago, and its errno with it.
bool reader_gone() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

void hold_standard_descriptors() {
  constexpr int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
  for (int number = 0; number < 3; ++number)
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) std::ignore = ::open("/dev/null", modes[number]);
}

int finish_output(int code) {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  const std::string why = errno != 0 ? std::string(": ") + std::strerror(errno) : "";
  if (code != 0 || (flushed && std::ferror(stdout) == 0)) return code;
  constexpr int killed = 128;  // by a signal, in a shell's words
  return reader_gone() ? killed + SIGPIPE : fail({Errc::io, "standard output cannot be written" + why});
}

}  // namespace assay::harness
