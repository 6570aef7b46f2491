#pragma once
/// The command as someone else than root starts it: rights are dropped for real (tests/unprivileged.py).
#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/workplace.h"

namespace assay::tests {

/// The command and an interpreter with NumPy in a folder that any user can read.
class OrdinaryUser {
 public:
  OrdinaryUser();
  /// Empty, or why it can't be done here.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  /// `assay` with these words, and the interpreter, as a user of no rights. `without`: "--no-namespaces",
  /// "--no-landlock".
  [[nodiscard]] Ended assay(const Words& without, const Words& words) const;
  /// Folders of that user's own; the command's temporary files are in the second.
  [[nodiscard]] std::filesystem::path home() const { return folder_ / "home"; }
  [[nodiscard]] std::filesystem::path temporary() const { return folder_ / "temporary"; }

 private:
  TemporaryFolder folder_;
  std::string missing_;
};

}  // namespace assay::tests
