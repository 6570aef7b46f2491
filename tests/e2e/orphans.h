#pragma once
/// What a command leaves behind when it is gone.
#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "sandbox/unique_fd.h"

namespace assay::tests {

/// While it lives, processes whose parent died become this process's children, so that none is out of sight.
class Orphans {
 public:
  Orphans();
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;
  ~Orphans();

  /// Waits until all have ended, and kills those that did not within `seconds`. @return what was killed, a line each.
  std::vector<std::string> wait(int seconds);
  /// Process ids that wait() saw end.
  [[nodiscard]] const std::set<pid_t>& ended() const { return ended_; }

 private:
  bool reap();  ///< whether none is left
  sandbox::UniqueFd signals_;
  std::set<pid_t> ended_;
};

/// Processes whose parent is `parent`, by the name of their program.
std::vector<pid_t> children_of(pid_t parent, const std::string& program);

/// Control groups of wardens among `processes`.
std::vector<std::filesystem::path> groups_of(const std::set<pid_t>& processes);

}  // namespace assay::tests
