#pragma once
/// The command as its users start it: a process group of its own, both streams captured, never waited for without end.
#include <signal.h>
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/unique_fd.h"

namespace assay::tests {

struct Ended {
  int code = -1;      ///< exit code; -1 where a signal ended it
  int signal = 0;     ///< that ended it, or 0
  bool hung = false;  ///< it was still running when the time was up, and was killed
  std::string out, err;
};

class Command {
 public:
  /// Where standard error goes: a pipe, or the terminal that the command's group is in the foreground of.
  enum class Errors { pipe, terminal };

  /// `environment` is all that it gets; its standard input is empty.
  Command(std::vector<std::string> argv, const std::map<std::string, std::string>& environment,
          Errors errors = Errors::pipe);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();  ///< kills what still runs

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Reads until `text` stands in what the command said on standard error. False where it ended, or `seconds` were up.
  bool says(const std::string& text, int seconds);
  /// The same of standard output.
  bool prints(const std::string& text, int seconds);
  /// Reads for that long, or until it ended. Whether it still runs.
  bool runs_for(int milliseconds);
  void kill(int signal) const;  ///< the process alone, not its group
  void press(char key) const;   ///< on its terminal
  /// From now on nobody reads its standard error.
  void leave_errors() { err_.reset(); }
  Ended wait(int seconds);
  /// What was read of standard error so far.
  [[nodiscard]] const std::string& errors() const { return result_.err; }
  [[nodiscard]] const std::string& output() const { return result_.out; }

 private:
  /// Waits for output or the end, at most that long. False when the time was up.
  bool pump(int milliseconds);
  void read_all();
  bool reads(const std::string& stream, const std::string& text, int seconds);

  pid_t pid_ = -1;
  sandbox::UniqueFd process_, out_, err_;
  bool ended_ = false;
  Ended result_;
};

}  // namespace assay::tests
