// EvalPlus's frame (sandbox/runner/frame.py): what an honest sample may do there, a row each. Every row was tried under
// EvalPlus itself.
#include "tests/sandbox/jail.h"

using namespace assay;

namespace {

struct Row {
  const char* what;
  const char* program;  ///< defines f()
  std::string result;   ///< how the result begins: "T" for True, or "raised X"
};

}  // namespace

TEST_CASE("a sample finds EvalPlus's frame", "[frame]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<Row>({
      {"its name is builtins", "n = __name__\ndef f(): return n == 'builtins'", "T"},
      {"a __main__ block does not run", "x = 1\nif __name__ == '__main__':\n    x = 2\ndef f(): return x == 1", "T"},
      {"globals start empty", "g = sorted(globals())\ndef f(): return g == ['__builtins__']", "T"},
      {"no __file__", "def f(): return '__file__' not in globals()", "T"},
      {"exit is gone", "def f():\n    exit()", "raised TypeError"},
      {"quit is gone", "def f():\n    quit()", "raised TypeError"},
      {"sys.exit raises", "import sys\ndef f(): sys.exit(0)", "raised SystemExit"},
      {"open is gone", "def f(): return open('x', 'w')", "raised TypeError"},
      {"help is gone", "def f(): return help()", "raised TypeError"},
      {"os.environ can't be set", "import os\ndef f():\n    os.environ['A'] = '1'", "raised TypeError"},
      {"os.environ can be read", "import os\ndef f(): return os.environ['OMP_NUM_THREADS'] == '1'", "T"},
      {"os.getcwd is gone", "import os\ndef f(): return os.getcwd()", "raised TypeError"},
      {"os.system is gone", "import os\ndef f(): return os.system('true')", "raised TypeError"},
      {"os.fork is gone", "import os\ndef f(): return os.fork()", "raised TypeError"},
      {"os.listdir is there", "import os\ndef f(): return os.listdir('.') == []", "T"},
      {"shutil.rmtree is gone", "import shutil\ndef f(): return shutil.rmtree('x')", "raised TypeError"},
      {"subprocess.Popen is gone", "import subprocess\ndef f(): return subprocess.run(['true'])", "raised TypeError"},
      {"psutil is absent", "def f():\n    import psutil", "raised ModuleNotFoundError"},
      {"resource is absent", "def f():\n    import resource", "raised ModuleNotFoundError"},
      {"tkinter is absent", "def f():\n    import tkinter", "raised ModuleNotFoundError"},
      {"NumPy is there", "import numpy as np\ndef f(): return bool(np.arange(3).sum() == 3)", "T"},
      {"pathlib writes into the working folder",
       "import pathlib\ndef f():\n    pathlib.Path('a.txt').write_text('x')\n    return "
       "pathlib.Path('a.txt').read_text() == 'x'",
       "T"},
      {"a thread pool works",
       "from concurrent.futures import ThreadPoolExecutor\ndef f():\n    with ThreadPoolExecutor(4) as p:\n        "
       "return list(p.map(abs, [-1, 2])) == [1, 2]",
       "T"},
      {"asyncio works",
       "import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return 1\ndef f(): return asyncio.run(g()) == "
       "1",
       "T"},
      {"asyncio loops that nobody closes",
       "import asyncio\nasync def g(): return 1\ndef f(): return sum(asyncio.new_event_loop().run_until_complete(g()) "
       "for i in range(60)) == 60",
       "T"},
      {"a pool of multiprocessing's threads works",
       "from multiprocessing.pool import ThreadPool\ndef f():\n    with ThreadPool(2) as p:\n        return "
       "p.apply(sum, ([1, 2],)) == 3",
       "T"},
      {"multiprocessing's locks work",
       "import multiprocessing\ndef f():\n    with multiprocessing.Lock():\n        return True", "T"},
      {"temporary files work",
       "import tempfile\ndef f():\n    with tempfile.TemporaryFile('w+') as a, tempfile.NamedTemporaryFile() as b:\n   "
       "  "
       "   a.write('x')\n        a.seek(0)\n        return a.read() == 'x' and "
       "b.name.startswith(tempfile.gettempdir())",
       "T"},
      {"the user's locale can be set",
       "import locale\ndef f(): return locale.setlocale(locale.LC_ALL, '') == 'C.UTF-8'", "T"},
      {"stdout may be deleted", "import sys\ndel sys.stderr\ndef f():\n    del sys.stdout\n    return True", "T"},
      {"SIGALRM raises in a call",
       "import signal\ndef f():\n    try:\n        signal.setitimer(signal.ITIMER_REAL, 0.01)\n        while True: "
       "pass\n    except Exception as error:\n        return type(error).__name__ == 'TimeoutException'",
       "T"},
      {"a process pool fails",
       "import multiprocessing\ndef f():\n    with multiprocessing.Pool(2) as p:\n        return p.map(abs, [1])",
       "raised"},  // where exactly depends on what the machine has
      {"input raises", "def f(): return input()", "raised OSError"},
      {"sys.stdin.read raises", "import sys\ndef f(): return sys.stdin.read()", "raised OSError"},
      {"printing passes", "def f():\n    print('x' * 100000)\n    return True", "T"},
      {"a lone surrogate may be printed", "def f():\n    print('\\ud800')\n    return True", "T"},
      {"sys.stdout has no buffer", "import sys\ndef f(): return sys.stdout.buffer", "raised AttributeError"},
      {"the body's output is swallowed too", "print('hello')\ndef f(): return True", "T"},
      {"971 plain levels of recursion are free", "def f(n=971): return True if n == 1 else f(n - 1)", "T"},
      {"972 are not", "def f(n=972): return True if n == 1 else f(n - 1)", "raised RecursionError"},
      {"60,000 levels through lru_cache pass",
       "import sys, functools\nsys.setrecursionlimit(10**6)\n@functools.lru_cache(None)\ndef r(n): return 0 if n == 0 "
       "else 1 + r(n - 1)\ndef f(): return r(60000) == 60000",
       "T"},
      {"64 MiB may be held", "def f():\n    x = bytearray(64 << 20)\n    return len(x) == 64 << 20", "T"},
      {"8 GiB may not", "def f(): return len(bytearray(8 << 30))", "raised MemoryError"},
      {"replaced builtins are heard all the same",
       "import builtins\ndef f():\n    builtins.len = None\n    builtins.type = None\n    builtins.list = None\n    "
       "return True",
       "T"},
      {"an entry point that is None is called", "f = None", "raised TypeError"},
      {"CRLF line ends", "def f():\r\n    return True\r\n", "T"},
      {"signal.alarm may be set", "import signal\ndef f():\n    signal.alarm(0)\n    return True", "T"},
      {"a numpy.random state is seeded",
       "import numpy as np, random\na = np.random.rand()\nb = random.random()\ndef f():\n    np.random.seed(0)\n    "
       "random.seed(0)\n    return a == np.random.rand() and b == random.random()",
       "T"},
      {"warnings may be raised", "import warnings\nwarnings.warn('x')\ndef f(): return True", "T"},
  }));
  CAPTURE(row.what);
  const auto seen = tests::run_calls(row.program);
  REQUIRE(seen.outcome.status == sandbox::Status::ok);
  REQUIRE(seen.calls.size() == 1);
  INFO(seen.calls[0]);
  CHECK(seen.calls[0].substr(0, row.result.size()) == row.result);
}

