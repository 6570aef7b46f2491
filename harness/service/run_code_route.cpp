/// POST /run_code: SandboxFusion's API, as its own client and verl's reward call it.
/// Source: bytedance/SandboxFusion sandbox/server/sandbox_api.py.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "harness/errors.h"
#include "harness/service/base64.h"
#include "harness/service/function_call.h"
#include "harness/service/known_script.h"
#include "harness/service/request_json.h"
#include "harness/service/routes.h"
#include "harness/service/runtimes.h"

namespace assay::harness {
namespace {

using sandbox::Status;
using std::chrono::milliseconds;

constexpr const char* run_code_path = "/run_code";

struct RunRequest {
  FileProgram program;
  std::string language;
};
using SharedRequest = std::shared_ptr<const RunRequest>;

/// What a stage did.
struct Stage {
  bool timed_out = false;
  double seconds = 0;
  int return_code = 0;
  std::string out, err;
  [[nodiscard]] bool succeeded() const { return !timed_out && return_code == 0; }
};

std::string stage_json(const std::optional<Stage>& stage) {
  if (!stage) return "null";
  return fmt::format(R"({{"status": "{}", "execution_time": {}, "return_code": {}, "stdout": {}, "stderr": {}}})",
                     stage->timed_out ? "TimeLimitExceeded" : "Finished", json_number(stage->seconds),
                     stage->timed_out ? "null" : std::to_string(stage->return_code), json_bytes(stage->out),
                     json_bytes(stage->err));
}

/// Of the stages that ran, the last decides: none follows one that failed.
HttpResponse answer(const std::optional<Stage>& compiled, const std::optional<Stage>& ran,
                    const std::vector<sandbox::ProgramFile>& fetched = {}) {
  std::string files;
  for (const auto& [name, content] : fetched)
    files += fmt::format("{}{}: {}", files.empty() ? "" : ", ", json_bytes(name), json_text(base64(content)));
  const bool succeeded = ran ? ran->succeeded() : compiled && compiled->succeeded();
  HttpResponse response;
  response.body = fmt::format(R"({{"status": "{}", "message": "", "compile_result": {}, "run_result": {}, )"
                              R"("executor_pod_name": null, "files": {{{}}}}})",
                              succeeded ? "Success" : "Failed", stage_json(compiled), stage_json(ran), files);
  return response;
}

HttpResponse sandbox_error(std::string_view why) {
  HttpResponse response;
  response.body = fmt::format(R"({{"status": "SandboxError", "message": {}, "compile_result": null, )"
                              R"("run_result": null, "executor_pod_name": null, "files": {{}}}})",
                              json_bytes(why));
  return response;
}

Stage stage_of(const sandbox::Outcome& outcome) {
  Stage stage;
  stage.timed_out = outcome.status == Status::call_timeout || outcome.status == Status::set_timeout;
  stage.seconds = outcome.wall_seconds;
  stage.return_code = outcome.signal != 0 ? -outcome.signal : outcome.exit_code;
  // Killed by us for what it used: never a success.
  if (outcome.status != Status::ok && stage.return_code == 0) stage.return_code = -9;
  stage.out = outcome.out;
  stage.err = outcome.err;
  return stage;
}

/// An assert that failed, as Python would have ended.
Stage stage_of(const Score& score, bool with_shared) {
  Stage stage;
  stage.seconds = score.seconds;
  stage.timed_out = score.cause == Cause::timeout;
  if (score.verdict == Verdict::pass && score.pass_rate(with_shared) >= 1) return stage;
  stage.return_code = 1;
  stage.err = fmt::format("assay: the assert did not pass: {}{}{}\n",
                          score.verdict == Verdict::pass ? "it can't be run apart from the program" : name(score.cause),
                          score.detail.empty() ? "" : ", ", score.detail);
  return stage;
}

/// Of more tests than are run, none may go by.
Stage too_many_asserts() {
  Stage stage;
  stage.return_code = 1;
  stage.err = fmt::format(
      "assay: more than {} paragraphs of asserts: which are the test's can't be told; leave out blank lines between "
      "them\n",
      most_beginnings);
  return stage;
}

/// What the function returned is all of its output; without that the case has failed.
Stage stage_of(const FunctionAnswer& answer) {
  Stage stage = stage_of(answer.outcome);
  if (answer.returned) {
    stage.out = answer.printed + "\n";
    return stage;
  }
  if (stage.return_code == 0 || stage.return_code == -9) stage.return_code = 1;
  stage.err = fmt::format("assay: the function returned nothing: {}\n",
                          answer.raised.empty() ? answer.outcome.detail : answer.raised);
  return stage;
}

void read_files(Fields& fields, FileProgram& program) {
  const datasets::Value* files = fields.find("files");
  if (files == nullptr) return;
  if (as_object(*files) == nullptr) return fields.flaw("dict_type", "files", "Input should be an object");
  for (const auto& item : as_object(*files)->items) {
    const std::string* text = as_text(item.value);
    if (auto content = text != nullptr ? from_base64(*text) : std::nullopt)
      program.files.push_back({*as_text(item.key), std::move(*content)});
    else if (!std::holds_alternative<datasets::None>(item.value.data))
      fields.flaw("string_type", "files", "each file should be base64 or null");
  }
}

RunRequest read(const datasets::Value& body, const Service& service, std::vector<Flaw>& flaws) {
  RunRequest request;
  Fields fields(body, {}, flaws);
  request.program.code = fields.text("code");
  request.language = fields.text("language");
  if (find_runtime(request.language) == nullptr) fields.flaw("literal_error", "language", "no such language");
  constexpr double most = 1e300;  // a longer time than the service's own is cut to that, not refused
  const double longest = static_cast<double>(service.settings().most_time.count()) * 1e-3;
  const auto limit = [&](std::string_view name) {
    return milliseconds(static_cast<long long>(std::clamp(fields.number(name, 10.0, 0, most), 0.001, longest) * 1000));
  };
  request.program.compile_limit = limit("compile_timeout");
  request.program.run_limit = limit("run_timeout");
  constexpr double most_megabytes = 1 << 30;
  const double megabytes = fields.integer("memory_limit_MB", -1.0, -1, most_megabytes);
  if (megabytes > 0) request.program.memory_bytes = static_cast<std::uint64_t>(megabytes) << 20;
  request.program.input = fields.optional_text("stdin").value_or("");
  if (fields.find("fetch_files") != nullptr) request.program.fetch = fields.texts("fetch_files");
  read_files(fields, request.program);
  return request;
}

/// Who answers an exchange: its work, while that has a slot and runs, or the end of the time that its client waits.
class Hold {
 public:
  Hold(Service& service, const SharedExchange& exchange)
      : service_(service), waiting_(exchange), due_(exchange->request().began + service.settings().hold) {}

