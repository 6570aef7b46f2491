#include "tests/e2e/command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>

namespace assay::tests {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds, std::chrono::seconds;

constexpr std::size_t most_bytes = 64U << 20;

int left_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::max<long long>(0, left));
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

/// A new terminal, and the name that the command opens it by.
sandbox::UniqueFd open_terminal(std::string& name) {
  sandbox::UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> path{};
  if (!terminal || ::grantpt(terminal.get()) != 0 || ::unlockpt(terminal.get()) != 0 ||
      ::ptsname_r(terminal.get(), path.data(), path.size()) != 0)
    throw std::runtime_error("no terminal can be made");
  name = path.data();
  return terminal;
}

void unblock(const sandbox::UniqueFd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

}  // namespace

Command::Command(std::vector<std::string> argv, const std::map<std::string, std::string>& environment, Errors errors) {
  std::array<int, 2> out{}, err{-1, -1};
  if (::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe can be made");
  out_ = sandbox::UniqueFd(out[0]);
  const sandbox::UniqueFd their_out(out[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  std::string terminal;
  if (errors == Errors::terminal)
    err_ = open_terminal(terminal);
  else if (::pipe2(err.data(), O_CLOEXEC) == 0)
    err_ = sandbox::UniqueFd(err[0]);
  const sandbox::UniqueFd their_err(err[1]);
  // The first terminal that the leader of a session opens becomes its own.
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal.empty() ? "/dev/null" : terminal.c_str(), O_RDWR,
                                     0);
  ::posix_spawn_file_actions_adddup2(&actions, their_out.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, terminal.empty() ? their_err.get() : STDIN_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const int failed = ::posix_spawn(&pid_, argv.at(0).c_str(), &actions, &attributes, pointers(argv).data(),
                                   pointers(variables).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + argv[0]);
  process_ = sandbox::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  unblock(out_);
  unblock(err_);
}

Command::~Command() {
  if (ended_) return;
  kill(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Command::kill(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

void Command::press(char key) const {
  if (::write(err_.get(), &key, 1) != 1) throw std::runtime_error("the terminal is gone");
}

void Command::read_all() {
  const std::array streams{std::pair(&out_, &result_.out), std::pair(&err_, &result_.err)};
  for (const auto& [fd, text] : streams) {
    std::array<char, 1 << 16> buffer{};
    ssize_t got = 0;
    while (*fd && (got = ::read(fd->get(), buffer.data(), buffer.size())) > 0)
      if (text->size() < most_bytes) text->append(buffer.data(), static_cast<std::size_t>(got));
    const bool more = got < 0 && (errno == EAGAIN || errno == EINTR);
    if (*fd && !more) fd->reset();  // a terminal that nobody holds open says EIO
  }
}

bool Command::pump(int most_milliseconds) {
  if (ended_) return true;
  std::array<pollfd, 3> watched{
      {{process_.get(), POLLIN, 0}, {out_ ? out_.get() : -1, POLLIN, 0}, {err_ ? err_.get() : -1, POLLIN, 0}}};
  if (::poll(watched.data(), watched.size(), most_milliseconds) == 0) return false;
  const bool over = watched[0].revents != 0;
  read_all();
  if (!over) return true;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = true;
  result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return true;
}

bool Command::reads(const std::string& stream, const std::string& text, int most_seconds) {
  const auto end = Clock::now() + seconds(most_seconds);
  while (stream.find(text) == std::string::npos)
    if (ended_ || !pump(left_until(end))) return false;
  return true;
}

bool Command::says(const std::string& text, int most_seconds) { return reads(result_.err, text, most_seconds); }
bool Command::prints(const std::string& text, int most_seconds) { return reads(result_.out, text, most_seconds); }

bool Command::runs_for(int most_milliseconds) {
  const auto end = Clock::now() + milliseconds(most_milliseconds);
  while (!ended_ && pump(left_until(end))) {
  }
  return !ended_;
}

Ended Command::wait(int most_seconds) {
  if (runs_for(most_seconds * 1000)) {
    result_.hung = true;
    kill(SIGKILL);
    runs_for(10'000);
  }
  return result_;
}

}  // namespace assay::tests
