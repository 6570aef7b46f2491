#include "harness/service/http_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

namespace assay::harness {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;
using Clock = std::chrono::steady_clock;

/// An id that may stand in a header and in a log as it is.
bool is_plain_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

/// What is left of the memory for bodies, and who waits for some.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : left_(bytes), all_(bytes) {}
  /// Calls `go` now, or once `bytes` are free; in the order of asking.
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
      if (self->idle_) self->close();
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
  void begin_timer(std::chrono::milliseconds delay);
  void read_header();
  void on_header(error_code error);
  void read_body();
  void on_body(error_code error);
  void watch_client();
  void refuse(unsigned status, const std::string& why);
  void respond(HttpResponse response, bool last);
  void begin_stream(std::string content_type);
  void push(std::string piece, bool last);
  void write_next();
  void answered(unsigned status, bool keep);
  void linger(std::size_t most);
  void close();
  void return_budget() {
    if (reserved_ > 0) shared_->budget.give(std::exchange(reserved_, 0));
  }
  template <class Message>
  void add_headers(Message& message, bool keep) {
    message.set(http::field::server, "assay");
    message.set("X-Request-Id", request_.id);
    message.keep_alive(keep);
  }
  bool may_keep() const { return keep_ && !shared_->draining; }

  beast::tcp_stream stream_;
  asio::steady_timer timer_{stream_.get_executor()};
  std::shared_ptr<Shared> shared_;
  std::uint64_t number_;
  std::string client_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  std::stop_source gone_;
  std::size_t reserved_ = 0;
  bool idle_ = false, keep_ = false, closed_ = false, answering_ = false, old_client_ = false, unread_ = false,
       late_ = false;
  std::uint64_t turn_ = 0;  ///< which request of the connection
  Clock::time_point began_;
  // A streamed answer.
  std::optional<http::response<http::empty_body>> head_;
  std::optional<http::response_serializer<http::empty_body>> head_writer_;
  std::deque<std::string> pieces_;
  std::string current_;
  bool streaming_ = false, writing_ = false, last_ = false;
};

/// The handler's end of one request.
class Connection::Answer : public Exchange {
 public:
  Answer(std::shared_ptr<Connection> connection, HttpRequest request, std::stop_token gone)
      : connection_(std::move(connection)),
        turn_(connection_->turn_),
        request_(std::move(request)),
        gone_(std::move(gone)) {}
  ~Answer() override {
    if (!answered_.exchange(true)) {
      run([](Connection& connection) { connection.refuse(500, "the request was dropped unanswered"); });
    } else if (streaming_ && !finished_) {
      finish();
    }
  }
  const HttpRequest& request() const override { return request_; }
  std::stop_token gone() const override { return gone_; }
  void send(HttpResponse response) override {
    if (answered_.exchange(true)) return;
    run([response = std::move(response)](Connection& connection) mutable {
      connection.respond(std::move(response), false);
    });
  }
  void stream(std::string content_type) override {
    if (answered_.exchange(true)) return;
    streaming_ = true;
    run([type = std::move(content_type)](Connection& connection) mutable { connection.begin_stream(std::move(type)); });
  }
  void write(std::string piece) override {
    if (piece.empty()) return;  // an empty chunk would end the body
    run([piece = std::move(piece)](Connection& connection) mutable { connection.push(std::move(piece), false); });
  }
  void finish() override {
    finished_ = true;
    run([](Connection& connection) { connection.push({}, true); });
  }
  void release_body() override {
    request_.body.clear();
    request_.body.shrink_to_fit();
  }

 private:
  /// On the connection's strand, if it still serves this request.
  template <class Function>
  void run(Function function) {
    asio::post(connection_->stream_.get_executor(),
               [connection = connection_, turn = turn_, function = std::move(function)]() mutable {
                 if (connection->turn_ == turn && !connection->closed_) function(*connection);
               });
  }
  std::shared_ptr<Connection> connection_;
  std::uint64_t turn_;
  HttpRequest request_;
  std::stop_token gone_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> streaming_{false}, finished_{false};
};

void Connection::wait_for_request() {
  if (closed_ || (shared_->draining && turn_ > 0)) return close();
  idle_ = true;
  if (buffer_.size() > 0) return read_header();
  // A byte, or the end: only then does the clock of a header run.
  stream_.expires_after(shared_->limits.idle);
  stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](error_code error, std::size_t bytes) {
    if (error) return self->close();
    self->buffer_.commit(bytes);
    self->read_header();
  });
}

/// For a request's parts: a stream's own timer would close the socket, and leave no way to say why.
void Connection::begin_timer(std::chrono::milliseconds delay) {
  late_ = false;
  stream_.expires_never();
  timer_.expires_after(delay);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (error) return;
    self->late_ = true;
    self->stream_.cancel();
  });
}