  /// The work runs. False where its client's time was up first: then it is answered.
  bool take() { return !taken_.exchange(true); }
  /// It may have to wait again.
  void release() { taken_ = false; }
  /// The client's time is up where it is, and nothing runs for it.
  void expire_if_due() {
    const auto held = waiting_.lock();
    if (std::chrono::steady_clock::now() < due_ || !held || !take()) return;
    service_.withdraw(held);
    held->send(refusal(Dialect::fastapi, Refusal::held, "no slot became free in time; try again"));
  }
  [[nodiscard]] milliseconds left() const {
    return std::chrono::ceil<milliseconds>(due_ - std::chrono::steady_clock::now());
  }

 private:
  Service& service_;
  std::weak_ptr<Exchange> waiting_;
  std::chrono::steady_clock::time_point due_;
  std::atomic<bool> taken_{false};
};

/// A request on its way through its stages.
class CodeRun {
 public:
  CodeRun(Service& service, SharedExchange exchange, SharedRequest request, std::shared_ptr<Hold> hold)
      : service_(service), exchange_(std::move(exchange)), request_(std::move(request)), hold_(std::move(hold)) {}

  /// In a slot. Answers the exchange, now or later.
  void operator()(const std::stop_token& stop) const {
    const Runtime& runtime = *find_runtime(request_->language);
    if (runtime.tool && !service_.shows_machine()) {
      return exchange_->send(sandbox_error(
          fmt::format("language {} takes namespaces, and none can be made here; assay doctor says how to get them",
                      runtime.language)));
    }
    const Toolchain* tools = runtime.tool ? service_.toolchains().find(*runtime.tool) : nullptr;
    if (runtime.tool && tools == nullptr) {
      return exchange_->send(sandbox_error(fmt::format("language {} is not on this machine: it takes {}",
                                                       runtime.language, Toolchains::origin(*runtime.tool))));
    }
    if (!runtime.compile.empty()) return compile(runtime, *tools);
    if (!runtime.tool && judged_apart(stop)) return;
    run(runtime, tools, nullptr, stop);
  }

 private:
  const FileProgram& program() const { return request_->program; }

  /// Scripts that are known, and have nothing that only a run as they are could give them.
  bool judged_apart(const std::stop_token& stop) const {
    if (!program().files.empty() || !program().fetch.empty()) return false;
    if (auto script = function_script(program().code, program().input)) {
      const auto answered = call_function(service_.scorer(), *script, program().run_limit, stop);
      if (!answered) return fail(answered.error()), true;
      service_.metrics().item(run_code_path, "none", "none", "none");
      exchange_->send(answer(std::nullopt, stage_of(*answered)));
      return true;
    }
    auto beginnings = program().input.empty() ? test_beginnings(program().code) : std::vector<std::size_t>();
    if (beginnings.empty()) return false;
    if (beginnings.size() > most_beginnings) {
      service_.metrics().item(run_code_path, "fail", "none", "split");
      exchange_->send(answer(std::nullopt, too_many_asserts()));
      return true;
    }
    judge(std::make_shared<const std::vector<std::size_t>>(std::move(beginnings)), 0);
    return true;
  }

