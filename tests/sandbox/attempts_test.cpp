// Hostile acts: each is recorded by its kind, and by none besides; the outcome is what it was without.
#include "sandbox/attempts.h"

#include "sandbox/wire/messages.h"
#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::Attempt;
using sandbox::Attempts;
using sandbox::Status;
using Calls = std::vector<std::string>;

namespace {

std::string names(Attempts attempts) {
  std::string text;
  for (const Attempt kind : attempts.kinds()) text += std::string(text.empty() ? "" : " ") + std::string(name(kind));
  return text;
}

/// Frames of a sample's making, in front of a function that returns True.
std::string sending(const std::string& frames) {
  return "import os, struct\n"
         "def send(kind, payload): os.write(4, struct.pack('<BI', kind, len(payload)) + payload)\n"
         "def answer(index, value): send(4, struct.pack('<I', index) + value)\n"
         "def f():\n    " +
         frames + "\n    return True";
}

sandbox::CheckJob check_job(std::string program, std::vector<std::string> tests) {
  sandbox::CheckJob job;
  job.program = std::move(program);
  job.entry_point = "f";
  job.tests = std::move(tests);
  job.test_limit = std::chrono::milliseconds(2000);
  job.set_limit = std::chrono::milliseconds(10'000);
  return job;
}

sandbox::Outcome run_check(const sandbox::CheckJob& job) {
  tests::Results results;
  auto outcome = tests::executor()->run(job, results);
  if (!outcome) FAIL(outcome.error().message);
  return std::move(*outcome);
}

}  // namespace

TEST_CASE("every kind of attempt has a name that leads back to it, and crosses from the warden", "[attempts]") {
  Attempts all;
  for (unsigned i = 0; i < sandbox::attempt_kinds; ++i) {
    const auto kind = static_cast<Attempt>(i);
    CHECK_FALSE(name(kind).empty());
    CHECK(sandbox::attempt_from(name(kind)) == kind);
    CHECK_FALSE(all.has(kind));
    all.add(kind);
    sandbox::Outcome sent, got;
    sent.attempts = all;
    REQUIRE(unpack(pack(sent), got));
    CHECK(got.attempts == all);
  }
  CHECK(all.kinds().size() == sandbox::attempt_kinds);
  CHECK(Attempts::of_bits(0xFFFF) == all);
  CHECK_FALSE(sandbox::attempt_from("whim"));
}

TEST_CASE("what a sample tries is recorded by kind, and its outcome is as before", "[attempts]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    std::string program;
    const char* attempts;
    Status status;
  };
  const auto row = GENERATE(values<Row>({
      {"traces", "import ctypes\ndef f(): ctypes.CDLL(None).ptrace(0, 0, 0, 0)", "forbidden_call", Status::forbidden},
      {"traces after its answer", sending("answer(0, b'T'); import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"),
       "forbidden_call", Status::forbidden},
      {"reads a user's file", "import io\ndef f():\n    try: io.open('/etc/passwd')\n    except OSError: return True",
       "outside_view", Status::ok},
      {"lists processes", "import os\ndef f():\n    try: os.listdir('/proc')\n    except OSError: return True",
       "outside_view", Status::ok},
      {"walks out of the library",
       "import io, sys\ndef f():\n    try: io.open(sys.path[-1] + '/../../../../../../../../../srv/key')\n    except "
       "OSError: "
       "return True",
       "outside_view", Status::ok},
      {"says that a folder of its own choice is the library's",
       "import io, sys\nsys.path.append('/srv')\ndef f():\n    try: io.open('/srv/key')\n    except OSError: return "
       "True",
       "outside_view", Status::ok},
      {"walks out of its folder",
       "import pathlib\ndef f():\n    try: pathlib.Path('../srv/key').read_text()\n    except OSError: return True",
       "outside_view", Status::ok},
      {"walks out of its scratch",
       "import os\ndef f():\n    try: os.open(b'/tmp/a/../../etc/shadow', 0)\n    except OSError: return True",
       "outside_view", Status::ok},
      {"walks out of where the library may look",
       "import io\ndef f():\n    try: io.open('/var/tmp/../../etc/passwd')\n    except OSError: return True",
       "outside_view", Status::ok},
      {"looks outside in a thread, and ends at once",
       "import os, io, threading\ndef g():\n    try: io.open('/srv/key')\n    except OSError: os._exit(0)\n"
       "def f():\n    t = threading.Thread(target=g)\n    t.start()\n    t.join()",
       "outside_view", Status::exited},
      {"looks outside and hides it",
       "import ctypes, io\ndef f():\n    try: io.open('/etc/passwd')\n    except OSError: pass\n"
       "    full = (ctypes.c_ulong * 2)(2**64 - 1, 2**64 - 1)\n"
       "    assert ctypes.CDLL(None).setrlimit(10, full) == -1\n    return True",
       "outside_view", Status::ok},
      {"answers twice", sending("answer(0, b'T')"), "answered_twice", Status::protocol},
      {"answers late", sending("answer(0, b'T'); os.write(4, struct.pack('<BIBI', 8, 0, 4, 5) + b'....T')"),
       "answered_late", Status::ok},
      {"answers for another call", sending("answer(7, b'T')"), "answered_for_another", Status::protocol},
      {"writes no frame", sending("os.write(4, b'{\"passed\": true}')"), "forged_frame", Status::protocol},
      {"loads again", sending("send(1, b'')"), "forged_frame", Status::protocol},
      {"says what a check's side alone says", sending("send(9, b'')"), "forged_frame", Status::protocol},
      {"sends a piece of no sequence", sending("send(6, b'')"), "forged_frame", Status::protocol},
      {"says that it finished, and has not", sending("send(8, b''); os._exit(0)"), "forged_frame", Status::ok},
      {"closes its results", "import os, time\ndef f():\n    os.close(4)\n    time.sleep(100)", "closed_results",
       Status::protocol},
      {"returns what is equal to everything", "class A:\n    def __eq__(s, o): return True\ndef f(): return A()",
       "forged_type", Status::ok},
      {"… inside a list", "class A:\n    def __eq__(s, o): return True\ndef f(): return [1, A()]", "forged_type",
       Status::ok},
      {"… as a subclass",
       "class A(int):\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\ndef f(): return A(4)",
       "forged_type", Status::ok},
      {"… with a metaclass that hides it",
       "class M(type):\n    def __getattribute__(c, n): raise AttributeError(n)\n"
       "class A(metaclass=M):\n    def __eq__(s, o): return True\ndef f(): return A()",
       "forged_type", Status::ok},
      {"lies of its class", "class A:\n    __class__ = property(lambda s: bool)\ndef f(): return A()", "forged_type",
       Status::ok},
      {"two kinds at once",
       "import io\nclass A:\n    def __eq__(s, o): return True\ndef f():\n    try: io.open('/etc/passwd')\n"
       "    except OSError: return A()",
       "outside_view forged_type", Status::ok},
      {"raises and looks outside", "import os\ndef f(): os.scandir('/srv')", "outside_view", Status::ok},
  }));
  CAPTURE(row.what);
  const auto outcome = tests::run_calls(row.program).outcome;
  CHECK(names(outcome.attempts) == row.attempts);
  CHECK(outcome.status == row.status);
  CHECK(names(tests::run_calls("def f(): return True").outcome.attempts).empty());
}

