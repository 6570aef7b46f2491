#include "harness/store/at_work.h"

#include <fcntl.h>

#include <string>

namespace assay::harness {

AtWork::AtWork(const std::filesystem::path& store, RunId run)
    : file_(::open((store.string() + "-running").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (!file_) return;
  struct flock mark {};
  mark.l_type = F_WRLCK;
  mark.l_whence = SEEK_SET;
  mark.l_start = static_cast<off_t>(run);
  mark.l_len = 1;
  if (::fcntl(file_.get(), F_SETLK, &mark) == 0) return;
  if (::fcntl(file_.get(), F_GETLK, &mark) == 0 && mark.l_type != F_UNLCK) other_ = mark.l_pid;
}

}  // namespace assay::harness
