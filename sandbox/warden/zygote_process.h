#pragma once
#include <sys/types.h>

#include <span>
#include <string>

#include "sandbox/jail/layers.h"
#include "sandbox/jail/policy.h"
#include "sandbox/jail/view.h"
#include "sandbox/unique_fd.h"
#include "sandbox/zygote/spawn.h"

namespace assay::sandbox {

/// What all zygotes of a warden are started with.
struct Jail {
  Walls walls = Walls::none;
  InterpreterView view;
  policy::Programs programs;
  std::string runner = "/assay";  ///< where the zygote finds the runner's files
  int assay = -1;                 ///< the socket that leads there: whoever waits for a zygote ends with it
};

/// A warm interpreter in its jail, and the way to ask it for samples. Killed and reaped at destruction.
class ZygoteProcess {
 public:
  /// A checker's forks run tests, and no sample; those of `commands` see more of the machine than the interpreter.
  enum class Kind { bare, numpy, checker, commands };
  /// Forks, enters namespaces and view, execs Python, and waits until nothing but requests is left to do.
  /// `view` is the jail's, or that with more in it, as `library`: a folder that a checker has pytest from, or none.
  [[nodiscard]] static Result<ZygoteProcess> start(Kind kind, const Jail& jail, const InterpreterView& view,
                                                   const std::string& library = {});
  ZygoteProcess(ZygoteProcess&& other) noexcept;
  ZygoteProcess& operator=(ZygoteProcess&& other) noexcept;
  ~ZygoteProcess();

  /// `fds` as spawn.h has them. Both processes are this process's children. Errc::unavailable: nobody was asked.
  /// Errc::warden_died: the zygote died over it, or did not answer in time and was killed; perhaps with a sample made
  /// that holds `fds`, so these are good for no other, and it is among this process's children unnamed.
  [[nodiscard]] Result<SpawnReply> spawn(const SpawnRequest& request, std::span<const int> fds);
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  ZygoteProcess(pid_t pid, UniqueFd control, int assay) : pid_(pid), control_(std::move(control)), assay_(assay) {}
  [[nodiscard]] bool answers() const;
  pid_t pid_ = -1;
  UniqueFd control_;
  int assay_ = -1;
};

}  // namespace assay::sandbox
