#include "harness/evaluation/test_text/data_classes.h"

#include "tests/catch.h"

namespace assay::harness {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("classes that hold data alone are shared, with the imports that they need", "[evaluation]") {
  const auto found = data_classes_of(
      "import math\nfrom dataclasses import dataclass\nfrom typing import (\n    Optional,\n    List,\n)\nLIMIT = 3\n\n"
      "class ListNode(object):\n    \"\"\"A node.\"\"\"\n\n    def __init__(self, val=0):\n        limit = {1: 2}\n"
      "        if val:\n            self.val = val\n\n    def __repr__(self): return 'node'\n# of what follows\n"
      "@dataclass(order=True)\nclass Point:\n    x: int\n    y: int = 0\n\n"
      "def helper(x): return {1: 2}[x]\n\nclass Empty: pass\n");
  CHECK(found.names == Names{"Empty", "ListNode", "Point"});
  CHECK(found.code ==
        "import math\n\nfrom dataclasses import dataclass\n\nfrom typing import (\n    Optional,\n    List,\n)\n\n"
        "class ListNode(object):\n    \"\"\"A node.\"\"\"\n\n    def __init__(self, val=0):\n        limit = {1: 2}\n"
        "        if val:\n            self.val = val\n\n    def __repr__(self): return 'node'\n# of what follows\n\n"
        "@dataclass(order=True)\nclass Point:\n    x: int\n    y: int = 0\n\n\nclass Empty: pass\n\n");
}

TEST_CASE("classes that may hold what tests expect are not shared", "[evaluation]") {
  const char* setup =
      GENERATE("class A:\n    def solve(self, x): return x + 1\n",  //
               "class A:\n    def __call__(self, x): return x + 1\n",
               "class A:\n    EXPECTED = {1: 2}\n",  //
               "class A:\n    x: int = 0; EXPECTED = {1: 2}\n",
               "class A:\n    for x in (1, 2): pass\n",                 //
               "class A(Base):\n    def __init__(self): pass\n",        //
               "class A(metaclass=M):\n    pass\n",                     //
               "@register\nclass A:\n    pass\n",                       //
               "@dataclass\n@register\nclass A:\n    x: int\n",         //
               "class A:\n    @property\n    def x(self): return 1\n",  //
               "class A:\n    class B:\n        pass\n",                //
               "if True:\n    class A:\n        pass\n",                //
               "INF = 9\nclass A:\n    def __init__(self, x=INF):\n        self.x = x\n",
               "from typing import *\nINF = 9\nclass A:\n    def __init__(self, x=INF):\n        pass\n",
               "class A:\n    def __eq__(self, o): return near(self, o)\n",  //
               "class A:\n", "class A", "class", "@dataclass", "import os\n", "");
  CAPTURE(setup);
  const auto found = data_classes_of(setup);
  CHECK(found.names.empty());
  CHECK(found.code.empty());
}

}  // namespace
}  // namespace assay::harness
