// How jobs of calls end, whatever the sample does.
#include <atomic>
#include <latch>
#include <stop_token>
#include <thread>

#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::Status;
using Calls = std::vector<std::string>;

TEST_CASE("results arrive in order, long ones in pieces", "[calls]") {
  NEEDS_JAIL();
  const auto seen = tests::run_calls(
      "n = 0\ndef f():\n    global n\n    n += 1\n    return [None, list(range(10000)), (1,) * 5000, True][n - 1]", 4);
  CHECK(seen.outcome.status == Status::ok);
  CHECK(seen.outcome.calls_done == 4);
  CHECK(seen.calls == Calls{"N", "list 10000", "tuple 5000", "T"});
}

TEST_CASE("a call that raised ends the job, unless it is to go on", "[calls]") {
  NEEDS_JAIL();
  const std::string program = "n = 0\ndef f():\n    global n\n    n += 1\n    return 1 / (n - 1) and True";
  auto job = tests::call_job(program, 3);
  CHECK(tests::run(job).calls == Calls{"raised ZeroDivisionError", "T", "T"});
  job.keep_going = false;
  CHECK(tests::run(job).calls == Calls{"raised ZeroDivisionError"});
}

TEST_CASE("of a call that raised its message is told, and the innermost line of the program", "[calls]") {
  NEEDS_JAIL();
  const auto seen = tests::run_calls(
      "import json\nn = 0\ndef g(x):\n    return x / 0\ndef f():\n    global n\n    n += 1\n    if n == 1: g(1)\n"
      "    if n == 2: json.loads('[')\n    if n == 3: raise Mine('own\\n\\x1b[31m')\n    exec('raise KeyError(1)')\n"
      "class Mine(Exception):\n    __slots__ = ()\n    args = 3\n    __traceback__ = None\n",
      4);
  REQUIRE(seen.told.size() == 4);
  CHECK(seen.told[0] == "ZeroDivisionError: division by zero (line 4)");
  CHECK_THAT(seen.told[1], Catch::Matches(R"(JSONDecodeError: .+ \(line 9\))"));
  CHECK(seen.told[2] == "Mine: own??[31m (line 10)");
  CHECK(seen.told[3] == "KeyError (line 1)");  // of the text that it had executed
}

TEST_CASE("a sample that has the kernel kill it does not pass for one that others killed", "[calls]") {
  NEEDS_JAIL();
  const auto seen = tests::run_calls(
      "import resource\ndef f():\n    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    try:\n        while True: "
      "pass\n    except BaseException:\n        while True: pass");
  CHECK(seen.outcome.calls_done == 0);
  CHECK_FALSE(seen.outcome.memory_contended);
}

TEST_CASE("a sample that has a signal sent to itself gets none it could not send", "[calls]") {
  NEEDS_JAIL();
  // A pipe that tells its owner by SIGKILL that it can be read.
  const auto seen = tests::run_calls(
      "import fcntl, os\ndef f():\n    r, w = os.pipe()\n    fcntl.fcntl(r, fcntl.F_SETOWN, os.getpid())\n    "
      "fcntl.fcntl(r, 10, 9)\n    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)\n    os.write(w, b'x')");
  CHECK(seen.outcome.status == Status::ok);
  CHECK(seen.calls == Calls{"raised PermissionError"});
}

namespace {

/// A reader that is slow, as an oracle that waits for something.
class Slow : public tests::Results {
 public:
  bool end(std::size_t) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    return true;
  }
};

}  // namespace

TEST_CASE("what a job waits for its reader counts neither for its calls nor for its set", "[calls]") {
  NEEDS_JAIL();
  // Results that no socket holds, so that the sample waits as well; then a call that takes a moment.
  auto job = tests::call_job(
      "import time\nn = 0\ndef f():\n    global n\n    n += 1\n    return b'x' * (8 << 20) if n < 6 else "
      "time.sleep(0.5)",
      4);
  job.set_limit = std::chrono::milliseconds(1500);
  Slow results;
  const auto outcome = tests::executor()->run(job, results);
  REQUIRE(outcome);
  CHECK(outcome->status == Status::ok);
  CHECK(outcome->calls_done == 4);
  CHECK(outcome->wall_seconds > 5);
}

TEST_CASE("bytes of a frame that is not whole put off no limit", "[calls]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* frame;  ///< type, and bytes that it says it has
    Status status;
  };
  // Bytes that come one by one, for longer than a call may take; then the answer.
  const auto row = GENERATE(values<Row>({
      {"of an exception", "7, 4096", Status::call_timeout},
      {"of the end", "8, 4096", Status::call_timeout},
      {"of an answer, which may take a second to encode", "4, 4096", Status::call_timeout},
      {"of an answer that says it is long", "4, 3 << 20", Status::call_timeout},
  }));
  CAPTURE(row.what);
  auto job = tests::call_job(std::string("import os, struct, time\ndef f():\n    os.write(4, struct.pack('<BI', ") +
                             row.frame +
                             "))\n    end = time.monotonic() + 5\n    while time.monotonic() < end:\n"
                             "        os.write(4, b'\\0')\n        time.sleep(0.02)\n    os._exit(0)");
  job.set_limit = std::chrono::milliseconds(3500);
  const auto seen = tests::run(job);
  CHECK(seen.outcome.status == row.status);
  CHECK(seen.outcome.calls_done == 0);
}

