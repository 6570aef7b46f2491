#include "harness/generation/server_provider.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/decoding/random.h"
#include "harness/thread_body.h"

namespace assay::harness {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

/// Lets requests begin at a rate, whoever makes them.
class RateLimit {
 public:
  explicit RateLimit(double a_minute)
      : gap_(a_minute > 0 ? std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(60 / a_minute))
                          : Clock::duration::zero()) {}

  /// False after a stop.
  bool wait(const std::stop_token& stop) {
    if (gap_ == Clock::duration::zero()) return !stop.stop_requested();
    std::unique_lock lock(mutex_);
    const auto mine = std::max(next_, Clock::now());
    next_ = mine + gap_;
    std::condition_variable_any wake;
    wake.wait_until(lock, stop, mine, [] { return false; });
    return !stop.stop_requested();
  }

 private:
  const Clock::duration gap_;
  std::mutex mutex_;
  Clock::time_point next_;
};

class ServerProvider final : public Provider {
 public:
  explicit ServerProvider(ServerProviderOptions options) : options_(std::move(options)) {}

  Result<void> draw(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take,
                    std::stop_token stop) override {
    std::atomic<std::size_t> next = 0;
    std::optional<Error> failure;
    std::mutex mutex;  // of failure and take
    RateLimit rate(options_.requests_a_minute);
    std::stop_source ended;
    const std::stop_callback forward(stop, [&ended] { ended.request_stop(); });
    const auto ask_all = [&]() -> Result<void> {
      HttpClient client(options_.http);
      const auto may_ask = [&] { return rate.wait(ended.get_token()); };
      for (std::size_t at = 0; (at = next++) < draws.size();) {
        auto answer = ask(client, draws[at], may_ask, ended.get_token());
        const std::lock_guard lock(mutex);
        if (ended.stop_requested()) return {};
        if (!answer) return tl::unexpected(answer.error());
        tokens_ += answer->tokens;
        take({draws[at].index, std::move(answer->text), {}, std::move(answer->finish_reason)});
      }
      return {};
    };
    const auto work = [&] {
      const auto done = or_bug(ask_all);
      if (done) return;
      const std::lock_guard lock(mutex);
      if (!failure) failure = done.error();
      ended.request_stop();
    };
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < std::min(options_.concurrency, draws.size()); ++i) threads.emplace_back(work);
    }
    if (failure) return tl::unexpected(*failure);
    return {};
  }

  void set_temperature(double temperature) override {
    options_.temperature = temperature;
    tokens_ = 0;
  }
  [[nodiscard]] std::string identity() const override {
    return fmt::format("server {}\n{}\n{}\nmax_tokens {}, temperature {}, top_p {}, seed {}", options_.address,
                       options_.model, options_.form == ServerForm::chat ? "chat" : "completions", options_.max_tokens,
                       options_.temperature, options_.top_p, options_.seed);
  }
  [[nodiscard]] std::string description() const override {
    return fmt::format("{} at {}", options_.model, options_.address);
  }
  [[nodiscard]] DrawCounts counts() const override { return {tokens_, 0}; }

 private:
  Result<ServerAnswer> ask(HttpClient& client, const Draw& draw, const std::function<bool()>& may_ask,
                           const std::stop_token& stop) {
    const std::string address =
        options_.address + (options_.form == ServerForm::chat ? "/chat/completions" : "/completions");
    const auto body = client.request(address, server_request(options_, draw), stop, may_ask);
    if (!body) return tl::unexpected(Error{body.error().code, draw.task_id + ": " + body.error().message});
    auto answer = read_server_answer(*body, options_.form);
    if (!answer)
      return tl::unexpected(
          Error{answer.error().code, fmt::format("{}: {}: {}", draw.task_id, address, answer.error().message)});
    return answer;
  }

  ServerProviderOptions options_;
  std::atomic<std::uint64_t> tokens_ = 0;
};

Result<std::string> first_model(const ServerProviderOptions& options, const std::stop_token& stop) {
  HttpSettings quick = options.http;
  quick.timeout = std::chrono::seconds(30);
  const auto body = HttpClient(quick).request(options.address + "/models", "", stop);
  if (!body) return tl::unexpected(body.error());
  boost::system::error_code wrong;
  const json::value value = json::parse(*body, wrong);
  if (!wrong)
    if (const auto* id = value.find_pointer("/data/0/id", wrong); id && id->is_string())
      return std::string(id->get_string());
  return tl::unexpected(Error{Errc::server, options.address + "/models: lists no model; name one with --model-name"});
}

}  // namespace

std::string server_request(const ServerProviderOptions& options, const Draw& draw) {
  constexpr std::size_t most_stops = 4;  // OpenAI's limit; the caller cuts at all of them
  json::object body;
  body["model"] = options.model;
  if (options.form == ServerForm::chat) {
    body["messages"] = json::array{json::object{{"role", "user"}, {"content", draw.message}}};
  } else {
    body["prompt"] = draw.prompt.text;
    json::array stops;
    for (const std::string_view stop : draw.stops)
      if (stop.starts_with('\n') && stops.size() < most_stops) stops.emplace_back(stop);
    if (!stops.empty()) body["stop"] = std::move(stops);
  }
  body["max_tokens"] = options.max_tokens;
  body["temperature"] = options.temperature;  // always: servers have defaults of their own
  body["top_p"] = options.top_p;
  const engine::SampleRandom random({options.seed, engine::problem_key(draw.task_id), draw.sample});
  body["seed"] = static_cast<std::int64_t>(random.uniform(engine::SampleRandom::Purpose::token, 0, 0) * 0x7fffffff);
  return json::serialize(body);
}

Result<ServerAnswer> read_server_answer(const std::string& body, ServerForm form) {
  boost::system::error_code wrong;
  const json::value value = json::parse(body, wrong);
  if (wrong) return tl::unexpected(Error{Errc::server, "the answer is no JSON"});
  const auto* text =
      value.find_pointer(form == ServerForm::chat ? "/choices/0/message/content" : "/choices/0/text", wrong);
  if (!text || !(text->is_string() || text->is_null()))
    return tl::unexpected(Error{Errc::server, "the answer has no choice with a text"});
  ServerAnswer answer;
  if (text->is_string()) answer.text = text->get_string();
  if (const auto* tokens = value.find_pointer("/usage/completion_tokens", wrong); tokens && tokens->is_int64())
    answer.tokens = static_cast<std::uint64_t>(std::max<std::int64_t>(tokens->get_int64(), 0));
  if (const auto* reason = value.find_pointer("/choices/0/finish_reason", wrong); reason && reason->is_string())
    answer.finish_reason = reason->get_string();
  return answer;
}

Result<std::unique_ptr<Provider>> server_provider(const ServerProviderOptions& options, const std::stop_token& stop) {
  ServerProviderOptions full = options;
  while (full.address.ends_with('/')) full.address.pop_back();
  if (full.model.empty()) {
    auto model = first_model(full, stop);
    if (!model) return tl::unexpected(model.error());
    full.model = std::move(*model);
  }
  return std::make_unique<ServerProvider>(std::move(full));
}

}  // namespace assay::harness
