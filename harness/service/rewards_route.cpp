/// POST /v1/rewards: items in, rewards out. Source of the reward functions: apple/ml-diffucoder
/// src/open_r1/rewards.py, code_reward, binary_code_reward, get_code_format_reward.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "harness/errors.h"
#include "harness/service/request_json.h"
#include "harness/service/reward_request.h"
#include "harness/service/routes.h"

namespace assay::harness {
namespace {

constexpr std::string_view rewards_path = "/v1/rewards";

/// What one item earned.
struct Rewarded {
  double code = 0, binary_code = 0, code_format = 0;
};

std::string_view word_of(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed:
      return "passed";
    case TestOutcome::own_word:
      return "own_word";
    case TestOutcome::failed:
      return "failed";
    case TestOutcome::not_run:
      break;
  }
  return "not_run";
}

std::string tests_json(const Score& score) {
  std::string text;
  for (const TestOutcome outcome : score.tests)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", json_text(word_of(outcome)));
  return "[" + text + "]";
}

/// The answers of one request, as they come in.
class Batch {
 public:
  Batch(Service& service, SharedExchange exchange, RewardRequest request)
      : service_(service),
        exchange_(std::move(exchange)),
        request_(std::move(request)),
        lines_(request_.items.size()),
        left_(request_.items.size()) {}

  [[nodiscard]] const RewardRequest& request() const { return request_; }

  /// An item without the right form: nothing of it runs, and it earns nothing.
  void without_form(std::size_t i) {
    service_.metrics().item(rewards_path, "fail", "format", "none");
    put(i, fmt::format(R"({{"id": {}, "reward": 0, "code": 0, "binary_code": 0, "code_format": 0, "verdict": "fail", )"
                       R"("cause": "format", "integrity": null, "attempts": [], "error": null, "seconds": 0{}}})",
                       request_.items[i].id, request_.details ? R"(, "tests": [])" : ""));
  }
  void scored(std::size_t i, const Result<Score>& score) {
    if (score && !score->bad_tests.empty())  // a figure would be the data's, not the program's
      return scored(i, tl::unexpected(Error{Errc::bad_data, score->bad_tests}));
    service_.count(std::string(rewards_path), score);
    if (!score) {
      put(i, fmt::format(R"({{"id": {}, "reward": null, "code": null, "binary_code": null, "code_format": null, )"
                         R"("verdict": null, "cause": null, "integrity": null, "attempts": [], )"
                         R"("error": {{"code": {}, "message": {}}}, "seconds": 0{}}})",
                         request_.items[i].id, json_text(code_word(score.error().code)),
                         json_bytes(score.error().message), request_.details ? R"(, "tests": [])" : ""));
      return;
    }
    const Rewarded rewarded = reward(*score);
    const Weights& weights = request_.weights;
    const double sum = weights.code * rewarded.code + weights.binary_code * rewarded.binary_code +
                       weights.code_format * rewarded.code_format;
    std::string attempts;
    for (const sandbox::Attempt kind : score->attempts.kinds())
      attempts += (attempts.empty() ? "" : ", ") + json_text(name(kind));
    put(i, fmt::format(R"({{"id": {}, "reward": {}, "code": {}, "binary_code": {}, "code_format": {}, "verdict": {}, )"
                       R"("cause": {}, "integrity": {}, "attempts": [{}], "error": null, "seconds": {}{}}})",
                       request_.items[i].id, json_number(sum), json_number(rewarded.code),
                       json_number(rewarded.binary_code), json_number(rewarded.code_format),
                       json_text(name(score->verdict)),
                       score->cause == Cause::none ? "null" : json_text(name(score->cause)),
                       json_text(name(score->integrity())), attempts, json_number(score->seconds),
                       request_.details ? R"(, "tests": )" + tests_json(*score) : ""));
  }
  void finish_if_empty() {
    if (request_.items.empty()) end();
  }

 private:
  [[nodiscard]] Rewarded reward(const Score& score) const {
    Rewarded rewarded;
    rewarded.code_format = score.parses ? 1 : 0.5;
    if (score.parses) rewarded.code = score.pass_rate(service_.settings().allow_shared);
    rewarded.binary_code = rewarded.code > 0.99 ? 1 : 0;
    return rewarded;
  }
  void put(std::size_t i, std::string line) {
    if (request_.stream) exchange_->write(fmt::format(R"({{"index": {}, {})", i, line.substr(1)) + "\n");
    lines_[i] = request_.stream ? std::string() : std::move(line);
    if (--left_ == 0) end();
  }
  void end() {
    if (request_.stream) return exchange_->finish();
    HttpResponse response;
    response.body = R"({"results": [)";
    for (std::size_t i = 0; i < lines_.size(); ++i) response.body += (i == 0 ? "" : ", ") + lines_[i];
    response.body += "]}";
    exchange_->send(std::move(response));
  }

  Service& service_;
  SharedExchange exchange_;
  RewardRequest request_;
  std::vector<std::string> lines_;
  std::atomic<std::size_t> left_;
};

}  // namespace

void serve_rewards(Service& service, const SharedExchange& exchange) {
  std::vector<Flaw> flaws;
  const auto body = parse_object(exchange->request().body, flaws);
  RewardRequest request;
  if (body) request = read_rewards(*body, service, flaws);
  if (!flaws.empty()) {
    HttpResponse response;
    response.status = 422;
    response.body = detail_json(flaws);
    return exchange->send(std::move(response));
  }
  exchange->release_body();
  request.stream = request.stream || exchange->request().accept.find("application/x-ndjson") != std::string::npos;
  const auto batch = std::make_shared<Batch>(service, exchange, std::move(request));
  std::vector<Service::Work> works;
  std::vector<std::size_t> without_form;
  for (std::size_t i = 0; i < batch->request().items.size(); ++i) {
    if (!batch->request().items[i].has_form) {
      without_form.push_back(i);
      continue;
    }
    works.emplace_back([&service, exchange, batch, i](const std::stop_token&) {
      (void)service.score(exchange, batch->request().items[i].item,
                          [batch, i](const Result<Score>& score, Slot) { batch->scored(i, score); });
    });
  }
  if (batch->request().stream) {
    // The status is decided by whether there is room, so that is asked first; pieces wait for the header by themselves.
    if (!service.has_room(exchange, works.size()))
      return exchange->send(refusal(Dialect::native, Refusal::full, "the queue is full; try again"));
    exchange->stream("application/x-ndjson");
    (void)service.submit(exchange, std::move(works), WhenFull::hold);
  } else if (!service.submit(exchange, std::move(works), WhenFull::refuse)) {
    return exchange->send(refusal(Dialect::native, Refusal::full, "the queue is full; try again"));
  }
  for (const std::size_t i : without_form) batch->without_form(i);
  batch->finish_if_empty();
}

}  // namespace assay::harness
