// Programs that each try one hostile or abusive act, and what must be true afterwards, seen from outside the jail: the
// corpus of shared/fixtures/containment, then probes of our own.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "sandbox/unique_fd.h"
#include "tests/sandbox/jail.h"
#include "tests/temporary_folder.h"

using namespace assay;
using sandbox::Status;

namespace {

namespace fs = std::filesystem;

/// What some probes look for: listeners on loopback and in the abstract namespace, a variable, a file.
class Canaries {
 public:
  Canaries()
      : tcp_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)),
        udp_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)),
        abstract_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (const auto& [socket, port] : {std::pair{tcp_.get(), 22}, {udp_.get(), 9}}) {
      here.sin_port = htons(static_cast<std::uint16_t>(port));
      if (::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) {  // taken, or not ours to take
        here.sin_port = 0;
        REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
      }
    }
    sockaddr_un name{AF_UNIX, "\0assay_canary"};
    (void)::bind(abstract_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    (void)::listen(tcp_.get(), 4);
    (void)::listen(abstract_.get(), 4);
  }
  /// Whether nobody has come.
  [[nodiscard]] bool untouched() const {
    char byte = 0;
    return ::accept(tcp_.get(), nullptr, nullptr) < 0 && ::accept(abstract_.get(), nullptr, nullptr) < 0 &&
           ::recv(udp_.get(), &byte, 1, 0) < 0;
  }

 private:
  sandbox::UniqueFd tcp_, udp_, abstract_;
};

/// Of `/proc/PID/status`, the number after `key`; -1 where there is none.
long status_field(const std::string& pid, const std::string& key) {
  const std::string text = tests::read_file("/proc/" + pid + "/status");
  const auto at = text.find("\n" + key + ":");
  return at == text.npos ? -1 : std::atol(text.c_str() + at + key.size() + 2);
}

/// Processes below this one, zombies too. At rest they are the warden and its zygotes.
std::size_t descendants() {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string own = std::to_string(::getpid());
    std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != pid.npos || pid == own) continue;
    for (long parent = status_field(pid, "PPid"); parent > 0; parent = status_field(std::to_string(parent), "PPid"))
      if (std::to_string(parent) == own) ++count;
  }
  return count;
}

std::set<int> own_descriptors() {
  std::set<int> open;
  for (int fd = 0; fd < 1024; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) open.insert(fd);
  return open;
}

sandbox::Outcome run_probe(const std::string& code) {
  sandbox::ProgramJob job;
  job.program = code;
  job.time_limit = std::chrono::milliseconds(1000);
  auto outcome = tests::executor()->run(job);
  if (!outcome) FAIL(outcome.error().message);
  return std::move(*outcome);
}

/// The corpus says in words what has to follow from each; where that is an outcome, it is one of these.
const std::map<std::string, std::set<Status>> outcomes = {
    {"fork_bomb", {Status::call_timeout}},
    {"thread_bomb", {Status::call_timeout, Status::crash, Status::memory}},
    {"memory_bomb", {Status::failed, Status::memory, Status::crash, Status::call_timeout}},
    {"disk_fill", {Status::failed}},
    {"inode_fill", {Status::failed}},
    {"cpu_spin", {Status::call_timeout}},
    {"sleep", {Status::call_timeout}},
    {"signal_ignore", {Status::call_timeout}},
    {"flood", {Status::output_limit}},
    {"core_dump", {Status::crash}},
    {"segfault", {Status::crash}},
};

const char* const honest = "import os\nopen('mine', 'w').close()\nprint(sum(range(10)), os.listdir('.'))";

}  // namespace

