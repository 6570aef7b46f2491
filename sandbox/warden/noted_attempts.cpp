#include "sandbox/warden/noted_attempts.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "sandbox/unique_fd.h"
#include "sandbox/zygote/attempt_note.h"

namespace assay::sandbox {
namespace {

/// The same by way of /proc, where another user's limits need a right that this process lacks (CAP_SYS_RESOURCE).
std::optional<rlim_t> listed_limit(pid_t pid) {
  char text[4096];
  std::snprintf(text, sizeof text, "/proc/%d/limits", pid);
  const UniqueFd file(::open(text, O_RDONLY | O_CLOEXEC));
  const ssize_t got = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (got <= 0) return std::nullopt;
  text[got] = 0;
  const char* line = std::strstr(text, "Max file locks");
  unsigned long long soft = 0, hard = 0;
  // Nobody lowers one of the two alone: an unlimited one is a word, and no number.
  if (line == nullptr || std::sscanf(line, "Max file locks %llu %llu", &soft, &hard) != 2) return std::nullopt;
  return hard;
}

std::optional<rlim_t> limit_of(pid_t pid) {
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_LOCKS, nullptr, &limit) == 0) return limit.rlim_max;
  return errno == EPERM ? listed_limit(pid) : std::nullopt;
}

}  // namespace

Attempts noted_attempts(pid_t sample) {
  static const rlim_t inherited = limit_of(0).value_or(0);
  const auto limit = limit_of(sample);
  if (!limit || *limit >= inherited) return {};
  if (*limit == note_outside_view) return Attempt::outside_view;
  if (*limit == note_forged_type) return Attempt::forged_type;
  Attempts both = Attempt::outside_view;
  both.add(Attempt::forged_type);
  return both;
}

}  // namespace assay::sandbox