  /// Holds what stands before each beginning against what follows: the first that does not pass decides. In a slot,
  /// which is kept for all of them; where another request is at the same one, its client's time goes on.
  void judge(const std::shared_ptr<const std::vector<std::size_t>>& beginnings, std::size_t i) const {
    auto item = std::make_shared<Item>();
    item->program = program().code.substr(0, (*beginnings)[i]);
    item->tests = {program().code.substr((*beginnings)[i])};
    item->limits = {program().run_limit, program().run_limit};
    hold_->release();
    const bool told = service_.score(
        exchange_, std::move(item),
        [run = *this, beginnings, i](const Result<Score>& score, Slot slot) { run.judged(beginnings, i, score, slot); },
        [hold = hold_] { return hold->take(); });
    if (!told) hold_->expire_if_due();
  }

  void judged(const std::shared_ptr<const std::vector<std::size_t>>& beginnings, std::size_t i,
              const Result<Score>& score, Slot slot) const {
    std::optional<Stage> stage;
    if (score) stage = stage_of(*score, service_.settings().allow_shared);
    if (stage && stage->succeeded() && i + 1 < beginnings->size()) {
      if (slot == Slot::own) return judge(beginnings, i + 1);
      const auto next = [run = *this, beginnings, i](const std::stop_token&) {
        if (run.hold_->take()) run.judge(beginnings, i + 1);
      };
      (void)service_.submit(exchange_, {next}, WhenFull::next);
      return hold_->expire_if_due();
    }
    service_.count(run_code_path, score);
    exchange_->send(stage ? answer(std::nullopt, stage) : sandbox_error(score.error().message));
  }

  datasets::Sha256 key(const Runtime& runtime) const {
    const std::string limit = std::to_string(program().compile_limit.count());
    std::vector<std::string_view> parts = {runtime.language, limit, program().code};
    for (const auto& [name, content] : program().files) parts.insert(parts.end(), {name, content});
    return key_of(parts);
  }

  void compile(const Runtime& runtime, const Toolchain& tools) const {
    hold_->release();  // it may wait for another's build, while its client's time goes on
    service_.build(
        exchange_, key(runtime),
        [run = *this, &runtime, &tools](const auto& stop) { return run.built(runtime, tools, stop); },
        [run = *this, &runtime, &tools](const Result<SharedBuild>& build) {
          if (!run.hold_->take()) return;  // answered: its client's time was up
          if (!build) return run.fail(build.error());
          if (!stage_of((*build)->outcome).succeeded())
            return run.exchange_->send(answer(stage_of((*build)->outcome), std::nullopt));
          run.run(runtime, &tools, *build, run.exchange_->gone());
        });
  }

  /// In a slot of its own, where no client's time runs; of use to others even if this one's is up.
  Result<SharedBuild> built(const Runtime& runtime, const Toolchain& tools, const std::stop_token& stop) const {
    const bool waits = hold_->take();
    auto outcome = service_.scorer().run(compile_job(runtime, tools, program(), service_.limits()), stop);
    if (waits) hold_->release();
    if (!outcome) return tl::unexpected(outcome.error());
    auto build = std::make_shared<Build>();
    build->files = std::move(outcome->files);
    build->outcome = std::move(*outcome);
    if (build->files.empty() && build->outcome.status == Status::ok) {  // too large, as its stderr says
      build->outcome.status = Status::failed;
      build->outcome.exit_code = 1;
    }
    return SharedBuild(std::move(build));
  }

  void run(const Runtime& runtime, const Toolchain* tools, const SharedBuild& build,
           const std::stop_token& stop) const {
    static const std::vector<sandbox::ProgramFile> none;
    const auto outcome =
        service_.scorer().run(run_job(runtime, tools, program(), build ? build->files : none, service_.limits()), stop);
    if (!outcome) return fail(outcome.error());
    service_.metrics().item(run_code_path, "none", "none",
                            may_hold_tests() ? "shared" : "none");  // nothing is judged here
    exchange_->send(
        answer(build ? std::optional(stage_of(build->outcome)) : std::nullopt, stage_of(*outcome), outcome->files));
  }

  /// Whether its exit status may be taken for a verdict by whoever sent it. The word alone counts, wherever it stands:
  /// no sample hides its tests by how it ends.
  bool may_hold_tests() const {
    const bool python = request_->language == "python" || request_->language == "pytest";
    return python && program().input.empty() && program().code.find("assert") != std::string::npos;
  }

  void fail(const Error& error) const {
    service_.count(run_code_path, tl::unexpected(error));
    exchange_->send(sandbox_error(error.message));
  }

  Service& service_;
  SharedExchange exchange_;
  SharedRequest request_;
  std::shared_ptr<Hold> hold_;
};

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
  if (!is_served(runtime))
    return exchange->send(
        sandbox_error(fmt::format("language {} is not served; these are: {}", runtime.language, served_languages())));
  exchange->release_body();
  // Whichever comes first has it: a slot, or the end of the time that its client waits.
  const auto hold = std::make_shared<Hold>(service, exchange);
  service.deadlines().after(hold->left(), [hold] { hold->expire_if_due(); });
  const CodeRun run(service, exchange, std::make_shared<const RunRequest>(std::move(request)), hold);
  const auto work = [run, hold](const std::stop_token& stop) {
    if (hold->take()) run(stop);
  };
  (void)service.submit(exchange, {work}, WhenFull::hold);
}

}  // namespace assay::harness
