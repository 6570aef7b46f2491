#pragma once
/// A request and its answer, as routes see them: no socket, no library's types.
#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::harness {

struct HttpRequest {
  std::string method;  ///< "POST"
  std::string path;    ///< without the query
  std::string accept, authorization;
  std::string body;
  std::string id;                ///< the client's X-Request-Id if it is a plain word, else one of ours
  std::string client;            ///< the peer's address: whom work is shared out between
  std::uint64_t connection = 0;  ///< told apart within a client
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();  ///< its first byte was there
};

struct HttpResponse {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

/// One request and the way back to its client. Members may be called from any thread. Answered once: by send(), or by
/// stream(), any number of write() and finish(). When the last owner lets go of one left unanswered its client gets a
/// 500; of one that was not finished, the end of the connection in the middle of the answer.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  [[nodiscard]] virtual const HttpRequest& request() const = 0;
  /// Stops when the client is gone, or the server gives up on it: work for it is in vain.
  [[nodiscard]] virtual std::stop_token gone() const = 0;
  virtual void send(HttpResponse response) = 0;
  /// A 200 whose body comes in pieces.
  virtual void stream(std::string content_type) = 0;
  virtual void write(std::string piece) = 0;
  virtual void finish() = 0;
  /// Frees the request's body once it is understood. What was made of it still counts as the body did.
  virtual void release_body() = 0;
};

using SharedExchange = std::shared_ptr<Exchange>;

}  // namespace assay::harness
