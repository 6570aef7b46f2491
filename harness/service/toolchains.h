#pragma once
/// The compilers and interpreters of this machine that /run_code serves beside the samples' Python, and what a jail has
/// to show of the machine for each.
///
/// Looked for when one is first asked for: what is on PATH, and where installers put it. They are trusted, as the
/// samples' interpreter is; what they run is not.
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::harness {

struct Toolchain {
  std::string folder;              ///< of its executables
  std::vector<std::string> shows;  ///< paths, for sandbox::ProgramJob
  std::vector<std::string> environment;
  std::vector<std::string> link;  ///< libraries that programs may be linked with here
};

enum class Tool { bash, cpp, go, java, node, pytest, rust };

class Toolchains {
 public:
  /// Null where it is not on the machine: then it is looked for again when asked again. Any thread; what is found
  /// stays.
  [[nodiscard]] const Toolchain* find(Tool tool);
  /// Where what a Tool is made of comes from, for whoever lacks it: "go on PATH or in /usr/local/go".
  [[nodiscard]] static std::string_view origin(Tool tool);

 private:
  std::mutex mutex_;
  std::map<Tool, Toolchain> found_;
};

}  // namespace assay::harness
