#pragma once
/// The packages that we are held against, in an environment of their own: scripts/setup --with-checks makes it.
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::tests {

/// What reference scripts end with where their package is absent.
inline constexpr int package_absent = 77;

/// The environment's interpreter, or the one that ASSAY_CHECKS_PYTHON names; empty where there is none.
inline std::filesystem::path checks_python() {
  const char* named = std::getenv("ASSAY_CHECKS_PYTHON");
  const std::filesystem::path python =
      named ? std::filesystem::path(named) : std::filesystem::path(ASSAY_SOURCE_DIR) / ".venv-checks/bin/python";
  return std::filesystem::exists(python) ? python : std::filesystem::path();
}

/// Runs a script of tests/ with it. @return its exit status; package_absent where there is no such environment either.
inline int run_reference(const std::string& script, const std::vector<std::string>& arguments) {
  if (checks_python().empty()) return package_absent;
  std::vector<std::string> all = {checks_python().string(), "-B",
                                  (std::filesystem::path(ASSAY_SOURCE_DIR) / "tests" / script).string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : all) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace assay::tests
