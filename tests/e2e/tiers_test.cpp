// The jail where its user is not root: with a user namespace of its own, and confined in place where no namespace can
// be made. Rights are dropped for real.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>

#include "sandbox/unique_fd.h"
#include "tests/e2e/ordinary_user.h"

using namespace assay;
using namespace assay::tests;
namespace fs = std::filesystem;

namespace {

const OrdinaryUser& user() {
  static const OrdinaryUser shared;
  return shared;
}

#define NEEDS_ORDINARY_USER() \
  if (!user().missing().empty()) ASSAY_SKIP(user().missing())

const Words with_namespaces = {}, in_place = {"--no-namespaces"};
const Words without_landlock = {"--no-namespaces", "--no-landlock"};

/// What `assay exec` says of a program, as an ordinary user.
boost::json::object run(const Words& without, const std::string& program, const Words& more = {},
                        const char* seconds = "2") {
  const TemporaryFolder folder;
  const fs::path file = write_file(user().home() / "program.py", program);
  Words words = {"exec", file.string(), "--json", "--time", seconds};
  words.insert(words.end(), more.begin(), more.end());
  return printed(user().assay(without, words));
}

std::string out_of(const Words& without, const std::string& program) {
  return std::string(run(without, program).at("stdout").as_string());
}

}  // namespace

TEST_CASE("an ordinary user has a jail of namespaces without being root of one", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  if (user().assay(with_namespaces, {"exec", "-"}).code == 4) ASSAY_SKIP("ordinary users can't make namespaces here");
  CHECK(out_of(with_namespaces, "import os\nprint(os.getpid(), os.listdir('.'))") == "2 []\n");
}

TEST_CASE("where nothing counts its processes, a program that keeps all cores busy with them ages all the same",
          "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  if (user().assay(with_namespaces, {"exec", "-"}).code == 4) ASSAY_SKIP("ordinary users can't make namespaces here");
  const auto program = GENERATE(values<std::string>({
      "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
      "import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n    try:\n"
      "        if os.fork() == 0:\n            sum(range(1000000))\n            os._exit(0)\n    except OSError: pass",
  }));
  CAPTURE(program);
  const auto outcome = run(with_namespaces, program);
  CHECK(outcome.at("status") == "timeout");
  // Its limit is 2 s. Among some 60 of its own on two cores it would run for a thirtieth of the time.
  CHECK(outcome.at("wall_seconds").to_number<double>() < 15);
}

TEST_CASE("mini's verdicts are the same for root, for an ordinary user, and in place", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  const Workplace place;
  printed(place.assay(place.eval("mini", mini_samples, {"--min-time-limit", "1"})));
  const auto expected = read_results(place / "results.json");
  const fs::path samples = user().home() / "samples.jsonl";
  fs::copy_file(mini_samples, samples, fs::copy_options::overwrite_existing);
  for (const Words& without : {with_namespaces, in_place}) {
    CAPTURE(without);
    const fs::path results = user().home() / "results.json";
    fs::remove(results);
    printed(user().assay(without, {"eval", "--dataset", "mini", "--samples", samples.string(), "--output",
                                   results.string(), "--store", (user().home() / "results.db").string(), "--json",
                                   "--require-tier", "contained", "--min-time-limit", "1"}));
    check_same(read_results(results), expected);
    fs::remove(user().home() / "results.db");
  }
}

