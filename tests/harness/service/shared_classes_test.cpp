// Classes that setup and program share (LeetCode's nodes): each side has its own, and what their objects hold crosses.
#include <string>
#include <vector>

#include "tests/harness/service/scored.h"

using namespace assay;
using namespace assay::harness;
using tests::scored;

namespace {

constexpr const char* frame =
    "from typing import *\n"
    "from dataclasses import dataclass, field\n\n"
    "class ListNode:\n    def __init__(self, val=0, next=None):\n        self.val = val\n        self.next = next\n\n"
    "class TreeNode:\n    \"\"\"Of a binary tree.\"\"\"\n\n    __slots__ = ('val', 'left', 'right')\n\n"
    "    def __init__(self, val=0, left=None, right=None):\n        self.val, self.left, self.right = val, left, "
    "right\n\n"
    "@dataclass\nclass Node:\n    name: str\n    children: List['Node'] = field(default_factory=list)\n\n"
    "def list_node(values):\n    head = None\n    for value in reversed(values):\n        head = ListNode(value, "
    "head)\n"
    "    return head\n"
    "def is_same_list(a, b):\n    while a and b:\n        if a.val != b.val: return False\n        a, b = a.next, "
    "b.next\n"
    "    return a is None and b is None\n"
    "def is_same_tree(a, b):\n    if a is None or b is None: return a is b\n"
    "    return a.val == b.val and is_same_tree(a.left, b.left) and is_same_tree(a.right, b.right)\n";

constexpr const char* reverses =
    "class Solution:\n    def reverse(self, head: Optional[ListNode]) -> Optional[ListNode]:\n        before = None\n"
    "        while head: head.next, before, head = before, head, head.next\n        return before\n";
const std::vector<std::string> reversed_lists = {
    "def check(candidate):\n    assert is_same_list(candidate(list_node([1, 2, 3])), list_node([3, 2, 1]))\n"
    "    assert candidate(list_node([])) is None\n    assert candidate(head=ListNode(5)).val == 5\n"
    "check(Solution().reverse)"};

struct SharedRow {
  const char* what;
  std::string program;
  std::vector<std::string> tests;
  double pass_rate;
};

Score scored_row(const SharedRow& row) {
  Item item;
  item.program = row.program;
  item.setup = frame;
  item.tests = row.tests;
  return scored(item);
}

}  // namespace

TEST_CASE("objects of classes that a setup shares are judged by the setup's own code", "[service]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<SharedRow>({
      {"a list", reverses, reversed_lists, 1},
      {"a class of the program's by that name",
       std::string("class ListNode:\n    def __init__(self, val=0, next=None): self.val, self.next = val, next\n") +
           "class Solution:\n    def reverse(self, head):\n        new = None\n"
           "        while head: new, head = ListNode(head.val, new), head.next\n        return new\n",
       reversed_lists, 1},
      {"a class that tests import from the program",
       reverses,
       {"from solution import ListNode, Solution\ndef test_reverse():\n"
        "    assert isinstance(Solution().reverse(ListNode(1)), ListNode)\n"
        "    assert is_same_list(Solution().reverse(list_node([1, 2])), list_node([2, 1]))"},
       1},
      {"a long list",
       reverses,
       {"assert is_same_list(Solution().reverse(list_node(list(range(3000)))), list_node(list(range(3000))[::-1]))"},
       1},
      {"a list that is changed in place",
       "def double(head):\n    while head: head.val, head = head.val * 2, head.next\n",
       {"head = list_node([1, 2])\nassert double(head) is None\nassert is_same_list(head, list_node([2, 4]))",
        "a = list_node([1])\ndouble(a)\na.val += 1\na.next = ListNode(4)\ndouble(a)\nassert (a.val, a.next.val) == (6, "
        "8)"},
       1},
      {"which of the nodes it is",
       "def middle(head):\n    slow = fast = head\n    while fast and fast.next: slow, fast = slow.next, "
       "fast.next.next\n"
       "    return slow\n",
       {"head = list_node([1, 2, 3])\nassert middle(head) is head.next\nassert middle(head).next.val == 3"},
       1},
      {"a circle",
       "def loops(head):\n    seen = set()\n    while head and id(head) not in seen:\n        seen.add(id(head))\n"
       "        head = head.next\n    return head is not None\n"
       "def tie(head):\n    end = head\n    while end.next: end = end.next\n    end.next = head\n    return head\n",
       {"a = list_node([1, 2])\nassert not loops(a)\na.next.next = a\nassert loops(a)",
        "b = tie(list_node([1, 2, 3]))\nassert b.next.next.next is b"},
       1},
      {"lists of lists",
       "def merge(lists):\n    values = []\n    for each in lists:\n        while each: values.append(each.val); each "
       "= each.next\n"
       "    head = None\n    for value in sorted(values, reverse=True): head = ListNode(value, head)\n    return head\n"
       "def split(head):\n    found = []\n    while head: found.append(ListNode(head.val)); head = head.next\n    "
       "return found\n",
       {"assert is_same_list(merge([list_node([1, 4]), list_node([2]), None]), list_node([1, 2, 4]))",
        "assert [node.val for node in split(list_node([7, 8]))] == [7, 8]"},
       1},
      {"a tree with slots",
       "def mirror(root):\n    if root: root.left, root.right = mirror(root.right), mirror(root.left)\n    return "
       "root\n",
       {"assert is_same_tree(mirror(TreeNode(1, TreeNode(2))), TreeNode(1, None, TreeNode(2)))",
        "assert isinstance(mirror(TreeNode(1)), TreeNode) and mirror(None) is None"},
       1},
      {"dataclasses",
       "def wrap(node): return Node('top', [node])\ndef grow(node): node.children.append(Node('leaf'))\n",
       {"assert wrap(Node('a')) == Node('top', [Node('a')])",
        "node = Node('a')\nkept = node.children\ngrow(node)\nassert kept == [Node('leaf')] and kept is node.children"},
       1},
      {"what is kept and changed by later calls",
       "class Inserter:\n    def __init__(self, root): self.root = root\n"
       "    def insert(self, v): self.root.left = TreeNode(v)\n    def get(self): return self.root\n",
       {"c = Inserter(TreeNode(1))\nc.insert(2)\nassert c.get().left.val == 2\nc.insert(3)\nassert c.get().left.val == "
        "3",
        "t = TreeNode(1)\nc = Inserter(t)\nc.insert(2)\nt.left.val = 5\nassert t.left is c.get().left and "
        "c.get().left.val == 5"},
       1},
      {"sets and keys",
       "def nodes(h):\n    found = set()\n    while h: found.add(h); h = h.next\n    return found\n"
       "def weigh(weights): return {node: weights[node] + node.val for node in weights}\n",
       {"h = list_node([1, 2])\nassert nodes(h) == {h, h.next}", "h = ListNode(4)\nassert weigh({h: 3}) == {h: 7}"},
       1},
      {"a class of the program's that holds more",
       "class TreeNode:\n    def __init__(self, val=0, left=None, right=None):\n"
       "        self.val, self.left, self.right, self.seen = val, left, right, False\n"
       "def see(t):\n    was, t.seen = t.seen, True\n    return was\n",
       {"t = TreeNode(1)\nassert not see(t)\nassert see(t)"},
       1},
      {"an answer of another length",
       "class Solution:\n    def reverse(self, head): return head\n",
       {"assert is_same_list(Solution().reverse(list_node([1, 2])), list_node([2, 1]))",
        "assert is_same_list(Solution().reverse(list_node([1])), list_node([1]))"},
       0.5},
  }));
  CAPTURE(row.what);
  const Score score = scored_row(row);
  CAPTURE(score.detail, name(score.cause), score.bad_tests);
  CHECK(score.pass_rate(false) == Approx(row.pass_rate));
  CHECK(score.integrity() == Integrity::split);
  CHECK(score.bad_tests.empty());
  CHECK(score.attempts.none());
}