TEST_CASE("every probe of the corpus is held", "[containment]") {
  NEEDS_JAIL();
  const fs::path corpus = tests::shared_dir() / "fixtures/containment/probes.jsonl";
  if (!fs::exists(corpus)) ASSAY_SKIP("shared/fixtures/containment is not there");
  ::setenv("ASSAY_CANARY", "sings", 1);
  const Canaries canaries;
  const tests::TemporaryFolder folder;
  const auto file = tests::write_file(folder / "neighbour_canary", "of the machine");
  const std::string passwd = tests::read_file("/etc/passwd");
  run_probe(honest);  // what starts once has started
  const auto descriptors = own_descriptors();
  const auto at_rest = descendants();
  std::istringstream lines(tests::read_file(corpus));
  std::size_t probes = 0;
  for (std::string line; std::getline(lines, line); ++probes) {
    const auto probe = boost::json::parse(line);
    const std::string name(probe.at("probe_id").as_string()), family(probe.at("family").as_string());
    const auto outcome = run_probe(std::string(probe.at("code").as_string()));
    CAPTURE(name, outcome.out.substr(0, 200), outcome.err.substr(0, 200), outcome.detail);
    const auto* object = probe.if_object();
    if (const auto* expect = object->if_contains("expect"); expect != nullptr && expect->is_string()) {
      const bool shown = std::regex_search(outcome.out, std::regex(std::string(expect->as_string())));
      CHECK((outcome.signal != 0 || shown));
    }
    if (const auto* forbid = object->if_contains("forbid"); forbid != nullptr && forbid->is_string())
      CHECK_FALSE(std::regex_search(outcome.out, std::regex(std::string(forbid->as_string()))));
    if (const auto found = outcomes.find(family); found != outcomes.end())
      CHECK(found->second.count(outcome.status) == 1);
    if (family == "fd_exhaustion") CHECK(outcome.out == "ERR 24\n");
    if (family == "proc_mem") CHECK(outcome.out == "DENIED\n");
    if (family == "tmp_persist") CHECK(run_probe(std::string(probe.at("code").as_string())).out == outcome.out);
    if (family == "flood") CHECK(outcome.out.size() + outcome.err.size() <= sandbox::Limits{}.output_bytes);
    if (family == "exec_shell") CHECK(outcome.out.find("EXECED") == std::string::npos);
    // What must be true after each of them.
    CHECK(descendants() == at_rest);
    CHECK(own_descriptors() == descriptors);
    CHECK(canaries.untouched());
    for (const char* place : {"/etc/probe_marker", "/root/probe_marker", "/dev/shm/probe_marker"})
      CHECK_FALSE(fs::exists(place));
    CHECK(tests::read_file("/etc/passwd") == passwd);
    const auto next = run_probe(honest);
    CHECK(next.status == Status::ok);
    CHECK(next.out == "45 ['mine']\n");
  }
  CHECK(probes > 0);
  CHECK(fs::exists(file));
  CHECK(tests::executor()->restarts() == 0);
}