TEST_CASE("a sample in place sends no signal, and no message but over its own pairs", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  sandbox::UniqueFd listener(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  sockaddr_un name{AF_UNIX, "\0assay_tiers"};
  REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  const std::string tries =
      "import fcntl, os, resource, signal, socket\n"
      "def attempt(what):\n"
      "    try: what(); print('did')\n"
      "    except OSError as e: print(e.errno)\n"
      "attempt(lambda: os.kill(os.getppid(), 0))\n"
      "attempt(lambda: os.kill(0, 0))\n"
      "attempt(lambda: os.kill(-1, 0))\n"
      "attempt(lambda: os.kill(os.getpid(), 0))\n"
      "r, w = os.pipe()\n"
      "attempt(lambda: fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid()))\n"
      "attempt(lambda: fcntl.fcntl(r, 15, b'\\0' * 8))\n"
      "attempt(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE))\n"
      "attempt(lambda: resource.prlimit(0, resource.RLIMIT_CORE))\n"
      "attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))\n"
      "attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))\n"
      "a, b = socket.socketpair()\n"
      "attempt(lambda: a.sendto(b'x', '\\0assay_tiers'))\n"
      "attempt(lambda: os.fork())\n";
  const std::string seen = out_of(in_place, tries);
  CHECK(seen.find("1\n1\n1\ndid\n1\n1\n1\ndid\n1\n1\n") == 0);
  CHECK(std::count(seen.begin(), seen.end(), '\n') == 12);
  CHECK(seen.ends_with("\n1\n"));
  char byte = 0;
  CHECK(::recv(listener.get(), &byte, 1, 0) < 0);
}

TEST_CASE("a sample in place opens the interpreter and its scratch, and changes neither rights nor times", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  const fs::path own = write_file(user().home() / "letter", "dear");
  fs::permissions(own, fs::perms::all);
  const std::string program =
      "import os\n"
      "own = " +
      ("'" + own.string() + "'") +
      "\n"
      "def attempt(what):\n"
      "    try: what(); print('did')\n"
      "    except OSError as e: print(e.errno)\n"
      "for path in (own, '/etc/passwd', '/proc/self/environ', '/proc/1/cmdline', os.__file__):\n"
      "    attempt(lambda: open(path).close())\n"
      "attempt(lambda: os.chmod(own, 0))\n"
      "attempt(lambda: os.utime(own))\n"
      "attempt(lambda: os.truncate(own, 0))\n"
      "attempt(lambda: os.close(os.open(os.__file__, os.O_RDONLY | os.O_TRUNC)))\n"
      "attempt(lambda: os.unlink(own))\n"
      "attempt(lambda: os.link(own, 'mine'))\n"
      "attempt(lambda: os.listdir(os.path.dirname(os.getcwd())))\n"
      "open('mine', 'w').close()\n"
      "print(os.listdir('.'))\n";
  CHECK(out_of(in_place, program) == "13\n13\n13\n13\ndid\n1\n1\n1\n1\n13\n18\n13\n['mine']\n");
  CHECK(read_file(own) == "dear");
}

TEST_CASE("a scratch in place that is filled, nested or locked up ends its sample and leaves nothing", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  const auto program = GENERATE(values<std::string>({
      "f = open('x', 'wb', 0)\nwhile True:\n    try: f.write(b'0' * (1 << 20))\n    except OSError: f = "
      "open(str(f.fileno()) + 'y', 'wb', 0)",
      "i = 0\nwhile True:\n    i += 1\n    open(str(i), 'w').close()",
      "import os\nwhile True:\n    os.mkdir('d')\n    os.chdir('d')",
      "import os\nos.mkdir('d', 0o300)\nos.mkdir('d/e', 0)\nwhile True: pass",
  }));
  CAPTURE(program);
  // Its files are counted at intervals, which are long on a busy machine.
  const auto outcome = run(in_place, program, {}, "60");
  CHECK(outcome.at("status") == "memory");
  CHECK(fs::is_empty(user().temporary()));
}

TEST_CASE("a tier that is out of reach is refused with what is missing, and runs nothing", "[tiers]") {
  ASSAY_NEEDS(mini_samples);
  NEEDS_ORDINARY_USER();
  const Ended hardened = user().assay(in_place, {"exec", "-", "--require-tier", "hardened"});
  CHECK(hardened.code == 4);
  CHECK_THAT(hardened.err, Catch::Contains("\"contained\" found; missing: pid_namespace"));
  const Ended contained = user().assay(without_landlock, {"exec", "-", "--require-tier", "contained"});
  CHECK(contained.code == 4);
  CHECK_THAT(contained.err, Catch::Contains("\"basic\" found; missing: mount_namespace"));
  CHECK(user().assay(without_landlock, {"exec", "-", "--require-tier", "basic"}).code == 0);
}

TEST_CASE("every probe of the corpus is held for ordinary users too, with namespaces and without", "[tiers]") {
  const fs::path corpus = shared_dir() / "fixtures/containment/probes.jsonl";
  ASSAY_NEEDS(corpus);
  NEEDS_ORDINARY_USER();
  const Workplace place;
  // Two at once: what one of them leaves, or reaches, the other would see too.
  const auto started = [&](const char* way) {
    return std::make_unique<Command>(Words{"/usr/bin/python3", ASSAY_SOURCE_DIR "/scripts/probes", corpus.string(),
                                           "--assay", ASSAY_BINARY, "--way", way},
                                     place.environment());
  };
  const auto with = started("user_namespace"), without = started("in_place");
  for (Command* each : {with.get(), without.get()}) {
    const Ended ended = each->wait(patience);
    CAPTURE(ended.out, ended.err);
    if (ended.code == 77) ASSAY_SKIP("no jail can be made as an ordinary user here");
    CHECK(ended.code == 0);
    CHECK_THAT(ended.out, Catch::Contains("| **all** |"));
  }
}
