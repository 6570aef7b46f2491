#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "tests/catch.h"
#include "tests/sandbox/checked.h"
#include "tests/sandbox/jail.h"

using namespace assay::sandbox;
using assay::tests::check;
using assay::tests::executor;
using assay::tests::Seen;

TEST_CASE("a test passes where it would pass in one process", "[check]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
    std::vector<std::string> tests;
    const char* marks;
  };
  const auto row = GENERATE(values<Row>({
      {"right and wrong",
       "def f(x): return x + 1",
       {"assert f(1) == 2", "assert f(1) == 3", "assert f(2) == 3"},
       ".A."},
      {"keyword arguments", "def f(a, *, b=0): return a - b", {"assert f(3, b=1) == 2", "assert f(a=5) == 5"}, ".."},
      {"called in a comprehension",
       "def f(x): return x * x",
       {"assert [f(i) for i in range(50)] == [i * i for i in range(50)]"},
       "."},
      {"dates and times, both ways",
       "from datetime import *\ndef f(x): return x + timedelta(days=1) if isinstance(x, date) else x",
       {"from datetime import *\nassert f(date(2020, 2, 28)) == date(2020, 2, 29)",
        "from datetime import *\nassert f(datetime(2020, 1, 1, 5, 6, 7, 8, timezone.utc)).isoformat() == "
        "'2020-01-02T05:06:07.000008+00:00'",
        "from datetime import *\nassert f([time(1, 2, 3), timedelta(-1, 2, 3)]) == [time(1, 2, 3), timedelta(-1, 2, "
        "3)]",
        "from datetime import *\nassert f(date(2020, 2, 28)) == date(2020, 2, 28)",
        "from datetime import *\nassert f({date(2020, 2, 28): {timedelta(1)}}) == {date(2020, 2, 28): {timedelta(1)}}"},
       "...A."},
      {"named tuples, both ways",
       "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(p): return P(p.y, p.x)",
       {"from collections import namedtuple\nQ = namedtuple('Q', 'x y')\np = f(Q(1, 2))\n"
        "assert p == (2, 1) and p.x == 2 and p._fields == ('x', 'y') and repr(p) == 'P(x=2, y=1)'",
        "from collections import namedtuple\nassert f(namedtuple('Q', 'x y')(1, 2)).y == 2"},
       ".A"},
      {"called by another call",
       "def f(x): return x + 1",
       {"assert f(f(f(1))) == 4", "assert list(map(f, [1, 2])) == [2, 3]"},
       ".."},
      {"values of every plain type",
       "def f(x): return x",
       {"for v in (None, True, 1 << 100, -1.5, float('inf'), 1j, 'a', b'b', (1, (2,)), [[]], {1: {2: 3}}, {1}, "
        "frozenset({2})):\n"
        "  r = f(v)\n  assert r == v and type(r) is type(v), v"},
       "."},
      {"text of every kind",
       "def f(x): return x[::-1]",
       {"assert f('\\u00e9\\U0001f600\\ud800') == '\\ud800\\U0001f600\\u00e9'", "assert f('é') == 'é'"},
       ".."},
      {"an argument is changed",
       "def f(x, d, s):\n  x.append(4); x[0][0] = 9; d['k'] = 1; s.clear()",
       {"a, d, s = [[1], 2], {}, {1}\ninner = a[0]\nf(a, d, s)\nassert a == [[9], 2, 4] and inner == [9] and d == "
        "{'k': 1} and s == set()"},
       "."},
      {"an argument is returned",
       "def f(x):\n  x.sort()\n  return x",
       {"a = [2, 1]\nassert f(a) is a and a == [1, 2]"},
       "."},
      {"an argument is changed before a raise",
       "def f(x):\n  x.pop()\n  raise KeyError('k')",
       {"a = [1]\ntry: f(a)\nexcept KeyError as e: assert e.args == ('k',) and a == []\nelse: assert False"},
       "."},
      {"an exception that the test expects",
       "class Mine(ValueError): pass\ndef f(x): raise Mine('text', 2)",
       {"try: f(1)\nexcept ValueError as e: assert str(e) == \"('text', 2)\" and type(e).__name__ == 'Mine'\nelse: "
        "assert False"},
       "."},
      {"an exception that it does not expect", "def f(x): return 1 // x", {"f(0)", "assert f(1) == 1"}, "!."},
      {"a generator",
       "def f(n):\n  for i in range(n): yield i\n",
       {"assert list(f(3000)) == list(range(3000))", "g = f(10)\nassert next(g) == 0 and next(g) == 1",
        "assert list(f(0)) == []"},
       "..."},
      {"a generator without end",
       "import itertools\ndef f(): return itertools.count()",
       {"from itertools import islice\nassert list(islice(f(), 100)) == list(range(100))"},
       "."},
      {"a generator that raises",
       "def f():\n  yield 1\n  raise ValueError",
       {"g = f()\nassert next(g) == 1\ntry: next(g)\nexcept ValueError: pass\nelse: assert False"},
       "."},
      {"a function is returned", "def f(n): return lambda x: x + n", {"assert f(2)(3) == 5"}, "."},
      {"a builtin function is given",
       "def f(x, kind, g): return isinstance(x, kind) and g([x])",
       {"assert f(1, int, len) == 1", "assert f('', int, len) is False", "assert f(1, g=len, kind=int) == 1"},
       "..."},
      {"an iterator is given",
       "def f(it): return sum(it)",
       {"assert f(x for x in [1, 2, 3]) == 6", "assert f(iter('')) == 0", "assert f(it=iter([4])) == 4"},
       "..."},
      {"names that stay from test to test", "def f(x): return x", {"y = f(3)", "assert y == 3"}, ".."},
      {"a result too deep to be told",
       "def f(x):\n  r = []\n  for i in range(100000): r = [r]\n  return r",
       {"assert f(1) != []", "assert f(1) == []"},
       ".A"},
      {"a result that holds itself", "def f(x):\n  r = []\n  r.append(r)\n  return r", {"assert f(1) != []"}, "."},
      {"values of the test's own classes",
       "def f(x): x[1].append(2); x.append(3)",
       {"from collections import namedtuple\nP = namedtuple('P', 'a b')\nl = [P(1, 2), [1]]\nf(l)\nassert type(l[0]) "
        "is P and l == [P(1, 2), [1, 2], 3]"},
       "."},
      {"a lot of recursion", "def f(n): return 0 if n == 0 else 1 + f(n - 1)", {"assert f(900) == 900"}, "."},
      {"too much recursion",
       "def f(n): return f(n + 1)",
       {"try: f(0)\nexcept RecursionError: pass\nelse: assert False"},
       "."},
      {"an OrderedDict is given, and changed",
       "def f(d, change=False):\n  if change: d['z'] = 0; d.move_to_end('a')\n  return len(d)",
       {"from collections import OrderedDict\nd = OrderedDict(a=1, b=2)\nassert f(d) == 2 and list(d) == ['a', 'b']",
        "assert f(d, True) == 3 and list(d) == ['b', 'z', 'a'] and list(d.items()) == [('b', 2), ('z', 0), ('a', 1)]"},
       ".."},
      {"what the call left alone is not touched",
       "def f(c, k): return k in c",
       {"from collections import deque\nfor c in ({1: 2, 3: 4}, {1, 3, 100, 17}, deque([1, 2, 3]), [1, [2]]):\n"
        "  assert [f(c, k) for k in c] == [True] * len(c)",
        "row, nan = [1], float('nan')\nc = [row, row, nan]\nassert f(c, row) and nan in c\nc[0].append(2)\n"
        "assert c[1] == [1, 2]",
        "c = {}\nfor i in range(10): c[i] = [i]\ndel c[0], c[1]\nassert [k for k in c if f(c, k)] == list(range(2, "
        "10))"},
       "..."},
      {"parts of what the call changed stay what they were",
       "def f(x): x['a'].append(1); x['d'] = 2; x['c'][0].add(3); x['e'].rotate(1)",
       {"from collections import deque\na, b, c, e = [], [0], (set(), 1), deque([1, 2])\nx = dict(a=a, b=b, c=c, e=e)\n"
        "f(x)\nassert a == [1] and x['a'] is a and x['b'] is b and x['c'] is c and c[0] == {3} and x['d'] == 2\n"
        "assert list(e) == [2, 1] and x['e'] is e and list(x) == ['a', 'b', 'c', 'e', 'd']"},
       "."},
      {"an argument of very many levels",
       "def f(a):\n  n = 0\n  while a:\n    a = a[0]\n    n += 1\n  return n",
       {"a = []\nfor _ in range(900): a = [a]\nassert f(a) == 900", "a = [a] * 400\nassert f(a) == 901"},
       ".."},
      {"an argument with very many ways through it",
       "def f(a): return len(a)",
       {"a = []\nfor _ in range(60): a = [a, a]\nassert f(a) == 2"},
       "."},
      {"a keyword argument is returned",
       "def f(a, b=0): return a",
       {"d = {1}\nassert f(a=d) is d and f(b=d, a=[2]) == [2]"},
       "."},
      {"a deque with an end, and a dict with defaults",
       "def f(d, x=None):\n  d.append(3)\n  if x is not None: x['k'] += 1\n  return list(d)",
       {"from collections import deque, defaultdict\nd, x = deque([1, 2], maxlen=2), defaultdict(int)\n"
        "assert f(d, x=x) == [2, 3] and list(d) == [2, 3] and d.maxlen == 2 and x == {'k': 1} and x['z'] == 0"},
       "."},
      {"a generator that yields one list, which it changes",
       "def f(n):\n  row = []\n  for i in range(n):\n    row.append(i)\n    yield row",
       {"assert list(f(4)) == [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]"},
       "."},
      {"a generator of things of many kinds",
       "def f():\n  yield 1\n  yield (2, 'a')\n  yield b'b'\n  yield [3]\n  yield None\n  r = []\n  for i in "
       "range(5000): r = [r]\n"
       "  yield r\n  yield {4}\n  raise KeyError(r)",
       {"g = f()\nassert [next(g) for i in range(5)] == [1, (2, 'a'), b'b', [3], None]\nassert next(g) != [] and "
        "next(g) == "
        "{4}\ntry: next(g)\nexcept KeyError: pass\nelse: assert False"},
       "."},
      {"a generator of what holds itself",
       "def f():\n  r = []\n  r.append(r)\n  yield 1\n  yield r",
       {"g = f()\nassert next(g) == 1 and next(g) != []"},
       "."},
      {"what exceptions know",
       "import sys\ndef f(x):\n  if x == 0: sys.exit(3)\n  if x == 1: b'a\\xff'.decode()\n  if x == 2: import absent\n "
       " if x == 3: "
       "compile('(', 'name', 'exec')\n  raise FileNotFoundError(2, 'text')",
       {"def raised(x):\n  try: f(x)\n  except BaseException as error: return error\n"
        "assert raised(0).code == 3 and raised(1).start == 1 and raised(2).name == 'absent'",
        "assert raised(3).filename == 'name' and raised(4).errno == 2 and type(raised(2)) is ModuleNotFoundError"},
       ".."},
      {"what exceptions know of names and files",
       "import io\ndef f(x):\n  if x == 0: return absent\n  if x == 1: return x.absent\n  io.open('/tmp/absent')",
       {"import sys\ndef raised(x):\n  try: f(x)\n  except Exception as error: return error\n"
        "assert sys.version_info < (3, 10) or raised(0).name == raised(1).name == 'absent'",
        "assert raised(2).filename == '/tmp/absent' and str(raised(2)).endswith(\": '/tmp/absent'\")"},
       ".."},
      {"a call from as deep as can be",
       "def f(x): return x",
       {"def g(n): return f([n]) if n == 0 else g(n - 1)\nfor n in range(900, 1000):\n  try: g(n)\n  except "
        "RecursionError: pass\nimport sys\nassert sys.getrecursionlimit() == 1000",
        "assert f(1) == 1"},
       ".."},
      {"exceptions that can't be made again",
       "class Odd(UnicodeError):\n  def __init__(self, a, b): self.args = (a,)\nclass Own(UnicodeDecodeError):\n"
       "  def __init__(self): self.args = (1,)\n  def __new__(cls): return UnicodeDecodeError.__new__(cls, 'a', b'', "
       "0, 1, "
       "'')\ndef f(x):\n  if x == 0: raise Odd(1, 2)\n  if x == 1: raise Own()\n  raise ValueError(f)",
       {"try: f(0)\nexcept UnicodeError as e: assert type(e).__name__ == 'Odd' and e.args == (1,)\nelse: assert False",
        "try: f(1)\nexcept UnicodeError as e: assert e.args == (1,)\nelse: assert False",
        "try: f(2)\nexcept ValueError as e: assert len(e.args) == 1\nelse: assert False"},
       "..."},
      {"a set of what has a hash of its own making",
       "class P(list):\n  __hash__ = lambda self: 1\ndef f(x): return ({P([1])}, {P([2]): x}, frozenset([(P(),)]))",
       {"a, b, c = f(3)\nassert len(a) == len(b) == len(c) == 1 and list(b.values()) == [3] and a != {1}"},
       "."},
      {"output is swallowed", "print('a')\ndef f(x): print(x); return x", {"print('t')\nassert f(1) == 1"}, "."},
      {"the sample's module state stays",
       "n = 0\ndef f():\n  global n\n  n += 1\n  return n",
       {"assert f() == 1", "assert f() == 2"},
       ".."},
  }));
  CAPTURE(row.what);
  const Seen seen = check(row.program, row.tests);
  CAPTURE(seen.raised, seen.detail);
  CHECK(seen.status == Status::ok);
  CHECK(seen.marks == row.marks);
}