TEST_CASE("what honest samples do is no attempt", "[attempts]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
  };
  const auto row = GENERATE(values<Row>({
      {"returns a generator", "def f(): return (x for x in [1])"},
      {"returns an object of its own", "class A: pass\ndef f(): return [A(), A, len, f, None, ...]"},
      {"returns a data class",
       "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int\ndef f(): return A(1)"},
      {"returns what compares with its kind alone",
       "class A:\n    def __init__(s): s.x = 1\n    def __eq__(s, o): return s.x == o.x\ndef f(): return A()"},
      {"returns subclasses",
       "import collections, enum, datetime\nclass E(enum.IntEnum):\n    a = 1\nclass V(list):\n    def __eq__(s, o): "
       "return isinstance(o, V) and list.__eq__(s, o)\ndef f(): return [collections.namedtuple('P', 'x')(1), E.a, "
       "collections.Counter('ab'), collections.OrderedDict(), collections.UserList(), datetime.date(2020, 1, 1), V()]"},
      {"returns numbers of other kinds",
       "import numpy as np, fractions, decimal\ndef f(): return [np.int64(1), np.zeros(3), np.ma.masked_array([1]), "
       "fractions.Fraction(1, 3), decimal.Decimal(2)]"},
      {"returns a list within itself", "def f():\n    l = []\n    l.append(l)\n    return l"},
      {"returns what is too deep", "def f():\n    l = []\n    for _ in range(200000): l = [l]\n    return l"},
      {"imports modules that are not loaded yet",
       "import asyncio, difflib, email.message, gettext, http.client, mimetypes, pydoc, sqlite3, uuid, "
       "xml.dom.minidom\n"
       "import zoneinfo, tomllib if False else zoneinfo\ndef f():\n    gettext.translation('x', fallback=True)\n"
       "    mimetypes.init()\n    return True"},
      {"imports what does not exist", "def f():\n    try: import pandas\n    except ImportError: return True"},
      {"asks what machine this is",
       "import platform\ndef f(): return platform.platform() and platform.uname() and True"},
      {"writes and reads in its folder",
       "import pathlib, tempfile, os\ndef f():\n    pathlib.Path('x').write_text('1')\n    "
       "pathlib.Path('/tmp/y').write_text('1')\n    with tempfile.TemporaryDirectory() as d: pathlib.Path(d, "
       "'z').write_text('1')\n    return os.listdir() and os.listdir('/') and True"},
      {"looks for a file that its folder lacks",
       "import pathlib\ndef f():\n    for p in ('input.txt', '/tmp/input.txt', 'a/../b', './c', '..d', '/tmp/..e', "
       "'/tmp//f'):\n        try: "
       "pathlib.Path(p).read_text()\n        except OSError: pass\n    return True"},
      {"shares values with processes",
       "import multiprocessing\ndef f(): return multiprocessing.Value('i', 1).value == 1"},
      {"looks for its streams",
       "import io\ndef f():\n    for p in ('/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/fd/0'):\n        try: "
       "io.open(p)\n"
       "        except OSError: pass\n    return True"},
      {"asks for the versions of packages",
       "import importlib.metadata\ndef f():\n    for name in ('numpy', 'pip', 'absent'):\n        try: "
       "importlib.metadata.version(name)\n        except importlib.metadata.PackageNotFoundError: pass\n    return "
       "list(importlib.metadata.distributions()) and True"},
      {"prints a traceback", "import traceback\ndef f():\n    try: 1 / 0\n    except Exception: traceback.print_exc()"},
      {"looks whether files are there", "import os\ndef f(): return os.path.exists('/etc/passwd')"},
      {"uses threads, timers and random numbers",
       "import threading, signal, random, secrets\ndef f():\n    signal.alarm(0)\n    t = "
       "threading.Thread(target=secrets.token_bytes)\n    t.start()\n    t.join()\n    return random.SystemRandom() "
       "and "
       "True"},
      {"tries to fork",
       "import _posixsubprocess, posix\ndef f():\n    try: posix.fork()\n    except OSError: return True"},
      {"has None for its function", "f = None"},
      {"raises", "def f(): raise KeyError"},
      {"does not load", "1 / 0"},
      {"spins", "def f():\n    while True: pass"},
      {"exits", "import os\ndef f(): os._exit(0)"},
      {"crashes", "import ctypes\ndef f(): ctypes.memset(0, 0, 1)"},
  }));
  CAPTURE(row.what);
  auto job = tests::call_job(row.program, 2);
  job.call_limits.assign(2, std::chrono::milliseconds(1000));
  job.keep_going = GENERATE(true, false);
  CHECK(names(tests::run(job).outcome.attempts).empty());
}

