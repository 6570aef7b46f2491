#include "harness/service/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sandbox/unique_fd.h"
#include "tests/catch.h"

using namespace assay::harness;
using namespace std::chrono_literals;

namespace {

/// A server that keeps its exchanges for the test to answer.
class Kept {
 public:
  explicit Kept(HttpLimits limits = {}) {
    HttpServer::Callbacks callbacks;
    callbacks.gate = [](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.path != "/refused") return std::nullopt;
      HttpResponse response;
      response.status = 401;
      return response;
    };
    callbacks.handler = [this](SharedExchange exchange) {
      const std::lock_guard lock(mutex_);
      exchanges_.push_back(std::move(exchange));
    };
    callbacks.observer = [this](const HttpRequest&, unsigned status, double) {
      const std::lock_guard lock(mutex_);
      statuses_.push_back(status);
    };
    callbacks.refusal = [](const HttpRequest&, unsigned status, const std::string& why) {
      HttpResponse response;
      response.status = status;
      response.body = why;
      return response;
    };
    auto made = HttpServer::listen("127.0.0.1", 0, limits, std::move(callbacks));
    REQUIRE(made);
    server.emplace(std::move(*made));
    server->serve();
  }
  ~Kept() {
    {
      const std::lock_guard lock(mutex_);
      exchanges_.clear();
    }
    server.reset();
  }
  /// Waits for the next request.
  SharedExchange next() {
    for (;; std::this_thread::yield()) {
      const std::lock_guard lock(mutex_);
      if (exchanges_.empty()) continue;
      auto exchange = std::move(exchanges_.front());
      exchanges_.erase(exchanges_.begin());
      return exchange;
    }
  }
  /// Waits for the end of so many exchanges.
  std::vector<unsigned> statuses(std::size_t count) {
    for (;; std::this_thread::yield()) {
      const std::lock_guard lock(mutex_);
      if (statuses_.size() >= count) return statuses_;
    }
  }
  std::optional<HttpServer> server;

 private:
  std::mutex mutex_;
  std::vector<SharedExchange> exchanges_;
  std::vector<unsigned> statuses_;
};

