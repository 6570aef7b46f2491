// What ends while the service works: itself, a client, a warden, or what runs in the jails.
#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <future>
#include <random>
#include <thread>

#include "tests/children.h"
#include "tests/e2e/rewards.h"

using namespace assay::tests;
namespace json = boost::json;

TEST_CASE("a client that goes away takes its work along", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--parallel", "1"});
  const json::object spinning = {{"solution", "while True: pass"}, {"tests", tests_of({"assert f() == 1"})}};
  Client gone(service.port());
  gone.post("/v1/rewards", json::serialize(json::object{{"items", json::array(50, spinning)},
                                                        {"limits", {{"test_seconds", 60}, {"total_seconds", 60}}}}));
  while (service.figure("assay_slots_busy") < 1) std::this_thread::yield();
  gone.shut();
  CHECK(number(rewards(service, {{"items", json::array{item(good)}}})[0], "code") == 1);
  CHECK(service.figure("assay_queue_depth") == 0);
}

TEST_CASE("asked to end, it answers what it has taken on", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  Service service({"--parallel", "1"});
  Client client(service.port()), idle(service.port());
  const json::object slow = {{"solution", "import time\ndef add(a, b):\n    time.sleep(0.2)\n    return a + b\n"},
                             {"tests", tests_of({"assert add(1, 2) == 3"})}};
  client.post("/v1/rewards", json::serialize(json::object{{"items", json::array(5, slow)}}));
  while (service.figure("assay_slots_busy") < 1) std::this_thread::yield();
  auto ended = std::async(std::launch::async, [&] { return service.end(); });
  const Answer answer = client.receive();
  REQUIRE(answer.status == 200);
  const json::value results = answer.json();
  for (const auto& result : results.at("results").as_array()) CHECK(number(result, "code") == 1);
  CHECK(ended.get().code == 0);
}

TEST_CASE("wardens that die cost no reward", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  std::atomic<bool> done{false};
  std::thread killer([&] {
    for (int killed = 0; killed < 3 && !done; std::this_thread::yield()) {
      std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", service.pid()));
      pid_t warden = 0;
      if (service.figure("assay_slots_busy") >= 1 && children >> warden && ::kill(warden, SIGKILL) == 0) ++killed;
    }
  });
  for (int round = 0; round < 20; ++round) {
    for (const auto& result : rewards(service, {{"items", json::array(20, item(good))}})) {
      INFO(json::serialize(result));
      // Two deaths under one item are an error of ours, never a 0.
      CHECK((result.at("reward").is_null() ? !result.at("error").is_null() : number(result, "code") == 1));
    }
  }
  done = true;
  killer.join();
  CHECK(service.figure("assay_warden_restarts_total") >= 1);
}

TEST_CASE("samples and zygotes that somebody kills cost no reward", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--dataset", "mini", "--cache", "1000"});
  std::atomic<bool> done{false};
  std::size_t killed = 0;
  std::thread killer([&] {
    std::mt19937 random(1);
    for (; !done; std::this_thread::sleep_for(std::chrono::milliseconds(40))) {
      std::vector<pid_t> below;
      for (const pid_t warden : children(service.pid()))
        for (const pid_t child : children(warden)) below.push_back(child);
      // A stub, a sample or a zygote, as it comes.
      if (!below.empty() && service.figure("assay_slots_busy") >= 1 &&
          ::kill(below[random() % below.size()], SIGKILL) == 0)
        ++killed;
    }
  });
  // Kept results must be as sound as new ones: the second time nobody kills, and what was judged comes from the cache.
  for (const bool quiet : {false, true}) {
    for (int round = 0; round < 4; ++round) {
      json::array items;
      for (int i = 0; i < 20; ++i) {
        const std::string slow = fmt::format("    __import__('time').sleep(0.005)  # {} {}\n", round, i);
        items.push_back({{"solution", "def add(a, b):\n" + slow + "    return a + b\n"},
                         {"tests", tests_of({"assert add(1, 2) == 3", "assert add(0, 0) == 0"})}});
        items.push_back({{"solution", "def clamped_total(values, low, high):\n" + slow +
                                          "    return sum(min(max(value, low), high) for value in values)\n"},
                         {"dataset", "mini"},
                         {"task_id", "Mini/0"}});
      }
      for (const auto& result : rewards(service, {{"items", items}})) {
        INFO(json::serialize(result));
        const bool lost = result.at("reward").is_null();
        CHECK((lost ? !quiet && result.at("error").at("code").as_string() == "sandbox.unavailable"
                    : number(result, "code") == 1));
      }
    }
    if (!quiet) done = true, killer.join();
  }
  CHECK(killed > 0);
}
