#include "harness/generation/host_memory.h"

#include <fcntl.h>

#include "sandbox/admission.h"
#include "sandbox/unique_fd.h"

namespace assay::harness {

std::optional<std::uint64_t> free_memory(std::uint64_t wanted, const std::vector<std::filesystem::path>& files,
                                         const std::filesystem::path& root) {
  const sandbox::Admission host(0, root);
  const auto found = host.available_bytes();
  if (!found || *found >= wanted || files.empty()) return found;
  for (const auto& file : files)
    if (const sandbox::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); fd)
      (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  return host.available_bytes();
}

}  // namespace assay::harness