class Peer {
 public:
  explicit Peer(const Kept& kept) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(kept.server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  void send(const std::string& bytes) const { (void)!::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Reads until `text` was seen, or the end.
  std::string read_to(const std::string& text) {
    char bytes[4096];
    while (seen_.find(text) == std::string::npos) {
      const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
      reset_ = got < 0 && errno == ECONNRESET;
      if (got <= 0) break;
      seen_.append(bytes, static_cast<std::size_t>(got));
    }
    return seen_;
  }
  std::string read_all() { return read_to("\x01 never sent"); }
  void close() { socket_.reset(); }
  /// Whether reading ended with the connection's breaking.
  bool is_reset() const { return reset_; }

 private:
  assay::sandbox::UniqueFd socket_;
  std::string seen_;
  bool reset_ = false;
};

bool holds(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

HttpResponse text(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("requests of one connection are answered one after the other", "[http]") {
  Kept kept;
  Peer peer(kept);
  peer.send(
      "POST /a?x=1 HTTP/1.1\r\nX-Request-Id: mine\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\nX-Request-Id: a "
      "b\r\n\r\n");
  const auto first = kept.next();
  CHECK(first->request().method == "POST");
  CHECK(first->request().path == "/a");
  CHECK(first->request().body == "hi");
  CHECK(first->request().id == "mine");
  first->send(text("one"));
  const auto second = kept.next();
  CHECK(second->request().path == "/b");
  CHECK(second->request().id != "a b");
  second->send(text("two"));
  CHECK(holds(peer.read_to("two"), "X-Request-Id: mine"));
}

TEST_CASE("a header, and a body, that drip in are given up on, and told", "[http]") {
  HttpLimits limits;
  limits.header_time = limits.body_time = 50ms;
  Kept kept(limits);
  for (const char* begin : {"POST /a HT", "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nx"}) {
    Peer peer(kept);
    peer.send(begin);
    CHECK(holds(peer.read_all(), "HTTP/1.1 408"));
  }
  Peer idle(kept);  // nothing of a request: no limit of these
  idle.send("GET /a HTTP/1.1\r\n\r\n");
  kept.next()->send(text("well"));
  CHECK(holds(idle.read_to("well"), "HTTP/1.1 200"));
}

TEST_CASE("what is too large is refused before it is read", "[http]") {
  HttpLimits limits;
  limits.body_bytes = 10;
  limits.header_bytes = 200;
  Kept kept(limits);
  struct Row {
    std::string request;
    const char* status;
  };
  for (const Row& row : std::vector<Row>{
           {"POST /a HTTP/1.1\r\nContent-Length: 11\r\n\r\n", "HTTP/1.1 413"},
           {"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n", "HTTP/1.1 413"},
           {"GET /a HTTP/1.1\r\nX: " + std::string(300, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
           {"nonsense\r\n\r\n", "HTTP/1.1 400"},
           {"POST /refused HTTP/1.1\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 401"},
       }) {
    CAPTURE(row.request);
    Peer peer(kept);
    peer.send(row.request);
    CHECK(holds(peer.read_all(), row.status));
  }
}

TEST_CASE("a request whose end is in doubt is refused, and nothing after it is taken for another", "[http]") {
  Kept kept;
  struct Row {
    const char *head, *status;
  };
  for (const Row& row : std::vector<Row>{
           {"HTTP/1.1\r\nTransfer-Encoding: gzip", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding: xchunked", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding: gzip, chunked", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding: chunked, identity", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding:", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked", "HTTP/1.1 501"},
           {"HTTP/1.1\r\nTransfer-Encoding: gzip\r\nContent-Length: 2", "HTTP/1.1 400"},
           {"HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2", "HTTP/1.1 400"},
           {"HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked", "HTTP/1.1 400"},
           {"HTTP/1.0\r\nTransfer-Encoding: chunked", "HTTP/1.1 400"},
       }) {
    CAPTURE(row.head);
    // Of /refused too: the gate's answer would keep the connection, as there is no body in sight.
    for (const char* path : {"/a", "/refused"}) {
      Peer peer(kept);
      peer.send("POST " + std::string(path) + " " + row.head + "\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
      const std::string all = peer.read_all();
      CHECK(all.substr(0, 12) == row.status);
      CHECK(all.find("X-Request-Id") == all.rfind("X-Request-Id"));  // one answer
    }
  }
  Peer honest(kept);
  honest.send("POST /a HTTP/1.1\r\nTransfer-Encoding: Chunked \r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  const auto exchange = kept.next();
  CHECK(exchange->request().path == "/a");
  CHECK(exchange->request().body == "hi");
}

TEST_CASE("what a client has to know of its connection and its answer is said", "[http]") {
  Kept kept;
  struct Row {
    const char *what, *request, *said, *unsaid;
  };
  for (const Row& row : std::vector<Row>{
           {"HEAD has the length of what GET brings", "HEAD /a HTTP/1.1\r\n\r\n", "Content-Length: 6", "answer"},
           {"HTTP/1.0 is told that it may go on", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "Connection: keep-alive", "Connection: close"},
           {"and that it may not", "GET /a HTTP/1.0\r\n\r\n", "Connection: close", "keep-alive"},
           {"no go-ahead without a body", "GET /a HTTP/1.1\r\nExpect: 100-continue\r\n\r\n", "answer", "100 Continue"},
           {"nor for HTTP/1.0", "POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "answer",
            "100 Continue"},
           {"but for a body", "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "100 Continue",
            "Connection: close"},
       }) {
    CAPTURE(row.what);
    Peer peer(kept);
    peer.send(row.request);
    kept.next()->send(text("answer"));
    peer.read_to("\r\n\r\n");
    // The next answer of the connection, where there is one, shows that the first was read to its end.
    peer.send("NONSENSE\r\n\r\n");
    const std::string all = peer.read_all();
    CHECK(holds(all, row.said));
    CHECK_FALSE(holds(all.substr(0, all.find("HTTP/1.1 400")), row.unsaid));
  }
}

TEST_CASE("bodies beyond the memory for them wait until there is room", "[http]") {
  HttpLimits limits;
  limits.body_bytes = limits.bodies_bytes = 10;
  limits.small_body_bytes = 4;
  Kept kept(limits);
  Peer first(kept), second(kept);
  first.send("POST /1 HTTP/1.1\r\nContent-Length: 8\r\n\r\n12345678");
  auto exchange = kept.next();
  second.send("POST /2 HTTP/1.1\r\nContent-Length: 8\r\n\r\n12345678");
  CHECK(kept.server->body_bytes() == 8);
  exchange->send(text("one"));
  exchange.reset();
  first.read_to("one");
  exchange = kept.next();
  CHECK(exchange->request().path == "/2");
  exchange->send(text("two"));
  second.read_to("two");
  kept.statuses(2);
  CHECK(kept.server->body_bytes() == 0);
}

TEST_CASE("requests without a body, or with a small one, never wait for memory", "[http]") {
  HttpLimits limits;
  limits.body_bytes = limits.bodies_bytes = 10;
  limits.small_body_bytes = 4;
  Kept kept(limits);
  Peer holder(kept), waiter(kept), silent(kept);
  holder.send("POST /1 HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234567890");
  const auto held = kept.next();
  waiter.send("POST /2 HTTP/1.1\r\nContent-Length: 8\r\n\r\n12345678");
  for (const char* request : {"GET /3 HTTP/1.1\r\n\r\n", "POST /3 HTTP/1.1\r\nContent-Length: 4\r\n\r\n1234",
                              "POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n"}) {
    CAPTURE(request);
    Peer peer(kept);
    peer.send(request);
    kept.next()->send(text("three"));
    CHECK(holds(peer.read_to("three"), "HTTP/1.1 200"));
  }
  held->send(text("one"));
  kept.next()->send(text("two"));
  CHECK(holds(waiter.read_to("two"), "HTTP/1.1 200"));
}

TEST_CASE("a body takes room once it comes, and keeps what it came to", "[http]") {
  HttpLimits limits;
  limits.body_bytes = limits.bodies_bytes = 100;
  limits.small_body_bytes = 4;
  Kept kept(limits);
  Peer silent(kept), chunked(kept), large(kept);
  silent.send("POST /1 HTTP/1.1\r\nContent-Length: 100\r\n\r\n");
  chunked.send("POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
  chunked.send("5\r\n67890\r\n0\r\n\r\n");
  const auto exchange = kept.next();
  CHECK(exchange->request().body == "1234567890");
  CHECK(kept.server->body_bytes() <= 10);  // 0 where it came in one piece, which a connection may hold by itself
  large.send("POST /3 HTTP/1.1\r\nContent-Length: 90\r\n\r\n" + std::string(90, 'x'));
  kept.next()->send(text("three"));
  CHECK(holds(large.read_to("three"), "HTTP/1.1 200"));
}

TEST_CASE("a body of which no byte comes for long is given up on", "[http]") {
  HttpLimits limits;
  limits.body_pause = 50ms;
  Kept kept(limits);
  Peer peer(kept);
  peer.send("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nx");
  CHECK(holds(peer.read_all(), "HTTP/1.1 408"));
}

TEST_CASE("a client that hangs up stops the work for it", "[http]") {
  Kept kept;
  Peer peer(kept);
  peer.send("GET /a HTTP/1.1\r\n\r\n");
  const auto exchange = kept.next();
  CHECK_FALSE(exchange->gone().stop_requested());
  peer.close();
  CHECK(kept.statuses(1)[0] == 0);
  CHECK(exchange->gone().stop_requested());
  exchange->send(text("nobody hears"));
}

TEST_CASE("a client that hangs up after the beginning of its next request stops the work too", "[http]") {
  Kept kept;
  Peer peer(kept);
  peer.send("GET /a HTTP/1.1\r\n\r\n\r\n");
  const auto exchange = kept.next();
  peer.send("GET");
  peer.close();
  CHECK(kept.statuses(1)[0] == 0);
  CHECK(exchange->gone().stop_requested());
}

TEST_CASE("an exchange that is let go of unanswered is a 500", "[http]") {
  Kept kept;
  Peer peer(kept);
  peer.send("GET /a HTTP/1.1\r\n\r\n");
  kept.next().reset();
  CHECK(holds(peer.read_to("unanswered"), "HTTP/1.1 500"));
}

TEST_CASE("an answer in pieces ends where it is finished, also for HTTP/1.0", "[http]") {
  Kept kept;
  for (const bool old : {false, true}) {
    Peer peer(kept);
    peer.send(old ? "GET /a HTTP/1.0\r\n\r\n" : "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n");
    const auto exchange = kept.next();
    exchange->stream("text/plain");
    for (int i = 0; i < 100; ++i) exchange->write("piece " + std::to_string(i) + "\n");
    exchange->finish();
    const std::string all = peer.read_all();
    CHECK(holds(all, "piece 99"));
    CHECK(holds(all, "Transfer-Encoding: chunked") != old);
  }
}

TEST_CASE("an answer in pieces that is let go of unfinished does not look whole", "[http]") {
  Kept kept;
  Peer peer(kept), old(kept);
  peer.send("GET /a HTTP/1.1\r\n\r\n");
  auto exchange = kept.next();
  exchange->stream("text/plain");
  exchange->write("piece");
  exchange.reset();
  const std::string all = peer.read_all();
  CHECK(holds(all, "piece"));
  CHECK_FALSE(holds(all, "\r\n0\r\n"));
  CHECK(kept.statuses(1)[0] == 500);
  old.send("GET /a HTTP/1.0\r\n\r\n");
  exchange = kept.next();
  exchange->stream("text/plain");
  exchange->write("piece");
  exchange.reset();
  old.read_all();
  CHECK(old.is_reset());
}

TEST_CASE("connections beyond the limit wait their turn", "[http]") {
  HttpLimits limits;
  limits.connections = 1;
  Kept kept(limits);
  Peer first(kept), second(kept);
  first.send("GET /1 HTTP/1.1\r\n\r\n");
  second.send("GET /2 HTTP/1.1\r\n\r\n");
  auto exchange = kept.next();
  CHECK(kept.server->connections() == 1);
  exchange->send(text("one"));
  exchange.reset();
  CHECK(holds(first.read_to("one"), "one"));
  kept.next()->send(text("two"));  // it need not wait for the first to go
  CHECK(holds(second.read_to("two"), "two"));
}

TEST_CASE("who says nothing keeps nobody out", "[http]") {
  HttpLimits limits;
  limits.connections = 2;
  limits.first_byte = 1ms;
  Kept kept(limits);
  Peer silent(kept), between(kept);
  between.send("GET /1 HTTP/1.1\r\n\r\n");
  kept.next()->send(text("one"));
  CHECK(holds(between.read_to("one"), "HTTP/1.1 200"));
  std::vector<std::unique_ptr<Peer>> peers;
  for (const char* path : {"/2", "/3", "/4"}) {
    peers.push_back(std::make_unique<Peer>(kept));
    peers.back()->send("GET " + std::string(path) + " HTTP/1.1\r\n\r\n");
    const auto exchange = kept.next();
    CHECK(exchange->request().path == path);
    exchange->send(text("answer"));
    CHECK(holds(peers.back()->read_to("answer"), "HTTP/1.1 200"));
  }
  silent.read_all();
  between.read_all();
}

TEST_CASE("a connection that brings no byte for as long as a header may take is closed", "[http]") {
  HttpLimits limits;
  limits.header_time = 50ms;
  Kept kept(limits);
  Peer silent(kept);
  CHECK(silent.read_all().empty());
}

TEST_CASE("draining closes idle connections and answers the others", "[http]") {
  Kept kept;
  Peer idle(kept), busy(kept);
  idle.send("GET /1 HTTP/1.1\r\n\r\n");
  kept.next()->send(text("one"));
  idle.read_to("one");
  busy.send("GET /2 HTTP/1.1\r\n\r\n");
  auto exchange = kept.next();
  auto drained = std::async(std::launch::async, [&] { return kept.server->drain(60s); });
  idle.read_all();
  exchange->send(text("two"));
  exchange.reset();
  CHECK(holds(busy.read_all(), "Connection: close"));
  CHECK(drained.get());
}

TEST_CASE("addresses of this machine alone are known", "[http]") {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) CHECK(is_loopback(host));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "example.org", ""}) CHECK_FALSE(is_loopback(host));
}
