#include "harness/service/http_connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <exception>
#include <iterator>

namespace assay::harness::http_parts {
namespace {

using namespace std::chrono_literals;

/// An id that may stand in a header and in a log as it is.
bool is_plain_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace

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
      run([](Connection& connection) { connection.cut(); });
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
  if (buffer_.size() > 0) return read_header();
  const bool is_new = turn_ == 0;
  yields_from_ = (Clock::now() + (is_new ? shared_->limits.first_byte : 0ms)).time_since_epoch().count();
  // A byte, or the end: only then does the clock of a header run.
  stream_.expires_after(is_new ? shared_->limits.header_time : shared_->limits.idle);
  stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this()](error_code error, std::size_t bytes) {
    if (error) return self->close();
    self->buffer_.commit(bytes);
    self->read_header();
  });
}

/// For a request's parts: a stream's own timer would close the socket, and leave no way to say why.
void Connection::begin_timer(Clock::duration delay) {
  late_ = false;
  stream_.expires_never();
  timer_.expires_after(delay);
  timer_.async_wait([self = shared_from_this(), timing = ++timing_](error_code error) {
    if (error || timing != self->timing_) return;  // one that just ended, and could not be cancelled any more
    self->late_ = true;
    self->stream_.cancel();
  });
}

void Connection::end_timer() {
  ++timing_;
  timer_.cancel();
}

void Connection::read_header() {
  yields_from_ = 0;
  ++turn_;
  gone_ = std::stop_source();
  request_ = HttpRequest();
  began_ = request_.began;
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
  end_timer();
  const auto& head = parser_->get();
  request_.method = std::string(head.method_string());
  request_.path = std::string(head.target());  // the refusal of a request is in its route's words
  request_.path.resize(std::min(request_.path.find('?'), request_.path.size()));
  if (error == http::error::end_of_stream || error == asio::error::eof || error == asio::error::connection_reset ||
      error == http::error::partial_message)
    return close();
  if (error && late_ && !closed_) return refuse(408, "the request's header took too long");
  if (error == http::error::header_limit) return refuse(431, "the request's header is too large");
  if (error == http::error::body_limit) return refuse_large_body();
  if (error) return refuse(400, fmt::format("no HTTP/1.1 request: {}", error.message()));
  request_.accept = std::string(head[http::field::accept]);
  request_.authorization = std::string(head[http::field::authorization]);
  if (const auto id = head["X-Request-Id"]; is_plain_word({id.data(), id.size()})) request_.id = std::string(id);
  keep_ = head.keep_alive();
  old_client_ = head.version() < 11;
  if (const auto flaw = framing_flaw()) return refuse(flaw->status, flaw->why);
  if (shared_->callbacks.gate) {
    if (auto refused = shared_->callbacks.gate(request_)) {
      keep_ = keep_ && parser_->is_done();
      return respond(std::move(*refused), !parser_->is_done());
    }
  }
  const auto length = parser_->content_length();
  if (length && *length > shared_->limits.body_bytes) return refuse_large_body();
  if (parser_->is_done()) return on_body({});
  parser_->eager(true);
  body_end_ = Clock::now() + shared_->limits.body_time;
  if (!old_client_ && beast::iequals(head[http::field::expect], "100-continue")) return go_on();
  read_body();
}

/// What leaves open where the request ends: whatever comes after it would be taken for the next one, which somebody
/// else (a proxy, the gate) may have seen as its body. Source: RFC 9112, 6.1 and 6.3.
std::optional<Connection::Flaw> Connection::framing_flaw() const {
  const auto& head = parser_->get();
  const auto [first, end] = head.equal_range(http::field::transfer_encoding);
  if (first == end) return std::nullopt;
  if (old_client_) return Flaw{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (head.count(http::field::content_length) > 0)
    return Flaw{400, "both Transfer-Encoding and Content-Length are given; send one of them"};
  if (std::next(first) != end || !beast::iequals(first->value(), "chunked"))
    return Flaw{501, "no Transfer-Encoding is known but chunked"};
  return std::nullopt;
}

/// Says to a client that waits for it that its body is welcome.
void Connection::go_on() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(shared_->limits.write_time);
  asio::async_write(stream_, asio::buffer(go_on), [self = shared_from_this()](error_code failed, std::size_t) {
    if (failed) return self->close();
    self->read_body();
  });
}

/// A client that announces a large body, and sends nothing of it, takes nothing from others.
bool Connection::needs_room() const {
  const std::size_t small = shared_->limits.small_body_bytes;
  const auto length = parser_->content_length();
  const std::size_t unread = length ? buffer_.size() : 0;  // of chunks it holds more than the body's own bytes
  return reserved_ == 0 && (!length || *length > small) && parser_->get().body().size() + unread >= small;
}

