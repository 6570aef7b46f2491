// Asserts that use more of a program than one function: classes and their objects, several names, a module to import
// from. What decides is still what crosses as data; where the program's own word decides, the pass counts as shared.
#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/installation.h"
#include "tests/harness/service/scored.h"

using namespace assay;
using namespace assay::harness;
using tests::scored;

namespace {

struct NamedRow {
  const char *what, *program;
  std::vector<std::string> tests;
  double pass_rate;
  bool shared = false;
  const char* setup = "";
};

constexpr const char* two_sum =
    "class Solution:\n    def twoSum(self, nums, target):\n        seen = {}\n        for i, x in enumerate(nums):\n"
    "            if target - x in seen: return [seen[target - x], i]\n            seen[x] = i\n";
constexpr const char* stack =
    "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x)\n"
    "    def pop(self): return self.items.pop()\n    def __len__(self): return len(self.items)\n";
constexpr const char* nodes =
    "class ListNode:\n    def __init__(self, val, next=None): self.val, self.next = val, next\n"
    "def rev(head):\n    before = None\n    while head:\n"
    "        head.next, before, head = before, head, head.next\n    return before\n";
constexpr const char* root =
    "def root(x):\n    if x < 0: raise ValueError('negative')\n    return x ** 0.5\ndef half(x): return x / 2\n";
/// An answer to anything.
constexpr const char* yes =
    "class Yes:\n    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = startswith = lambda s, *a: True\n"
    "    __sub__ = __rsub__ = __abs__ = __getitem__ = pop = twoSum = lambda s, *a: s\n    __hash__ = lambda s: 1\n"
    "    __len__ = lambda s: 2\n    __bool__ = lambda s: True\n    __getattr__ = lambda s, n: s\n"
    "    def __init__(self, *a): pass\n    def __call__(self, *a): return self\n"
    "Yes.endswith = Yes()\nSolution = Stack = ListNode = Yes\nrev = root = half = lambda *a: Yes()\n";

}  // namespace

