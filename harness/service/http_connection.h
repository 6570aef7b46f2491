#pragma once
/// One connection of the HTTP server, and what all connections share. For http_server.cpp alone.
#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "harness/service/http_server.h"

namespace assay::harness::http_parts {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;
using Clock = std::chrono::steady_clock;

/// What is left of the memory for bodies, and who waits for some.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : left_(bytes), all_(bytes) {}
  /// Calls `go` now, or once `bytes` are free; in the order of asking. At most all that there is: whoever waits holds
  /// none, so that those who do end some time.
  void take(std::size_t bytes, std::function<void()> go) {
    {
      const std::lock_guard lock(mutex_);
      if (!waiting_.empty() || bytes > left_) {
        waiting_.push_back({bytes, std::move(go)});
        return;
      }
      left_ -= bytes;
    }
    go();
  }
  void give(std::size_t bytes) {
    std::vector<std::function<void()>> ready;
    {
      const std::lock_guard lock(mutex_);
      left_ += bytes;
      while (!waiting_.empty() && waiting_.front().bytes <= left_) {
        left_ -= waiting_.front().bytes;
        ready.push_back(std::move(waiting_.front().go));
        waiting_.pop_front();
      }
    }
    for (const auto& go : ready) go();
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return all_ - left_;
  }

 private:
  struct Waiting {
    std::size_t bytes;
    std::function<void()> go;
  };
  mutable std::mutex mutex_;
  std::size_t left_;
  const std::size_t all_;
  std::deque<Waiting> waiting_;
};

class Connection;

/// What all connections share.
struct Shared {
  Shared(const HttpLimits& limits_, HttpServer::Callbacks callbacks_)
      : limits(limits_), callbacks(std::move(callbacks_)), budget(limits_.bodies_bytes) {}
  HttpLimits limits;
  HttpServer::Callbacks callbacks;
  BodyBudget budget;
  std::atomic<bool> draining{false};
  std::atomic<bool> crowded{false};  ///< all places are taken, and somebody waits for one
  std::atomic<std::uint64_t> requests{0};
  std::function<void()> on_closed;
  std::mutex mutex;
  std::condition_variable empty;
  std::set<Connection*> open;
};

/// One connection; all of its members run on its strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Shared> shared, std::uint64_t number)
      : stream_(std::move(socket)), shared_(std::move(shared)), number_(number) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    const auto peer = stream_.socket().remote_endpoint(ignored);
    client_ = ignored ? "unknown" : peer.address().to_string();
    buffer_.max_size(shared_->limits.header_bytes + (64 << 10));
    const std::lock_guard lock(shared_->mutex);
    shared_->open.insert(this);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    return_budget();
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->open.erase(this);
      shared_->empty.notify_all();
    }
    shared_->on_closed();
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->wait_for_request(); });
  }
  /// From any thread: ends it where it waits for a request.
  void end_if_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->is_idle()) self->close();
    });
  }
  /// Since when its place may be had for another's sake; the epoch where there is work for it.
  Clock::time_point yields_from() const { return Clock::time_point(Clock::duration(yields_from_.load())); }
  /// From any thread: ends it where it waits for a request and none has come meanwhile.
  void yield_place() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      error_code ignored;
      if (self->is_idle() && self->stream_.socket().available(ignored) == 0) self->close();
    });
  }
  void abandon() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      self->gone_.request_stop();
      self->close();
    });
  }

 private:
  class Answer;
  friend class Answer;

  void wait_for_request();
  void begin_timer(Clock::duration delay);
  void end_timer();
  void read_header();
  void on_header(error_code error);
  struct Flaw {
    unsigned status;
    const char* why;
  };
  std::optional<Flaw> framing_flaw() const;
  void go_on();
  bool needs_room() const;
  void await_room();
  void read_body();
  void on_body(error_code error);
  void watch_client();
  bool has_hung_up();
  void refuse(unsigned status, const std::string& why);
  void refuse_large_body();
  void respond(HttpResponse response, bool last);
  void begin_stream(std::string content_type);
  void push(std::string piece, bool last);
  void cut();
  void write_next();
  void answered(unsigned status, bool keep);
  void linger(std::size_t most);
  void close();
  /// Gives back what is reserved beyond `bytes`.
  void return_budget(std::size_t bytes = 0) {
    if (reserved_ > bytes) shared_->budget.give(std::exchange(reserved_, bytes) - bytes);
  }
  template <class Message>
  void add_headers(Message& message, bool keep) {
    message.set(http::field::server, "assay");
    message.set("X-Request-Id", request_.id);
    message.keep_alive(keep);
    if (keep && old_client_) message.set(http::field::connection, "keep-alive");  // what HTTP/1.0 does not by itself
  }
  bool may_keep() const { return keep_ && !shared_->draining && !shared_->crowded; }
  bool is_idle() const { return yields_from_ != 0; }

  beast::tcp_stream stream_;
  asio::steady_timer timer_{stream_.get_executor()};
  std::shared_ptr<Shared> shared_;
  std::uint64_t number_;
  std::string client_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  std::stop_source gone_;
  std::size_t reserved_ = 0;                ///< of the budget; 0 for a small body
  std::atomic<Clock::rep> yields_from_{0};  ///< 0 while it is not idle
  bool keep_ = false, closed_ = false, answering_ = false, old_client_ = false, unread_ = false, late_ = false;
  std::uint64_t turn_ = 0;    ///< which request of the connection
  std::uint64_t timing_ = 0;  ///< which timer
  Clock::time_point began_, body_end_;
  // A streamed answer.
  std::optional<http::response<http::empty_body>> head_;
  std::optional<http::response_serializer<http::empty_body>> head_writer_;
  std::deque<std::string> pieces_;
  std::string current_;
  bool streaming_ = false, writing_ = false, last_ = false, cut_ = false;
};

}  // namespace assay::harness::http_parts
