#include "harness/generation/server_provider.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "engine/decoding/random.h"
#include "harness/generation/lenient_json.h"
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

/// Until when a server asked to be left alone, as threads are told of it.
class Wait {
 public:
  void on_news(std::function<void()> tell) { tell_ = std::move(tell); }

  void begin(std::chrono::milliseconds time) {
    constexpr std::chrono::seconds telling{5}, same{1};  // all threads are told about the same
    const auto until = Clock::now() + time;
    {
      const std::lock_guard lock(mutex_);
      if (until < until_ + same) return;
      until_ = until;
    }
    if (time >= telling && tell_) tell_();
  }
  [[nodiscard]] std::string text() const {
    const std::lock_guard lock(mutex_);
    const auto left = std::chrono::round<std::chrono::seconds>(until_ - Clock::now());
    return left.count() > 0 ? fmt::format("the server asks to wait {} s", left.count()) : std::string();
  }

 private:
  std::function<void()> tell_;
  mutable std::mutex mutex_;
  Clock::time_point until_;
};

/// What the threads of one draw() share.
class Drawing {
 public:
  Drawing(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take, const std::stop_token& stop)
      : draws_(draws), take_(take), forward_(stop, [this] { ended_.request_stop(); }) {}

  /// None where all have been begun, or it has ended.
  const Draw* next() {
    const std::size_t at = ended_.stop_requested() ? draws_.size() : next_++;
    return at < draws_.size() ? &draws_[at] : nullptr;
  }
  void answered(const Draw& draw, ServerAnswer answer) {
    const std::lock_guard lock(mutex_);
    failed_in_a_row_.clear();
    take_({draw.index, std::move(answer.text), {}, std::move(answer.finish_reason), std::move(answer.thoughts_in)});
  }
  void failed(const Draw& draw, const HttpFailure& failure) {
    const std::lock_guard lock(mutex_);
    if (failure.error.code == Errc::interrupted) return;
    if (failure.concerns == HttpFailure::Concerns::all)
      return end({failure.error.code, draw.task_id + ": " + failure.error.message});
    take_({draw.index, {}, {}, {}, {}, failure.error.message});
    failed_in_a_row_.insert(draw.task_id);
    if (failed_in_a_row_.size() >= most_in_a_row)
      end({failure.error.code, fmt::format("{} problems one after another got no answer, the last of them {}: {}",
                                           failed_in_a_row_.size(), draw.task_id, failure.error.message)});
  }
  /// A thread's own failure ends all.
  void broke(const Error& error) {
    const std::lock_guard lock(mutex_);
    end(error);
  }
  [[nodiscard]] std::stop_token stop() const { return ended_.get_token(); }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }  ///< once the threads have ended

 private:
  /// Problems, not samples: all samples of one may be too long for the model's context.
  static constexpr std::size_t most_in_a_row = 20;

  void end(Error error) {
    if (!failure_) failure_ = std::move(error);
    ended_.request_stop();
  }

  const std::vector<Draw>& draws_;
  const std::function<void(Drawn)>& take_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;  ///< of what follows, and of take_
  std::set<std::string> failed_in_a_row_;
  std::optional<Error> failure_;
  std::stop_source ended_;
  std::stop_callback<std::function<void()>> forward_;
};

class ServerProvider final : public Provider {
 public:
  explicit ServerProvider(ServerProviderOptions options) : options_(std::move(options)) {}

