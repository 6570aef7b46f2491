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
  CHECK_FALSE(held.queue.try_add("a", 2, {held.task("4")}));
  CHECK(held.queue.waiting() == 2);
  held.queue.add("a", 2, {held.task("5")});  // held requests have no such limit
  held.open();
  CHECK(held.order == "153");
}

TEST_CASE("what has had its turn before is next when its client's comes", "[service]") {
  Held held(2);
  held.queue.add("a", 1, {held.task("1"), held.task("1")});
  held.queue.add("b", 2, {held.task("2")});
  held.queue.add_next("a", 3, {held.task("3")});
  held.queue.add_next("b", 4, {held.task("4")});
  held.open();
  CHECK(held.order == "34121");
}

TEST_CASE("a client that fills the queue keeps no other out", "[service]") {
  Held held(6);
  const auto tasks = [&](const char* name, std::size_t count) {
    return std::vector<JobQueue::Task>(count, held.task(name));
  };
  CHECK(held.queue.try_add("a", 1, tasks("a", 6)));
  CHECK(held.queue.try_add("b", 2, tasks("b", 3)));        // its share of two
  CHECK_FALSE(held.queue.try_add("b", 2, tasks("b", 1)));  // and no more while the other's wait
  CHECK(held.queue.try_add("c", 3, tasks("c", 2)));
  CHECK_FALSE(held.queue.try_add("a", 1, tasks("a", 1)));
  CHECK(held.queue.waiting() == 11);
}

TEST_CASE("a batch larger than its client's share has its turn", "[service]") {
  Held held(6);
  const auto tasks = [&](const char* name, std::size_t count) {
    return std::vector<JobQueue::Task>(count, held.task(name));
  };
  CHECK(held.queue.try_add("a", 1, tasks("a", 6)));
  CHECK(held.queue.try_add("b", 2, tasks("b", 6)));        // none of its own waits, and no more than twice the capacity
  CHECK_FALSE(held.queue.try_add("c", 3, tasks("c", 6)));  // the third such
  CHECK_FALSE(held.queue.try_add("d", 4, tasks("d", 5)));
  held.queue.drop("b", 2);
  CHECK_FALSE(held.queue.has_room("d", 5));  // others were turned away before it
  CHECK_FALSE(held.queue.has_room("b", 5));
  CHECK(held.queue.try_add("e", 5, tasks("e", 1)));  // but a share is a share
  held.queue.drop("e", 5);
  CHECK(held.queue.try_add("c", 3, tasks("c", 6)));
  CHECK_FALSE(held.queue.try_add("c", 3, std::vector<JobQueue::Task>(7, held.task("c"))));
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
