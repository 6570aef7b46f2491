/// POST /v1/rewards: items in, rewards out. Source of the reward functions: apple/ml-diffucoder
/// src/open_r1/rewards.py, code_reward, binary_code_reward, get_code_format_reward.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "harness/errors.h"
#include "harness/service/completion.h"
#include "harness/service/request_json.h"
#include "harness/service/routes.h"
#include "harness/service/task_sets.h"

namespace assay::harness {
namespace {

using datasets::Value;

constexpr std::string_view rewards_path = "/v1/rewards";
constexpr std::size_t most_tests = 4096;

struct Weights {
  double code = 2.0, binary_code = 0, code_format = 0.5;
};

struct RewardItem {
  std::string id;  ///< as JSON
  bool has_form = true;
  std::shared_ptr<Item> item;
};

struct RewardRequest {
  std::vector<RewardItem> items;
  Weights weights;
  bool details = false, stream = false;
};

/// What one item earned.
struct Rewarded {
  double code = 0, binary_code = 0, code_format = 0;
};

class RewardsReader {
 public:
  RewardsReader(Service& service, std::vector<Flaw>& flaws) : service_(service), flaws_(flaws) {}

  RewardRequest read(const Value& body) {
    RewardRequest request;
    Fields fields(body, {}, flaws_);
    fields.only({"items", "weights", "limits", "details", "stream"});
    request.details = fields.flag("details", false);
    request.stream = fields.flag("stream", false);
    if (const Value* weights = fields.find("weights")) request.weights = read_weights(*weights, fields);
    if (const Value* limits = fields.find("limits")) read_limits(*limits, fields);
    const Value* items = fields.find("items");
    const auto* list = items == nullptr ? nullptr : as_list(*items);
    if (list == nullptr) {
      fields.flaw(items == nullptr ? "missing" : "list_type", "items", "a list of items is required");
    } else if (list->size() > service_.most_items()) {
      fields.flaw(
          "too_long", "items",
          fmt::format("at most {} items a request, so many does the service take (--batch) and let wait (--queue)",
                      service_.most_items()));
    } else {
      for (std::size_t i = 0; i < list->size(); ++i) request.items.push_back(read_item((*list)[i], i));
    }
    return request;
  }