TEST_CASE("probes of our own are held", "[containment]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* code;
    Status status;
    const char* out;  ///< all of stdout
  };
  static const std::string libc =
      "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
      "def call(*a):\n    r = libc.syscall(*a)\n    print(r, ctypes.get_errno())\n";
  const auto row = GENERATE(values<Row>({
      {"a child of the warden's: its namespace would never end", "call(56, 0x8000 | 17, 0, 0, 0, 0)", Status::ok,
       "-1 1\n"},
      {"a namespace by clone", "call(56, 0x10000000 | 17, 0, 0, 0, 0)", Status::ok, "-1 1\n"},
      {"clone3, whose flags no filter sees", "call(435, 0, 0)", Status::ok, "-1 38\n"},
      {"x32", "call(0x40000000 | 39)", Status::forbidden, ""},
      {"i386",
       "import mmap\nm = mmap.mmap(-1, 4096, prot=7)\nm.write(bytes.fromhex('53b814000000cd805bc3'))\n"
       "print(ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(m)))())",
       Status::forbidden, ""},
      {"setns", "call(308, 0, 0)", Status::forbidden, ""},
      {"io_uring", "call(425, 8, 0)", Status::forbidden, ""},
      {"userfaultfd", "call(323, 0)", Status::forbidden, ""},
      {"keyctl", "call(250, 0, 0, 0)", Status::forbidden, ""},
      {"process_vm_readv", "call(310, 1, 0, 0, 0, 0, 0)", Status::forbidden, ""},
      {"pidfd_getfd", "call(438, 0, 0, 0)", Status::forbidden, ""},
      {"System V shared memory", "call(29, 1, 4096, 0o1600)", Status::ok, "-1 1\n"},
      {"System V messages", "call(68, 1, 0o1600)", Status::ok, "-1 1\n"},
      {"System V semaphores", "call(64, 1, 1, 0o1600)", Status::ok, "-1 1\n"},
      {"memory files", "call(319, b'x', 0)", Status::ok, "-1 1\n"},
      {"another's filter", "call(317, 1, 0, 0)", Status::ok, "-1 1\n"},
      {"another priority", "call(141, 0, 0, -20)", Status::ok, "-1 1\n"},
      {"another user", "call(117, 0, 0, 0)", Status::ok, "-1 1\n"},
      {"an abstract socket", "call(41, 1, 1, 0)", Status::ok, "-1 1\n"},
      {"a signal for the stub", "for s in (2, 9, 15, 19):\n    libc.kill(1, s)\nprint('on')", Status::ok, "on\n"},
      {"the times of the machine's /dev/null",
       "for n in ('null', 'zero', 'urandom'):\n    try:\n        os.utime('/dev/' + n)\n        print('set')\n"
       "    except OSError as e: print(e.errno)",
       Status::ok, "30\n30\n30\n"},
      {"what is no file of the interpreter's",
       "print([n for n in sorted(os.listdir('/')) if n in ('etc', 'home', 'proc', 'sys', 'var', 'run', 'old')])",
       Status::ok, "[]\n"},
      {"descriptors of ours",
       "n = []\nfor f in range(1024):\n    try:\n        os.fstat(f)\n        n.append(f)\n    except OSError: "
       "pass\nprint(n)",
       Status::ok, "[0, 1, 2]\n"},
      {"supplementary groups, and a user of the machine's", "print(os.getgroups(), os.getuid() == 0)", Status::ok,
       "[] False\n"},
      {"a file in the runner's folder", "try: open('/assay/x', 'w')\nexcept OSError as e: print(e.errno)", Status::ok,
       "30\n"},
  }));
  CAPTURE(row.what);
  if (tests::executor()->tier() != "hardened" && std::string_view(row.what).find("user") != std::string_view::npos)
    return;
  const auto outcome = run_probe(libc + row.code);
  CAPTURE(outcome.err, outcome.detail);
  CHECK(outcome.status == row.status);
  CHECK(outcome.out == row.out);
  CHECK(run_probe(honest).out == "45 ['mine']\n");
}

TEST_CASE("a sample sees nothing of its neighbour", "[containment]") {
  NEEDS_JAIL();
  sandbox::Options options;
  options.warden = fs::path(ASSAY_BUILD_DIR) / "assay-warden";
  options.slots = 2;
  auto both = sandbox::Executor::start(options);
  REQUIRE(both);
  sandbox::ProgramJob neighbour, probe;
  neighbour.program = "open('neighbour_canary', 'w').close()\nwhile True: pass";
  neighbour.time_limit = std::chrono::milliseconds(1000);
  probe.program =
      "import os\n"
      "print([n for top, folders, files in os.walk('/') for n in files if 'canary' in n], os.listdir('/tmp'))";
  std::atomic<bool> ended = false, wrote = false;
  std::thread beside([&] {
    const auto outcome = both->run(neighbour);
    wrote = outcome && outcome->status == Status::call_timeout;
    ended = true;
  });
  std::size_t others = 0;
  do {  // some of these run while the neighbour does
    const auto outcome = both->run(probe);
    if (!outcome || outcome->out != "[] []\n") ++others;
  } while (!ended);
  beside.join();
  CHECK(wrote);
  CHECK(others == 0);
}