void Connection::read_header() {
  idle_ = false;
  ++turn_;
  began_ = Clock::now();
  gone_ = std::stop_source();
  request_ = HttpRequest();
  request_.client = client_;
  request_.connection = number_;
  request_.id = fmt::format("{:x}-{:x}", number_, ++shared_->requests);
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(shared_->limits.header_bytes));
  parser_->body_limit(shared_->limits.body_bytes);
  begin_timer(shared_->limits.header_time);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code error, std::size_t) { self->on_header(error); });
}

void Connection::on_header(error_code error) {
  timer_.cancel();
  const auto& head = parser_->get();
  request_.method = std::string(head.method_string());
  request_.path = std::string(head.target());  // the refusal of a request is in its route's words
  request_.path.resize(std::min(request_.path.find('?'), request_.path.size()));
  if (error == http::error::end_of_stream || error == asio::error::eof || error == asio::error::connection_reset ||
      error == http::error::partial_message)
    return close();
  if (error && late_ && !closed_) return refuse(408, "the request's header took too long");
  if (error == http::error::header_limit) return refuse(431, "the request's header is too large");
  if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
  if (error) return refuse(400, fmt::format("no HTTP/1.1 request: {}", error.message()));
  request_.accept = std::string(head[http::field::accept]);
  request_.authorization = std::string(head[http::field::authorization]);
  if (const auto id = head["X-Request-Id"]; is_plain_word({id.data(), id.size()})) request_.id = std::string(id);
  keep_ = head.keep_alive();
  old_client_ = head.version() < 11;
  if (shared_->callbacks.gate) {
    if (auto refused = shared_->callbacks.gate(request_)) {
      keep_ = keep_ && parser_->is_done();
      return respond(std::move(*refused), !parser_->is_done());
    }
  }
  const auto length = parser_->content_length();
  if (length && *length > shared_->limits.body_bytes) return refuse(413, "the request's body is too large");
  const bool has_body = !parser_->is_done();
  const std::size_t bytes = !has_body ? 0 : length ? static_cast<std::size_t>(*length) : shared_->limits.body_bytes;
  const bool expects = beast::iequals(head[http::field::expect], "100-continue");
  stream_.expires_never();
  shared_->budget.take(bytes, [self = shared_from_this(), bytes, expects] {
    asio::post(self->stream_.get_executor(), [self, bytes, expects] {
      self->reserved_ = bytes;
      if (self->closed_) return self->return_budget();
      if (!expects) return self->read_body();
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      self->stream_.expires_after(self->shared_->limits.write_time);
      asio::async_write(self->stream_, asio::buffer(go_on), [self](error_code failed, std::size_t) {
        if (failed) return self->close();
        self->read_body();
      });
    });
  });
}

void Connection::read_body() {
  begin_timer(shared_->limits.body_time);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error_code error, std::size_t) { self->on_body(error); });
}

void Connection::on_body(error_code error) {
  timer_.cancel();
  if (error && late_ && !closed_) return refuse(408, "the request's body took too long");
  if (error == http::error::body_limit) return refuse(413, "the request's body is too large");
  if (error == http::error::partial_message || error == asio::error::eof || error == asio::error::connection_reset)
    return close();
  if (error) return refuse(400, fmt::format("no HTTP/1.1 request: {}", error.message()));
  stream_.expires_never();
  HttpRequest request = request_;
  request.body = std::move(parser_->get().body());
  answering_ = true;
  watch_client();
  auto answer = std::make_shared<Answer>(shared_from_this(), std::move(request), gone_.get_token());
  try {
    shared_->callbacks.handler(answer);
  } catch (const std::exception& bug) {
    answer->send(shared_->callbacks.refusal(request_, 500, fmt::format("bug: {}", bug.what())));
  } catch (...) {
    answer->send(shared_->callbacks.refusal(request_, 500, "bug: an unknown exception"));
  }
}

/// Hears of a client that hangs up while its answer is made.
void Connection::watch_client() {
  stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this(), turn = turn_](error_code error) {
    if (error || turn != self->turn_ || !self->answering_) return;
    char byte = 0;
    const auto got = ::recv(self->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return;  // the next request, early
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return self->watch_client();
    self->gone_.request_stop();
    self->answered(0, false);
  });
}

void Connection::refuse(unsigned status, const std::string& why) {
  if (streaming_) return close();  // too late for a status
  respond(shared_->callbacks.refusal(request_, status, why), true);
}