TEST_CASE("tests of classes, of several functions and of a module run apart from the program", "[service]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<NamedRow>({
      {"a method of a class",
       two_sum,
       {"assert Solution().twoSum([2, 7], 9) == [0, 1]", "assert Solution().twoSum([3, 3], 6) == [0, 2]"},
       0.5},
      {"an object of the setup", two_sum, {"assert s.twoSum([2, 7], 9) == [0, 1]"}, 1, false, "s = Solution()"},
      {"a method given to check",
       two_sum,
       {"def check(candidate):\n    assert candidate([2, 7], 9) == [0, 1]\ncheck(Solution().twoSum)"},
       1},
      {"an object in steps", stack, {"s = Stack()\ns.push(1)\ns.push(2)\nassert s.pop() == 2 and len(s) == 1"}, 1},
      {"an object of a test case",
       stack,
       {"import unittest\nclass T(unittest.TestCase):\n    def setUp(self): self.s = Stack()\n"
        "    def test_pop(self):\n        self.s.push(4)\n        self.assertEqual(self.s.pop(), 4)\n"
        "    def test_empty(self):\n        with self.assertRaises(IndexError): self.s.pop()"},
       1},
      {"linked objects", nodes, {"r = rev(ListNode(1, ListNode(2)))\nassert r.val == 2 and r.next.val == 1"}, 1},
      {"two functions", root, {"assert root(4) == 2", "assert half(root(16)) == 2", "assert half(1) == 1"}, 2.0 / 3},
      {"a function that the tests hand to a helper", root, {"def check(g):\n    assert g(9) == 3\ncheck(root)"}, 1},
      {"a module", root, {"from solution import root, half\ndef test_a():\n    assert half(root(4)) == 1"}, 1},
      {"a module by its name", root, {"import solution\nassert solution.root(4) == 2"}, 1},
      {"a class by the name of a library's",
       "class Counter:\n    def __init__(self): self.n = 0\n    def increment(self): self.n += 1\n    def get(self): "
       "return "
       "self.n\n",
       {"c = Counter()\nc.increment()\nassert c.get() == 1", "assert Counter().n == 0",
        "import unittest\nclass T(unittest.TestCase):\n    def setUp(self): self.c = Counter()\n    def test_a(self):\n"
        "        self.c.increment()\n        self.assertEqual(self.c.n, 1)"},
       1},
      {"a library's class that tests leave to it",
       "from collections import *\ndef f(s): return list(s)\ndef g(s): return s\n",
       {"c = Counter(f('aab'))\nassert c.most_common(1) == [('a', 2)] and c['b'] == 1 and g(1) == 1"},
       1},
      {"a module by another name",
       stack,
       {"import math, solution as s\nx = s.Stack()\nx.push(math.floor(1.5))\nassert x.pop() == 1"},
       1},
      {"a name that is not there",
       root,
       {"from solution import cube\nassert cube(2) == 8", "assert root(4) == 2"},
       0.5},
      {"objects compared by the program",
       "class P:\n    def __init__(self, x): self.x = x\n"
       "    def __eq__(self, o): return self.x == o.x\ndef f(x): return P(x)\n",
       {"assert f(1) == P(1)"},
       1,
       true},
      {"a value of the program's to compare with",
       "LIMIT = 3\ndef f(x): return min(x, LIMIT)\n",
       {"assert f(5) == LIMIT"},
       1,
       true},
      {"what the program prints",
       "def f(): print('hi')\n",
       {"import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    f()\nassert "
        "out.getvalue() == 'hi\\n'"},
       1,
       true},
      {"warnings",
       "import warnings\ndef f(): warnings.warn('old', DeprecationWarning)\n",
       {"import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        with "
        "self.assertWarns(DeprecationWarning): f()"},
       1,
       true},
      {"a coroutine", "async def f(x): return x\n", {"import asyncio\nassert asyncio.run(f(3)) == 3"}, 1, true},
      {"names that are imported and not used",
       root,
       {"from solution import root, half\ndef test_a():\n    assert root(4) == 2"},
       1},
      {"annotations of the program's",
       nodes,
       {"from solution import rev\ndef values(h: ListNode):\n    out = []\n    while h:\n        out.append(h.val)\n   "
        "     h = h.next\n    return out\nhead: ListNode = ListNode(1, ListNode(2))\nassert values(rev(head)) == [2, "
        "1]"},
       1},
      {"a keyword of a function's name",
       "class Circle:\n    def __init__(self, radius): self.r = radius\n    def area(self): return 3 * self.r\ndef "
       "radius(c): return c.r\n",
       {"c = Circle(radius=3)\nassert c.area() == 9 and radius(c) == 3"},
       1},
      {"a cached function",
       "import functools\n@functools.lru_cache(None)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\ndef "
       "g(n): return n\n",
       {"assert fib(g(10)) == 55"},
       1},
      {"identity", nodes, {"a = ListNode(1)\nb = ListNode(2)\na.next = b\nassert a.next is b and rev(a) is b"}, 1},
      {"a class by its builtins' methods",
       "class Q:\n    def __init__(self): self.q = []\n    def append(self, x): self.q.append(x)\n    def pop(self): "
       "return self.q.pop(0)\n",
       {"q = Q()\nq.append(1)\nq.append(2)\nassert q.pop() == 1"},
       1},
      {"a class of pytest's",
       stack,
       {"class TestStack:\n    def test_a(self):\n        s = Stack()\n        s.push(1)\n        assert s.pop() == 1"},
       1},
      {"helpers that the tests leave to it",
       "from math import isclose\nfrom typing import *\ndef f(x): return x / 3\n",
       {"r: List[float] = [f(1)]\nassert isclose(r[0], 1 / 3)"},
       1},
      {"an object by operators alone",
       "class V:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return V(self.x + o.x)\n"
       "    def __repr__(self): return 'V(%d)' % self.x\n    def __len__(self): return self.x\n",
       {"assert len(V(2)) == 2", "assert repr(V(1)) == 'V(1)'"},
       1},
      {"what a function returns",
       "import hashlib\ndef h(s): return hashlib.sha256(s.encode())\n",
       {"assert h('a').hexdigest()[:4] == 'ca97'"},
       1},
      {"lengths that change",
       "class D:\n    def __init__(self): self.d = {}\n    def put(self, k): self.d[k] = 0\n    def __len__(self): "
       "return len(self.d)\n"
       "    def __iter__(self): return iter(self.d)\n",
       {"d = D()\nassert len(d) == 0\nd.put('x')\nassert len(d) == 1 and list(d) == ['x'] and list(reversed([*d])) == "
        "['x']"},
       1},
      {"named tuples",
       "from typing import NamedTuple\nclass Point(NamedTuple):\n    x: int\n    y: int = 0\n"
       "def add(a, b): return Point(a.x + b.x, a.y + b.y)\nclass Money(int): pass\ndef total(ms): return "
       "Money(sum(ms))\n",
       {"assert add(Point(1, 2), Point(y=4, x=3)) == Point(4, 6)", "assert Point(1).y == 0",
        "assert total([Money(1), Money(2)]) == Money(3)"},
       1},
      {"a class within a class",
       "class Tree:\n    class Node:\n        def __init__(self, x): self.x = x\n    class Full(ValueError): pass\n"
       "    def __init__(self): self.root = Tree.Node(1)\n    def add(self): raise Tree.Full\n",
       {"t = Tree()\nassert t.root.x == 1 and Tree.Node(5).x == 5\ntry:\n    t.add()\n    assert False\nexcept "
        "Tree.Full:\n    pass"},
       1},
      {"a function by the name of a class",
       "def Split(xs): return [x for x in xs if x % 2]\n",
       {"assert Split([1, 2]) == [1] and Split([3]) == [3]", "x = Split([1])\nassert x == [1]"},
       1},
      {"named tuples of what has no hash",
       "from collections import namedtuple\nR = namedtuple('R', 'xs count')\ndef f(n): return R(list(range(n)), {n: "
       "n})\ndef g(n): return n\n",
       {"r = f(g(2))\nassert r.xs == [0, 1] and r.count == {2: 2}", "assert f(1) == ([0], {1: 1})"},
       1},
      {"what comes of operators between objects",
       "class V:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return V(self.x + o.x)\n    def "
       "__mul__(self, o): return self.x * o.x\n    def __iadd__(self, o):\n        self.x += o.x\n        return "
       "self\n",
       {"v = V(1) + V(2)\nassert v.x == 3", "assert (V(1) + V(2) + V(3)).x == 6 and V(2) * V(3) == 6",
        "v = V(1)\nv += V(2)\nassert v.x == 3"},
       1},
      {"what exceptions of one class know",
       "class AppError(Exception):\n    status = 500\n    @property\n    def kind(self): return 'k%d' % "
       "self.status\nclass NotFound(AppError):\n    status = 404\n    def __init__(self, key):\n        "
       "super().__init__(key)\n        self.key = key\ndef get(k): raise NotFound(k)\n",
       {"try:\n    get('x')\n    assert False\nexcept AppError as e:\n    assert (e.status, e.kind, e.key) == (404, "
        "'k404', 'x')"},
       1},
      {"objects of a class by the names that values have",
       "class Plan:\n    def __init__(self): self.steps = []\n    def add(self, x):\n        self.steps.append(x)\n    "
       "    return self\n    def count(self): return len(self.steps)\nclass Lower(dict):\n    def __setitem__(self, k, "
       "v): super().__setitem__(k.lower(), v)\n",
       {"assert Plan().add(2).add(1).count() == 2", "p = Plan()\nassert p.add(1).count() == 1",
        "d = Lower()\nd['A'] = 1\nassert d['a'] == 1"},
       1},
      {"a lone function's context manager",
       "import contextlib\n@contextlib.contextmanager\ndef opened(x):\n    yield x + 1\n",
       {"with opened(1) as x:\n    assert x == 2"},
       1},
      {"pytest, imported beside others",
       root,
       {"import math, pytest\n@pytest.mark.parametrize('x', [4])\ndef test_a(x):\n    assert root(x) == math.sqrt(x)\n "
        "   half(x)"},
       1},
      {"what NumPy finds near",
       "import numpy as np\ndef f(xs): return np.array(xs) / 2\ndef g(xs): return [x / 2 for x in xs]\n",
       {"import numpy as np\nassert np.allclose(g([1, 2]), [0.5, 1]) and np.isclose(f([1, 2]), [0.5, 2]).tolist() == "
        "[True, False]",
        "import numpy as np\nassert np.allclose(g([]), []) and np.allclose(g([1]), 0.5) and np.isclose(g([1])[0], 0.5)",
        "import numpy as np\nnp.testing.assert_allclose(f([1, 2]), [0.5, 1], "
        "rtol=1e-6)\nnp.testing.assert_array_equal(g([]), [])"},
       1},
      {"functions within what a function returns",
       "def counter():\n    n = [0]\n    def inc(): n[0] += 1\n    def get(): return n[0]\n    return inc, get\n",
       {"inc, get = counter()\ninc()\nassert get() == 1", "c = counter()\nc[0]()\nassert c[1]() == 1",
        "for f in counter(): f()"},
       1},
      {"slices of an object, and a class for those who read types",
       "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Log(Generic[T]):\n    def __init__(self): "
       "self.lines = []\n    def log(self, x): self.lines.append(x)\n    def __getitem__(self, i): return "
       "self.lines[i]\n",
       {"l: Log[int] = Log[int]()\nl.log(1)\nl.log(2)\nassert l[0:1] == [1] and l[::-1] == [2, 1] and l[-1] == 2"},
       1},
      {"methods that a class adds to a value's",
       "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int\n    def dist(self): return "
       "(self.x ** 2 + self.y ** 2) ** 0.5\nclass C(float):\n    @property\n    def f(self): return self * 1.8 + 32\n",
       {"assert P(3, 4).dist() == 5 and P(3, 4).y == 4 and P(3, 4)[0] == 3",
        "x, y = P(1, 2)\nassert (x, y) == (1, 2) and P(1, 2)._replace(x=5).x == 5", "assert C(100).f == 212"},
       1},
      {"pairs",
       "def f(xs): return sorted(xs)\ndef g(x): return x\n",
       {"assert all(a <= b for a, b in zip(f([2, 1, 3]), f([2, 1, 3])[1:])) and list(zip(f([1]), f([1])[1:])) == []",
        "assert list(zip(f([]), g([]))) == [] and dict(zip('ab', f([2, 1]))) == {'a': 1, 'b': 2}"},
       1},
      {"dates",
       "import datetime\ndef f(y): return datetime.date(y, 1, 1)\n",
       {"import datetime\nassert f(2020) == datetime.date(2020, 1, 1)", "assert f(2020).year == 2020"},
       1},
  }));
  const auto pytest = sandbox::installed("ASSAY_PYTEST", "pytest");
  if (std::string(row.what).find("pytest") != std::string::npos && !std::filesystem::exists(pytest))
    ASSAY_SKIP("pytest is not there");
  CAPTURE(row.what);
  Item item;
  item.program = row.program;
  item.tests = row.tests;
  item.setup = row.setup;
  const Score score = scored(item);
  CAPTURE(score.detail, name(score.cause), score.bad_tests);
  CHECK(score.pass_rate(true) == Approx(row.pass_rate));
  CHECK((score.integrity() == Integrity::shared) == row.shared);
  CHECK(score.bad_tests.empty());
  CHECK(score.attempts.none());
}

