#include "harness/generation/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <random>

#include "harness/generation/lenient_json.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;

struct Transfer {
  HttpAnswer answer;
  std::uint64_t most_bytes = 0;
  const std::stop_token* stop = nullptr;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  Transfer& transfer = *static_cast<Transfer*>(into);
  transfer.too_large = transfer.answer.body.size() + size * count > transfer.most_bytes;
  if (transfer.too_large) return 0;  // ends the transfer
  transfer.answer.body.append(data, size * count);
  return size * count;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !(number >= 0) || number > 1e9) return std::nullopt;
  return number;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* into) {
  HttpAnswer& answer = static_cast<Transfer*>(into)->answer;
  const std::string_view line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
  if (const auto number = number_of(value); number && name == "retry-after-ms")
    answer.retry_after = milliseconds(static_cast<std::int64_t>(*number));
  else if (name == "retry-after" && !answer.retry_after)
    answer.retry_after = retry_after(value, std::chrono::system_clock::now());
  if (name == "x-should-retry" && (value == "true" || value == "false")) answer.should_retry = value == "true";
  return size * count;
}

int look_for_stop(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(transfer)->stop->stop_requested() ? 1 : 0;
}

/// False after a stop.
bool pause_for(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

struct FreeHeaders {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

/// Codes of libcurl that no other request would be spared.
bool is_unreachable(CURLcode code) {
  constexpr CURLcode codes[] = {CURLE_URL_MALFORMAT,        CURLE_UNSUPPORTED_PROTOCOL, CURLE_COULDNT_RESOLVE_PROXY,
                                CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,      CURLE_PEER_FAILED_VERIFICATION,
                                CURLE_SSL_CONNECT_ERROR};
  return std::ranges::find(codes, code) != std::end(codes);
}

bool is_success(long status) {
  constexpr long ok = 200, redirect = 300;
  return status >= ok && status < redirect;
}

/// Where an address has its user, which may be empty, and its host.
struct Authority {
  std::size_t begin = 0, host = 0;
};

Authority authority_of(std::string_view address) {
  const std::size_t slashes = address.find("://");
  if (slashes == std::string_view::npos) return {};
  const std::size_t begin = slashes + 3;
  const std::size_t at = address.substr(0, address.find_first_of("/?#", begin)).rfind('@');
  return {begin, at == std::string_view::npos || at < begin ? begin : at + 1};
}

bool has_user(std::string_view address) {
  const Authority authority = authority_of(address);
  return authority.host > authority.begin;
}

constexpr long too_many = 429;

/// OpenAI's 429 that no wait mends.
bool is_out_of_quota(const HttpAnswer& answer) {
  return answer.status == too_many && answer.body.find("insufficient_quota") != std::string::npos;
}

/// Whether the same request may be answered another time.
bool may_pass(const HttpAnswer& answer) {
  constexpr long timeout = 408, conflict = 409, server_error = 500;
  const bool passing = !answer.why.empty() || answer.status == 0 || answer.status == timeout ||
                       answer.status == conflict || (answer.status == too_many && !is_out_of_quota(answer)) ||
                       answer.status >= server_error;
  return answer.should_retry.value_or(passing);
}

bool asks_too_long(const HttpAnswer& answer) {
  return answer.retry_after && *answer.retry_after > most_wait && may_pass(answer);
}

/// "90 min", rounded up: a try that is made then is not too early.
std::string minutes_text(milliseconds time) {
  return fmt::format("{} min", std::chrono::ceil<std::chrono::minutes>(time).count());
}

/// What came instead of an answer, in one line.
std::string said(const HttpAnswer& answer) {
  const std::string what = answer.why.empty() ? error_text(answer.body) : answer.why;
  std::string text = answer.status == 0 ? what : fmt::format("{}: {}", answer.status, what);
  if (answer.unreachable) text += "; start the server, or give another address";
  if (asks_too_long(answer))
    text += fmt::format("; the server asks to wait {}, and no more than {} are waited: start the command again then",
                        minutes_text(*answer.retry_after), minutes_text(most_wait));
  return text;
}

tl::unexpected<HttpFailure> interrupted() {
  return tl::unexpected(HttpFailure{HttpFailure::Concerns::all, {Errc::interrupted, "interrupted"}});
}

}  // namespace

std::string shown_address(std::string_view address) {
  const Authority authority = authority_of(address);
  return std::string(address.substr(0, authority.begin)) + std::string(address.substr(authority.host));
}

Result<std::string> bearer_key(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
  text = text.substr(0, text.find_last_not_of(spaces) + 1);
  constexpr unsigned char space = 0x20, del = 0x7f;
  if (std::ranges::any_of(text, [](unsigned char c) { return c < space || c == del; }))
    return tl::unexpected(Error{Errc::usage, "holds a line end or another control character, which no key has"});
  return std::string(text);
}

std::optional<milliseconds> retry_after(std::string_view value, std::chrono::system_clock::time_point now) {
  constexpr double second = 1000;
  if (const auto number = number_of(value)) return milliseconds(static_cast<std::int64_t>(*number * second));
  const std::time_t date = ::curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const auto wait = std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::from_time_t(date) - now);
  return std::max(wait, milliseconds::zero());
}

