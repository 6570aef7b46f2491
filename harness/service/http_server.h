#pragma once
/// HTTP/1.1 over TCP: reads requests within limits, hands each to a handler, writes the answer, keeps the connection.
///
/// Memory is bounded whatever is sent: so many connections, so many bytes of header and of a small body each, and one
/// budget for the larger bodies of all requests together. One that does not fit waits (its client is held back by TCP)
/// until others are answered; what has no body, or a small one, never waits for them. A body sent in chunks takes as
/// much as the longest while it is read, then what it came to.
///
/// Connections beyond the limit wait in the kernel's queue. While one does, answers end their connections, and those
/// that wait for a request are closed, the longest idle first: who says nothing keeps nobody out.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/error.h"
#include "harness/service/http_message.h"

namespace assay::harness {

struct HttpLimits {
  std::size_t connections = 1024;
  std::size_t header_bytes = 16 << 10;
  std::size_t body_bytes = 32 << 20;            ///< of one request
  std::size_t small_body_bytes = 64 << 10;      ///< of a body: a connection's own; a longer one needs room in the next
  std::size_t bodies_bytes = 256 << 20;         ///< of all longer bodies together; at least `body_bytes`
  std::chrono::milliseconds idle{75'000};       ///< between requests; longer than clients keep a connection
  std::chrono::milliseconds first_byte{1'000};  ///< of a new connection, while others wait for its place
  std::chrono::milliseconds header_time{10'000};  ///< to that byte, and from a request's first byte to its header's end
  std::chrono::milliseconds body_time{60'000};    ///< for all of a body, from when there is room for it
  std::chrono::milliseconds body_pause{10'000};   ///< in a body, until its next byte
  std::chrono::milliseconds write_time{60'000};   ///< for an answer, or a piece of one
};

class HttpServer {
 public:
  /// Sees each request before its body is read; an answer refuses it and ends the connection.
  using Gate = std::function<std::optional<HttpResponse>(const HttpRequest&)>;
  /// Called on a thread of the server's, which it must not hold up.
  using Handler = std::function<void(SharedExchange)>;
  /// Called once an exchange is over, for logs and figures. `status` 0: the client was gone; 500 also where an answer
  /// in pieces was never finished.
  using Observer = std::function<void(const HttpRequest&, unsigned status, double seconds)>;
  struct Callbacks {
    Gate gate;
    Handler handler;
    Observer observer;
    /// The body of an answer that the server itself gives (400, 408, 413, 431, 500, 501), by status and reason.
    std::function<HttpResponse(const HttpRequest&, unsigned status, const std::string& why)> refusal;
  };

  /// Binds and listens; connections wait until serve(). `port` 0 takes a free one. @return Errc::usage where there
  /// is no such address, Errc::address where it can't be had.
  [[nodiscard]] static Result<HttpServer> listen(const std::string& host, std::uint16_t port, const HttpLimits& limits,
                                                 Callbacks callbacks);
  HttpServer(HttpServer&&) noexcept;
  ~HttpServer();  ///< drops every connection

  /// Begins to answer, on threads of its own. Once; what the callbacks use is to be there by then.
  void serve();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t body_bytes() const;  ///< of HttpLimits::bodies_bytes, held at the moment
  /// Accepts no more, closes idle connections, and waits for the others to be answered; after `grace` drops them.
  /// @return whether all were answered.
  bool drain(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Whether a host names this machine alone: 127.0.0.0/8, ::1, or "localhost".
[[nodiscard]] bool is_loopback(const std::string& host);

}  // namespace assay::harness
