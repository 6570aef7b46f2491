#include "sandbox/installation.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace assay::sandbox {

namespace fs = std::filesystem;

std::filesystem::path data_folder() {
  const char* data = std::getenv("XDG_DATA_HOME");
  // The XDG specification has relative paths ignored.
  if (data != nullptr && fs::path(data).is_absolute()) return fs::path(data) / "assay";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != 0) return fs::path(home) / ".local/share/assay";
  const passwd* user = ::getpwuid(::getuid());
  return fs::path(user != nullptr ? user->pw_dir : "/") / ".local/share/assay";
}

std::filesystem::path installed(const char* variable, const char* name) {
  const char* given = std::getenv(variable);
  return given != nullptr && *given != 0 ? fs::path(given) : data_folder() / name;
}

std::filesystem::path default_python() { return installed("ASSAY_PYTHON", "python/bin/python"); }

}  // namespace assay::sandbox
