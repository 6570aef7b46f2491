#pragma once
/// The compilers and interpreters of this machine that /run_code serves beside the samples' Python, and what a jail has
/// to show of the machine for each.
///
/// Looked for when one is first asked for: what is on PATH, and where installers put it. They are trusted, as the
/// samples' interpreter is; what they run is not.
#include <array>
#include <chrono>
#include <filesystem>
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
inline constexpr std::size_t tool_count = 7;

class Toolchains {
 public:
  /// `missing`: for how long what is not there is not looked for again. Some are asked for what they are made of, which
  /// may take seconds.
  explicit Toolchains(std::chrono::steady_clock::duration missing = std::chrono::minutes(1)) : missing_(missing) {}
  /// Null where it is not on the machine. What is found stays. Any thread: who looks for one keeps those waiting who
  /// want the same, and nobody else.
  [[nodiscard]] const Toolchain* find(Tool tool);
  /// Where what a Tool is made of comes from, for whoever lacks it: "go on PATH or in /usr/local/go".
  [[nodiscard]] static std::string_view origin(Tool tool);

 private:
  struct Place {
    std::mutex mutex;
    std::optional<Toolchain> found;
    std::chrono::steady_clock::time_point next_look;
  };
  std::chrono::steady_clock::duration missing_;
  std::array<Place, tool_count> places_;  ///< one a Tool
};

}  // namespace assay::harness
