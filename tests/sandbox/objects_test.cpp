// Objects of a sample's own classes in tests that run apart from it: they stay in the sample's jail, and tests use what
// stands for them.
#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "sandbox/installation.h"
#include "tests/catch.h"
#include "tests/sandbox/checked.h"
#include "tests/sandbox/jail.h"

using namespace assay::sandbox;
using assay::tests::check;

namespace {

CheckJob objects_job(const std::string& program, std::vector<std::string> names, std::vector<std::string> tests,
                     std::vector<std::string> classes, std::vector<std::string> methods = {}) {
  CheckJob job;
  job.program = program;
  job.entry_point = names.front();
  job.others.assign(names.begin() + 1, names.end());
  job.classes = std::move(classes);
  job.methods = std::move(methods);
  job.objects = job.apart = true;
  job.tests = std::move(tests);
  job.test_limit = std::chrono::milliseconds(4000);
  return job;
}

struct ObjectsRow {
  const char* what;
  const char* program;
  std::vector<std::string> names;
  std::vector<std::string> tests;
  const char* marks;
  std::vector<std::string> classes{}, methods{};
};

constexpr const char* stack =
    "class Stack:\n"
    "    kind = 'stack'\n"
    "    def __init__(self, *items): self.items = list(items)\n"
    "    def push(self, x):\n        self.items.append(x)\n        return self\n"
    "    def pop(self):\n        return self.items.pop()\n"
    "    @property\n    def size(self): return len(self.items)\n"
    "    @staticmethod\n    def twice(x): return 2 * x\n"
    "    @classmethod\n    def of(cls, *items): return cls(*items)\n"
    "    def __len__(self): return len(self.items)\n"
    "    def __iter__(self): return iter(self.items)\n"
    "    def __getitem__(self, i): return self.items[i]\n"
    "    def __setitem__(self, i, x): self.items[i] = x\n"
    "    def __delitem__(self, i): del self.items[i]\n"
    "    def __contains__(self, x): return x in self.items\n"
    "    def __eq__(self, other): return isinstance(other, Stack) and self.items == other.items\n"
    "    def __lt__(self, other): return self.items < other.items\n"
    "    def __add__(self, other): return Stack(*self.items, *other.items)\n"
    "    def __iadd__(self, other):\n        self.items += other.items\n        return self\n"
    "    def __call__(self, x): return x in self.items\n"
    "    def __repr__(self): return 'Stack(%s)' % ', '.join(map(repr, self.items))\n"
    "    def __hash__(self): return len(self.items)\n"
    "    def __bool__(self): return bool(self.items)\n"
    "    def __enter__(self): return self\n"
    "    def __exit__(self, kind, error, trace):\n        self.items.append(str(error))\n        return kind is "
    "KeyError\n";

constexpr const char* nodes =
    "class Node:\n"
    "    def __init__(self, val, next=None): self.val, self.next = val, next\n"
    "def reversed_list(head):\n"
    "    before = None\n"
    "    while head:\n        head.next, before, head = before, head, head.next\n"
    "    return before\n"
    "def values(head):\n"
    "    while head:\n        yield head.val\n        head = head.next\n"
    "def both(heads): return [node.val for node in heads]\n"
    "def pair(a, b): return [Node(a), (Node(b),)]\n"
    "def same(node): return node\n";

}  // namespace