TEST_CASE("each call finds the streams and SIGALRM as the first did, and no timer", "[frame]") {
  NEEDS_JAIL();
  const auto seen = tests::run_calls(
      "import signal, sys, time\nn = 0\ndef own(*_): raise ValueError\ndef f():\n    global n\n    n += 1\n    if n == "
      "1:\n        del sys.stdout, sys.stdin\n        signal.signal(signal.SIGALRM, own)\n        "
      "signal.setitimer(signal.ITIMER_REAL, 0.05)\n        return True\n    sys.stdout.write('x')\n    "
      "time.sleep(0.1)\n    return signal.getsignal(signal.SIGALRM) is not own",
      2);
  CHECK(seen.outcome.status == sandbox::Status::ok);
  CHECK(seen.calls == std::vector<std::string>{"T", "T"});
}

TEST_CASE("a body that does not come to its end says at which stage and why", "[frame]") {
  NEEDS_JAIL();
  struct Load {
    const char *what, *program;
    std::string detail;  ///< all of it, as a regular expression: Python's own messages differ from version to version
  };
  const auto row = GENERATE(values<Load>({
      {"syntax", "def f(:\n    pass", R"(SSyntaxError: .+ \(line 1\))"},
      {"tabs and spaces", "def f():\n\tif 1:\n        pass", R"(STabError: .+ \(line 3\))"},
      {"a NUL byte", "x = '\\0'\ny = 1 +", R"(SSyntaxError: .+ \(line 2\))"},
      {"annotations are evaluated", "def f() -> unknown: pass", R"(ENameError: .*'unknown'.* \(line 1\))"},
      {"raises", "raise KeyError(1)", R"(EKeyError \(line 1\))"},
      {"raises, called from below", "def f(): raise KeyError('none')\nf()", R"(EKeyError: none \(line 1\))"},
      {"raises what has a number too", "raise OSError(2, 'none')", R"(EFileNotFoundError: none \(line 1\))"},
      {"raises in a library", "import json\n\njson.loads('[')", R"(EJSONDecodeError: .+ \(line 3\))"},
      {"is not asked what it raised", "class E(ValueError):\n    def __str__(self): exit()\nraise E('x')",
       R"(EE: x \(line 3\))"},
      {"tells what is no plain text", "class S(str): pass\nraise ValueError(S('x'))", R"(EValueError \(line 2\))"},
      {"tells much", "raise ValueError('x' * 10 ** 6)", R"(EValueError: x{100} \(line 1\))"},
      {"exit() at the end", "def f(): return True\nexit()", R"(ETypeError: 'NoneType' .+ \(line 2\))"},
      {"sys.exit at the end", "import sys\ndef f(): return True\nsys.exit(0)", R"(ESystemExit \(line 3\))"},
      {"absent import", "import torch\ndef f(): return True", R"(EModuleNotFoundError: .*'torch' \(line 1\))"},
      {"no entry point", "def g(): return True", "Nf"},
      {"empty", "", "Nf"},
  }));
  CAPTURE(row.what);
  const auto seen = tests::run_calls(row.program);
  CHECK(seen.outcome.status == sandbox::Status::load_failed);
  CHECK_THAT(seen.outcome.detail, Catch::Matches(row.detail));
  CHECK(seen.calls.empty());
}

TEST_CASE("two jobs share nothing: module state starts afresh", "[frame]") {
  NEEDS_JAIL();
  const std::string program =
      "import math, sys\nseen = getattr(math, 'seen', 0)\nmath.seen = 1\nsys.modules['x'] = math\n"
      "import pathlib\nleft = pathlib.Path('left').exists()\npathlib.Path('left').write_text('x')\n"
      "def f(): return seen == 0 and not left";
  for (int i = 0; i < 2; ++i) CHECK(tests::run_calls(program).calls == std::vector<std::string>{"T"});
}