/// `last`: what is left of the request stays unread, so the connection can't go on.
void Connection::respond(HttpResponse response, bool last) {
  const bool keep = !last && may_keep();
  unread_ = last;
  answering_ = false;  // a client that has its answer may go
  auto message = std::make_shared<http::response<http::string_body>>();
  message->version(11);
  message->result(response.status);
  message->set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message->set(name, value);
  add_headers(*message, keep);
  message->body() = request_.method == "HEAD" ? std::string() : std::move(response.body);
  message->prepare_payload();
  stream_.expires_after(shared_->limits.write_time);
  http::async_write(stream_, *message, [self = shared_from_this(), message, keep](error_code error, std::size_t) {
    self->answered(error ? 0 : message->result_int(), keep && !error);
  });
}

void Connection::begin_stream(std::string content_type) {
  streaming_ = writing_ = true;
  last_ = false;
  pieces_.clear();
  head_.emplace(http::status::ok, old_client_ ? 10 : 11);
  head_->set(http::field::content_type, content_type);
  add_headers(*head_, may_keep() && !old_client_);
  head_->chunked(!old_client_);  // an HTTP/1.0 client reads until the connection ends
  head_writer_.emplace(*head_);
  stream_.expires_after(shared_->limits.write_time);
  http::async_write_header(stream_, *head_writer_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->answered(0, false);
    self->writing_ = false;
    self->write_next();
  });
}

void Connection::push(std::string piece, bool last) {
  if (!streaming_) return;
  if (!piece.empty()) pieces_.push_back(std::move(piece));
  last_ = last_ || last;
  write_next();
}

void Connection::write_next() {
  if (writing_ || !streaming_) return;
  if (pieces_.empty() && !last_) return stream_.expires_never();
  if (pieces_.empty() && old_client_) return answered(200, false);
  writing_ = true;
  stream_.expires_after(shared_->limits.write_time);
  const bool last = pieces_.empty();
  const auto written = [self = shared_from_this(), last](error_code error, std::size_t) {
    if (error) return self->answered(0, false);
    self->writing_ = false;
    if (last) return self->answered(200, self->may_keep());
    self->write_next();
  };
  if (last) return asio::async_write(stream_, http::make_chunk_last(), written);
  current_ = std::move(pieces_.front());
  pieces_.pop_front();
  if (old_client_) return asio::async_write(stream_, asio::buffer(current_), written);
  asio::async_write(stream_, http::make_chunk(asio::buffer(current_)), written);
}

/// The request is over; status 0 where its client is gone.
void Connection::answered(unsigned status, bool keep) {
  if (closed_) return;
  answering_ = streaming_ = false;
  ++turn_;  // what an old exchange still says is nobody's
  return_budget();
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  if (shared_->callbacks.observer) shared_->callbacks.observer(request_, status, seconds);
  error_code ignored;
  if (!keep && unread_) {
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(std::chrono::seconds(2));
    return linger(16 << 20);
  }
  if (!keep) return close();
  stream_.socket().cancel(ignored);  // the watch for the client's end
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->wait_for_request(); });
}

/// A body left unread makes the kernel reset the connection, and the client lose the answer: so what still comes is
/// read and dropped, for a while.
void Connection::linger(std::size_t most) {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(16 << 10),
                          [self = shared_from_this(), most](error_code error, std::size_t bytes) {
                            if (error || bytes >= most) return self->close();
                            self->linger(most - bytes);
                          });
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  gone_.request_stop();
  return_budget();
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  timer_.cancel();
  stream_.cancel();
  stream_.close();
}

}  // namespace

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

class HttpServer::Impl {
 public:
  Impl(const HttpLimits& limits, Callbacks callbacks)
      : shared_(std::make_shared<Shared>(limits, std::move(callbacks))), acceptor_(io_) {
    shared_->on_closed = [this] {
      --count_;
      asio::post(io_, [this] { accept(); });
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
    const auto refused = [&](const error_code& error) {
      return tl::unexpected(Error{Errc::usage, fmt::format("serve: cannot listen on {}:{}: {}; give another --host or "
                                                           "--port",
                                                           host, port, error.message())});
    };
    error_code error;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty()) return refused(error);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) return refused(error);
    port_ = acceptor_.local_endpoint(error).port();
    return {};
  }

  void serve() {
    asio::post(io_, [this] { accept(); });
    // Two: a large body that is parsed on one leaves the other to the rest.
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }

  bool drain(std::chrono::milliseconds grace) {
    shared_->draining = true;
    asio::post(io_, [this] {
      const std::lock_guard lock(accept_mutex_);
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

  void accept() {
    const std::lock_guard lock(accept_mutex_);
    if (accepting_ || !acceptor_.is_open() || shared_->draining || count_ >= shared_->limits.connections) return;
    accepting_ = true;
    acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
      {
        const std::lock_guard again(accept_mutex_);
        accepting_ = false;
      }
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

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::shared_ptr<Shared> shared_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_{io_};
  std::mutex accept_mutex_;
  bool accepting_ = false;
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