TEST_CASE("tests use objects of the sample's as they would in one process", "[check][objects]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<ObjectsRow>({
      {"methods and attributes",
       stack,
       {"Stack"},
       {"s = Stack()\ns.push(1)\ns.push(2)\nassert s.pop() == 2\nassert s.size == 1",
        "s = Stack(3)\nassert s.pop() == 4", "assert Stack().push(1).push(2).size == 2",
        "s = Stack()\ns.items = [7]\nassert s.pop() == 7",
        "s = Stack(1)\ndel s.items\ntry:\n    s.size\nexcept AttributeError as e:\n    assert 'items' in str(e)",
        "try:\n    Stack().pop()\nexcept IndexError as e:\n    assert str(e) == 'pop from empty list'",
        "try:\n    Stack().peek()\nexcept AttributeError:\n    pass",
        "assert hasattr(Stack(), 'pop') and not hasattr(Stack(), 'peek')",
        "try:\n    Stack(unknown=1)\nexcept TypeError:\n    pass"},
       ".A.......",
       {"Stack"},
       {"push", "pop"}},
      {"the class itself",
       stack,
       {"Stack"},
       {"assert Stack.twice(4) == 8", "assert Stack.kind == 'stack'", "assert Stack.of(1, 2).size == 2",
        "assert Stack.__name__ == 'Stack'", "assert isinstance(Stack(), Stack) and not isinstance(1, Stack)",
        "assert callable(Stack)", "Stack.kind = 'changed'\nassert Stack(1).kind == 'changed'",
        "assert issubclass(Stack, Stack)"},
       ".w......"},
      {"what the language does with an object",
       stack,
       {"Stack"},
       {"assert len(Stack(1, 2)) == 2", "assert list(Stack(1, 2)) == [1, 2]", "assert Stack(1, 2)[1] == 2",
        "assert [x for x in Stack(5)] == [5]", "s = Stack(1, 2)\ns[0] = 9\ndel s[1]\nassert list(s) == [9]",
        "assert not Stack() and Stack(0)", "assert str(Stack(1)) == repr(Stack(1)) == f'{Stack(1)}' == 'Stack(1)'",
        "assert hash(Stack(1, 2)) == 2", "assert Stack(3)(3) is True",
        "with Stack() as s:\n    s.push(1)\nassert s.size == 2", "with Stack(1) as s:\n    raise ValueError('other')",
        "import copy\ns = Stack(1)\nt = copy.deepcopy(s)\nt.push(2)\nassert (s.size, t.size) == (1, 2)",
        "assert sorted(Stack(3, 1)) == [1, 3]", "a, b = Stack(1, 2)\nassert (a, b) == (1, 2)",
        "assert sum(Stack(1, 2)) == 3 and max(Stack(1, 2)) == 2"},
       "..........!....",
       {"Stack"}},
      {"an exception that an object swallows",
       stack,
       {"Stack"},
       {"with Stack(1) as s:\n    raise KeyError('key')\nassert s.pop() == \"'key'\""},
       "w",
       {"Stack"},
       {"pop"}},
      {"operators",
       stack,
       {"Stack"},
       {"assert Stack(1) == Stack(1)", "assert Stack(1) != Stack(2)", "assert list(Stack(1) + Stack(2)) == [1, 2]",
        "assert Stack(1) < Stack(2)", "assert [list(s) for s in sorted([Stack(2), Stack(1)])] == [[1], [2]]",
        "s = Stack(1)\nt = s\ns += Stack(2)\nassert s is t and list(t) == [1, 2]",
        "assert 1 in Stack(1) and 2 not in Stack(1)", "assert len({Stack(1), Stack(1)}) == 1",
        "s = Stack()\nassert s == s and [s] == [s]"},
       "w..ww.www",
       {"Stack"}},
      {"objects of objects, and functions beside the class",
       nodes,
       {"Node", "reversed_list", "values", "both", "pair", "same"},
       {"r = reversed_list(Node(1, Node(2, Node(3))))\nassert (r.val, r.next.val, r.next.next.val, r.next.next.next) "
        "== (3, 2, 1, None)",
        "assert list(values(Node(1, Node(2)))) == [1, 2]", "assert both([Node(1), Node(2)]) == [1, 2]",
        "assert reversed_list(Node(1)) != None and not same(Node(1)) == None",
        "a, (b,) = pair(1, 2)\nassert (a.val, b.val) == (1, 2)",
        "n = Node(1)\nn.next = Node(5)\nassert n.next.val == 5",
        "n = Node(1)\nassert same(n) is n and same([n])[0] is n", "d = {'a': Node(1)}\nassert same(d)['a'].val == 1",
        "n = Node([1])\nn.val.append(2)\nassert n.val == [1, 2]", "assert missing(1)"},
       ".........!"},
      {"containers in attributes, which tests change",
       "class T:\n    def __init__(self, v):\n        self.v, self.kids, self.by, self.seen = v, [], {}, set()\n"
       "        self.same = self.kids\n    def names(self): return sorted(self.by)\n"
       "    @property\n    def copy(self): return list(self.kids)\n"
       "def total(t): return t.v + sum(map(total, t.kids))\ndef first(t): return t.kids[0]\n",
       {"T", "total", "first"},
       {"t = T(1)\nt.kids.append(T(2))\nt.kids.append(T(3))\nassert total(t) == 6 and len(t.same) == 2",
        "t, u = T(1), T(5)\nt.kids += [u]\nassert first(t) is u and total(t) == 6",
        "t = T(1)\nkids = t.kids\nkids.append(T(4))\nassert total(t) == 5\nkids.pop()\nassert total(t) == 1",
        "t = T(1)\nt.by['a'] = ['b']\nt.by['a'].append('c')\nassert t.names() == ['a'] and t.by == {'a': ['b', 'c']}",
        "t, u = T(1), T(2)\nkids, by, seen = t.kids, t.by, t.seen\nt.same\nkids.append(u)\nby['x'] = 1\nseen.add(1)\n"
        "assert total(t) == 3 and t.names() == ['x'] and t.seen == {1}",
        "t = T(1)\nt.seen.add(3)\nassert t.seen == {3} and total(t) == 1",
        "t = T(1)\nt.copy.append(T(2))\nassert total(t) == 1 and t.copy == []",
        "t = T(1)\nkids = t.kids\nkids.append(T(2))\ndel t.kids\ntry:\n    total(t)\nexcept AttributeError:\n    pass"},
       "........"},
      {"containers in attributes, which the sample changes",
       "class Bank:\n    def __init__(self): self.accounts = {}\n    def open(self, n, b): self.accounts[n] = b\n"
       "    def withdraw(self, n, a):\n        self.accounts[n] -= a\n        return self.accounts[n]\n"
       "class Team:\n    def __init__(self, scores): self.scores = scores\n    def total(self): return "
       "sum(self.scores)\n"
       "    def reset(self): self.scores = []\n    def __len__(self): return len(self.scores)\n",
       {"Bank", "Team"},
       {"b = Bank()\nb.open('al ice', 1000)\nb.open('bo b', 500)\nfor name, balance in b.accounts.items():\n"
        "    assert b.withdraw(name, 100) == balance - 100\nassert b.accounts == {'al ice': 900, 'bo b': 400}",
        "t = Team([1000, 2000])\nt.scores = t.scores + [3000]\nassert t.total() == 6000",
        "t = Team([1000, 2000])\nt.scores = [s for s in t.scores if s > 1500]\nassert t.total() == 2000",
        "t = Team([1, 2])\nold = t.scores\nt.scores = [5]\nold.append(9)\nassert t.total() == 5",
        "t = Team([1])\nold = t.scores\nt.reset()\nold.append(1)\nassert t.total() == 0",
        "t = Team([])\nassert len(t) == 0\nt.scores.append(4)\nassert len(t) == 1 and t",
        "t = Team([Team([i]) for i in range(300)])\nfor i, e in enumerate(t.scores):\n    assert e.total() == i and "
        "e.scores == [i]",
        "def build(d):\n    n = Team([])\n    if d: n.scores.append(build(d - 1))\n    return n\n"
        "def depth(n): return 1 + depth(n.scores[0]) if n.scores else 0\nassert depth(build(20)) == 20"},
       "........",
       {"Bank", "Team"},
       {"total"}},
      {"exceptions of libraries, and the ends of files",
       "from dataclasses import dataclass\nimport json\n@dataclass(frozen=True)\nclass P:\n    x: int\n"
       "def load(s): return json.loads(s)\ndef leave(): raise SystemExit(0)\n",
       {"P", "load", "leave"},
       {"from dataclasses import FrozenInstanceError\np = P(1)\ntry:\n    p.x = 2\n    assert False\n"
        "except FrozenInstanceError:\n    pass",
        "import json\ntry:\n    load('{')\n    assert False\nexcept json.JSONDecodeError:\n    pass",
        "import sys\ndef main():\n    assert P(2).x == 2\n    return 0\nsys.exit(main())",
        "leave()\nassert P(1).x == 2", "import sys\nsys.exit(P(1).x)",
        "def test_a(): assert P(1).x == 1\nassert P(1).x == 2", "assert P(3).x == 3",
        "import os, unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(P(1).x, 1)\n"
        "assert os.path.abspath(__file__) and unittest.main(exit=False).result.wasSuccessful()"},
       "...!!A.."},
      {"exceptions of the sample's",
       "class Empty(LookupError):\n    def __init__(self, what): super().__init__('no ' + what)\n"
       "def f(x):\n    raise Empty(x)\n"
       "class Wrong(Exception): pass\nclass Between(Wrong): pass\nclass Worse(Between): pass\n"
       "def g(): raise Worse(1)\n"
       "class Low(Exception):\n    def __init__(self, needed): self.needed = needed\n"
       "    def __str__(self): return f'needs {self.needed}'\ndef h(): raise Low(5)\n"
       "class AppError(Exception): pass\nclass Invalid(AppError, ValueError): pass\ndef v(): raise Invalid('no')\n",
       {"f", "Empty", "Wrong", "Worse", "g", "h", "AppError", "Invalid", "v"},
       {"try:\n    f('item')\nexcept Empty as e:\n    assert str(e) == 'no item'",
        "try:\n    f('item')\nexcept LookupError:\n    pass", "f('item')",
        "try:\n    h()\nexcept Exception as e:\n    assert e.needed == 5 and str(e) == 'needs 5'",
        "try:\n    g()\nexcept Wrong as e:\n    assert isinstance(e, Worse) and type(e) is Worse and e.args == (1,)",
        "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        with self.assertRaises(Empty): "
        "f('x')",
        "for kind in (AppError, Invalid, ValueError, Exception):\n    try:\n        v()\n        assert False\n"
        "    except kind as e:\n        assert str(e) == 'no'",
        "try:\n    v()\nexcept (KeyError, Empty):\n    pass"},
       "..!....!"},
      {"enumerations, named tuples, data classes, subclasses of builtins",
       "from enum import Enum, IntEnum\nfrom collections import namedtuple\nfrom dataclasses import dataclass\n"
       "class Color(Enum):\n    RED = 1\n    BLUE = 2\n"
       "class Level(IntEnum):\n    LOW = 1\n"
       "@dataclass\nclass P:\n    x: int\n"
       "class Bag(list):\n    def put(self, x):\n        self.append(x)\n        return len(self)\n"
       "def red(): return Color.RED\n",
       {"Color", "Level", "P", "Bag", "red"},
       {"assert red() == Color.RED and red() is Color.RED and red() != Color.BLUE",
        "assert [c.name for c in Color] == ['RED', 'BLUE'] and len(Color) == 2",
        "assert Color['RED'].value == 1 and Color(2).name == 'BLUE'", "assert Level.LOW == 1",
        "assert P(3).x == 3 and repr(P(3)) == 'P(x=3)'",
        "b = Bag()\nassert b.put(4) == 1 and list(b) == [4] and b[0] == 4"},
       "wwww.."},
      {"iterators with more than what they yield",
       "class Count:\n    def __init__(self, n): self.n, self.at = n, 0\n    def __iter__(self): return self\n"
       "    def __next__(self):\n        if self.at == self.n: raise StopIteration\n        self.at += 1\n        "
       "return self.at\n",
       {"Count"},
       {"c = Count(2)\nassert next(c) == 1 and c.at == 1 and list(c) == [2]", "assert list(Count(3)) == [1, 2, 3]",
        "try:\n    next(Count(0))\nexcept StopIteration:\n    pass"},
       "..."},
      {"a program imported by its tests",
       "def add(a, b): return a + b\nclass Box:\n    def __init__(self): self.v = 5\n",
       {"add", "Box"},
       {"from solution import add, Box\ndef test_add():\n    assert add(1, 2) == 3\ndef test_box():\n    assert "
        "Box().v == 5",
        "from solution import add\ndef test_add():\n    assert add(1, 2) == 4",
        "import solution\nassert solution.add(1, 2) == 3"},
       ".A."},
  }));
  CAPTURE(row.what);
  const auto seen = check(objects_job(row.program, row.names, row.tests, row.classes, row.methods));
  CAPTURE(seen.raised, seen.detail);
  CHECK(seen.status == Status::ok);
  CHECK(seen.marks == row.marks);
  CHECK_FALSE(seen.own_word);
}

