#pragma once
/// JSON over HTTP to a server that may be busy: retries with back-off, as openai-python makes them.
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/error.h"

namespace assay::harness {

struct HttpAnswer {
  long status = 0;  ///< 0: no answer came
  std::string body;
  std::string why;                                       ///< where no answer came
  std::optional<std::chrono::milliseconds> retry_after;  ///< Retry-After or retry-after-ms, where it is a number
  std::optional<bool> should_retry;                      ///< x-should-retry
};

/// How long to wait before try number `tried` + 1 (the first is 0); none: what came is final. Source: openai-python,
/// _base_client.py, _should_retry and _calculate_retry_timeout. @param uniform in [0, 1), spreads clients
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_pause(const HttpAnswer& answer, int tried, double uniform);

struct HttpSettings {
  std::string key;  ///< sent as a bearer token; empty: none
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

  /// POSTs `json`, or GETs where it is empty; the body of a 2xx.
  /// @param may_ask waits for a turn before each try, and says whether there is one; may be empty
  /// @return Errc::server with what the server said, after the retries; Errc::interrupted after a stop.
  [[nodiscard]] Result<std::string> request(const std::string& address, const std::string& json,
                                            const std::stop_token& stop, const std::function<bool()>& may_ask = {});

 private:
  HttpAnswer once(const std::string& address, const std::string& json, const std::stop_token& stop);

  HttpSettings settings_;
  void* curl_;
};

}  // namespace assay::harness