std::optional<milliseconds> retry_pause(const HttpAnswer& answer, int tried, double uniform) {
  constexpr double first = 500, most = 8000, spread = 0.25;
  if (!may_pass(answer)) return std::nullopt;
  if (answer.retry_after && answer.retry_after->count() > 0)
    return asks_too_long(answer) ? std::nullopt : answer.retry_after;
  double pause = first;
  for (int i = 0; i < tried && pause < most; ++i) pause *= 2;
  return milliseconds(static_cast<std::int64_t>(std::min(pause, most) * (1 - spread * uniform)));
}

std::string error_text(const std::string& body) {
  constexpr std::size_t shown = 200;
  const auto value = read_lenient_json(body);
  std::string text = body.substr(0, shown);
  if (const auto* object = value ? value->if_object() : nullptr) {
    const auto* error = object->if_contains("error");
    if (error && error->is_string()) text = error->get_string();
    const auto* place = error && error->is_object() ? &error->get_object() : object;
    if (const auto* message = place->if_contains("message"); message && message->is_string())
      text = message->get_string();
  }
  return sandbox::printable(text.substr(0, shown));
}

HttpFailure::Concerns concerns(const HttpAnswer& answer) {
  constexpr long redirect = 300, bad_request = 400;
  struct Row {
    long status;
    const char* why;
  };
  constexpr Row every[] = {
      {401, "the key is wrong"},          {402, "the account is empty"},
      {403, "the key does not allow it"}, {404, "there is no such model, or no such server"},
      {405, "it is no such server"},      {407, "a proxy wants a key"},
  };
  const bool all = answer.unreachable || asks_too_long(answer) || is_out_of_quota(answer) ||
                   (answer.status >= redirect && answer.status < bad_request) ||
                   std::ranges::any_of(every, [&](const Row& row) { return row.status == answer.status; });
  return all ? HttpFailure::Concerns::all : HttpFailure::Concerns::this_request;
}

HttpClient::HttpClient(const HttpSettings& settings) : settings_(settings) {
  static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_ = started == CURLE_OK ? ::curl_easy_init() : nullptr;
}

HttpClient::~HttpClient() {
  if (curl_) ::curl_easy_cleanup(static_cast<CURL*>(curl_));
}

HttpAnswer HttpClient::once(const JsonRequest& request, const std::stop_token& stop) {
  Transfer transfer;
  transfer.most_bytes = settings_.most_bytes;
  transfer.stop = &stop;
  auto* curl = static_cast<CURL*>(curl_);
  if (!curl) {
    transfer.answer.why = "libcurl cannot start";
    return transfer.answer;
  }
  constexpr long connect_seconds = 5;
  std::array<char, CURL_ERROR_SIZE> why{};
  ::curl_easy_reset(curl);  // the connection stays
  curl_slist* list = ::curl_slist_append(nullptr, "Content-Type: application/json");
  list = ::curl_slist_append(list, "Expect:");
  // As httpx has it: who is named in the address is meant for this server, a key may be there for another.
  if (!settings_.key.empty() && !has_user(request.address))
    list = ::curl_slist_append(list, ("Authorization: Bearer " + settings_.key).c_str());
  const std::unique_ptr<curl_slist, FreeHeaders> headers(list);
  ::curl_easy_setopt(curl, CURLOPT_URL, request.address.c_str());
  ::curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  ::curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(settings_.timeout.count()));
  ::curl_easy_setopt(curl, CURLOPT_USERAGENT, "assay/" ASSAY_VERSION);
  ::curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (!request.json.empty()) {
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.json.size()));
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.json.data());
  }
  ::curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  ::curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  ::curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  ::curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_stop);
  ::curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = ::curl_easy_perform(curl);
  if (code == CURLE_OK) {
    ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &transfer.answer.status);
    if (request.read && is_success(transfer.answer.status))
      transfer.answer.why = request.read(transfer.answer.body).value_or("");
    return transfer.answer;
  }
  transfer.answer.why = why[0] != '\0' ? why.data() : ::curl_easy_strerror(code);
  if (transfer.too_large) transfer.answer.why = fmt::format("the answer has more than {} bytes", settings_.most_bytes);
  transfer.answer.unreachable = is_unreachable(code);
  const bool never = transfer.too_large || code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
  if (never) transfer.answer.should_retry = false;
  return transfer.answer;
}

tl::expected<std::string, HttpFailure> HttpClient::ask(const JsonRequest& request, const std::stop_token& stop) {
  thread_local std::minstd_rand random(std::random_device{}());
  for (int tried = 0;; ++tried) {
    if (request.may_ask && !request.may_ask()) return interrupted();
    HttpAnswer answer = once(request, stop);
    if (is_success(answer.status) && answer.why.empty()) return std::move(answer.body);
    if (stop.stop_requested()) return interrupted();
    const auto pause = retry_pause(answer, tried, std::uniform_real_distribution<double>()(random));
    if (!pause || tried >= settings_.retries) {
      return tl::unexpected(
          HttpFailure{concerns(answer),
                      {Errc::server, fmt::format("{}: {}{}", shown_address(request.address), said(answer),
                                                 tried > 0 ? fmt::format(" (after {} tries)", tried + 1) : "")}});
    }
    if (request.waits && answer.retry_after) request.waits(*pause);
    if (!pause_for(*pause, stop)) return interrupted();
  }
}

}  // namespace assay::harness
