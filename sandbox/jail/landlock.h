#pragma once
/// Landlock in place of a view: a process that is restricted by a ruleset opens, lists and changes only what the
/// ruleset names. It still learns whether a path exists and how large it is: that takes no right that Landlock knows.
#include <string>
#include <vector>

#include "sandbox/error.h"
#include "sandbox/jail/view.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {

/// The kernel's version of Landlock; 0 where there is none, or it is switched off.
[[nodiscard]] int landlock_version();

/// The paths of an interpreter, opened once; each sample's ruleset is made of them and of its own scratch.
class LandlockView {
 public:
  [[nodiscard]] static Result<LandlockView> open(const InterpreterView& view);
  /// A ruleset: the interpreter for reading, the folder `scratch` for everything but devices and sockets.
  [[nodiscard]] Result<UniqueFd> ruleset(int scratch) const;

 private:
  struct Path {
    UniqueFd place;
    std::uint64_t rights;
  };
  Result<void> add(const std::string& path, std::uint64_t rights);
  int version_ = 0;
  std::vector<Path> paths_;
};

}  // namespace assay::sandbox
