#include "harness/service/service.h"

#include <future>
#include <memory>

#include "harness/service/deadlines.h"
#include "tests/sandbox/jail.h"

using namespace assay;
using namespace assay::harness;

TEST_CASE("a stopped clock ends the call that is being made, and makes no other", "[service]") {
  Deadlines deadlines;
  std::promise<void> begun, may_end;
  bool ended = false, other = false;
  deadlines.after(std::chrono::milliseconds(0), [&] {
    begun.set_value();
    may_end.get_future().wait();
    ended = true;
  });
  begun.get_future().wait();
  deadlines.after(std::chrono::milliseconds(0), [&] { other = true; });
  auto stopped = std::async(std::launch::async, [&] { deadlines.stop(); });
  may_end.set_value();
  stopped.wait();
  CHECK(ended);
  const bool before = other;  // it may have been due in time
  deadlines.after(std::chrono::milliseconds(0), [&] { other = true; });
  deadlines.stop();
  CHECK(other == before);
}

TEST_CASE("what falls due while a service ends has all that it uses", "[service]") {
  NEEDS_JAIL();
  ServiceSettings settings;
  settings.port = 0;
  auto service = std::make_unique<Service>(*tests::executor(), nullptr, settings);
  REQUIRE(service->start());
  std::promise<void> begun;
  std::size_t told = 0;
  // Long enough that the service would be gone, did it not wait.
  constexpr std::size_t times = 10'000;
  service->deadlines().after(std::chrono::milliseconds(0), [&told, &begun, ending = service.get()] {
    begun.set_value();
    for (std::size_t i = 0; i < times; ++i) told += ending->metrics_text().empty() ? 0 : 1;
  });
  begun.get_future().wait();
  service.reset();
  CHECK(told == times);
}