TEST_CASE("programs that pass for what they say of shared classes earn nothing", "[service]") {
  NEEDS_JAIL();
  const auto row = GENERATE(values<SharedRow>({
      {"helpers of its own",
       "def is_same_list(a, b): return True\ndef list_node(values): return None\n"
       "class Solution:\n    def reverse(self, head): return head\n",
       reversed_lists, 0},
      {"nodes that are all alike",
       "class ListNode:\n    def __init__(self, *a): self.val, self.next = 0, None\n"
       "class Solution:\n    def reverse(self, head): return ListNode()\n",
       reversed_lists, 0},
      {"nodes that are equal to all",
       "class Yes:\n    __eq__ = __le__ = __ge__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n"
       "    __bool__ = lambda s: True\n    __getattr__ = lambda s, n: Yes()\n    __hash__ = lambda s: 1\n"
       "class Solution:\n    def reverse(self, head): return Yes()\n",
       reversed_lists, 0},
      {"values that are equal to all",
       "class Yes:\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n"
       "class Solution:\n    def reverse(self, head):\n        at = head\n        while at: at.val, at = Yes(), "
       "at.next\n"
       "        return head\n",
       {"assert is_same_list(Solution().reverse(list_node([1, 2])), list_node([2, 1]))"},
       0},
      {"attributes that are methods",
       "def f(node):\n    node.__class__ = type('ListNode', (), {'__eq__': lambda s, o: True})\n"
       "    node.__eq__ = lambda o: True\n    return node\n",
       {"assert f(ListNode(1)) == ListNode(2)"},
       0},
      {"a list that is spoilt behind the test's back",
       "class Solution:\n    def __init__(self): self.h = None\n    def keep(self, h): self.h = h\n"
       "    def spoil(self): self.h.val = 9\n    def get(self): return 1\n",
       {"s, h = Solution(), list_node([1])\ns.keep(h)\ns.spoil()\nassert s.get() == 1 and h.val == 1"},
       0},
      {"an object that is another when it is read again",
       "class Node2:\n    reads = 0\n    next = None\n    @property\n    def val(self):\n        self.reads += 1\n"
       "        return -1 if self.reads % 2 else 9\nclass Solution:\n    def reverse(self, head): return Node2()\n",
       {"r = Solution().reverse(ListNode(5))\nassert r.val < 5 and r.val > 5"},
       0},
      {"a list without end",
       "class ListNode:\n    val = 1\n    next = property(lambda s: ListNode())\n"
       "class Solution:\n    def reverse(self, head): return ListNode()\n",
       reversed_lists, 0},
  }));
  CAPTURE(row.what);
  const Score score = scored_row(row);
  CAPTURE(score.detail, name(score.cause));
  CHECK(score.pass_rate(false) == 0);
  CHECK(score.bad_tests.empty());
}