struct ApartRow {
  const char* what;
  std::vector<std::string> tests;
  const char* marks;
  bool any = false;
  const char* setup = "";
};

TEST_CASE("the sample's own word counts for the test that it may have decided, and for all where tests share names",
          "[check][objects]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<ApartRow>({
      {"a test by itself", {"assert same(1) == same(1)", "assert f(2) == 2", "assert f(3) == 4"}, "w.A"},
      {"names bound anew",
       {"s = same(1)\nassert s == same(1)", "s = f(2)\nassert s == 2", "def test_a():\n    assert f(5) == 5"},
       "w.."},
      {"names of its own loop", {"for i in range(2):\n    assert same(i) == same(i)", "assert f(1) == 1"}, "w."},
      {"a library's",
       {"assert math.floor(2.5) == 2 and same(1) == same(1)", "assert math.sqrt(f(4)) == 2"},
       "w.",
       false,
       "import math"},
      {"what each imports",
       {"from solution import same\nassert same(1) == same(1)", "from solution import f\nassert f(1) == 1"},
       "w."},
      {"a value under its name", {"assert limit == 3", "assert f(1) == 1"}, "w."},
      {"test cases, and what is printed",
       {"import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(same(1), same(1))",
        "import unittest\nclass U(unittest.TestCase):\n    def test_a(self): self.assertEqual(f(1), 1)",
        "try:\n    assert f(1) == 1\nexcept StopIteration:\n    pass\nprint('ok')",
        "if __name__ == '__main__':\n    assert f(2) == 2"},
       "w..."},
      {"what one imports and another has",
       {"from solution import f, same\nassert same(f(1)) == same(1)", "assert f(1) == 1"},
       "w."},
      {"a name that the sample's takes", {"f = same(1) == same(1)", "assert f"}, "..", true},
      {"a name handed on", {"right = same(1) == same(1)", "assert right"}, "..", true},
      {"a name handed on to a function", {"right = same(1) == same(1)", "def test_a():\n    assert right"}, "..", true},
      {"a name that one may not have bound anew",
       {"right = same(1) == same(1)", "try:\n    right = f.x\nexcept AttributeError:\n    pass\nassert right"},
       "..",
       true},
      {"a name that one looks up before it binds it",
       {"right = same(1) == same(1)", "def test_a():\n    assert right\ntest_a()\nright = 1"},
       "..",
       true},
      {"a list of the setup's", {"right.append(same(1) == same(1))", "assert all(right)"}, "..", true, "right = []"},
      {"a function of the setup's that keeps something",
       {"keep(same(1) == same(1))", "assert f(1) == 1"},
       "..",
       true,
       "right = []\ndef keep(x): right.append(x)"},
      {"all names at once", {"from math import *\nassert same(1) == same(1)", "assert f(1) == 1"}, "..", true},
      {"names by their text", {"globals()['right'] = same(1) == same(1)", "assert f(1) == 1"}, "..", true},
      {"a setup", {"assert f(1) == 1"}, ".", true, "right = same(1) == same(1)"},
      {"a setup that speaks of a value", {"assert f(1) == 1"}, ".", true, "wanted = limit"},
  }));
  CAPTURE(row.what);
  auto job = objects_job(
      "class Same:\n    def __eq__(self, o): return True\n"
      "def same(x): return Same()\ndef f(x): return x\nlimit = 3\n",
      {"f", "same", "limit"}, row.tests, {});
  job.setup = row.setup;
  job.keep_going = true;
  const auto seen = check(job);
  CAPTURE(seen.raised, seen.detail, seen.bad_tests);
  CHECK(seen.own_word == row.any);
  if (!row.any) CHECK(seen.marks == row.marks);
}

