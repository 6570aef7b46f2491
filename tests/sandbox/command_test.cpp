// Commands of the machine in a jail, and files that go in and come out: what /run_code is made of.
#include <filesystem>

#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::ProgramJob;
using sandbox::Status;

namespace {

const std::vector<std::string> system_paths = {"/usr/bin", "/usr/lib", "/usr/lib64", "/bin", "/lib", "/lib64"};

ProgramJob shell(std::string script) {
  ProgramJob job;
  job.command = {"/bin/bash", "-c", std::move(script)};
  job.shows = system_paths;
  job.time_limit = std::chrono::milliseconds(5000);
  return job;
}

sandbox::Outcome run(const ProgramJob& job) {
  auto outcome = tests::executor()->run(job);
  if (!outcome) FAIL(outcome.error().message);
  return std::move(*outcome);
}

bool has_namespaces() {
  for (const sandbox::Layer& layer : tests::executor()->layers())
    if (layer.name == "mount_namespace") return layer.active();
  return false;
}

#define NEEDS_COMMANDS()                                         \
  NEEDS_JAIL();                                                  \
  if (!has_namespaces()) ASSAY_SKIP("commands take namespaces"); \
  if (!std::filesystem::exists("/bin/bash")) ASSAY_SKIP("no bash here")

}  // namespace

TEST_CASE("a command has its streams, arguments, environment and exit status", "[program]") {
  NEEDS_COMMANDS();
  ProgramJob job = shell("read x; echo \"$x $ONE $0 $HOME\"; echo e >&2; exit 3");
  job.command.push_back("name");
  job.environment = {"ONE=1=1"};
  job.input = "in\n";
  const auto outcome = run(job);
  CHECK(outcome.status == Status::failed);
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.out == "in 1=1 name /tmp\n");
  CHECK(outcome.err == "e\n");
  CHECK(run(shell("kill -TERM $$")).signal == 15);
  if (run(shell("test -e /proc/self")).status == Status::ok) CHECK(run(shell("cat <(echo a) | tr a b")).out == "b\n");
  ProgramJob absent = shell("");
  absent.command = {"/usr/bin/no-such-command"};
  const auto missing = run(absent);
  CHECK(missing.exit_code == 127);
  CHECK(missing.err.find("no-such-command") != std::string::npos);
}

TEST_CASE("files go in, and those asked for come out, however the program ends", "[program]") {
  NEEDS_COMMANDS();
  const auto end = GENERATE("exit 0", "exit 7", "kill -KILL $$", "while :; do :; done");
  CAPTURE(end);
  ProgramJob job =
      shell(std::string("cp in/a out; mkdir -p d/e; echo 1 > d/e/f; echo 2 > d/g; ln -s /etc/passwd d/l; ") +
            "mkfifo p 2>/dev/null; " + end);
  const std::string bytes("\0\xff\n", 3);
  job.files = {{"in/a", bytes}};
  job.fetch = {"out", "absent", "d/", "z", "/usr/bin", std::string("a\0b", 3), "", "/dev/zero"};
  job.time_limit = std::chrono::milliseconds(1000);
  const auto outcome = run(job);
  if (outcome.status == Status::call_timeout) {
    CHECK(outcome.files.empty());
    return;
  }
  std::vector<std::pair<std::string, std::string>> files;
  for (const auto& file : outcome.files) files.emplace_back(file.path, file.content);
  std::sort(files.begin(), files.end());
  CHECK(files == std::vector<std::pair<std::string, std::string>>{{"d/e/f", "1\n"}, {"d/g", "2\n"}, {"out", bytes}});
  CHECK((outcome.exit_code == 0) == (std::string(end) != "exit 7"));
  CHECK((outcome.signal == 9) == (std::string(end) == "kill -KILL $$"));
}

TEST_CASE("a Python program has files too, in its own process", "[program]") {
  NEEDS_JAIL();
  ProgramJob job;
  job.program = "import os\nopen('o', 'w').write(open('d/i').read() * 2)\nprint(os.getpid())\nos._exit(4)";
  job.files = {{"d/i", "hi"}};
  job.fetch = {"o"};
  if (!has_namespaces()) ASSAY_SKIP("a program that is followed takes a process more");
  const auto outcome = run(job);
  CHECK(outcome.exit_code == 4);
  REQUIRE(outcome.files.size() == 1);
  CHECK(outcome.files[0].content == "hihi");
}

