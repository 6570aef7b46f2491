#include "sandbox/warden/check_side.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include "sandbox/warden/pipes.h"

namespace assay::sandbox {

Result<void> CheckSide::start(const Spawn& spawn, std::string job) {
  auto to = make_pipe();
  auto from = make_pipe();
  if (!to) return tl::unexpected(to.error());
  if (!from) return tl::unexpected(from.error());
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const int fds[spawn_fds] = {to->read.get(), from->write.get(), null.get(), null.get(), null.get()};
  auto process = spawn(fds);
  if (!process) return tl::unexpected(process.error());
  process_.emplace(std::move(*process));
  to_ = std::move(to->write);
  job_reader_ = std::move(to->read);
  from_ = std::move(from->read);
  outgoing_ = std::move(job);
  return make_nonblocking({to_.get(), from_.get()});
}

void CheckSide::send(std::string_view block) {
  if (written_ == outgoing_.size()) outgoing_.clear(), written_ = 0;
  const std::uint64_t size = block.size();
  outgoing_.append(reinterpret_cast<const char*>(&size), sizeof size);
  outgoing_.append(block);
  write_some();
}

void CheckSide::write_some() {
  if (!to_ || written_ == outgoing_.size()) return;
  const ssize_t sent = ::write(to_.get(), outgoing_.data() + written_, outgoing_.size() - written_);
  if (sent > 0) written_ += static_cast<std::size_t>(sent);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) to_.reset();  // it closed its end: its own affair
}

std::size_t CheckSide::unread() const { return unread_bytes(job_reader_.get()); }

bool CheckSide::read_some() {
  constexpr std::size_t most = 64 << 10;
  const std::span<char> room = parser_.room(most);
  const ssize_t got = ::read(from_.get(), room.data(), std::min(room.size(), most));
  if (got > 0) parser_.arrived(static_cast<std::size_t>(got)), bytes_ += static_cast<std::uint64_t>(got);
  if (got == 0) from_.reset();
  return got > 0;
}

}  // namespace assay::sandbox
