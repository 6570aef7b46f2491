/// POST /run_code: SandboxFusion's API, as its own client and verl's reward call it.
/// Source: bytedance/SandboxFusion sandbox/server/sandbox_api.py.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "harness/errors.h"
#include "harness/service/base64.h"
#include "harness/service/file_program.h"
#include "harness/service/known_script.h"
#include "harness/service/program_report.h"
#include "harness/service/request_json.h"
#include "harness/service/routes.h"
#include "harness/service/runtimes.h"

namespace assay::harness {
namespace {

using sandbox::Status;
using std::chrono::milliseconds;

constexpr const char* path = "/run_code";

struct RunRequest {
  FileProgram program;
  std::string language;
};

/// What a stage did.
struct Stage {
  bool timed_out = false;
  double seconds = 0;
  int return_code = 0;
  std::string out, err;
};

std::string stage_json(const Stage& stage) {
  return fmt::format(R"({{"status": "{}", "execution_time": {}, "return_code": {}, "stdout": {}, "stderr": {}}})",
                     stage.timed_out ? "TimeLimitExceeded" : "Finished", json_number(stage.seconds),
                     stage.timed_out ? "null" : std::to_string(stage.return_code), json_bytes(stage.out),
                     json_bytes(stage.err));
}

HttpResponse answer(const Stage& stage, const FetchedFiles& fetched) {
  std::string files;
  for (const auto& [name, content] : fetched.files)
    files += fmt::format("{}{}: {}", files.empty() ? "" : ", ", json_text(name), json_text(content));
  HttpResponse response;
  response.body =
      fmt::format(R"({{"status": "{}", "message": "", "compile_result": null, "run_result": {}, )"
                  R"("executor_pod_name": null, "files": {{{}}}}})",
                  stage.timed_out || stage.return_code != 0 ? "Failed" : "Success", stage_json(stage), files);
  return response;
}

HttpResponse sandbox_error(std::string_view why) {
  HttpResponse response;
  response.body = fmt::format(R"({{"status": "SandboxError", "message": {}, "compile_result": null, )"
                              R"("run_result": null, "executor_pod_name": null, "files": {{}}}})",
                              json_bytes(why));
  return response;
}

Stage stage_of(sandbox::Outcome outcome, const FetchedFiles& fetched) {
  Stage stage;
  stage.timed_out = outcome.status == Status::call_timeout || outcome.status == Status::set_timeout;
  stage.seconds = outcome.wall_seconds;
  const int signal = fetched.signal.value_or(outcome.signal);
  stage.return_code = signal != 0 ? -signal : outcome.exit_code;
  // Killed by us for what it used: never a success.
  if (outcome.status != Status::ok && stage.return_code == 0) stage.return_code = -9;
  stage.out = std::move(outcome.out);
  stage.err = std::move(outcome.err);
  return stage;
}

/// An assert that failed, as Python would have ended.
Stage stage_of(const Score& score, bool earns) {
  Stage stage;
  stage.seconds = score.seconds;
  stage.timed_out = score.cause == Cause::timeout;
  if (score.verdict == Verdict::pass && earns && score.pass_rate >= 1) return stage;
  stage.return_code = 1;
  stage.err = fmt::format("assay: the assert did not pass: {}{}{}\n",
                          score.verdict == Verdict::pass ? "it can't be run apart from the program" : name(score.cause),
                          score.detail.empty() ? "" : ", ", score.detail);
  return stage;
}

RunRequest read(const datasets::Value& body, const Service& service, std::vector<Flaw>& flaws) {
  RunRequest request;
  Fields fields(body, {}, flaws);
  request.program.code = fields.text("code");
  request.language = fields.text("language");
  if (find_runtime(request.language) == nullptr) fields.flaw("literal_error", "language", "no such language");
  constexpr double most = 1e300;  // a longer time than the service's own is cut to that, not refused
  (void)fields.number("compile_timeout", 10.0, 0, most);
  const double seconds = fields.number("run_timeout", 10.0, 0, most);
  (void)fields.integer("memory_limit_MB", -1.0, -1, most);
  const double longest = static_cast<double>(service.settings().most_time.count()) * 1e-3;
  request.program.limit = milliseconds(static_cast<long long>(std::clamp(seconds, 0.001, longest) * 1000));
  request.program.input = fields.optional_text("stdin").value_or("");
  if (fields.find("fetch_files") != nullptr) request.program.fetch = fields.texts("fetch_files");
  const datasets::Value* files = fields.find("files");
  if (files == nullptr) return request;
  if (as_object(*files) == nullptr) {
    fields.flaw("dict_type", "files", "Input should be an object");
    return request;
  }
  for (const auto& item : as_object(*files)->items) {
    const std::string* content = as_text(item.value);
    if (content != nullptr && from_base64(*content))
      request.program.files.emplace_back(*as_text(item.key), *content);
    else if (!std::holds_alternative<datasets::None>(item.value.data))
      fields.flaw("string_type", "files", "each file should be base64 or null");
  }
  return request;
}

void run_program(Service& service, const SharedExchange& exchange, RunRequest& request, const std::stop_token& stop) {
  const std::string mark = new_mark();
  auto outcome = service.scorer().run(file_job(std::move(request.program), mark), stop);
  if (!outcome) {
    service.count(path, tl::unexpected(outcome.error()));
    return exchange->send(sandbox_error(outcome.error().message));
  }
  const FetchedFiles fetched = take_files(*outcome, mark);
  service.metrics().item(path, "none", "none", "none");  // nothing is judged here
  exchange->send(answer(stage_of(std::move(*outcome), fetched), fetched));
}

void judge_asserts(Service& service, const SharedExchange& exchange, AssertScript script, milliseconds limit) {
  auto item = std::make_shared<Item>();
  item->program = std::move(script.program);
  item->tests = {std::move(script.test)};
  item->limits = {limit, limit};
  service.score(exchange, std::move(item), [&service, exchange](const Result<Score>& score) {
    service.count(path, score);
    if (!score) return exchange->send(sandbox_error(score.error().message));
    exchange->send(answer(stage_of(*score, !score->shared || service.settings().allow_shared), {}));
  });
}

}  // namespace

void serve_run_code(Service& service, const SharedExchange& exchange) {
  std::vector<Flaw> flaws;
  const auto body = parse_object(exchange->request().body, flaws);
  RunRequest request;
  if (body) request = read(*body, service, flaws);
  if (!flaws.empty()) {
    HttpResponse response;
    response.status = 422;
    response.body = detail_json(flaws);
    return exchange->send(std::move(response));
  }
  const Runtime& runtime = *find_runtime(request.language);
  if (!runtime.served)
    return exchange->send(sandbox_error(fmt::format("language {}: {}", runtime.language, runtime.why_not)));
  exchange->release_body();
  // Whichever comes first has it: a slot, or the end of the time that its client waits.
  const auto taken = std::make_shared<std::atomic<bool>>(false);
  service.deadlines().after(service.settings().hold, [&service, taken, waiting = std::weak_ptr<Exchange>(exchange)] {
    const auto held = waiting.lock();
    if (!held || taken->exchange(true)) return;
    service.withdraw(held);
    held->send(refusal(Dialect::fastapi, Refusal::held, "no slot became free in time; try again"));
  });
  auto shared = std::make_shared<RunRequest>(std::move(request));
  const auto work = [&service, exchange, shared, taken](const std::stop_token& stop) {
    if (taken->exchange(true)) return;
    const bool plain = shared->program.input.empty() && shared->program.files.empty() && shared->program.fetch.empty();
    if (auto script = plain ? assert_script(shared->program.code) : std::nullopt)
      return judge_asserts(service, exchange, std::move(*script), shared->program.limit);
    run_program(service, exchange, *shared, stop);
  };
  (void)service.submit(exchange, {work}, WhenFull::hold);
}

}  // namespace assay::harness
