#include "harness/thread_body.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/catch.h"

namespace assay::harness {
namespace {

TEST_CASE("what a body throws is an error of kind bug, what it returns is returned", "[thread]") {
  CHECK(or_bug([]() -> Result<void> { return {}; }));
  const auto failed = or_bug([]() -> Result<void> { return tl::unexpected(Error{Errc::io, "disk full"}); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::io);
  const auto threw = or_bug([]() -> Result<void> { throw std::runtime_error("lost"); });
  REQUIRE_FALSE(threw);
  CHECK(threw.error().code == Errc::bug);
  CHECK(threw.error().message.starts_with("bug: lost;"));
  const auto odd = or_bug([]() -> Result<void> { throw 7; });
  REQUIRE_FALSE(odd);
  CHECK(odd.error().code == Errc::bug);
}

TEST_CASE("a thread that nobody asks ends the process with 70, and says why in one line", "[thread]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    std::thread([] { or_end([] { throw std::runtime_error("lost"); }); }).join();
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  std::array<char, 256> piece{};
  for (ssize_t got = 0; (got = ::read(ends[0], piece.data(), piece.size())) > 0;)
    said.append(piece.data(), static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 70);
  CHECK(said == "assay: bug: lost; please report it with the command that led here [bug]\n");
}

}  // namespace
}  // namespace assay::harness
