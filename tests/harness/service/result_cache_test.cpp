#include "harness/service/result_cache.h"

#include <set>

#include "tests/catch.h"

using namespace assay::harness;
using Cache = ResultCache<Score>;
using Found = Cache::Found;

namespace {

Item item(std::string program) {
  Item made;
  made.program = std::move(program);
  made.tests = {"assert f() == 1"};
  return made;
}

Score took(double seconds) {
  Score score;
  score.seconds = seconds;
  return score;
}

}  // namespace

TEST_CASE("an item's key changes with all that decides its score", "[service]") {
  const Item one = item("a");
  std::vector<Item> others(14, one);
  others[0].program = "b";
  others[1].tests.push_back("");
  others[2].setup = "import math";
  others[3].limits.test += std::chrono::milliseconds(1);
  others[4].task_id = "x";
  others[5].tests = {"assert f() == 2"};
  others[6].cases = {{"assert f() == 1", "x"}};
  others[7].tests.clear();
  others[7].cases = {{"assert f() == 1", ""}};
  for (std::size_t i = 8; i < others.size(); ++i) {
    others[i].tests.clear();
    others[i].function = "f";
    others[i].calls = {{"1", {"2", "3"}}, {"4", {"5"}}};
  }
  others[9].function = "g";
  others[10].calls = {{"1", {"2"}}, {"3", {"4", "5"}}};
  others[11].calls = {{"1", {"2", "3", "4", "5"}}};
  others[12].calls = {{"0", {"2", "3"}}, {"4", {"5"}}};
  others[13].setup = "import math";
  CHECK(key_of(one) == key_of(item("a")));
  std::set keys{key_of(one)};
  for (const Item& other : others) keys.insert(key_of(other));
  CHECK(keys.size() == others.size() + 1);
}

TEST_CASE("equal work runs once, and who asks meanwhile is told", "[service]") {
  Cache cache(10);
  const auto key = key_of(item("a"));
  Score score;
  double told = -1;
  CHECK(cache.find(key, score, {}) == Found::nothing);
  CHECK(cache.find(key, score, [&](const Score* known) { told = known->seconds; }) == Found::in_work);
  cache.keep(key, took(0.5));
  CHECK(told == 0.5);
  CHECK(cache.find(key, score, {}) == Found::result);
  CHECK(score.seconds == 0.5);
  CHECK(cache.hits() == 2);
  CHECK(cache.misses() == 1);
}

TEST_CASE("a failure is not kept, and who waited asks again", "[service]") {
  Cache cache(10);
  const auto key = key_of(item("a"));
  Score score;
  bool told = false;
  CHECK(cache.find(key, score, {}) == Found::nothing);
  CHECK(cache.find(key, score, [&](const Score* known) { told = known == nullptr; }) == Found::in_work);
  cache.fail(key);
  CHECK(told);
  CHECK(cache.find(key, score, {}) == Found::nothing);
}

TEST_CASE("the scores used last are kept", "[service]") {
  Cache cache(2);
  Score score;
  for (const char* name : {"a", "b"}) {
    REQUIRE(cache.find(key_of(item(name)), score, {}) == Found::nothing);
    cache.keep(key_of(item(name)), took(1));
  }
  REQUIRE(cache.find(key_of(item("a")), score, {}) == Found::result);
  REQUIRE(cache.find(key_of(item("c")), score, {}) == Found::nothing);
  cache.keep(key_of(item("c")), took(1));
  CHECK(cache.find(key_of(item("a")), score, {}) == Found::result);
  CHECK(cache.find(key_of(item("b")), score, {}) == Found::nothing);
}

TEST_CASE("what is kept costs no more than it may, whatever each costs", "[service]") {
  ResultCache<std::string> cache(10, [](const std::string& text) { return text.size(); });
  const auto key = [](const std::string& program) { return key_of(item(program)); };
  const auto keeps = [&](const std::string& name) {
    std::string found;
    const bool kept = cache.find(key(name), found, nullptr) == ResultCache<std::string>::Found::result;
    if (!kept) cache.fail(key(name));
    return kept;
  };
  cache.keep(key("a"), "1234");
  cache.keep(key("b"), "1234");
  CHECK(keeps("a"));  // now the one used last
  cache.keep(key("c"), "1234");
  CHECK(keeps("a"));
  CHECK(keeps("c"));
  CHECK_FALSE(keeps("b"));
  cache.keep(key("a"), "1");
  cache.keep(key("e"), "12345");
  CHECK(keeps("a"));
  CHECK(keeps("c"));
  CHECK(keeps("e"));
}

TEST_CASE("what is not to be kept is told to who waits all the same", "[service]") {
  ResultCache<std::string> cache(10, [](const std::string& text) { return text.size(); });
  using Told = ResultCache<std::string>::Found;
  const auto key = key_of(item("a"));
  std::string found, told;
  const auto waiter = [&](const std::string* value) { told = value != nullptr ? *value : "nothing"; };
  CHECK(cache.find(key, found, waiter) == Told::nothing);
  CHECK(cache.find(key, found, waiter) == Told::in_work);
  cache.tell(key, "passing");
  CHECK(told == "passing");
  CHECK(cache.find(key, found, waiter) == Told::nothing);
  CHECK(cache.find(key, found, waiter) == Told::in_work);
  cache.keep(key, "too large");  // by more than half of all
  CHECK(told == "too large");
  CHECK(cache.find(key, found, waiter) == Told::nothing);
}
