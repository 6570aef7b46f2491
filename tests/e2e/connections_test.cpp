// The service's connections and its log: what a client, or a reader of the log, does to the others.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <thread>

#include "tests/e2e/service_client.h"

using namespace assay::tests;
namespace json = boost::json;

namespace {

json::object rewards_request(const std::string& program, std::size_t items = 1) {
  const json::object item = {{"solution", program}, {"tests", json::array{"assert f(1) == 1"}}};
  return {{"items", json::array(items, item)}, {"limits", {{"test_seconds", 60}, {"total_seconds", 60}}}};
}

void wait_for_busy(const Service& service) {
  while (service.figure("assay_slots_busy") < 1) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a service whose log nobody reads any more goes on", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  Service service({"--log", "info"});
  REQUIRE(service.logs("\"listening\""));
  service.leave_log();
  for (int i = 0; i < 3; ++i) {  // each is a line that can't be written
    CHECK(get(service, "/healthz").status == 200);
    CHECK(post(service, "/run_code", run_request("print(1)")).json().at("status").as_string() == "Success");
  }
  const Ended ended = service.end();
  CHECK(ended.signal == 0);
  CHECK(ended.code == 0);
}

TEST_CASE("all that a service says of its end is lines of JSON, also where requests are left", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  Service service({"--parallel", "1", "--grace", "0", "--log", "info"});
  Client client(service.port());
  client.post("/v1/rewards", json::serialize(rewards_request("while True: pass")));
  wait_for_busy(service);
  const Ended ended = service.end();
  CHECK(ended.code == 130);
  CHECK_THAT(ended.err, Catch::Contains("--grace"));
  std::istringstream lines(ended.err);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK_NOTHROW(json::parse(line));
  }
}

TEST_CASE("bodies that do not come, or come in chunks, hold up nobody", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--body-limit", "1", "--memory", "1", "--parallel", "1"});
  Client silent(service.port()), chunked(service.port()), waiter(service.port());
  silent.send("POST /run_code HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n");
  const std::string body = json::serialize(run_request("print(1)"));
  char head[32];
  (void)std::snprintf(head, sizeof head, "%zx\r\n", body.size());
  chunked.send("POST /run_code HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + (head + body) + "\r\n0\r\n\r\n");
  waiter.send("POST /run_code HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n" + std::string(500'000, ' '));
  CHECK(chunked.receive().status == 200);
  for (const char* path : {"/healthz", "/readyz", "/health", "/v1/ping"}) CHECK(get(service, path).status == 200);
  CHECK(post(service, "/run_code", run_request("print(2)")).status == 200);
}

TEST_CASE("asked to end with a delay, it says so and serves on until that is over", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  Service service({"--drain-delay", "4", "--log", "info"});
  CHECK(get(service, "/readyz").status == 200);
  auto ended = std::async(std::launch::async, [&] { return service.end(); });
  Answer ready = get(service, "/readyz");
  while (ready.status == 200) ready = get(service, "/readyz");
  CHECK(ready.status == 503);
  CHECK(ready.head.find("Retry-After: ") != std::string::npos);
  CHECK(get(service, "/healthz").status == 200);
  CHECK(post(service, "/run_code", run_request("print(1)")).status == 200);
  CHECK(ended.get().code == 0);
}

TEST_CASE("as many one-request connections as verl makes are all answered", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--hold", "120"});  // on a machine that is busy with other things, too
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 512; ++i) {
    clients.push_back(std::make_unique<Client>(service.port()));
    clients.back()->post("/run_code", json::serialize(run_request("print(input())", json::value(std::to_string(i)))));
  }
  for (int i = 0; i < 512; ++i) {
    const Answer answer = clients[static_cast<std::size_t>(i)]->receive();
    REQUIRE(answer.status == 200);
    CHECK(answer.json().at("run_result").at("stdout").as_string() == (std::to_string(i) + "\n").c_str());
  }
}