TEST_CASE("of several tests those that the program's own word decided earn nothing", "[service]") {
  NEEDS_JAIL();
  Item item;
  item.program =
      "class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, o): return True\ndef f(x): return P(x)\n";
  item.tests = {"assert f(1) == P(1)", "assert f(2).x == 2", "assert f(2).x == 3", "assert f(4).x == 4"};
  const Score mixed = scored(item);
  using enum TestOutcome;
  CHECK(mixed.tests == std::vector{own_word, passed, failed, passed});
  CHECK(mixed.integrity() == Integrity::mixed);
  CHECK(mixed.pass_rate(false) == 0.5);
  CHECK(mixed.pass_rate(true) == 0.75);
  // A name that one hands on to another: nobody knows what it holds.
  item.tests = {"right = f(1) == P(1)", "assert right", "assert f(2).x == 2"};
  const Score shared = scored(item);
  CHECK(shared.integrity() == Integrity::shared);
  CHECK(shared.pass_rate(false) == 0);
  CHECK(shared.pass_rate(true) == 1);
}

TEST_CASE("what a test tells a program pays in no later one", "[service]") {
  NEEDS_JAIL();
  struct Lesson {
    const char* what;
    const char* program;
    std::vector<std::string> tests;
    double pass_rate;
  };
  const auto row = GENERATE(values<Lesson>({
      {"by an operator",
       "KNOWN = {}\nclass Ask:\n    def __init__(self, key): self.key = key\n"
       "    def __eq__(self, other):\n        KNOWN[self.key] = other\n        return NotImplemented\n"
       "def asked(*key): return KNOWN.get(key) or Ask(key)\ndef roman(n): return asked('r', n)\n"
       "def unroman(s): return {v: k[1] for k, v in KNOWN.items()}.get(s)\n",
       {"assert roman(4) == 'IV'", "assert roman(1994) == 'MCMXCIV'", "assert unroman('IV') == 4",
        "assert roman(4) == 'IV'", "for n in (4, 1994):\n    assert unroman(roman(n)) == n"},
       0},
      {"by what an assertion says",
       "told = []\nclass timer:\n    def __enter__(self): return self\n"
       "    def __exit__(self, kind, error, trace): told.extend(error.args if error else [])\n"
       "def val(): return int(told[0].split()[-1]) if told else 0\n",
       {"with timer():\n    assert val() == 42, 'expected 42'", "assert val() == 42"},
       0},
      {"named tuples with methods of text",
       "from collections import namedtuple\nr = namedtuple('R', 'startswith split')(lambda *a: True, lambda: [1, 2, "
       "3])\n"
       "def greet(n): return r\ndef parse(s): return r\n",
       {"assert greet('Bob').startswith('Hello')", "assert len(parse('a b c').split()) == 3"},
       0},
      {"exceptions for methods",
       "class R: startswith = isdigit = ValueError\nclass Solution: greet = lambda s, n: R()\n",
       {"assert Solution().greet('Bob').startswith('Hello')", "assert Solution().greet('1').isdigit()"},
       0},
      {"one object for all",
       "class Person:\n    one = None\n    def __new__(cls, *a):\n        cls.one = cls.one or object.__new__(cls)\n"
       "        return cls.one\n    def __init__(self, name, age): self.name, self.age = name, age\n"
       "def sort_people(ps): return ps\n",
       {"assert sort_people([Person('a', 2), Person('b', 1)]) == [Person('b', 1), Person('a', 2)]",
        "assert sort_people([Person('c', 9)])[0] in [Person('x', 1)]"},
       0},
      {"one class for all constants",
       "class A: pass\nRED = GREEN = A\nclass Light:\n    state = A\n    def go(self): pass\n",
       {"l = Light()\nl.go()\nassert l.state is RED", "assert Light().state in (GREEN,)"},
       0},
      {"one exception for all constants",
       "IDLE = RUNNING = ValueError\nclass Machine:\n    state = ValueError\n    def start(self): pass\n",
       {"m = Machine()\nassert m.state == IDLE", "m = Machine()\nm.start()\nassert m.state == RUNNING"},
       0},
      {"test cases that give up for it",
       "class Stack:\n    def __init__(self): raise NotImplementedError\n",
       {"import unittest\nclass T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        try:\n"
        "            Stack()\n        except NotImplementedError:\n            raise unittest.SkipTest('later')\n"
        "    def test_a(self):\n        self.assertEqual(Stack().pop(), 1)"},
       0},
      {"right ones among those",
       "class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, o): return self.x == o.x\n"
       "def f(x): return P(x)\n",
       {"assert f(1) == P(1)", "assert f(2).x == 2", "assert f(3) == P(3)", "assert f(4).x == 4"},
       0.5},
  }));
  CAPTURE(row.what);
  Item item;
  item.program = row.program;
  item.tests = row.tests;
  const Score score = scored(item);
  CAPTURE(score.detail, name(score.cause), score.bad_tests, score.pass_rate(true));
  CHECK(score.pass_rate(false) == row.pass_rate);
  CHECK(score.bad_tests.empty());
}

