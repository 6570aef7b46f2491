#include "sandbox/warden/pipes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "sandbox/wire/messages.h"

namespace assay::sandbox {

Result<Pipe> make_pipe(int capacity) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return tl::unexpected(Error{Errc::unavailable, fmt::format("sandbox: no pipe: {}", std::strerror(errno))});
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (capacity > 0) (void)::fcntl(pipe.write.get(), F_SETPIPE_SZ, capacity);  // else it is smaller, and slower
  return pipe;
}

Result<void> make_nonblocking(std::initializer_list<int> fds) {
  for (const int fd : fds) {
    if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
      return tl::unexpected(Error{Errc::unavailable, "sandbox: a pipe can't be made non-blocking"});
  }
  return {};
}

std::size_t unread_bytes(int fd) {
  int count = 0;
  return ::ioctl(fd, FIONREAD, &count) == 0 && count > 0 ? static_cast<std::size_t>(count) : 0;
}

void Feed::write_some() {
  if (!fd_) return;
  const ssize_t sent = ::write(fd_.get(), data_.data() + at_, data_.size() - at_);
  if (sent > 0) at_ += static_cast<std::size_t>(sent);
  const bool gone = sent < 0 && errno != EAGAIN && errno != EINTR;  // the reader closed its end: its own affair
  if (at_ == data_.size() || gone) fd_.reset();
}

bool asked_to_stop(int socket) {
  Message message;
  if (!receive_message(socket, message)) ::_exit(0);  // its samples die with this process
  return message.type == MessageType::stop;
}

}  // namespace assay::sandbox
