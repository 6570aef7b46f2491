// Programs as `assay exec` and the reward service run them: `__main__`, with pipes for streams, without EvalPlus's
// guard.
#include "tests/sandbox/jail.h"

using namespace assay;
using sandbox::Status;

TEST_CASE("a program has its streams and its exit status", "[program]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
    const char* input;
    Status status;
    int exit_code;
    const char* out;
  };
  const auto row = GENERATE(values<Row>({
      {"reads and prints", "print(int(input()) * 2)", "21\n", Status::ok, 0, "42\n"},
      {"end of file at once", "import sys\nprint(repr(sys.stdin.read()))", "", Status::ok, 0, "''\n"},
      {"is __main__", "print(__name__)", "", Status::ok, 0, "__main__\n"},
      {"exit status", "import sys\nprint('a')\nsys.exit(3)", "", Status::failed, 3, "a\n"},
      {"exit with text", "raise SystemExit('no')", "", Status::failed, 1, ""},
      {"exception", "1 / 0", "", Status::failed, 1, ""},
      {"files in its scratch", "open('a', 'w').write('x')\nprint(open('a').read())", "", Status::ok, 0, "x\n"},
      {"a byte order mark", "\xef\xbb\xbfprint('é')", "", Status::ok, 0, "é\n"},
      {"another encoding, which it names", "# coding: latin-1\nprint('\xe9')", "", Status::ok, 0, "é\n"},
      {"no text in the encoding", "print('\xe9')", "", Status::failed, 1, ""},
      {"no end of line", "print('a', end='')", "", Status::ok, 0, "a"},
      {"bytes that are no text", "import sys\nsys.stdout.buffer.write(b'\\xff')", "", Status::ok, 0, "\xff"},
      {"a child of its own",
       "import os\npid = os.fork()\nif pid == 0: os._exit(7)\nprint(os.waitstatus_to_exitcode("
       "os.waitpid(pid, 0)[1]))",
       "", Status::ok, 0, "7\n"},
      {"another interpreter",
       "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(5)'], "
       "capture_output=True, text=True).stdout)",
       "", Status::ok, 0, "5\n\n"},
      {"its streams by their paths",
       "import pathlib\nwith open('/dev/stdin', 'rb', 0) as a: print(a.read(2), a.name, flush=True)\n"
       "open(file='/dev/stdout', mode='w').write('o\\n')\nprint(pathlib.Path('/dev/fd/0').read_text(), "
       "open(b'/dev/stdin').read())",
       "abc", Status::ok, 0, "b'ab' /dev/stdin\no\nc \n"},
      {"its descriptors by their paths",
       "import os\nfd = os.open('/dev/stdin', os.O_RDONLY)\nprint(fd > 2, os.read(fd, 9))\nfor path in ('/dev/fd/77', "
       "'/dev/fd/x', '/absent'):\n    try: open(path)\n    except FileNotFoundError as e: print(e)",
       "abc", Status::ok, 0,
       "True b'abc'\n[Errno 2] No such file or directory: '/dev/fd/77'\n[Errno 2] No such file or directory: "
       "'/dev/fd/x'\n[Errno 2] No such file or directory: '/absent'\n"},
      {"open is no method", "class A:\n    opener = open\nA().opener('a', 'w').close()\nprint(open.__name__)", "",
       Status::ok, 0, "open\n"},
      {"dies of a signal", "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", "", Status::crash, 0, ""},
      {"aborts", "import os\nos.abort()", "", Status::crash, 0, ""},
      {"a hostile call", "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)", "", Status::forbidden, 0, ""},
  }));
  CAPTURE(row.what);
  const auto outcome = tests::run_program(row.program, row.input);
  CAPTURE(outcome.err);
  CHECK(outcome.status == row.status);
  CHECK(outcome.exit_code == row.exit_code);
  CHECK(outcome.out == row.out);
}

TEST_CASE("a traceback shows the program's own lines alone", "[program]") {
  NEEDS_JAIL();
  const auto outcome = tests::run_program("def g():\n    return 1 / 0\ng()");
  CHECK(
      outcome.err ==
      "Traceback (most recent call last):\n  File \"<program>\", line 3, in <module>\n  File \"<program>\", line 2, in "
      "g\nZeroDivisionError: division by zero\n");
  const auto absent = tests::run_program("try:\n    open('/absent')\nfinally:\n    1 / 0");
  CHECK(
      absent.err ==
      "Traceback (most recent call last):\n  File \"<program>\", line 2, in <module>\nFileNotFoundError: [Errno 2] No "
      "such file or directory: '/absent'\n\nDuring handling of the above exception, another exception "
      "occurred:\n\nTraceback (most recent call last):\n  File \"<program>\", line 4, in <module>\nZeroDivisionError: "
      "division by zero\n");
}

TEST_CASE("a program that kills itself is not taken for one that a machine short of memory lost", "[program]") {
  NEEDS_JAIL();
  if (tests::executor()->tier() != "hardened") ASSAY_SKIP("kills for memory are not counted here");
  const auto outcome = tests::run_program("import os\nkept = bytearray(300 << 20)\nos.kill(os.getpid(), 9)");
  CHECK(outcome.signal == 9);
  CHECK(outcome.memory_peak_bytes > (256 << 20));
  CHECK_FALSE(outcome.memory_contended);
}

TEST_CASE("a program's time, output and processes are bounded", "[program]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
    Status status;
  };
  const auto row = GENERATE(values<Row>({
      {"spins", "while True: pass", Status::call_timeout},
      {"sleeps", "import time\ntime.sleep(1000)", Status::call_timeout},
      {"its children spin",
       "import os\nfor i in range(3):\n    if os.fork() == 0:\n        while True: pass\nos.wait()",
       Status::call_timeout},
      {"floods stdout", "while True: print('x' * 65536)", Status::output_limit},
      {"forks for ever", "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.1)",
       Status::call_timeout},
  }));
  CAPTURE(row.what);
  CHECK(tests::run_program(row.program).status == row.status);
  CHECK(tests::run_program("print(1)").out == "1\n");
}