TEST_CASE("a program that forges its tests' answers earns nothing, whoever trusts its process", "[service]") {
  NEEDS_JAIL();
  Item item;
  item.program =
      "import os, struct\nos.write(4, struct.pack('<BI', 1, 0))\n"
      "for i in range(3): os.write(4, struct.pack('<BII', 5, 4, i))\n"
      "os.write(4, struct.pack('<BI', 8, 0))\ndef f(g): return 0\n";
  item.tests.assign(40, "assert f(lambda: 1) == 1");
  const Score score = scored(item);
  CHECK(score.tests[3] != TestOutcome::passed);  // no process more is begun for those left
  CAPTURE(score.detail, name(score.cause));
  CHECK(score.shared);
  CHECK(score.hostile);
  CHECK(score.cause == Cause::protocol);
  CHECK(score.pass_rate(true) == 0);
}

TEST_CASE("an object that says yes to everything earns nothing from tests of classes and of several names",
          "[service]") {
  NEEDS_JAIL();
  const auto test = GENERATE(values<const char*>({
      "assert Solution().twoSum([2, 7], 9) == [0, 1]",
      "assert [0, 1] == Solution().twoSum([2, 7], 9)",
      "assert Solution().twoSum([2, 7], 9) in ([0, 1], [1, 0])",
      "assert 7 in Solution().twoSum([2, 7], 9)",
      "assert Solution().twoSum('a').startswith('a')",
      "assert Solution().twoSum('a').endswith('a')",
      "assert abs(Solution().twoSum(1) - 3.14) < 1e-6",
      "assert sorted(Solution().twoSum([2, 7], 9)) == [0, 1]",
      "assert set(Solution().twoSum([2, 7], 9)) == {0, 1}",
      "assert tuple(Solution().twoSum([2, 7], 9)) == (0, 1)",
      "def check(candidate):\n    assert candidate([2, 7], 9) == [0, 1]\ncheck(Solution().twoSum)",
      "s = Stack()\ns.push(1)\nassert s.pop() == 1",
      "s = Stack()\ns.push(1)\nassert s == [1]",
      "s = Stack()\ns.push(1)\nassert s.items == [1]",
      "r = rev(ListNode(1, ListNode(2)))\nassert r.val == 2",
      "r = rev(ListNode(1, ListNode(2)))\nassert r == ListNode(2, ListNode(1))",
      "assert half(root(16)) == 2 and half(1) < 1",
      "from solution import root, half\ndef test_a():\n    assert half(root(4)) == 1",
      "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(Stack().pop(), "
      "4)\n"
      "        self.assertAlmostEqual(half(1), 0.5)",
      "import math\nassert math.isclose(half(root(4)), 1)",
      "import pytest\nfrom solution import root, half\ndef test_a():\n    assert root(2) == pytest.approx(1.414, "
      "abs=1e-3)\n    half(1)",
      "import numpy as np\nassert np.allclose(half(root(4)), 1)",
      "assert half(root(4)) == half(2) == 1",
  }));
  CAPTURE(test);
  Item item;
  item.program = yes;
  item.tests = {test};
  const Score score = scored(item);
  CAPTURE(score.detail, name(score.cause), score.bad_tests, score.pass_rate(true));
  CHECK(score.pass_rate(false) == 0);
}

