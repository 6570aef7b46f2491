#include "sandbox/jail/owner_name.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

namespace assay::sandbox {
namespace {

/// 0 where it can't be told.
ino_t pid_namespace() {
  struct stat space {};
  return ::stat("/proc/self/ns/pid", &space) == 0 ? space.st_ino : 0;
}

/// Gone, or a zombie whose parent has not looked yet: it uses nothing any more.
bool has_ended(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return true;
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::ostringstream read;
  read << file.rdbuf();  // nothing, and no exception, where it is reaped meanwhile
  const std::string stat = read.str();
  const std::size_t name_end = stat.rfind(") ");  // the name may hold brackets
  return name_end != stat.npos && name_end + 2 < stat.size() && stat[name_end + 2] == 'Z';
}

}  // namespace

std::string owner_name() { return fmt::format("{}-{}", pid_namespace(), ::getpid()); }

bool is_abandoned(std::string_view name) {
  const ino_t space = pid_namespace();
  const std::string here = fmt::format("{}-", space);
  if (space == 0 || !name.starts_with(here)) return false;
  pid_t process = 0;
  const char* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + here.size(), end, process);
  const bool whole = read.ec == std::errc() && (read.ptr == end || *read.ptr == '-');
  return whole && process > 0 && has_ended(process);
}

}  // namespace assay::sandbox