TEST_CASE("unittest classes are run, and what they find counts", "[check]") {
  NEEDS_JAIL();
  const std::string right =
      "import unittest\nclass T(unittest.TestCase):\n  def test(self): self.assertEqual(f(1), 2)\n";
  const std::string wrong =
      "import unittest\nclass U(unittest.TestCase):\n  def test(self): self.assertEqual(f(1), 3)\n";
  CHECK(check("def f(x): return x + 1", {right, wrong}).marks == ".A");
  CHECK(check("def f(x): return x + 1", {right + "if __name__ == '__main__': unittest.main()\n"}).marks == ".");
  CHECK(check("def f(x): return x + 1", {wrong + "unittest.main()\n"}).marks == "A");
  CHECK(check("import sys\ndef f(x): sys.exit(0)", {right + "unittest.main()\n"}).marks == "A");
}

TEST_CASE("test functions are run, and what they find counts", "[check]") {
  NEEDS_JAIL();
  const std::string plus_one = "def f(x): return x + 1", counts = "n = 0\ndef f():\n  global n\n  n += 1\n  return n";
  struct Row {
    const char* what;
    std::string program;
    std::vector<std::string> tests;
    const char* marks;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"right", plus_one, {"def test_a():\n  assert f(1) == 2"}, "."},
      {"wrong", plus_one, {"def test_a(): assert f(1) == 2\ndef test_b(): assert f(1) == 3", "assert f(1) == 2"}, "A."},
      {"raises", plus_one, {"def test_a(): f('')"}, "!"},
      {"beside asserts", plus_one, {"assert f(1) == 2\ndef test_a(x=1, *y, z=2): assert f(1) == 3"}, "A"},
      {"each for its own test",
       plus_one,
       {"def test_a(): assert f(1) == 3", "assert f(1) == 2", "def test_b(): f(1)"},
       "A.."},
      {"of the same name", plus_one, {"def test_a(): f(1)", "def test_a(): assert f(1) == 3"}, ".A"},
      {"as coroutines",
       plus_one,
       {"async def test_a(): assert f(1) == 2", "async def test_b(): assert f(1) == 3"},
       ".A"},
      {"decorated",
       plus_one,
       {"import functools\ndef d(g):\n  @functools.wraps(g)\n  def h(*a): return g(*a)\n  return h\n@d\ndef test_a(): "
        "assert f(1) == 3"},
       "A"},
      {"those that need arguments are helpers", plus_one, {"def test_a(x): assert f(x) == 3\ntest_a(2)"}, "."},
      {"those that a test runs itself run once",
       counts,
       {"def test_a(): assert f() == 1\nif __name__ == '__main__': test_a()",
        "def test_b(): assert f() == 2\ndef main(): test_b()\nmain()"},
       ".."},
      {"those that it would run elsewhere run here",
       plus_one,
       {"def test_a(): assert f(1) == 3\nif __name__ == 'other': test_a()"},
       "A"},
      {"those of the setup, and the sample's, are helpers", plus_one, {"def test_a(x): f(x)", "test_b = f"}, ".."},
  }));
  CAPTURE(row.what);
  const Seen seen = check(row.program, row.tests, "def test_setup(): assert 0");
  CAPTURE(seen.raised);
  CHECK(seen.marks == row.marks);
}