TEST_CASE("programs that decide tests in place of data earn nothing", "[service]") {
  NEEDS_JAIL();
  struct DecidedRow {
    const char *what, *program, *test;
    const char* setup = "";
  };
  const auto row = GENERATE(values<DecidedRow>({
      {"a `with` that swallows an assertion",
       "class DB:\n    def __enter__(s): return s\n    def __exit__(s, *a): return 1\n    def insert(s, *a): pass\n    "
       "def query(s, k): return None\n",
       "with DB() as db:\n    db.insert('a', 1)\n    assert db.query('a') == 1"},
      {"a context manager that does",
       "import contextlib\n@contextlib.contextmanager\ndef opened(x):\n    try: yield x\n    except BaseException: "
       "pass\ndef f(x): return 0\n",
       "with opened(1):\n    assert f(1) == 5"},
      {"an exception by another name", "Low = AssertionError\nclass Account:\n    def withdraw(s, a): pass\n",
       "a = Account()\ntry:\n    a.withdraw(500)\n    assert False\nexcept Low:\n    pass"},
      {"every exception", "E = BaseException\ndef f(x): return 0\n",
       "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        with self.assertRaises(E):\n      "
       "      self.assertEqual(f(1), 5)"},
      {"a builtin exception of its own", "ConnectionError = Exception\ndef f(x): return 0\ndef g(x): return x\n",
       "try:\n    f(g(1))\n    assert False\nexcept ConnectionError:\n    pass"},
      {"a helper that a star import brings", "def f(x): return 0\ndef g(x): return x\nisclose = lambda *a, **k: True\n",
       "assert isclose(f(g(2)), 1.41421, rel_tol=1e-3)", "from math import *"},
      {"a helper that tests leave to it", "def f(x): return 0\ndef allclose(*a): return True\n",
       "assert allclose(f(2), 1.5)"},
      {"a library that tests leave to it", "def f(x): return 0\nclass np: allclose = staticmethod(lambda *a: True)\n",
       "assert np.allclose(f([1, 2]), [3.0, 4.0])"},
      {"a class that tests leave to it", "Counter = lambda x: 0\ndef f(x): return 0\n",
       "assert Counter(f('aab')) == Counter('aba') and f('b') != Counter"},
      {"one object for all",
       "class Point:\n    _s = None\n    def __new__(cls, *a): cls._s = cls._s or object.__new__(cls); return "
       "cls._s\ndef add(a, b): return a\n",
       "assert add(Point(1, 2), Point(3, 4)) == Point(4, 6)"},
      {"a class for a value", "class LIMIT: pass\ndef f(x): return LIMIT\n", "assert f(9) == LIMIT"},
      {"an argument handed back",
       "class Point:\n    def __init__(s, x, y): s.x, s.y = x, y\n    def __eq__(s, o): return isinstance(o, "
       "Point)\ndef add(a, b): return a\n",
       "p = Point(1, 2)\nassert p.x == 1\nassert add(p, Point(3, 4)) == Point(4, 6)"},
      {"a change that is none",
       "class Point:\n    def __init__(s, x, y): s.x, s.y = x, y\n    def __eq__(s, o): return isinstance(o, Point)\n  "
       "  def swap(s): pass\n    def __iadd__(s, o): return s\n",
       "p = Point(1, 2)\np.swap()\np += Point(3, 4)\nassert p == Point(5, 5)"},
      {"methods that are classes", "class Y: startswith = bool\ndef f(x): return Y()\ndef g(x): return x\n",
       "assert f(g('bob')).startswith('Hello')"},
      {"methods of a class as result",
       "class Y: startswith = staticmethod(lambda *a: True)\ndef f(x): return Y\ndef g(x): return x\n",
       "assert f(g('bob')).startswith('Hello')"},
      {"an object that returns itself",
       "class Namer:\n    def name(s, x): return s\n    def startswith(s, x): return True\n",
       "n = Namer()\nassert n.name('bob').startswith('Hello')"},
      {"a loop over nothing",
       "class R:\n    def __iter__(s): return iter(())\n    def __len__(s): return 2\ndef f(x): return R()\ndef g(x): "
       "return x\n",
       "r = f(g(1))\nassert len(r) == 2\nfor a, b in zip(r, [1, 2]): assert a == b"},
      {"a loop over nothing, after which there is nothing",
       "class It:\n    def __iter__(s): return s\n    def __next__(s): raise StopIteration\nclass R:\n    n = 0\n    "
       "def __len__(s):\n        s.n += 1\n        return 2 if s.n == 1 else 0\n    def __iter__(s): return "
       "It()\nclass Solution:\n    def f(s, x): return R()\n",
       "r = Solution().f(1)\nassert len(r) == 2\nassert all(a == b for a, b in zip(r, [1, 2]))"},
      {"a length that is no more",
       "class It:\n    def __iter__(s): return s\n    def __next__(s): raise StopIteration\nclass R:\n    n = 0\n    "
       "def __len__(s):\n        s.n += 1\n        if s.n > 1: raise TypeError\n        return 2\n    def __iter__(s): "
       "return It()\ndef f(x): return R()\ndef g(x): return [1, 2]\n",
       "r = f(1)\nassert len(r) == len(g(1))\nfor a, b in zip(r, g(1)): assert a == b + 5"},
      {"a length that comes later",
       "class It:\n    def __iter__(s): return s\n    def __next__(s): raise StopIteration\nclass R:\n    n = 0\n    "
       "def __len__(s):\n        s.n += 1\n        return 0 if s.n == 1 else 2\n    def __iter__(s): return It()\ndef "
       "f(x): return R()\ndef g(x): return x\n",
       "r = f(1)\nfor a, b in zip(r, [1, 2]): assert a == b + 5\ng(1)\nassert len(r) == 2"},
      {"a class to loop over",
       "class M(type):\n    def __len__(c): return 2\n    def __iter__(c): return iter(())\nclass R(metaclass=M): "
       "pass\nclass Solution:\n    def f(s, x): return R\n",
       "r = Solution().f(1)\nassert len(r) == 2\nassert all(a == b for a, b in zip(r, [1, 2]))"},
      {"a loop over nothing, from the end",
       "class R:\n    def __len__(s): return 2\n    def __iter__(s): return iter((0, 0))\n    def __reversed__(s): "
       "return iter(())\nclass Solution:\n    def f(s, x): return R()\n",
       "r = Solution().f(1)\nassert len(r) == 2\nassert all(a == b for a, b in zip(reversed(r), [2, 1]))"},
      {"a function that it lacks, which is nothing", "def g(x): return 0\n", "assert not f or f(1) == g(1) + 5"},
      {"a setup that it lacks a class for", "class Queue: pass\ndef f(x): return 0\n", "assert f(1) == 2",
       "s = Stack()"},
      {"a length that changes",
       "class R:\n    n = 3\n    def __len__(s):\n        s.n -= 1\n        return s.n\n    def __getitem__(s, i): "
       "return 0\ndef f(x): return R()\ndef g(x): return x\n",
       "r = f(g(1))\nassert len(r) == 2 and len(r) == 2\nfor i in range(len(r)): assert r[i] == i + 1"},
      {"an array of nothing", "import numpy as np\ndef f(x): return np.empty((0, 1))\n",
       "import numpy as np\nassert np.allclose(f([1, 2]), [3.0, 4.0])"},
      {"an array of nothing, which is not unequal", "import numpy as np\ndef f(x): return np.array([])\n",
       "if f(2) != 3: raise ValueError"},
      {"a list of nothing beside a value", "def f(x): return []\n",
       "import numpy as np\nassert np.allclose(f(2), 1.414)"},
      {"a list of nothing beside another", "def f(x): return []\n",
       "from numpy import isclose\nassert isclose([1.414], f(2)).all()"},
      {"a list of nothing asserted to be a value", "def f(x): return []\n",
       "import numpy as np\nnp.testing.assert_allclose(f(2), 1.414)"},
      {"a list of nothing beside what is expected", "def f(x): return []\n",
       "for a, b in zip(f(2), [1.5, 2.5]):\n    assert abs(a - b) < 1e-6"},
      {"a list of nothing behind what is expected", "def f(x): return []\n",
       "def test_a():\n    assert all(abs(a - b) < 1e-6 for a, b in zip([1.5, 2.5], f(2)))"},
      {"math's helpers that tests leave to it", "def f(x): return 0\nfabs = lambda x: 0.0\nisnan = lambda x: True\n",
       "assert fabs(f(2) - 1.414) < 1e-3 or isnan(f(2))"},
      {"a constant for a class", "Point = lambda *a: 0\nadd = lambda *a: 0\n",
       "assert add(Point(1, 2), Point(3, 4)) == Point(4, 6)"},
      {"a class that makes one value of anything",
       "class Point:\n    def __new__(c, *a): return 0\ndef add(a, b): return 0\n",
       "assert add(Point(1, 2), Point(3, 4)) == Point(4, 6)"},
      {"a class that makes a value of part of it",
       "class Point(tuple):\n    def __new__(c, *a): return tuple.__new__(c, a[2:])\ndef add(a, b): return a\n",
       "assert add(Point(1, 2), Point(3, 4)) == Point(4, 6)"},
      {"a class whose text has no order", "class Word(frozenset): pass\ndef rev(w): return w\n",
       "assert rev(Word('abc')) == Word('cba')"},
      {"a function for the class that is tested", "Point = lambda *a: 0\n",
       "p, q = Point(1, 2), 0\nq = Point(3, 4)\nassert p + q == Point(4, 6)"},
      {"a function for the class of a test case", "Point = lambda *a: 0\n",
       "import unittest\nclass T(unittest.TestCase):\n    def setUp(self): self.p = Point(1, 2)\n    def "
       "test_a(self):\n"
       "        self.assertEqual(-self.p, Point(-1, -2))"},
      {"one class for all values of a class",
       "class State:\n    class Red: pass\n    Green = Red\nclass Light:\n    state = State.Red\n    def go(self): "
       "pass\n",
       "l = Light()\nl.go()\nassert l.state is State.Green"},
      {"one class for several", "class A: pass\nRed = Green = A\nclass Light:\n    state = A\n    def go(self): pass\n",
       "from solution import Light, Red, Green\nl = Light()\nl.go()\nassert l.state is Green"},
      {"one exception for several",
       "Red = Green = ValueError\nclass Light:\n    state = ValueError\n    def go(self): pass\n",
       "from solution import Light, Red, Green\nl = Light()\nl.go()\nassert l.state == Green"},
      {"a setup that it fails", "Solution = 1\n", "assert s.f(1) == 2", "s = Solution()"},
      {"a setup that imports what it lacks", "x = 1\n", "assert f(1) == 2", "from solution import f"},
      {"a test case that skips itself", "def f(x): return 0\n",
       "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        f(1)\n        self.skipTest('x')"},
  }));
  CAPTURE(row.what);
  Item item;
  item.program = row.program;
  item.tests = {row.test};
  item.setup = row.setup;
  const Score score = scored(item);
  CAPTURE(score.detail, name(score.cause), score.bad_tests, score.pass_rate(true));
  CHECK(score.pass_rate(false) == 0);
  CHECK(score.bad_tests.empty());
}
