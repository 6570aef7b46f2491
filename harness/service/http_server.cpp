#include "harness/service/http_server.h"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "harness/service/http_connection.h"
#include "harness/thread_body.h"

namespace assay::harness {

using namespace http_parts;

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

class HttpServer::Impl {
 public:
  Impl(const HttpLimits& limits, Callbacks callbacks)
      : shared_(std::make_shared<Shared>(limits, std::move(callbacks))), acceptor_(strand_) {
    shared_->on_closed = [this] {
      --count_;
      asio::post(strand_, [this] { accept(); });
    };
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    drain(std::chrono::milliseconds(0));
    work_.reset();
    io_.stop();
    for (auto& thread : threads_) thread.join();
    shared_->on_closed = [] {};
  }

  Result<void> listen(const std::string& host, std::uint16_t port) {
    const auto refused = [&](Errc code, const error_code& error) {
      const char* remedy = error == asio::error::address_in_use  ? "end what listens there, or give another --port"
                           : error == asio::error::access_denied ? "give a --port above 1023"
                                                                 : "give another --host or --port";
      return tl::unexpected(
          Error{code, fmt::format("serve: cannot listen on {}:{}: {}; {}", host, port, error.message(), remedy)});
    };
    error_code error;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty()) return refused(Errc::usage, error);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) return refused(Errc::address, error);
    port_ = acceptor_.local_endpoint(error).port();
    return {};
  }

  void serve() {
    asio::post(strand_, [this] { accept(); });
    // Two: a large body that is parsed on one leaves the other to the rest.
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { or_end([this] { io_.run(); }); });
  }

  bool drain(std::chrono::milliseconds grace) {
    shared_->draining = true;
    asio::post(strand_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
    });
    for_each([](Connection& connection) { connection.end_if_idle(); });
    std::unique_lock lock(shared_->mutex);
    const bool all = shared_->empty.wait_for(lock, grace, [&] { return shared_->open.empty(); });
    lock.unlock();
    if (!all) for_each([](Connection& connection) { connection.abandon(); });
    return all;
  }

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return count_; }
  std::size_t held() const { return shared_->budget.held(); }

 private:
  template <class Function>
  void for_each(Function function) {
    std::vector<std::shared_ptr<Connection>> connections;
    {
      const std::lock_guard lock(shared_->mutex);
      for (Connection* each : shared_->open)
        if (auto held = each->weak_from_this().lock()) connections.push_back(std::move(held));
    }
    for (const auto& connection : connections) function(*connection);
  }

  bool is_full() const { return count_ >= shared_->limits.connections; }

  void accept() {
    if (accepting_ || !acceptor_.is_open() || shared_->draining) return;
    if (is_full()) return look_for_others();
    shared_->crowded = false;
    accepting_ = true;
    acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
      accepting_ = false;
      if (error == asio::error::operation_aborted) return;
      if (error) {  // out of descriptors, most likely: a connection that ends makes room
        retry_.expires_after(std::chrono::milliseconds(100));
        return retry_.async_wait([this](error_code aborted) {
          if (!aborted) accept();
        });
      }
      ++count_;
      std::make_shared<Connection>(std::move(socket), shared_, ++numbers_)->start();
      accept();
    });
  }

  /// All places are taken: once somebody waits for one, whoever is idle has to yield.
  void look_for_others() {
    if (std::exchange(looking_, true)) return;
    acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code error) {
      looking_ = false;
      if (error || shared_->draining) return;
      if (is_full()) {
        shared_->crowded = true;
        end_longest_idle();
      }
      // A place that is free was told of already, or will be. Who is not idle yet may be so later.
      again_.expires_after(std::chrono::milliseconds(100));
      again_.async_wait([this](error_code aborted) {
        if (!aborted) accept();
      });
    });
  }

  void end_longest_idle() {
    std::shared_ptr<Connection> longest;
    for_each([&, now = Clock::now()](Connection& each) {
      const auto from = each.yields_from();
      if (from == Clock::time_point() || from > now || (longest && longest->yields_from() <= from)) return;
      longest = each.shared_from_this();
    });
    if (longest) longest->yield_place();
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::shared_ptr<Shared> shared_;
  /// Of all that takes connections: the acceptor, its timers, and the members that they use.
  asio::strand<asio::io_context::executor_type> strand_{asio::make_strand(io_)};
  tcp::acceptor acceptor_;
  asio::steady_timer retry_{strand_}, again_{strand_};
  bool accepting_ = false, looking_ = false;
  std::atomic<std::size_t> count_{0};
  std::uint64_t numbers_ = 0;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::listen(const std::string& host, std::uint16_t port, const HttpLimits& limits,
                                      Callbacks callbacks) {
  auto impl = std::make_unique<Impl>(limits, std::move(callbacks));
  if (auto bound = impl->listen(host, port); !bound) return tl::unexpected(bound.error());
  return HttpServer(std::move(impl));
}

void HttpServer::serve() { impl_->serve(); }
std::uint16_t HttpServer::port() const { return impl_->port(); }
std::size_t HttpServer::connections() const { return impl_->connections(); }
std::size_t HttpServer::body_bytes() const { return impl_->held(); }
bool HttpServer::drain(std::chrono::milliseconds grace) { return impl_->drain(grace); }

}  // namespace assay::harness
