#pragma once
/// Pipes to and from a sample, as the sessions use them.
#include <initializer_list>
#include <string>
#include <string_view>

#include "sandbox/error.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {

struct Pipe {
  UniqueFd read, write;
};
/// `capacity` 0: as the kernel has it.
[[nodiscard]] Result<Pipe> make_pipe(int capacity = 0);
[[nodiscard]] Result<void> make_nonblocking(std::initializer_list<int> fds);
/// Bytes in a pipe that nobody has read yet.
[[nodiscard]] std::size_t unread_bytes(int fd);

/// Something to be written to a pipe whose reader may never read. Closes the pipe at the end.
class Feed {
 public:
  Feed(UniqueFd fd, std::string data) : fd_(std::move(fd)), data_(std::move(data)) {}
  [[nodiscard]] int fd() const { return fd_.get(); }  ///< -1 once all is written
  void write_some();

 private:
  UniqueFd fd_;
  std::string data_;
  std::size_t at_ = 0;
};

/// Whether a message from assay asks to end the job; ends this process when assay is gone.
[[nodiscard]] bool asked_to_stop(int socket);

}  // namespace assay::sandbox
