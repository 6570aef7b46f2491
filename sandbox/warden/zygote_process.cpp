#include "sandbox/warden/zygote_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "sandbox/jail/walls.h"

namespace assay::sandbox {
namespace {

/// Start-up imports a few dozen modules; a machine that needs longer than this is stuck.
constexpr int start_timeout_ms = 60'000;

/// A fork takes milliseconds: a zygote that needs as long as this hangs. Waited for in short waits, so that what passes
/// while the warden itself is stopped counts for one of them.
constexpr int answer_wait_ms = 50, most_answer_waits = 200;

tl::unexpected<Error> failed(std::string what) {
  return tl::unexpected(Error{Errc::unavailable, "sandbox: the zygote did not start: " + std::move(what)});
}

[[noreturn]] void give_up(int report, const std::string& what) {
  [[maybe_unused]] const auto ignored = ::write(report, what.data(), what.size());
  ::_exit(1);
}

/// Namespaces and view of a zygote's own. @return its pid namespace, for its way back.
int raise_namespaces(const InterpreterView& view, int report) {
  const int pidns = ::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
  if (pidns < 0) give_up(report, fmt::format("/proc/self/ns/pid: {}", std::strerror(errno)));
  if (auto entered = enter_namespaces(view); !entered) give_up(report, entered.error().message);
  return pidns;
}

/// In the forked child: namespaces, view, descriptors, exec. `report` takes one line on failure and closes on exec.
/// noexcept: in the child, an exception on its way to `main` would destroy what is the parent's.
[[noreturn]] void become_zygote(ZygoteProcess::Kind kind, const Jail& jail, const InterpreterView& view,
                                const std::string& library, int control, int report, const int (&filters)[3]) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();  // a terminal's Ctrl-C is for assay, which ends its samples itself
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) ::signal(number, SIG_DFL);  // the warden's own settings
  ::setpriority(PRIO_PROCESS, 0, 0);
  int pidns = -1;
  if (jail.walls == Walls::namespaces)
    pidns = raise_namespaces(view, report);
  else if (::chdir("/") != 0 || (pidns = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)  // it enters none
    give_up(report, std::strerror(errno));
  // To fixed numbers, by way of high ones, so that none is overwritten before it has moved.
  int moved[6] = {control, pidns, filters[0], filters[1], filters[2], report};
  for (int& fd : moved) fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 64);
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 2; ++fd) ::dup2(null, fd);
  for (int i = 0; i < 5; ++i) ::dup2(moved[i], zygote_control_fd + i);
  ::dup2(moved[5], 2);  // Python's own complaints reach the report; samples get descriptors of their own
  ::syscall(SYS_close_range, zygote_last_fd + 1, ~0U, 0);
  constexpr const char* names[] = {"bare", "numpy", "checker", "bare"};
  const std::string script = jail.runner + "/zygote.py";
  const char* argv[] = {jail.view.executable.c_str(),
                        "-s",
                        "-B",
                        "-X",
                        "utf8",
                        script.c_str(),
                        names[static_cast<int>(kind)],
                        library.empty() ? nullptr : library.c_str(),
                        nullptr};
  const char* environment[] = {"PYTHONHASHSEED=0",
                               "OPENBLAS_NUM_THREADS=1",
                               "MKL_NUM_THREADS=1",
                               "LC_ALL=C.UTF-8",
                               "PATH=/usr/bin:/bin",
                               "HOME=/tmp",
                               "TMPDIR=/tmp",
                               "TZ=UTC",
                               nullptr};
  ::execve(argv[0], const_cast<char**>(argv), const_cast<char**>(environment));
  give_up(2, fmt::format("{}: {}", jail.view.executable, std::strerror(errno)));
}

std::string read_report(int fd) {
  std::string text;
  char buffer[512];
  for (ssize_t got; text.size() < 4096 && (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.empty()) return "it ended without a word; was it killed?";
  const auto last = text.rfind('\n');  // of a traceback, the line that says what
  return last == text.npos ? text : text.substr(last + 1);
}

}  // namespace

Result<ZygoteProcess> ZygoteProcess::start(Kind kind, const Jail& jail, const InterpreterView& view,
                                           const std::string& library) {
  int pair[2];
  int pipe_ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return failed(std::strerror(errno));
  UniqueFd ours(pair[0]), theirs(pair[1]);
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return failed(std::strerror(errno));
  UniqueFd report(pipe_ends[0]), report_end(pipe_ends[1]);
  // The files' offset is shared with every process that reads them.
  const UniqueFd& own = kind == Kind::commands ? jail.programs.commands_zygote : jail.programs.zygote;
  const int filters[3] = {own.get(), jail.programs.calls.get(), jail.programs.program.get()};
  for (const int fd : filters)
    if (::lseek(fd, 0, SEEK_SET) != 0) return failed(std::strerror(errno));
  const pid_t pid = ::fork();
  if (pid < 0) return failed(std::strerror(errno));
  if (pid == 0) become_zygote(kind, jail, view, library, theirs.get(), report_end.get(), filters);
  theirs.reset();
  report_end.reset();
  ZygoteProcess zygote(pid, std::move(ours), jail.assay);
  // It is ready once it answers a request that asks for nothing.
  const SpawnRequest hello{};
  if (::send(zygote.control_.get(), &hello, sizeof hello - 1, MSG_NOSIGNAL) < 0)
    return failed(read_report(report.get()));
  pollfd ready{zygote.control_.get(), POLLIN, 0};
  if (::poll(&ready, 1, start_timeout_ms) <= 0) return failed("it did not answer in time");
  char answer = 0;
  if (::recv(zygote.control_.get(), &answer, 1, 0) != 1) return failed(read_report(report.get()));
  return zygote;
}

ZygoteProcess::ZygoteProcess(ZygoteProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), control_(std::move(other.control_)), assay_(other.assay_) {}

ZygoteProcess& ZygoteProcess::operator=(ZygoteProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(control_, other.control_);
  std::swap(assay_, other.assay_);
  return *this;
}

ZygoteProcess::~ZygoteProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// Whether its answer, or its end, comes in time. What assay says meanwhile waits; that it is gone ends this process.
bool ZygoteProcess::answers() const {
  pollfd watched[] = {{control_.get(), POLLIN, 0}, {assay_, 0, 0}};
  for (int waits = 0; waits < most_answer_waits; ++waits) {
    if (::poll(watched, std::size(watched), answer_wait_ms) <= 0) continue;
    if (watched[0].revents != 0) return true;
    if (watched[1].revents != 0) ::_exit(0);  // samples and zygotes die with this process
  }
  return false;
}

Result<SpawnReply> ZygoteProcess::spawn(const SpawnRequest& request, std::span<const int> fds) {
  iovec part{const_cast<SpawnRequest*>(&request), sizeof request};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * most_spawn_fds)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = CMSG_SPACE(fds.size_bytes());
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(fds.size_bytes());
  std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  if (::sendmsg(control_.get(), &message, MSG_NOSIGNAL) != sizeof request)
    return tl::unexpected(Error{Errc::unavailable, "sandbox: a zygote died"});
  if (!answers()) {
    ::kill(pid_, SIGKILL);
    return tl::unexpected(Error{Errc::warden_died, "sandbox: a zygote did not answer in time"});
  }
  SpawnReply reply{};
  ssize_t got;
  do {
    got = ::recv(control_.get(), &reply, sizeof reply, 0);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof reply) return tl::unexpected(Error{Errc::warden_died, "sandbox: a zygote died over a sample"});
  return reply;
}

}  // namespace assay::sandbox
