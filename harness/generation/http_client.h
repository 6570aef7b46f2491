#pragma once
/// JSON over HTTP to a server that may be busy: retries with back-off, as openai-python makes them.
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "harness/error.h"

namespace assay::harness {

struct HttpAnswer {
  long status = 0;  ///< 0: no answer came
  std::string body;
  std::string why;                                       ///< no answer came, or what came is none; empty: it is one
  bool unreachable = false;                              ///< no connection, or none of the kind that was asked for
  std::optional<std::chrono::milliseconds> retry_after;  ///< retry-after-ms, else Retry-After
  std::optional<bool> should_retry;                      ///< x-should-retry
};

/// How long a Retry-After asks to wait: seconds, fractions too, or an HTTP date. None where it is neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(std::string_view value,
                                                                   std::chrono::system_clock::time_point now);

/// The longest that a server may ask to wait. What asks for more is final.
constexpr std::chrono::milliseconds most_wait = std::chrono::minutes(10);

/// How long to wait before try number `tried` + 1 (the first is 0); none: what came is final. Source: openai-python,
/// _base_client.py, _should_retry and _calculate_retry_timeout, which waits no longer than two minutes: a limit by the
/// minute or by the hour would end a run there that has days. @param uniform in [0, 1), spreads clients
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_pause(const HttpAnswer& answer, int tried, double uniform);

/// What a server said, in one short line: OpenAI's, vLLM's and SGLang's forms, or the text's beginning.
[[nodiscard]] std::string error_text(const std::string& body);

/// A request without an answer, all tries made.
struct HttpFailure {
  enum class Concerns {
    this_request,  ///< others may fare better
    all,           ///< there is no use in asking on
  };
  Concerns concerns;
  Error error;
};

/// Whom it concerns that this is all that came: a key or a model's name that a server refuses is every request's.
[[nodiscard]] HttpFailure::Concerns concerns(const HttpAnswer& answer);

struct JsonRequest {
  std::string address;
  std::string json = {};  ///< is POSTed; empty: a GET
  /// Waits for a turn before each try, and says whether there is one; may be empty.
  std::function<bool()> may_ask = {};
  /// Reads the body of a 2xx and says what keeps it from being an answer: then it is tried again, as after a 5xx. A
  /// proxy's page and half an answer come so. May be empty.
  std::function<std::optional<std::string>(const std::string& body)> read = {};
  /// Told before a pause that the server asked for. May be empty.
  std::function<void(std::chrono::milliseconds)> waits = {};
};

/// An address without the user and password that it may hold: "http://me:secret@host/v1" is "http://host/v1". What is
/// shown or kept of an address is this.
[[nodiscard]] std::string shown_address(std::string_view address);

/// A key as it may stand in a header: without white space around it, as a file's line end.
/// @return Errc::usage where it holds control characters, which would end the header and begin another.
[[nodiscard]] Result<std::string> bearer_key(std::string_view text);

struct HttpSettings {
  std::string key;  ///< of bearer_key(), sent as a bearer token unless the address holds a user; empty: none
  int retries = 8;
  std::chrono::seconds timeout{600};
  std::uint64_t most_bytes = 64U << 20;
};

/// Requests on one connection that is kept: a client a thread.
class HttpClient {
 public:
  explicit HttpClient(const HttpSettings& settings);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// The body of a 2xx that `request.read` took.
  /// @return Errc::server with what the server said, after the retries; Errc::interrupted after a stop.
  [[nodiscard]] tl::expected<std::string, HttpFailure> ask(const JsonRequest& request, const std::stop_token& stop);

 private:
  HttpAnswer once(const JsonRequest& request, const std::stop_token& stop);

  HttpSettings settings_;
  void* curl_;
};

}  // namespace assay::harness
