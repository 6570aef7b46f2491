/// POST /execute_batch: the E2B router's API, as open-r1's and ml-diffucoder's trainers call it.
/// Source: huggingface/open-r1 scripts/e2b_router.py, src/open_r1/utils/routed_sandbox.py.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "harness/errors.h"
#include "harness/python_json.h"
#include "harness/service/cell.h"
#include "harness/service/known_script.h"
#include "harness/service/program_report.h"
#include "harness/service/request_json.h"
#include "harness/service/routes.h"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;

constexpr const char* execute_batch_path = "/execute_batch";
constexpr std::size_t most_output_bytes = 64 << 20;  ///< of all scripts of a request
constexpr std::size_t most_cases = 4096;

std::string chunks(std::string_view text) { return text.empty() ? "[]" : "[" + json_bytes(text) + "]"; }

/// What a script did, as the router tells it; `text` is the main result's.
std::string execution(std::string_view out, std::string_view err, const std::string* text, const CellError* error) {
  std::string results, failure = "null";
  if (text != nullptr)
    results = fmt::format(R"({{"text": {}, "html": null, "markdown": null, "svg": null, "png": null, "jpeg": null, )"
                          R"("pdf": null, "latex": null, "json": null, "javascript": null, "data": null, )"
                          R"("chart": null, "extra": null, "is_main_result": true}})",
                          json_text(*text));
  if (error != nullptr)
    failure = fmt::format(R"({{"name": {}, "value": {}, "traceback": {}}})", json_text(error->name),
                          json_text(error->value), json_text(error->traceback));
  // `text` beside `execution`: what the Morph router's client reads.
  return fmt::format(R"({{"execution": {{"results": [{}], "logs": {{"stdout": {}, "stderr": {}}}, "error": {}, )"
                     R"("execution_count": 1}}, "exception_str": null, "text": {}}})",
                     results, chunks(out), chunks(err), failure,
                     json_bytes(text != nullptr ? std::string_view(*text) : out));
}

/// The sandbox's failure, or a time-out: the client makes None of it, not a reward.
std::string no_execution(std::string_view why) {
  return fmt::format(R"({{"execution": null, "exception_str": {}, "text": null}})", json_bytes(why));
}

/// The rate as the script would say it.
std::string rate_answer(const RateScript& script, double rate) {
  const std::string text = python_repr(rate);
  if (!script.prints_rate) return execution({}, {}, &text, nullptr);
  return execution("__PASS_RATE__ " + text + "\n", {}, nullptr, nullptr);
}

/// Without a case the script divides by zero.
std::string no_case() {
  const CellError error{"ZeroDivisionError", "division by zero", "ZeroDivisionError: division by zero\n"};
  return execution({}, {}, nullptr, &error);
}

class Scripts {
 public:
  Scripts(Service& service, SharedExchange exchange, std::vector<std::string> scripts, milliseconds limit)
      : service_(service),
        exchange_(std::move(exchange)),
        scripts_(std::move(scripts)),
        limit_(limit),
        answers_(scripts_.size()),
        left_(scripts_.size()) {}

  [[nodiscard]] std::size_t size() const { return scripts_.size(); }

  /// In a slot; `self` keeps this alive until the answer is there.
  void run(const std::shared_ptr<Scripts>& self, std::size_t i, const std::stop_token& stop) {
    const std::string source = std::move(scripts_[i]);
    if (auto script = rate_script(source)) return run_rate(self, i, std::make_shared<RateScript>(std::move(*script)));
    run_cell(i, source, stop);
  }
  void put(std::size_t i, std::string answer) {
    if ((bytes_ += answer.size()) > most_output_bytes)
      answer = no_execution(fmt::format("the outputs of this request are over {} MiB", most_output_bytes >> 20));
    answers_[i] = std::move(answer);
    if (--left_ == 0) end();
  }
  void end() {
    HttpResponse response;
    response.body = "[";
    for (std::size_t i = 0; i < answers_.size(); ++i) response.body += (i == 0 ? "" : ", ") + answers_[i];
    response.body += "]";
    exchange_->send(std::move(response));
  }