TEST_CASE("where an operator of the sample's, or a value under its name, may decide a test, that is told",
          "[check][objects]") {
  NEEDS_JAIL();
  constexpr const char* liar =
      "class Liar:\n"
      "    def __eq__(self, o): return True\n"
      "    def __ne__(self, o): return True\n"
      "    def __lt__(self, o): return True\n"
      "    def __gt__(self, o): return True\n"
      "    def __sub__(self, o): return 0.0\n"
      "    def __rsub__(self, o): return 0.0\n"
      "    def __contains__(self, o): return True\n"
      "    def __bool__(self): return True\n"
      "    def startswith(self, o): return True\n"
      "    def __getitem__(self, i): return self\n"
      "    def __hash__(self): return 1\n"
      "def f(x): return Liar()\n"
      "expected = Liar()\nlimit = 3\n";
  const auto test = GENERATE(values<const char*>({
      "assert f(1) == [1, 2]",
      "assert [1, 2] == f(1)",
      "assert Liar() == [1, 2]",
      "assert f(1) == Liar()",
      "assert f(1) == f(2)",
      "assert [f(1)] == [[1]]",
      "assert f(1)[0] == 5",
      "assert f(1) != 3",
      "assert f(1) < 3",
      "assert 3 < f(1)",
      "assert abs(f(1) - 3.14) < 1e-6",
      "assert abs(3.14 - f(1)) < 1e-6",
      "assert 5 in f(1)",
      "assert f(1) in (5, 6)",
      "assert f(1).startswith('a')",
      "assert f(1) in {7: 1}",
      "import numpy as np\nassert np.all(np.array([1, 2]) == f(1))",
      "assert f(1) == expected",
      "assert limit == 3",
      "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), [1])",
  }));
  CAPTURE(test);
  auto job = objects_job(liar, {"f", "Liar"}, {test}, {"Liar"});
  for (const char* name : {"expected", "limit"})
    if (std::string(test).find(name) != std::string::npos) job.others.push_back(name);
  const auto seen = check(job);
  CAPTURE(seen.marks, seen.raised, seen.detail);
  CHECK((seen.marks != "." || seen.own_word));
  // Without objects it equals nothing, and does not answer.
  job.objects = false;
  job.others.clear();
  if (std::string(test).find("Liar") == std::string::npos && job.others.empty() &&
      std::string(test).find("limit") == std::string::npos && std::string(test).find("!=") == std::string::npos)
    CHECK(check(job).marks != ".");
}