TEST_CASE("the setup's names are the tests', and stay out of the sample", "[check]") {
  NEEDS_JAIL();
  CHECK(check("def f(x): return x", {"assert helper(f(1)) == 2"}, "def helper(x): return x + 1").marks == ".");
  CHECK(check("def f(x): return helper(x)", {"f(1)"}, "def helper(x): return x + 1").raised == "NameError");
  CHECK(check("def f(x): return x", {"assert f(1) == 1", "assert f(1) == 1"}, "raise ValueError").marks == "!!");
  CHECK(check("def f(x): return 5", {"assert f(1) == 5"}, "def f(x): return 6").marks == ".");
}

TEST_CASE("a failed test ends the job where it is not to go on", "[check]") {
  NEEDS_JAIL();
  CheckJob job;
  job.program = "def f(x): return x";
  job.entry_point = "f";
  job.tests = {"assert f(1) == 1", "assert f(1) == 2", "assert f(1) == 1"};
  job.keep_going = false;
  CHECK(check(job).marks == ".A");
}

TEST_CASE("what a sample does during a test is an outcome", "[check]") {
  NEEDS_JAIL();
  struct Row {
    const char* what;
    const char* program;
    Status status;
    const char* marks;  ///< of two tests, the second of which calls f(1)
  };
  const auto row = GENERATE(values<Row>({
      {"does not compile", "def f(:", Status::load_failed, ""},
      {"raises", "raise ValueError", Status::load_failed, ""},
      {"lacks the entry point", "def g(): pass", Status::load_failed, ""},
      {"sys.exit in its body", "import sys\nsys.exit(0)", Status::load_failed, ""},
      {"sys.exit in a call", "import sys\ndef f(x):\n  if x: sys.exit(0)\n  return 0", Status::ok, ".!"},
      {"os._exit in its body", "import os\nos._exit(0)", Status::exited, ""},
      {"os._exit in a call", "import os\ndef f(x):\n  if x: os._exit(0)\n  return 0", Status::exited, "."},
      {"an endless loop", "def f(x):\n  while x: pass\n  return 0", Status::call_timeout, "."},
      {"it sleeps", "import time\ndef f(x):\n  if x: time.sleep(60)\n  return 0", Status::call_timeout, "."},
      {"a signal", "import os\ndef f(x):\n  if x: os.abort()\n  return 0", Status::crash, "."},
      {"a hostile call", "import ctypes\ndef f(x):\n  if x: ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n  return 0",
       Status::forbidden, "."},
      {"memory", "def f(x):\n  if x: return len(bytearray(1 << 36))\n  return 0", Status::ok, ".!"},
      {"a StopIteration does not end the test's loop", "def f(x):\n  if x: raise StopIteration\n  return 0", Status::ok,
       ".!"},
      {"raises AssertionError", "def f(x):\n  assert not x\n  return 0", Status::ok, ".A"},
  }));
  CAPTURE(row.what);
  const Seen seen = check(row.program, {"assert f(0) == 0", "list(map(f, [1, 1, 1]))"});
  CAPTURE(seen.raised, seen.detail);
  CHECK(seen.status == row.status);
  CHECK(seen.marks == row.marks);
}

