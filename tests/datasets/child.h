#pragma once
/// Other programs that tests run: started without a shell, ended with their owner.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "datasets/unique_fd.h"

extern char** environ;

namespace assay::tests {

/// A running program whose standard output (and, if asked for, standard error) we read.
class Child {
 public:
  enum class Errors { inherited, merged };

  explicit Child(std::vector<std::string> command, Errors errors = Errors::inherited) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    output_ = datasets::UniqueFd(ends[0]);
    const datasets::UniqueFd theirs(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
    if (errors == Errors::merged) ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDERR_FILENO);
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + command[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  /// Up to and without the next newline, or the end.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(output_.get(), &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  /// All that is left.
  std::string rest() {
    std::string text;
    std::array<char, 1 << 16> buffer{};
    for (ssize_t got = 0; (got = ::read(output_.get(), buffer.data(), buffer.size())) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
  }
  /// Waits; the exit code, or -1 for a signal.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  datasets::UniqueFd output_;
};

}  // namespace assay::tests
