#include "bench/support/unjailed_fork.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "sandbox/runner/embedded.h"
#include "sandbox/unique_fd.h"
#include "sandbox/wire/job_bytes.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;
using sandbox::UniqueFd;

bool send_request(int socket, char kind, const int (&fds)[2]) {
  iovec part{&kind, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof fds);
  std::memcpy(CMSG_DATA(rights), fds, sizeof fds);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

}  // namespace

class UnjailedFork::Impl {
 public:
  ~Impl() {
    socket.reset();
    if (pid > 0) ::waitpid(pid, nullptr, 0);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  /// What the child wrote; none where anything failed.
  std::optional<std::string> ask(char kind, const sandbox::CallJob& job) {
    int job_pipe[2], result_pipe[2];
    if (::pipe2(job_pipe, O_CLOEXEC) != 0) return std::nullopt;
    UniqueFd job_read(job_pipe[0]), job_write(job_pipe[1]);
    if (::pipe2(result_pipe, O_CLOEXEC) != 0) return std::nullopt;
    UniqueFd result_read(result_pipe[0]), result_write(result_pipe[1]);
    const std::string bytes = sandbox::job_bytes(job);
    (void)::fcntl(job_write.get(), F_SETPIPE_SZ, 1 << 20);
    (void)::fcntl(result_read.get(), F_SETPIPE_SZ, 1 << 20);
    const int fds[2] = {job_read.get(), result_write.get()};
    if (!send_request(socket.get(), kind, fds)) return std::nullopt;
    job_read.reset();
    result_write.reset();
    std::jthread feeder;  // only a job that does not fit the pipe needs one
    const auto feed = [&] {
      for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t sent = ::write(job_write.get(), bytes.data() + at, bytes.size() - at);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
      job_write.reset();
    };
    if (bytes.size() < (1 << 20)) {
      feed();
    } else {
      feeder = std::jthread(feed);
    }
    std::string results;
    char buffer[1 << 16];
    for (ssize_t got; (got = ::read(result_read.get(), buffer, sizeof buffer)) > 0;)
      if (results.size() < 64) results.append(buffer, static_cast<std::size_t>(got));
    char done = 0;
    return ::recv(socket.get(), &done, 1, 0) == 1 ? std::optional(results) : std::nullopt;
  }

  fs::path folder;
  pid_t pid = -1;
  UniqueFd socket;
};

UnjailedFork::UnjailedFork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UnjailedFork::UnjailedFork(UnjailedFork&&) noexcept = default;
UnjailedFork::~UnjailedFork() = default;

std::optional<UnjailedFork> UnjailedFork::start(const fs::path& python) {
  ::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<Impl>();
  std::string name = (fs::temp_directory_path() / "assay-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return std::nullopt;
  impl->folder = name;
  for (const char* file : {"encode.py", "frame.py", "calls.py"})
    std::ofstream(impl->folder / file, std::ios::binary) << sandbox::runner::file(file);
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) return std::nullopt;
  impl->socket = UniqueFd(pair[0]);
  const UniqueFd theirs(pair[1]);
  (void)::fcntl(pair[0], F_SETFD, FD_CLOEXEC);
  const std::string script = ASSAY_BENCH_DIR "/support/unjailed_zygote.py", socket = std::to_string(pair[1]);
  const std::string program = python.string();
  const char* argv[] = {program.c_str(), "-s", "-B", script.c_str(), name.c_str(), socket.c_str(), nullptr};
  const char* environment[] = {"PYTHONHASHSEED=0", "OPENBLAS_NUM_THREADS=1", "LC_ALL=C.UTF-8", nullptr};
  if (::posix_spawn(&impl->pid, program.c_str(), nullptr, nullptr, const_cast<char**>(argv),
                    const_cast<char**>(environment)) != 0) {
    fmt::print(stderr, "cannot start {}\n", program);
    return std::nullopt;
  }
  return UnjailedFork(std::move(impl));
}

bool UnjailedFork::run(const sandbox::CallJob& job) { return impl_->ask('r', job).has_value(); }

std::optional<double> UnjailedFork::tests_alone(const sandbox::CallJob& job) {
  const auto answer = impl_->ask('t', job);
  double seconds = 0;
  if (!answer || answer->size() != sizeof seconds) return std::nullopt;
  std::memcpy(&seconds, answer->data(), sizeof seconds);
  return seconds;
}

}  // namespace assay::bench