TEST_CASE("what a sample sends on its own earns nothing", "[check]") {
  NEEDS_JAIL();
  // Frames as the runner's own: type, length, payload. Type 4 is an answer; "N" is None; 5 is a checker's "passed".
  const std::string head = "import os, struct\ndef frame(t, p): os.write(4, struct.pack('<BI', t, len(p)) + p)\n";
  struct Row {
    const char* what;
    const char* program;
  };
  const auto row = GENERATE(values<Row>({
      {"answers before it is asked", "frame(1, b'')\nframe(4, b'N')\ndef f(x): return 1"},
      {"answers twice", "def f(x):\n  frame(4, b'N')\n  return 1"},
      {"says that a test passed", "def f(x):\n  frame(5, bytes(4))\n  return 1"},
      {"says that all is finished", "def f(x):\n  frame(8, b'')\n  return 1"},
      {"loads twice", "def f(x):\n  frame(1, b'')\n  return 1"},
      {"calls the checker", "def f(x):\n  frame(3, b'N')\n  return 1"},
      {"no such frame", "def f(x):\n  frame(99, b'')\n  return 1"},
      {"a frame without end", "def f(x):\n  os.write(4, b'\\x04\\xff\\xff\\xff\\xff')\n  return 1"},
      {"code as a value", "import marshal\ndef f(x):\n  frame(4, marshal.dumps(compile('1', '', 'eval')))\n  return 1"},
      {"a value that is no answer", "def f(x):\n  frame(4, b'N')\n  import time; time.sleep(9)"},
      {"an answer of the wrong shape",
       "import marshal\ndef f(x):\n  frame(4, marshal.dumps(('value',)))\n  import time; time.sleep(9)"},
      {"an exception that is none",
       "import marshal\ndef f(x):\n  frame(4, marshal.dumps(('raised', ('int', 'int'), (), None)))\n  import time; "
       "time.sleep(9)"},
  }));
  CAPTURE(row.what);
  const Seen seen = check(head + row.program, {"assert f(0) == 1", "assert f(0) == 1", "assert f(0) == 1"});
  CAPTURE(seen.raised, seen.detail, seen.marks);
  const bool refused = seen.status == Status::protocol || seen.status == Status::output_limit;
  CHECK(refused);
}