TEST_CASE("each way to end without an answer has its status", "[calls]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
    Status status;
  };
  const auto row = GENERATE(values<Row>({
      {"os._exit in a call", "import os\ndef f(): os._exit(0)", Status::exited},
      {"os._exit in the body", "import os\nos._exit(0)\ndef f(): return True", Status::exited},
      {"spins", "def f():\n    while True: pass", Status::call_timeout},
      {"sleeps", "import time\ndef f(): time.sleep(100)", Status::call_timeout},
      {"spins in C, where signals don't reach", "def f(): return len(str(9 ** (9 ** 8)))", Status::call_timeout},
      {"backtracks", "import re\ndef f(): return re.match('(a+)+$', 'a' * 60 + 'b')", Status::call_timeout},
      {"grows and spins", "import itertools\ndef f(): return len(list(itertools.product(range(99), repeat=9)))",
       Status::call_timeout},
      {"the body spins", "while True: pass", Status::set_timeout},
      {"catches everything and spins",
       "def f():\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
       Status::call_timeout},
      {"threads spin while it waits",
       "import threading\ndef g():\n    while True: pass\ndef f():\n    t = threading.Thread(target=g)\n    "
       "t.start()\n    t.join()",
       Status::call_timeout},
      {"writes to NULL", "import ctypes\ndef f(): ctypes.memset(0, 0, 1)", Status::crash},
      {"aborts", "import os\ndef f(): os.abort()", Status::crash},
      {"ends itself by a signal", "import signal\ndef f(): signal.raise_signal(15)", Status::crash},
      {"asks for a SIGKILL, and is refused", "import signal\ndef f(): signal.raise_signal(9)", Status::ok},
      {"closes its results", "import os, time\ndef f():\n    os.close(4)\n    time.sleep(100)", Status::protocol},
      {"writes what no runner writes", "import os\ndef f():\n    os.write(4, b'x' * 100)\n    return True",
       Status::protocol},
      {"answers twice",
       "import os, struct\ndef f():\n    os.write(4, struct.pack('<BII', 4, 5, 0) + b'T')\n    return True",
       Status::protocol},
      {"answers for another call",
       "import os, struct\ndef f():\n    os.write(4, struct.pack('<BII', 4, 5, 7) + b'T')\n    return True",
       Status::protocol},
      {"sends a length beyond reason", "import os, struct\ndef f(): os.write(4, struct.pack('<BI', 4, 2**32 - 1))",
       Status::output_limit},
      {"traces", "import ctypes\ndef f(): ctypes.CDLL(None).ptrace(0, 0, 0, 0)", Status::forbidden},
  }));
  CAPTURE(row.what);
  auto job = tests::call_job(row.program);
  job.set_limit = std::chrono::milliseconds(3000);
  CHECK(tests::run(job).outcome.status == row.status);
  // Whatever it was, the next sample is none the worse for it.
  CHECK(tests::run_calls("def f(): return True").calls == Calls{"T"});
}

TEST_CASE("a result of a class that refuses to be asked about is opaque, and the calls go on", "[calls]") {
  NEEDS_JAIL();
  auto job = tests::call_job(
      "class M(type):\n    def __hash__(c): raise ValueError\n    def __eq__(c, o): raise ValueError\n"
      "class A(metaclass=M): pass\nn = 0\ndef f():\n    global n\n    n += 1\n    return A() if n == 1 else True",
      2);
  for (const bool iterate : {false, true}) {
    CAPTURE(iterate);
    job.iterate_results = iterate;
    const auto seen = tests::run(job);
    CHECK(seen.outcome.status == Status::ok);
    CHECK(seen.calls == Calls{std::string("\x08\1\0\0\0A", 6), "T"});
  }
}

TEST_CASE("an early answer wins no time: the next call's clock starts when the answer came", "[calls]") {
  NEEDS_JAIL();
  // Answers its first three calls at once, then spins in the first: the fourth call's limit ends it.
  const auto seen = tests::run_calls(
      "import os, struct\ndef f():\n    for i in range(3):\n        os.write(4, struct.pack('<BII', 4, 5, i) + b'T')\n"
      "    while True: pass",
      4);
  CHECK(seen.outcome.status == Status::call_timeout);
  CHECK(seen.calls == Calls{"T", "T", "T"});
}

TEST_CASE("a call may take longer than the encoding of its result", "[calls]") {
  NEEDS_JAIL();
  const auto seen = tests::run_calls("import time\ndef f():\n    time.sleep(1.5)\n    return True", 1);
  CHECK(seen.outcome.status == Status::ok);
  CHECK(seen.calls == Calls{"T"});
}

