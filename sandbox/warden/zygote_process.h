#pragma once
#include <sys/types.h>

#include <string>

#include "sandbox/jail/policy.h"
#include "sandbox/jail/view.h"
#include "sandbox/unique_fd.h"
#include "sandbox/zygote/spawn.h"

namespace assay::sandbox {

/// A warm interpreter in its jail, and the way to ask it for samples. Killed and reaped at destruction.
class ZygoteProcess {
 public:
  enum class Kind { bare, numpy, checker };  ///< a checker's forks run tests, and no sample
  /// Forks, enters namespaces and view, execs Python, and waits until nothing but requests is left to do.
  [[nodiscard]] static Result<ZygoteProcess> start(Kind kind, const InterpreterView& view,
                                                   const policy::Programs& programs);
  ZygoteProcess(ZygoteProcess&& other) noexcept;
  ZygoteProcess& operator=(ZygoteProcess&& other) noexcept;
  ~ZygoteProcess();

  /// `fds`: job, result, stdin, stdout, stderr, as the sample will have them. Both processes are this process's
  /// children.
  [[nodiscard]] Result<SpawnReply> spawn(const SpawnRequest& request, const int (&fds)[spawn_fds]);
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  ZygoteProcess(pid_t pid, UniqueFd control) : pid_(pid), control_(std::move(control)) {}
  pid_t pid_ = -1;
  UniqueFd control_;
};

}  // namespace assay::sandbox
