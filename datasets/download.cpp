#include "datasets/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <thread>

namespace assay::datasets {
namespace {

struct Body {
  std::string bytes;
  std::uint64_t most = 0;
  bool too_large = false;
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* into) {
  Body& body = *static_cast<Body*>(into);
  const std::size_t bytes = size * count;
  body.too_large = body.bytes.size() + bytes > body.most;
  if (body.too_large) return 0;  // ends the transfer
  body.bytes.append(data, bytes);
  return bytes;
}

struct Cleanup {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};

struct Attempt {
  CURLcode code = CURLE_OK;
  long status = 0;  ///< HTTP's; 0 where no answer came
  std::string why;
};

Attempt attempt(const std::string& address, Body& body) {
  const std::unique_ptr<CURL, Cleanup> handle(::curl_easy_init());
  if (!handle) return {CURLE_FAILED_INIT, 0, "libcurl cannot start"};
  const char* schemes = address.starts_with("http://") ? "http,https" : "https";
  constexpr long redirects = 10, connect_seconds = 20, all_seconds = 600, slow_bytes = 100, slow_seconds = 30;
  std::array<char, CURL_ERROR_SIZE> why{};
  CURL* curl = handle.get();
  ::curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  ::curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes);
  ::curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
  ::curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  ::curl_easy_setopt(curl, CURLOPT_MAXREDIRS, redirects);
  ::curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  ::curl_easy_setopt(curl, CURLOPT_TIMEOUT, all_seconds);
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slow_bytes);
  ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, slow_seconds);
  ::curl_easy_setopt(curl, CURLOPT_USERAGENT, "assay/" ASSAY_VERSION);
  ::curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
  ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  Attempt made;
  made.code = ::curl_easy_perform(curl);
  ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &made.status);
  made.why = why[0] != '\0' ? why.data() : ::curl_easy_strerror(made.code);
  return made;
}

/// Whether another try may go better.
bool is_passing(const Attempt& attempt) {
  constexpr long too_many_requests = 429, server_errors = 500;
  switch (attempt.code) {
    case CURLE_HTTP_RETURNED_ERROR:
      return attempt.status == too_many_requests || attempt.status >= server_errors;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<std::string> download(const std::string& address, const DownloadLimits& limits) {
  const auto failed = [&](const std::string& why) {
    return tl::unexpected(Error{Errc::network, fmt::format("{}: download failed: {}", address, why)});
  };
  static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return failed(::curl_easy_strerror(started));
  std::chrono::milliseconds pause{500};
  for (int left = limits.tries;; pause *= 2) {
    Body body;
    body.most = limits.bytes;
    const Attempt made = attempt(address, body);
    if (made.code == CURLE_OK) return std::move(body.bytes);
    if (body.too_large) return failed(fmt::format("it sends more than {} bytes", limits.bytes));
    if (--left <= 0 || !is_passing(made)) return failed(made.why);
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace assay::datasets
