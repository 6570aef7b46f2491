// What a warden has of the process that started it.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "sandbox/unique_fd.h"
#include "tests/children.h"
#include "tests/sandbox/jail.h"

using namespace assay;

namespace {

/// Sockets and pipes by their inode.
std::set<std::string> open_files(pid_t process) {
  std::set<std::string> found;
  std::error_code gone;
  std::filesystem::directory_iterator at("/proc/" + std::to_string(process) + "/fd", gone);
  for (; !gone && at != std::filesystem::directory_iterator(); at.increment(gone))
    found.insert(std::filesystem::read_symlink(at->path(), gone).string());
  return found;
}

}  // namespace

TEST_CASE("a warden inherits no descriptor but its socket, whatever libraries leave open", "[warden]") {
  NEEDS_JAIL();
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);  // without CLOEXEC, as Asio opens its own
  const sandbox::UniqueFd ours(pair[0]), others(pair[1]);
  std::vector<pid_t> before = tests::children(::getpid());
  sandbox::Options options;
  options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
  const auto executor = sandbox::Executor::start(options);
  REQUIRE(executor);
  std::vector<pid_t> wardens = tests::children(::getpid());
  std::erase_if(wardens, [&](pid_t pid) { return std::find(before.begin(), before.end(), pid) != before.end(); });
  REQUIRE(wardens.size() == 1);
  const auto inherited = open_files(wardens.front());
  CHECK(inherited.size() > 1);
  for (const int fd : pair) {
    const std::string socket = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
    CAPTURE(fd, socket);
    CHECK_FALSE(inherited.contains(socket));
  }
}