TEST_CASE("a comparison of the sample's making is never called", "[check]") {
  NEEDS_JAIL();
  const std::string liar =
      "  def __eq__(self, other): return True\n  def __ne__(self, other): return False\n  __hash__ = None\n";
  CHECK(check("class E:\n" + liar + "def f(x): return E()",
              {"assert f(1) == 2", "assert 2 == f(1)", "assert f(1) in [1, 2]"})
            .marks == "AAA");
  CHECK(check("class E(int):\n" + liar + "def f(x): return E(x)", {"assert f(1) == 2", "assert f(2) == 2"}).marks ==
        "A.");
  CHECK(check("class E(list):\n" + liar + "def f(x): return [E([x])]", {"assert f(1) == [[2]]", "assert f(2) == [[2]]"})
            .marks == "A.");
  CHECK(check("class E(BaseException):\n" + liar + "def f(x): return E()", {"assert f(1) is None"}).marks == "A");
  CHECK(check("f = len\nclass E: pass\ndef f(x): return E()", {"assert f(1) is not None", "f(1) < 2", "len(f(1))"})
            .marks == ".!!");
  CHECK(check("class M(type):\n  def __eq__(c, o): raise ValueError\n  __hash__ = None\n"
              "class E(metaclass=M): pass\ndef f(x): return E() if x else x",
              {"assert f(1) is not None", "assert f(1) == 1", "assert f(0) == 0"})
            .marks == ".A.");
}