TEST_CASE("in checks too what a sample tries is recorded by kind", "[attempts]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    std::string program;
    const char* attempts;
    Status status;
  };
  const std::string answer =
      "import os, struct, time\n"
      "def send(payload): os.write(4, struct.pack('<BI', 4, len(payload)) + payload)\n";
  const auto row = GENERATE_COPY(values<Row>({
      {"is honest", "def f(x): return x", "", Status::ok},
      {"returns an object of its own", "class A: pass\ndef f(x): return A()", "", Status::ok},
      {"raises", "def f(x): raise KeyError(x)", "", Status::ok},
      {"has None for its function", "f = None", "", Status::ok},
      {"answers what nobody asked", answer + "send(b'N')\ndef f(x): return x", "forged_frame", Status::protocol},
      {"answers twice", answer + "def f(x):\n    os.write(4, 2 * struct.pack('<BIc', 4, 1, b'N'))\n    time.sleep(9)",
       "answered_twice", Status::protocol},
      {"sends no value", answer + "def f(x): send(b'c')", "undecodable", Status::protocol},
      {"sends no answer", answer + "def f(x):\n    send(b'N')\n    time.sleep(9)", "undecodable", Status::protocol},
      {"sends no frame", answer + "def f(x): os.write(4, b'}' * 99)", "forged_frame", Status::protocol},
      {"is equal to everything", "class A:\n    def __eq__(s, o): return True\ndef f(x): return A()", "forged_type",
       Status::ok},
      {"looks outside", "import io\ndef f(x):\n    try: io.open('/proc/1/environ')\n    except OSError: return x",
       "outside_view", Status::ok},
      {"traces", "import ctypes\ndef f(x): ctypes.CDLL(None).ptrace(0, 0, 0, 0)", "forbidden_call", Status::forbidden},
      {"closes its results", "import os, time\ndef f(x):\n    os.close(4)\n    time.sleep(100)", "closed_results",
       Status::call_timeout},
  }));
  CAPTURE(row.what);
  const auto outcome = run_check(check_job(row.program, {"assert f(1) == 1"}));
  CHECK(names(outcome.attempts) == row.attempts);
  CHECK(outcome.status == row.status);
}

