#include "harness/store/at_work.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

TEST_CASE("the process that judges a run is known to another one, until it ends", "[store]") {
  const tests::TemporaryFolder folder;
  const auto store = folder / "r.db";
  const AtWork mine(store, RunId{7});
  CHECK_FALSE(mine.other());
  const auto seen_by_child = [&](RunId run) {
    const pid_t parent = ::getpid(), child = ::fork();
    if (child == 0) {
      const AtWork its(store, run);
      ::_exit(!its.other() ? 0 : *its.other() == parent ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  CHECK(seen_by_child(RunId{7}) == 1);
  CHECK(seen_by_child(RunId{8}) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const AtWork its(folder / "other.db", RunId{7});
    ::_exit(its.other() ? 1 : 0);
  }
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(AtWork(folder / "other.db", RunId{7}).other());
}

TEST_CASE("where no mark can be set nothing is known", "[store]") {
  CHECK_FALSE(AtWork("/proc/absent/r.db", RunId{1}).other());
}

}  // namespace
}  // namespace assay::harness