  Result<void> draw(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take,
                    std::stop_token stop) override {
    Drawing drawing(draws, take, stop);
    RateLimit rate(options_.requests_a_minute);
    const auto ask_all = [&]() -> Result<void> {
      HttpClient client(options_.http);
      while (const Draw* draw = drawing.next()) {
        auto answer = ask(client, *draw, rate, drawing.stop());
        if (!answer) {
          drawing.failed(*draw, answer.error());
          continue;
        }
        tokens_ += answer->tokens;
        drawing.answered(*draw, std::move(*answer));
      }
      return {};
    };
    const auto work = [&] {
      if (const auto done = or_bug(ask_all); !done) drawing.broke(done.error());
    };
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < std::min(options_.concurrency, draws.size()); ++i) threads.emplace_back(work);
    }
    if (drawing.failure()) return tl::unexpected(*drawing.failure());
    return {};
  }

  void set_temperature(double temperature) override {
    options_.temperature = temperature;
    tokens_ = 0;
  }
  /// Where the server is decides nothing: a port changes with each start, and the model stays.
  [[nodiscard]] std::string identity() const override {
    return fmt::format("server\n{}\n{}\nmax_tokens {}, temperature {}, top_p {}, seed {}", options_.model,
                       options_.form == ServerForm::chat ? "chat" : "completions", options_.max_tokens,
                       options_.temperature, options_.top_p, options_.seed);
  }
  [[nodiscard]] std::string description() const override {
    return fmt::format("{} at {}", options_.model, shown_address(options_.address));
  }
  [[nodiscard]] DrawCounts counts() const override { return {tokens_, 0}; }
  [[nodiscard]] std::string note() const override { return wait_.text(); }
  void on_note(std::function<void()> told) override { wait_.on_news(std::move(told)); }

 private:
  tl::expected<ServerAnswer, HttpFailure> ask(HttpClient& client, const Draw& draw, RateLimit& rate,
                                              const std::stop_token& stop) {
    ServerAnswer answer;
    JsonRequest request{options_.address + (options_.form == ServerForm::chat ? "/chat/completions" : "/completions"),
                        server_request(options_, draw)};
    request.waits = [this](std::chrono::milliseconds time) { wait_.begin(time); };
    request.may_ask = [&] { return rate.wait(stop); };
    request.read = [&](const std::string& body) -> std::optional<std::string> {
      auto read = read_server_answer(body, options_.form);
      if (!read) return read.error().message;
      answer = std::move(*read);
      return std::nullopt;
    };
    if (const auto body = client.ask(request, stop); !body) return tl::unexpected(body.error());
    return answer;
  }

  ServerProviderOptions options_;
  Wait wait_;
  std::atomic<std::uint64_t> tokens_ = 0;
};

Result<std::string> first_model(const ServerProviderOptions& options, const std::stop_token& stop) {
  HttpSettings quick = options.http;
  quick.timeout = std::chrono::seconds(30);
  const auto body = HttpClient(quick).ask({options.address + "/models"}, stop);
  if (!body) return tl::unexpected(body.error().error);
  boost::system::error_code wrong;
  if (const auto value = read_lenient_json(*body))
    if (const auto* id = value->find_pointer("/data/0/id", wrong); id && id->is_string())
      return std::string(id->get_string());
  return tl::unexpected(
      Error{Errc::server, shown_address(options.address) + "/models: lists no model; name one with --model-name"});
}

/// The member that vLLM and SGLang put a model's thoughts into; empty where there are none.
std::string thoughts_of(const json::object& message) {
  for (const char* name : {"reasoning_content", "reasoning"})
    if (const auto* thoughts = message.if_contains(name);
        thoughts && thoughts->is_string() && !thoughts->get_string().empty())
      return name;
  return "";
}

}  // namespace

std::string server_request(const ServerProviderOptions& options, const Draw& draw) {
  constexpr std::size_t most_stops = 4;  // OpenAI's limit; the caller cuts at all of them
  json::object body;
  body["model"] = options.model;
  if (options.form == ServerForm::chat) {
    json::array messages;
    if (!draw.chat.system.empty()) messages.push_back(json::object{{"role", "system"}, {"content", draw.chat.system}});
    messages.push_back(json::object{{"role", "user"}, {"content", draw.chat.user}});
    body["messages"] = std::move(messages);
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
  const auto value = read_lenient_json(body);
  if (!value) return tl::unexpected(Error{Errc::server, "the answer is no JSON: " + error_text(body)});
  boost::system::error_code wrong;
  if (const auto* error = value->find_pointer("/error", wrong); error && !error->is_null())
    return tl::unexpected(Error{Errc::server, error_text(body)});
  const auto* text =
      value->find_pointer(form == ServerForm::chat ? "/choices/0/message/content" : "/choices/0/text", wrong);
  if (!text || !(text->is_string() || text->is_null()))
    return tl::unexpected(Error{Errc::server, "the answer has no choice with a text: " + error_text(body)});
  ServerAnswer answer;
  if (text->is_string()) answer.text = text->get_string();
  if (const auto* tokens = value->find_pointer("/usage/completion_tokens", wrong); tokens && tokens->is_int64())
    answer.tokens = static_cast<std::uint64_t>(std::max<std::int64_t>(tokens->get_int64(), 0));
  if (const auto* reason = value->find_pointer("/choices/0/finish_reason", wrong); reason && reason->is_string())
    answer.finish_reason = reason->get_string();
  if (answer.finish_reason == "abort")
    return tl::unexpected(Error{Errc::server, "the server aborted the answer (finish_reason abort)"});
  if (answer.text.empty())
    if (const auto* message = value->find_pointer("/choices/0/message", wrong); message && message->is_object())
      answer.thoughts_in = thoughts_of(message->get_object());
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