TEST_CASE("results beyond the plain types are what they were", "[check]") {
  NEEDS_JAIL();
  struct Row {
    const char* result;
    const char* test;
  };
  const auto row = GENERATE(values<Row>({
      {"__import__('collections').namedtuple('P', 'x y')(1, 2)", "assert r == (1, 2) and r[0] == 1"},
      {"__import__('collections').Counter('aab')",
       "assert r == {'a': 2, 'b': 1} and r['z'] == 0 and r.most_common(1) == [('a', 2)]"},
      {"__import__('collections').OrderedDict([(1, 2)])", "assert r == {1: 2}"},
      {"__import__('collections').defaultdict(list, {1: [2]})", "assert r == {1: [2]}"},
      {"__import__('collections').deque([1, 2])", "from collections import deque\nassert r == deque([1, 2])"},
      {"__import__('decimal').Decimal('1.10')",
       "from decimal import Decimal\nassert r == Decimal('1.1') and str(r) == '1.10'"},
      {"__import__('fractions').Fraction(1, 3)", "from fractions import Fraction\nassert r == Fraction(1, 3)"},
      {"range(3)", "assert r == range(3) and list(r) == [0, 1, 2]"},
      {"bytearray(b'ab')", "assert r == b'ab'"},
      {"[range(2), {1: range(1)}, (range(1),), {range(1)}, None]",
       "assert r == [range(2), {1: range(1)}, (range(1),), {range(1)}, None]"},
      {"[object(), 1]", "assert r[1] == 1 and r[0] != r[0]"},
  }));
  CAPTURE(row.result);
  const Seen seen = check(std::string("def f(): return ") + row.result, {std::string("r = f()\n") + row.test});
  CAPTURE(seen.raised, seen.detail);
  CHECK(seen.marks == ".");
}