TEST_CASE("where a sample shares a process with its tests, its forged results are told", "[attempts]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* frames;
    const char* attempts;
  };
  const auto row = GENERATE(values<Row>({
      {"is honest", "pass", ""},
      {"passes a test before its turn", "send(5, struct.pack('<I', 1))", "answered_for_another"},
      {"passes a test twice", "send(5, struct.pack('<I', 0)); send(5, struct.pack('<I', 0))", "answered_twice"},
      {"ends before its tests", "send(8, b''); os._exit(0)", "forged_frame"},
      {"says more at the end",
       "os.write(4, b''.join(struct.pack('<BII', 5, 4, i) for i in (0, 1)) + struct.pack('<BIB', 8, 0, 8))",
       "answered_late"},
  }));
  CAPTURE(row.what);
  auto job = check_job(
      "import os, struct\ndef send(kind, payload): os.write(4, struct.pack('<BI', kind, len(payload)) + payload)\n"
      "def f(g):\n    " +
          std::string(row.frames) + "\n    return g()",
      {"assert f(lambda: 1) == 1", "assert f(lambda: 2) == 2"});
  job.shared = true;
  CHECK(names(run_check(job).attempts) == row.attempts);
}

TEST_CASE("of a program what it tries is recorded too", "[attempts]") {
  NEEDS_JAIL();
  const auto tried = [](const char* program) { return names(tests::run_program(program).attempts); };
  CHECK(tried("print(open('x', 'w').write('y'), open('x').read())").empty());
  CHECK(tried("import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1)'])").empty());
  CHECK(tried("1 / 0").empty());
  CHECK(tried("open('/dev/stdin').read()").empty());
  CHECK(tried("open('/etc/passwd')") == "outside_view");
  CHECK(tried("import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)") == "forbidden_call");
  // Whoever scribbles over the note says more of himself, not less.
  CHECK(tried("import ctypes; ctypes.CDLL(None).setrlimit(10, (ctypes.c_ulong * 2)(7, 7))") ==
        "outside_view forged_type");
}