void Connection::await_room() {
  const auto length = parser_->content_length();
  const std::size_t bytes = length ? static_cast<std::size_t>(*length) : shared_->limits.body_bytes;
  stream_.expires_never();
  shared_->budget.take(bytes, [self = shared_from_this(), bytes] {
    asio::post(self->stream_.get_executor(), [self, bytes] {
      self->reserved_ = bytes;
      if (self->closed_) return self->return_budget();
      self->body_end_ = Clock::now() + self->shared_->limits.body_time;
      self->read_body();
    });
  });
}

void Connection::read_body() {
  if (needs_room()) return await_room();
  begin_timer(std::min<Clock::duration>(body_end_ - Clock::now(), shared_->limits.body_pause));
  http::async_read_some(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
    self->end_timer();
    if (error || self->parser_->is_done()) return self->on_body(error);
    self->read_body();
  });
}

void Connection::on_body(error_code error) {
  if (error && late_ && !closed_) return refuse(408, "the request's body took too long");
  if (error == http::error::body_limit) return refuse_large_body();
  if (error == http::error::partial_message || error == asio::error::eof || error == asio::error::connection_reset)
    return close();
  if (error) return refuse(400, fmt::format("no HTTP/1.1 request: {}", error.message()));
  stream_.expires_never();
  HttpRequest request = request_;
  request.body = std::move(parser_->get().body());
  return_budget(request.body.size());
  answering_ = true;
  auto answer = std::make_shared<Answer>(shared_from_this(), std::move(request), gone_.get_token());
  try {
    shared_->callbacks.handler(answer);
  } catch (const std::exception& bug) {
    answer->send(shared_->callbacks.refusal(request_, 500, fmt::format("bug: {}", bug.what())));
  } catch (...) {
    answer->send(shared_->callbacks.refusal(request_, 500, "bug: an unknown exception"));
  }
  // After an answer that was there at once: a client that has sent all it will may have closed its sending side.
  asio::post(stream_.get_executor(), [self = shared_from_this(), turn = turn_] {
    if (turn == self->turn_ && self->answering_) self->watch_client();
  });
}

/// Hears of a client that hangs up while its answer is made.
void Connection::watch_client() {
  stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this(), turn = turn_](error_code error) {
    if (error || turn != self->turn_ || !self->answering_) return;
    if (self->has_hung_up()) {
      self->gone_.request_stop();
      return self->answered(0, false);
    }
    // The next request, early. It stays unread, so that the socket is readable from now on: look again by the clock.
    self->timer_.expires_after(100ms);
    self->timer_.async_wait([self, turn](error_code aborted) {
      if (!aborted && turn == self->turn_ && self->answering_) self->watch_client();
    });
  });
}

/// Whether the client has closed its side, whatever of it is still to be read.
bool Connection::has_hung_up() {
  pollfd watched{stream_.socket().native_handle(), POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) > 0;  // POLLHUP and POLLERR are always looked for
}

void Connection::refuse_large_body() {
  refuse(413, fmt::format("the request's body is over the limit of {} bytes; send less in one, or start the service "
                          "with a higher --body-limit",
                          shared_->limits.body_bytes));
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
  message->content_length(response.body.size());
  if (request_.method != "HEAD") message->body() = std::move(response.body);
  stream_.expires_after(shared_->limits.write_time);
  http::async_write(stream_, *message, [self = shared_from_this(), message, keep](error_code error, std::size_t) {
    self->answered(error ? 0 : message->result_int(), keep && !error);
  });
}

void Connection::begin_stream(std::string content_type) {
  streaming_ = writing_ = true;
  last_ = cut_ = false;
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

/// Ends an answer that is not whole after the pieces that there are, without the last chunk: its client can tell.
void Connection::cut() {
  cut_ = true;
  push({}, true);
}

void Connection::write_next() {
  if (writing_ || !streaming_) return;
  if (pieces_.empty() && !last_) return stream_.expires_never();
  if (pieces_.empty() && cut_) {
    error_code ignored;
    // To an HTTP/1.0 client a proper end of the connection is that of the answer.
    if (old_client_) stream_.socket().set_option(tcp::socket::linger(true, 0), ignored);
    if (old_client_) stream_.socket().close(ignored);
    return answered(500, false);
  }
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
  yields_from_ = 0;
  gone_.request_stop();
  return_budget();
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  timer_.cancel();
  stream_.cancel();
  stream_.close();
}

}  // namespace assay::harness::http_parts