TEST_CASE("a command sees what it is shown, read-only, and its own processes", "[program]") {
  NEEDS_COMMANDS();
  struct Row {
    const char* what;
    const char* script;
    const char* out;
  };
  const auto row = GENERATE(values<Row>({
      {"no home, no data", "ls -d /home /work /var /srv /etc/passwd 2>/dev/null", ""},
      {"a system that stays as it is",
       "touch /usr/bin/x /usr/lib/x /x /proc/x 2>/dev/null; ls /x /usr/bin/x 2>/dev/null", ""},
      {"nobody else", "set -- /proc/[0-9]*; echo $#", "1\n"},
      {"nothing of the machine", "ls /proc/cpuinfo /proc/sys /proc/kcore /sys 2>/dev/null", ""},
      {"no network", "(echo > /dev/tcp/127.0.0.1/22) 2>/dev/null && echo reached", ""},
      {"not whoever it was started by", "cat /proc/1/environ /proc/1/maps 2>/dev/null", ""},
      {"no rights by another's file", "su -c id root 2>/dev/null; sudo id 2>/dev/null; id -u | head -c 2", "15"},
  }));
  CAPTURE(row.what);
  const auto outcome = run(shell(row.script));
  if (std::string(row.what).starts_with("no rights") && tests::executor()->tier() != "hardened")
    ASSAY_SKIP("user ids of their own take root");
  CHECK(outcome.out == row.out);
}

TEST_CASE("who follows a program can't be read or made to speak by it", "[program]") {
  NEEDS_COMMANDS();
  ProgramJob job = shell(
      "cat /proc/$PPID/mem /proc/$PPID/maps /proc/$PPID/environ 2>/dev/null | wc -c; "
      "echo lie > /proc/$PPID/fd/4; ls /proc/$PPID/fd | wc -l; echo lie >&4; kill -KILL $PPID; echo on");
  job.fetch = {"x"};
  const auto outcome = run(job);
  CHECK(outcome.out.starts_with("0\n0\n"));
  CHECK(outcome.files.empty());
  CHECK(outcome.status != Status::ok);  // it ended who would have said so
}

TEST_CASE("a command's memory, processes and time are bounded", "[program]") {
  NEEDS_COMMANDS();
  sandbox::Limits limits;
  limits.address_space = false;
  limits.memory_bytes = 64 << 20;
  limits.processes = 16;
  ProgramJob large = shell("x=a; while :; do x=$x$x; done");
  large.limits = limits;
  const auto killed = run(large);
  CHECK(killed.status != Status::ok);
  CHECK(killed.status != Status::call_timeout);
  ProgramJob forks = shell("f() { f | f & }; f; echo done");
  forks.limits = limits;
  CHECK(run(forks).status != Status::call_timeout);
  ProgramJob writes = shell("head -c 200000000 /dev/zero > f");
  writes.limits = limits;
  CHECK(run(writes).status != Status::ok);
  // What it leaves behind goes with it: the next one is alone.
  CHECK(run(shell("setsid sleep 1000 & exit 0")).status == Status::ok);
  if (run(shell("test -e /proc/self")).status == Status::ok)
    CHECK(run(shell("set -- /proc/[0-9]*; echo $#")).out == "1\n");
}

TEST_CASE("files beyond what may be fetched are left out, with a word of it", "[program]") {
  NEEDS_COMMANDS();
  ProgramJob job = shell("head -c 600 /dev/zero > a; head -c 600 /dev/zero > b; head -c 300 /dev/zero > c");
  job.fetch = {"a", "b", "c"};
  job.fetch_bytes = 1000;
  const auto outcome = run(job);
  CHECK(outcome.status == Status::ok);
  REQUIRE(outcome.files.size() == 2);
  CHECK(outcome.files[0].path == "a");
  CHECK(outcome.files[1].path == "c");
  CHECK(outcome.err == "assay: b: too large to be fetched: 600 bytes, and room for 400\n");
}

TEST_CASE("a command leaves its zygote as it was for those after it", "[program]") {
  NEEDS_COMMANDS();
  const auto before = run(shell("ulimit -a; cat /proc/self/autogroup 2>/dev/null; umask; pwd; env | sort"));
  run(shell(
      "echo 19 > /proc/self/autogroup; echo 1000 > /proc/self/oom_score_adj; ulimit -n 10; umask 0; renice 19 $$; "
      "echo x > /tmp/left"));
  CHECK(run(shell("ulimit -a; cat /proc/self/autogroup 2>/dev/null; umask; pwd; env | sort")).out == before.out);
  CHECK(run(shell("ls -A")).out.empty());
}

TEST_CASE("a command that asks for io_uring is told that there is none", "[program]") {
  NEEDS_COMMANDS();
  ProgramJob job;
  job.command = {"/usr/bin/python3", "-c",
                 "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                 "print(libc.syscall(425, 8, 0), os.strerror(ctypes.get_errno()))"};
  job.shows = system_paths;
  const auto outcome = run(job);
  if (outcome.exit_code == 127 || outcome.err.find("ctypes") != outcome.err.npos) ASSAY_SKIP("no python3 in /usr/bin");
  CHECK(outcome.out == "-1 Function not implemented\n");
}