TEST_CASE("NumPy values cross both ways", "[check]") {
  NEEDS_JAIL();
  if (executor()->fingerprint().find("NumPy") == std::string::npos) ASSAY_SKIP("the interpreter has no NumPy");
  CHECK(check("import numpy as np\ndef f(x): return np.float64(x)", {"assert f(1.5) == 1.5", "assert f(1.5) == 2"})
            .marks == ".A");
  CHECK(check("import numpy as np\ndef f(x): return np.array(x) * 2", {"assert f([1, 2]).tolist() == [2, 4]"}).marks ==
        ".");
  const std::string imports = "import numpy as np\n";
  CHECK(check("def f(a): return float(a.sum())",
              {imports + "assert f(np.eye(3).diagonal()) == 3 and f([np.broadcast_to(np.arange(2), (2, 2))][0]) == 2",
               imports + "assert f(np.frombuffer(b'\\1\\2', dtype=np.uint8)) == 3",
               imports + "a = np.arange(3)\na.setflags(write=False)\nassert f(a) == 3 and a.tolist() == [0, 1, 2]",
               imports + "assert f(np.lib.stride_tricks.sliding_window_view(np.arange(4), 2)) == 9"})
            .marks == "....");
  CHECK(check("def f(a, b=None):\n  a[0] = [7]\n  return a",
              {imports + "a = np.array([None, [1]], dtype=object)\nassert f(a) is a and a[0] == [7]",
               imports + "a = np.zeros((2, 2))\nassert f(a=a) is a and a.tolist() == [[7, 7], [0, 0]]",
               imports + "a = np.matrix([[1, 2]])\nb = np.float16(1)\nc = [0, a, b]\nf(c)\n"
                         "assert c[0] == [7] and c[1] is a and c[2] is b"})
            .marks == "...");
  CHECK(check("def f(x):\n  x[0] = 7\n  return x.sum()",
              {"import numpy as np\na = np.arange(3)\nassert f(a) == 10 and a[0] == 7"})
            .marks == ".");
}

TEST_CASE("no test is rounded to a precision that its sample chose", "[check]") {
  NEEDS_JAIL();
  const std::string rounded = "import numpy as np\ndef f(x): return np.array([3.14159 * x], np.float16)";
  CHECK(check(rounded, {"assert f(1) == 3.141592653589793"}).marks == "A");
  CHECK(check(rounded, {"assert f(1)[0] == 3.140625", "assert f(1) == 3.140625"}).marks == "..");
  const std::string single = "import numpy as np\ndef f(x): return np.array([x], np.float32)";
  CHECK(check(single, {"assert f(0.1) == 0.1"}).marks == ".");
  CHECK(check("import numpy as np\ndef f(x): return np.float16(3.14159 * x)",
              {"assert f(1) == 3.141592653589793", "assert f(1) == 3.140625 and f(1) is not None"})
            .marks == "A.");
  // NumPy makes an array of a list, so a scalar's bytes are not to hold one.
  const Seen forged = check(
      "import os, struct, sys\ndef text(t): return struct.pack('<I', len(t)) + t\n"
      "def f(x):\n"
      "    made = b'\\x01' + text(b'float16') + b'\\x09' + struct.pack('<I', 1) + b'g' + struct.pack('<d', 3.14)\n"
      "    answer = b'\\x0a' + struct.pack('<I', 3) + b'u' + text(b'value') + made + b'N'\n"
      "    os.write(4, struct.pack('<BI', 4, len(answer)) + answer)\n    import time; time.sleep(9)",
      {"assert f(1) == 3.1415"});
  CHECK(forged.status == Status::protocol);
  CHECK(forged.marks.empty());
  // An argument is what it was, on both sides.
  CHECK(check("def f(a):\n    a[0] = 7\n    return str(a.dtype)",
              {"import numpy as np\na = np.zeros(2, np.float16)\n"
               "assert f(a) == 'float16' and a[0] == 7 and a.dtype == np.float16"})
            .marks == ".");
}