TEST_CASE("the sample's process holds nothing of ours", "[calls]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
  };
  const auto row = GENERATE(values<Row>({
      {"no descriptor but job, result and /dev/null",
       "import os\ndef f():\n    def there(n):\n        try: os.fstat(n)\n        except OSError: return False\n       "
       " "
       "return True\n    return [n for n in range(64) if there(n)] == [0, 1, 2, 3, 4]"},
      {"no environment of ours",
       "import os\ndef f(): return sorted(os.environ) == sorted('PYTHONHASHSEED OPENBLAS_NUM_THREADS MKL_NUM_THREADS "
       "LC_ALL PATH HOME TMPDIR TZ OMP_NUM_THREADS LC_CTYPE'.split()) or sorted(os.environ) == "
       "sorted('PYTHONHASHSEED OPENBLAS_NUM_THREADS MKL_NUM_THREADS LC_ALL PATH HOME TMPDIR TZ "
       "OMP_NUM_THREADS'.split())"},
      {"nobody's process but its own and the stub",
       "import os\ndef f(): return os.getpid() == 2 and os.getppid() in (0, 1)"},
      {"no /proc, no /sys", "import os\ndef f(): return not os.path.exists('/proc') and not os.path.exists('/sys')"},
      {"no group beside its own", "import os\ndef f(): return os.getgroups() == []"},
      {"a read-only view",
       "import pathlib, sys\ndef f():\n    for place in ('/', '/assay', '/usr', sys.prefix):\n        try:\n           "
       " "
       "pathlib.Path(place, 'x').write_text('x')\n            return False\n        except OSError: pass\n    "
       "return True"},
      {"no network, loopback included",
       "import socket\ndef f():\n    try: socket.socket()\n    except PermissionError: return True"},
      {"no exec",
       "import _posixsubprocess, os\ndef f():\n    try: os.execv('/bin/true', ['x'])\n    except OSError: "
       "return True"},
  }));
  CAPTURE(row.what);
  CHECK(tests::run_calls(row.program).calls == Calls{"T"});
}

TEST_CASE("a sample that ends before it has read its job is our failure, not the program's", "[calls]") {
  NEEDS_JAIL();
  sandbox::Options options;
  options.warden = std::filesystem::path(ASSAY_BUILD_DIR) / "assay-warden";
  options.limits.memory_bytes = 256 << 20;
  options.limits.address_space = true;
  auto narrow = sandbox::Executor::start(options);
  REQUIRE(narrow);
  auto job = tests::call_job("def f(): return True\n" + std::string(300 << 20, '#'));
  tests::Results results;
  const auto outcome = narrow->run(job, results);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("before its program ran"));
  job.program = "def f(): return True\n";
  CHECK(narrow->run(job, results));
}

TEST_CASE("a stop ends the job at once", "[calls]") {
  NEEDS_JAIL();
  struct Stopper : tests::Results {
    bool end(std::size_t) override { return false; }
  } stopper;
  const auto outcome = tests::executor()->run(
      tests::call_job("n = 0\ndef f():\n    global n\n    n += 1\n    while n > 1: pass", 2), stopper);
  REQUIRE(outcome);
  CHECK(outcome->status == Status::stopped);
  CHECK(stopper.calls == Calls{"N"});
}

TEST_CASE("a stop from another thread cancels the job", "[calls]") {
  NEEDS_JAIL();
  std::stop_source source;
  source.request_stop();
  tests::Results results;
  const auto outcome =
      tests::executor()->run(tests::call_job("def f():\n    while True: pass"), results, source.get_token());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == sandbox::Errc::cancelled);
}

TEST_CASE("a job that waits for a slot is cancelled while another job holds it", "[calls]") {
  NEEDS_JAIL();
  struct FirstResult : tests::Results {
    bool end(std::size_t index) override {
      if (index == 0) arrived.count_down();
      return true;
    }
    std::latch arrived{1};
  } first;
  auto holding = tests::call_job("n = 0\ndef f():\n    global n\n    n += 1\n    while n > 1: pass", 2);
  holding.call_limits.assign(2, std::chrono::seconds(20));  // so long this takes where nobody hears of a stop
  holding.set_limit = std::chrono::seconds(40);
  std::stop_source stop_holding;
  std::atomic<bool> ended = false;
  std::jthread holder([&] {
    (void)tests::executor()->run(holding, first, stop_holding.get_token());
    ended = true;
  });
  first.arrived.wait();
  for (const bool asked_before : {true, false}) {
    CAPTURE(asked_before);
    std::stop_source stop;
    if (asked_before) stop.request_stop();
    std::jthread asks([&] { stop.request_stop(); });
    tests::Results results;
    const auto outcome = tests::executor()->run(tests::call_job("def f(): return True"), results, stop.get_token());
    CHECK_FALSE(ended);
    CHECK(results.calls.empty());
    CHECK_FALSE(outcome);
    if (!outcome) CHECK(outcome.error().code == sandbox::Errc::cancelled);
  }
  stop_holding.request_stop();
}