 private:
  void run_rate(const std::shared_ptr<Scripts>& self, std::size_t i, std::shared_ptr<RateScript> script) {
    if (script->asserts.size() > most_cases || script->streams.size() > most_cases)
      return put(i, no_execution(fmt::format("more than {} cases", most_cases)));
    if (script->asserts.empty() && script->streams.empty()) return put(i, no_case());
    auto item = std::make_shared<Item>();
    item->program = std::move(script->program);
    item->tests = std::move(script->asserts);
    item->cases = std::move(script->streams);
    item->limits = {script->case_limit, limit_};
    (void)service_.score(exchange_, std::move(item), [this, self, i, script](const Result<Score>& score, Slot) {
      service_.count(execute_batch_path, score);
      if (!score) return put(i, no_execution(score.error().message));
      put(i, rate_answer(*script, score->pass_rate(service_.settings().allow_shared)));
    });
  }

  void run_cell(std::size_t i, const std::string& source, const std::stop_token& stop) {
    const std::string mark = new_mark();
    auto outcome = service_.scorer().run(cell_job(source, mark, limit_), stop);
    if (!outcome) {
      service_.count(execute_batch_path, tl::unexpected(outcome.error()));
      return put(i, no_execution(outcome.error().message));
    }
    const sandbox::Status status = outcome->status;
    service_.metrics().item(execute_batch_path, "none", "none", "shared");
    if (status == sandbox::Status::call_timeout) return put(i, no_execution(""));  // as the router says it
    const auto result = cell_result(std::move(*outcome), mark);
    if (!result)
      return put(i,
                 no_execution(status == sandbox::Status::output_limit ? "the script printed too much"
                                                                      : "the script's process ended before its end"));
    put(i, execution(result->out, result->err, result->text ? &*result->text : nullptr,
                     result->error ? &*result->error : nullptr));
  }

  Service& service_;
  SharedExchange exchange_;
  std::vector<std::string> scripts_;
  milliseconds limit_;
  std::vector<std::string> answers_;
  std::atomic<std::size_t> left_, bytes_{0};
};

}  // namespace

void serve_execute_batch(Service& service, const SharedExchange& exchange) {
  std::vector<Flaw> flaws;
  const auto body = parse_object(exchange->request().body, flaws);
  std::vector<std::string> scripts, languages;
  double timeout = 0;
  if (body) {
    Fields fields(*body, {}, flaws);
    scripts = fields.texts("scripts");
    languages = fields.texts("languages");
    timeout = fields.integer("timeout", std::nullopt, 0, 1e300);
    (void)fields.integer("request_timeout", std::nullopt, 0, 1e300);
  }
  if (!flaws.empty())
    return exchange->send(
        refusal(Dialect::router, Refusal::invalid, text_of(flaws.front().place) + ": " + flaws.front().message));
  exchange->release_body();
  scripts.resize(std::min(scripts.size(), languages.size()));
  const std::size_t batch = service.settings().batch;
  const double longest = static_cast<double>(service.settings().most_time.count());
  const auto limit = milliseconds(static_cast<long long>(std::min((timeout + 1) * 1000, longest)));
  const std::size_t count = scripts.size();
  const auto all = std::make_shared<Scripts>(service, exchange, std::move(scripts), limit);
  if (count == 0) return all->end();
  std::vector<Service::Work> works;
  std::vector<std::pair<std::size_t, std::string>> refused;
  for (std::size_t i = 0; i < count; ++i) {
    if (i >= batch)
      refused.emplace_back(i, fmt::format("more than {} scripts in a request", batch));
    else if (languages[i] != "python")
      refused.emplace_back(i, fmt::format("language {} is not served; python is", languages[i]));
    else
      works.emplace_back([all, i](const std::stop_token& stop) { all->run(all, i, stop); });
  }
  (void)service.submit(exchange, std::move(works), WhenFull::hold);
  for (auto& [i, why] : refused) all->put(i, no_execution(why));
}

}  // namespace assay::harness
