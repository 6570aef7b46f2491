#include "harness/doctor/outside.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "harness/python_json.h"

namespace assay::harness {

namespace fs = std::filesystem;

Outside::Outside() : socket_name_(fmt::format("assay-doctor-{}", ::getpid())) {
  std::error_code error;
  std::string path = (fs::temp_directory_path(error) / "assay-doctor-XXXXXX").string();
  if (const sandbox::UniqueFd file(::mkstemp(path.data())); file) {
    file_ = path;
    ::fchmod(file.get(), 0644);  // only the jail's walls are to stand before it
    [[maybe_unused]] const auto written = ::write(file.get(), "outside", 7);
  }
  tcp_ = sandbox::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(tcp_.get(), reinterpret_cast<const sockaddr*>(&here), size) == 0 && ::listen(tcp_.get(), 1) == 0 &&
      ::getsockname(tcp_.get(), reinterpret_cast<sockaddr*>(&here), &size) == 0)
    port_ = ntohs(here.sin_port);
  abstract_ = sandbox::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::copy_n(socket_name_.data(), std::min(socket_name_.size(), sizeof name.sun_path - 1), name.sun_path + 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + socket_name_.size());
  if (::bind(abstract_.get(), reinterpret_cast<const sockaddr*>(&name), length) == 0)
    (void)::listen(abstract_.get(), 1);
  segment_ = ::shmget(IPC_PRIVATE, 4096, 0666);
  const pid_t parent = ::getpid();
  bystander_ = ::fork();
  if (bystander_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (::getppid() == parent) ::pause();
  ::_exit(0);
}

Outside::~Outside() {
  if (!file_.empty()) ::unlink(file_.c_str());
  if (segment_ >= 0) ::shmctl(segment_, IPC_RMID, nullptr);
  if (bystander_ <= 0) return;
  ::kill(bystander_, SIGKILL);
  while (::waitpid(bystander_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string Outside::names() const {
  std::string path;
  append_json(path, file_.string());  // a literal of Python's, too
  return fmt::format("FILE, PID, PORT, SOCKET, SEGMENT = {}, {}, {}, '{}', {}\n", path, bystander_, port_, socket_name_,
                     segment_);
}

bool Outside::untouched() const {
  return ::accept(tcp_.get(), nullptr, nullptr) < 0 && ::accept(abstract_.get(), nullptr, nullptr) < 0;
}

}  // namespace assay::harness