TEST_CASE("an argument that cannot cross is a TypeError in the test", "[check]") {
  NEEDS_JAIL();
  const Seen seen = check("def f(x): return 1", {"class A: pass\nf(A())", "assert f(1) == 1"});
  CHECK(seen.marks == "!.");
  CHECK(seen.raised == "TypeError");
}

TEST_CASE("a sample never sees its tests", "[check]") {
  NEEDS_JAIL();
  const char* program = R"(
import gc, os, sys
def texts(needle):
    found = []
    with open_('/proc/self/mem', 'rb') if os.path.exists('/proc/self/mem') else io.BytesIO() as memory:
        found.append(needle in memory.read())
    return found
def f(needle):
    needle = needle[::-1]
    seen = set()
    queue = gc.get_objects() + [sys._getframe(), sys.modules]
    frame = sys._getframe()
    while frame is not None:
        queue += list(frame.f_locals.values()) + list(frame.f_globals.values())
        frame = frame.f_back
    while queue:
        value = queue.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if type(value) is str and value is not needle and needle in value:
            return True
        if type(value) in (bytes, bytearray) and needle.encode() in value:
            return True
        if type(value) in (list, tuple, dict, set):
            queue += list(value) + (list(value.values()) if type(value) is dict else [])
    return os.path.exists('/proc/self/mem') or len(os.listdir('/tmp')) > 0
)";
  // The needle is given backwards, so that the argument is not what is found.
  CHECK(check(program, {"secret = 'n33dle_' + 'x'\nn33dle_x = 1\nassert f('x_eld33n') is False"}).marks == ".");
}

TEST_CASE("two jobs see nothing of each other", "[check]") {
  NEEDS_JAIL();
  CHECK(check("import builtins\nbuiltins.leak = 1\ndef f(): return 1", {"assert f() == 1"}).marks == ".");
  CHECK(check("def f(): return leak", {"f()"}).raised == "NameError");
}

TEST_CASE("what tests draw at random is nothing that the sample can draw as well", "[check]") {
  NEEDS_JAIL();
  const std::string draws = "import random\ndef f(text): return random.randint(0, 10 ** 9)";
  const std::string test = "import random\nn = random.randint(0, 10 ** 9)\nassert f(hex(n)) == n";
  CHECK(check(draws, {test, test}).marks == "AA");
  // The same to each run: by what is said of a value that differs.
  const std::string telling = "import random\nraise type('N%d' % random.randint(0, 10 ** 9), (Exception,), {})";
  const std::string told = check(draws, {telling}).raised;
  CHECK(check("def f(): pass", {telling}).raised == told);
}

TEST_CASE("tests that use what only the sample defines share its process", "[check]") {
  NEEDS_JAIL();
  CheckJob job;
  job.program = "class Pair:\n  def __init__(self, a): self.a = a\ndef f(p, g): return g(p.a)";
  job.entry_point = "f";
  job.setup = "p = Pair(3)";
  job.tests = {"assert f(p, lambda x: x + 1) == 4", "assert f(Pair(1), str) == 1"};
  job.shared = true;
  CHECK(check(job).marks == ".A");
  job.tests = {"def test_a(): assert f(p, lambda x: x) == 3", "def test_b(): assert f(p, str) == 1",
               "def test_c(): assert f(p, str) == '3'\ntest_c()"};
  CHECK(check(job).marks == ".A.");
  job.program = "raise ValueError";
  CHECK(check(job).status == Status::load_failed);
  job.program = "class Pair: pass\nimport os\ndef f(p, g): os._exit(0)\nPair.__init__ = lambda self, x: None";
  CHECK(check(job).status == Status::exited);
}
