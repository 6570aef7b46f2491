#include "harness/service/job_queue.h"

#include <future>
#include <string>

#include "tests/catch.h"

using assay::harness::JobQueue;

namespace {

/// A queue of one worker that is held up until open() is called, and notes who ran.
class Held {
 public:
  explicit Held(std::size_t capacity) : queue(1, capacity) {
    queue.add("gate", 0, {[this] { opened_.get_future().wait(); }});
    while (queue.running() == 0) std::this_thread::yield();
  }
  JobQueue::Task task(std::string name) {
    return [this, name = std::move(name)] { order += name; };
  }
  /// Lets it run, to the last of what waits.
  void open() {
    opened_.set_value();
    while (queue.waiting() > 0 || queue.running() > 0) std::this_thread::yield();
  }
  std::string order;
  JobQueue queue;

 private:
  std::promise<void> opened_;
};

}  // namespace

TEST_CASE("turns go round clients, and within a client round its connections", "[service]") {
  Held held(100);
  held.queue.add("a", 1, {held.task("1"), held.task("1"), held.task("1")});
  held.queue.add("a", 2, {held.task("2")});
  held.queue.add("b", 3, {held.task("3"), held.task("3")});
  held.open();
  CHECK(held.order == "132311");
}

TEST_CASE("a batch that does not fit is refused whole", "[service]") {
  Held held(2);
  CHECK(held.queue.try_add("a", 1, {held.task("1")}));
  CHECK_FALSE(held.queue.try_add("a", 1, {held.task("2"), held.task("2")}));
  CHECK(held.queue.try_add("a", 1, {held.task("3")}));
  CHECK_FALSE(held.queue.try_add("b", 2, {held.task("4")}));
  CHECK(held.queue.waiting() == 2);
  held.queue.add("b", 2, {held.task("5")});  // held requests have no such limit
  held.open();
  CHECK(held.order == "153");
}

TEST_CASE("what waits for a connection that is gone makes room", "[service]") {
  Held held(2);
  REQUIRE(held.queue.try_add("a", 1, {held.task("1"), held.task("1")}));
  held.queue.drop("a", 1);
  CHECK(held.queue.waiting() == 0);
  CHECK(held.queue.try_add("a", 2, {held.task("2"), held.task("2")}));
  held.open();
  CHECK(held.order == "22");
}

TEST_CASE("a task that throws ends nobody else's", "[service]") {
  Held held(2);
  held.queue.add("a", 1, {[] { throw 1; }, held.task("1")});
  held.open();
  CHECK(held.order == "1");
}