TEST_CASE("tests that use pytest are run by it", "[check][objects]") {
  NEEDS_JAIL();
  const std::string pytest = installed("ASSAY_PYTEST", "pytest").string();
  if (!std::filesystem::exists(pytest)) ASSAY_SKIP("pytest is not there");
  CheckJob job;
  job.program =
      "def root(x):\n    if x < 0: raise ValueError('negative')\n    return x ** 0.5\n"
      "class Box:\n    def __init__(self, v): self.v = v\n    def get(self): return self.v\n";
  job.entry_point = "root";
  job.others = {"Box"};
  job.classes = {"Box"};
  job.methods = {"get"};
  job.objects = true;
  job.pytest = pytest;
  const std::string head = "import pytest\nfrom solution import root, Box\n";
  job.tests = {
      head + "def test_raises():\n    with pytest.raises(ValueError, match='neg'): root(-1)",
      head + "def test_raises():\n    with pytest.raises(KeyError): root(-1)",
      head + "def test_near(): assert root(2) == pytest.approx(1.41421356)",
      head + "@pytest.mark.parametrize('x, y', [(4, 2), (9, 3)])\ndef test_table(x, y): assert root(x) == y",
      head + "@pytest.mark.parametrize('x, y', [(4, 2), (9, 4)])\ndef test_table(x, y): assert root(x) == y",
      head + "@pytest.fixture\ndef box(): return Box(5)\ndef test_box(box): assert box.get() == 5",
      head +
          "class TestBox:\n    def setup_method(self): self.box = Box(1)\n    def test_get(self): assert "
          "self.box.get() == 1",
      head + "class TestBox:\n    def test_get(self): assert Box(2).get() == 1",
      head + "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(root(4), 3)",
      head +
          "def test_path(tmp_path):\n    (tmp_path / 'a').write_text('4')\n    assert root(int((tmp_path / "
          "'a').read_text())) == 2",
      head +
          "assert root(4) == 2\nif __name__ == '__main__': pytest.main([__file__] if '__file__' in globals() else [])",
      head + "def test_late(): assert root(16) == 4",
  };
  job.test_limit = std::chrono::milliseconds(8000);
  const auto seen = check(job);
  CAPTURE(seen.raised, seen.detail, seen.bad_tests);
  CHECK(seen.status == Status::ok);
  CHECK(seen.marks == ".A..A..AA...");
  CHECK_FALSE(seen.own_word);
  // Tests that skip themselves for what the sample answered, and one that others run beside.
  job.tests = {head + "def test_a():\n    if root(4) == 2: pytest.skip('not done')\n    assert root(4) == 3",
               head + "def test_a():\n    if root(4) == 2: pytest.xfail('not done')",
               head + "@pytest.mark.skip\ndef test_a(): assert root(4) == 3\ndef test_b(): assert root(4) == 2"};
  CHECK(check(job).marks == "AA.");
  // One of several, for what the sample answered; and for a name that it lacks.
  job.tests = {head + "def test_a(): assert root(4) == 2\ndef test_b():\n    if root(9) == 3: pytest.skip('later')",
               head +
                   "import solution\n@pytest.mark.skipif(not hasattr(solution, 'cube'), reason='later')\n"
                   "def test_c(): assert solution.cube(2) == 8",
               head + "@pytest.mark.skip\ndef test_a(): assert root(4) == 3\ndef test_b(): assert root(4) == 2"};
  job.others.push_back("cube");
  CHECK(check(job).marks == "AA.");
  job.others.pop_back();
  job.tests = {head + "@pytest.mark.skip\ndef test_skipped(): assert root(4) == 2"};
  const auto skipped = check(job);
  CAPTURE(skipped.marks, skipped.raised);
  CHECK_THAT(skipped.bad_tests, Catch::StartsWith("the tests never call the program"));
  job.pytest.clear();
  CHECK_THAT(check(job).bad_tests, Catch::Contains("No module named 'pytest'"));
}