 private:
  Weights read_weights(const Value& value, Fields& above) {
    if (as_object(value) == nullptr) {
      above.flaw("dict_type", "weights", "Input should be an object");
      return {};
    }
    Fields fields(value, {"weights"}, flaws_);
    fields.only({"code", "binary_code", "code_format"});
    constexpr double most = 1e6;
    return {fields.number("code", 0.0, -most, most), fields.number("binary_code", 0.0, -most, most),
            fields.number("code_format", 0.0, -most, most)};
  }
  void read_limits(const Value& value, Fields& above) {
    if (as_object(value) == nullptr) return above.flaw("dict_type", "limits", "Input should be an object");
    Fields fields(value, {"limits"}, flaws_);
    fields.only({"test_seconds", "total_seconds"});
    const double most = static_cast<double>(service_.settings().most_time.count()) * 1e-3;
    const auto limit = [&](std::string_view name, std::chrono::milliseconds fallback) {
      const double seconds = fields.number(name, static_cast<double>(fallback.count()) * 1e-3, 0.01, most);
      return std::chrono::milliseconds(static_cast<long long>(seconds * 1000));
    };
    limits_ = {limit("test_seconds", limits_.test), limit("total_seconds", limits_.total)};
  }
  RewardItem read_item(const Value& value, std::size_t index) {
    RewardItem result;
    result.id = std::to_string(index);
    const Place place = {"items", index};
    if (as_object(value) == nullptr) {
      add(flaws_, {"dict_type", place, "Input should be an object"});
      return result;
    }
    Fields fields(value, place, flaws_);
    fields.only({"id", "completion", "solution", "tests", "setup", "cases", "dataset", "task_id"});
    if (const Value* id = fields.find("id")) {
      const auto* number = std::get_if<datasets::Integer>(&id->data);
      if (const std::string* text = as_text(*id))
        result.id = json_text(*text);
      else if (number != nullptr)
        result.id = number->digits;
      else
        fields.flaw("string_type", "id", "Input should be a string or an integer");
    }
    result.item = std::make_shared<Item>();
    result.item->limits = limits_;
    read_program(fields, result);
    read_tests(fields, place, *result.item);
    return result;
  }
  void read_program(Fields& fields, RewardItem& result) {
    const bool answered = fields.find("completion") != nullptr, solved = fields.find("solution") != nullptr;
    if (!answered && !solved) return fields.flaw("missing", "completion", "completion or solution is required");
    if (answered && solved)
      return fields.flaw("extra_forbidden", "solution", "completion is given too; an item has one of them");
    auto completion = fields.optional_text("completion");
    auto solution = fields.optional_text("solution");
    if (!completion && !solution) return;
    if (solution) {
      result.item->program = std::move(*solution);
    } else if (auto program = fenced_program(*completion)) {
      result.item->program = std::move(*program);
    } else {
      result.has_form = false;
    }
  }
  /// An item has tests, cases, or a task of a data set.
  void read_tests(Fields& fields, const Place& place, Item& item) {
    const bool has_tests = fields.find("tests") != nullptr, has_cases = fields.find("cases") != nullptr;
    if (has_tests || has_cases) {
      for (const char* other : {"dataset", "task_id"})
        if (fields.find(other) != nullptr)
          fields.flaw(
              "extra_forbidden", other,
              fmt::format("{} are given too; an item has them, or dataset and task_id", has_tests ? "tests" : "cases"));
    }
    if (has_tests && has_cases)
      return fields.flaw("extra_forbidden", "cases", "tests are given too; an item has one of them");
    if (!has_tests && fields.find("setup") != nullptr)
      return fields.flaw("extra_forbidden", "setup",
                         has_cases ? "it goes before tests, and there are cases"
                                   : "it goes before tests, and a task of a data set has its own");
    if (has_cases) return read_cases(fields, place, item);
    if (!has_tests) return read_task(fields, item);
    item.tests = fields.texts("tests");
    item.setup = fields.optional_text("setup").value_or("");
    check_number(fields, "tests", "test");
  }
  void check_number(Fields& fields, const char* name, const char* one) {
    const auto* list = as_list(*fields.find(name));
    if (list != nullptr && list->empty())
      fields.flaw("too_short", name, fmt::format("there is no {}, so any program would pass", one));
    if (list != nullptr && list->size() > most_tests)
      fields.flaw("too_long", name, fmt::format("at most {} {}", most_tests, name));
  }
  void read_cases(Fields& fields, const Place& place, Item& item) {
    const auto* list = as_list(*fields.find("cases"));
    if (list == nullptr) return fields.flaw("list_type", "cases", "Input should be a list");
    check_number(fields, "cases", "case");
    for (std::size_t i = 0; i < std::min(list->size(), most_tests); ++i) {
      Place below = place;
      below.insert(below.end(), {"cases", i});
      if (as_object((*list)[i]) == nullptr) {
        add(flaws_, {"dict_type", below, "Input should be an object"});
        continue;
      }
      Fields each((*list)[i], below, flaws_);
      each.only({"input", "output"});
      item.cases.push_back({each.optional_text("input").value_or(""), each.text("output")});
      const std::uint64_t most = service_.limits().output_bytes;  // of a program: none could pass
      if (item.cases.back().output.size() > most)
        each.flaw("string_too_long", "output", fmt::format("at most {} bytes, so much may a program print", most));
    }
  }
  void read_task(Fields& fields, Item& item) {
    item.dataset = fields.optional_text("dataset").value_or("");
    item.task_id = fields.optional_text("task_id").value_or("");
    if (item.dataset.empty() || item.task_id.empty())
      return fields.flaw("missing", "tests", "tests, cases, or dataset and task_id, are required");
    const TaskSets* sets = service_.sets();
    if (sets == nullptr || !sets->has(item.dataset))
      return fields.flaw("not_found", "dataset", "no such data set is served; start the service with --dataset NAME");
    if (!sets->has(item.dataset, item.task_id)) fields.flaw("not_found", "task_id", "no such task in that data set");
  }

  Service& service_;
  std::vector<Flaw>& flaws_;
  ScoreLimits limits_;
};

std::string tests_json(const Score& score) {
  std::string text;
  for (const TestOutcome outcome : score.tests)
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        outcome == TestOutcome::passed   ? R"("passed")"
                        : outcome == TestOutcome::failed ? R"("failed")"
                                                         : R"("not_run")");
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
    for (const std::string& kind : score->attempts) attempts += (attempts.empty() ? "" : ", ") + json_text(kind);
    put(i, fmt::format(R"({{"id": {}, "reward": {}, "code": {}, "binary_code": {}, "code_format": {}, "verdict": {}, )"
                       R"("cause": {}, "integrity": {}, "attempts": [{}], "error": null, "seconds": {}{}}})",
                       request_.items[i].id, json_number(sum), json_number(rewarded.code),
                       json_number(rewarded.binary_code), json_number(rewarded.code_format),
                       json_text(name(score->verdict)),
                       score->cause == Cause::none ? "null" : json_text(name(score->cause)),
                       score->shared ? R"("shared")" : R"("split")", attempts, json_number(score->seconds),
                       request_.details ? R"(, "tests": )" + tests_json(*score) : ""));
  }
  void finish_if_empty() {
    if (request_.items.empty()) end();
  }

 private:
  [[nodiscard]] Rewarded reward(const Score& score) const {
    Rewarded rewarded;
    rewarded.code_format = score.parses ? 1 : 0.5;
    if (score.parses && (!score.shared || service_.settings().allow_shared)) rewarded.code = score.pass_rate;
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
  if (body) request = RewardsReader(service, flaws).read(*body);
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
