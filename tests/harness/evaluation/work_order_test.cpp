#include "harness/evaluation/work_order.h"

#include <utility>

#include "tests/catch.h"

using namespace assay::harness;

TEST_CASE("a while loop is told from words that hold its letters", "[evaluation]") {
  CHECK(may_spin("while True:\n    pass"));
  CHECK(may_spin("def f():\n\twhile(1): pass"));
  CHECK(may_spin("meanwhile = 1\nwhile x: pass"));
  CHECK_FALSE(may_spin("meanwhile = 1"));
  CHECK_FALSE(may_spin("while_ = 1\nwhiles = 2\nwhile2 = 3"));
  CHECK_FALSE(may_spin("for x in y: pass"));
  CHECK_FALSE(may_spin(""));
}

TEST_CASE("what may spin runs first, then the longest, and a problem's items stay together", "[evaluation]") {
  std::vector<WorkItem> items = {
      {0, 0, false, 0.1, false}, {1, 1, false, 0.1, false}, {2, 0, false, 0.1, false},
      {0, 0, true, 9, false},    {3, 2, false, 0.01, true}, {4, 1, true, 2, true},
  };
  order(items);
  std::vector<std::pair<std::size_t, bool>> ran;
  for (const WorkItem& item : items) ran.emplace_back(item.solution, item.plus);
  CHECK(ran == std::vector<std::pair<std::size_t, bool>>{
                   {4, true}, {3, false}, {0, true}, {0, false}, {2, false}, {1, false}});
}

TEST_CASE("the order does not depend on the order that samples came in", "[evaluation]") {
  std::vector<WorkItem> items, reversed;
  for (std::size_t i = 0; i < 50; ++i) items.push_back({i, i % 7, i % 2 == 0, static_cast<double>(i % 5), i % 3 == 0});
  reversed.assign(items.rbegin(), items.rend());
  order(items);
  order(reversed);
  for (std::size_t i = 0; i < items.size(); ++i) CHECK(items[i].solution == reversed[i].solution);
}
