#include "harness/cli/serve_command.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <limits>
#include <mutex>
#include <stop_token>
#include <thread>

#include "harness/cli/failure.h"
#include "harness/cli/jail_options.h"
#include "harness/cli/option_values.h"
#include "harness/errors.h"
#include "harness/evaluation/interrupt.h"
#include "harness/evaluation/sandbox_error.h"
#include "harness/input_file.h"
#include "harness/service/request_json.h"
#include "harness/service/task_sets.h"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_token_bytes = 4096;
constexpr rlim_t spare_descriptors = 128;  // for wardens and the store

milliseconds milliseconds_of(double seconds) { return milliseconds(static_cast<long long>(seconds * 1000)); }

void add_where(CLI::App& command, ServeOptions& options) {
  command.add_option("--host", options.service.host, "address to listen on")->capture_default_str();
  command
      .add_option("--port", options.service.port, "port to listen on; 0 takes a free one, which standard output names")
      ->capture_default_str()
      ->check(in_range(std::uint16_t{0}, std::numeric_limits<std::uint16_t>::max()));
  command
      .add_option("--token-file", options.token_file,
                  "file that holds the token which clients send, as Bearer or as the password of Basic")
      ->type_name("FILE");
  command.add_flag("--insecure", options.insecure, "listen beyond this machine without a token");
}

void add_what(CLI::App& command, ServeOptions& options) {
  command
      .add_option("--dataset", options.datasets,
                  "a data set whose tasks may be named instead of tests (any number): a name or a file, as in eval")
      ->type_name("NAME|FILE");
  command.add_flag("--offline", options.offline, "never download a data set");
  command.add_option("--store", options.store, "where expected results are kept (default: eval's store)")
      ->type_name("FILE");
  command.add_flag("--allow-shared", options.service.allow_shared,
                   "reward passes of tests that had to share a process with their sample");
}

void add_how(CLI::App& command, ServeOptions& options) {
  ServiceSettings& service = options.service;
  command.add_option("--parallel", options.jail.parallel, "items that run at once (default: one a core)")
      ->check(in_range(std::size_t{1}, std::size_t{1024}));
  command
      .add_option("--queue", service.queue, "items of /v1/rewards that may wait, each client a share of them; then 429")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1} << 20));
  command.add_option("--batch", service.batch, "items of one request; no more than --queue")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1} << 16));
  command.add_option("--cache", service.cache, "scores kept, so that equal items run once (default: none)")
      ->check(in_range(std::size_t{0}, std::size_t{1} << 22));
  command.add_option("--connections", service.http.connections, "open at once; others wait")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1} << 16));
  command.add_option("--body-limit", options.body_mib, "MiB of one request's body")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1024}));
  command.add_option("--memory", options.memory_mib, "MiB of all bodies over 64 KiB; others wait unread")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1} << 20));
  command
      .add_option("--hold", options.hold_seconds,
                  "seconds from its first byte that a request to /run_code waits for a slot before it is answered 504")
      ->capture_default_str()
      ->check(in_range(0.01, 3600.0));
  command.add_option("--grace", options.grace_seconds, "seconds for what is in work when asked to end")
      ->capture_default_str()
      ->check(in_range(0.0, 3600.0));
  command
      .add_option("--drain-delay", options.drain_delay_seconds,
                  "seconds that it still serves when asked to end, while /readyz says 503: for load balancers")
      ->capture_default_str()
      ->check(in_range(0.0, 3600.0));
  command.add_option("--python", options.jail.python, "the samples' interpreter (default: their own environment)")
      ->type_name("EXE");
  add_memory_limit(command, options.jail.memory_bytes);
  add_require_tier(command, options.jail.require_tier);
  command.add_option("--log", options.log_level, "least that is logged: info (a line a request), warning or error")
      ->capture_default_str()
      ->check(one_of({"info", "warning", "error"}));
}

Result<std::string> read_token(const std::string& file) {
  auto token = read_input(file, most_token_bytes);
  if (!token) return tl::unexpected(token.error());
  while (!token->empty() && (token->back() == '\n' || token->back() == '\r' || token->back() == ' ')) token->pop_back();
  if (token->empty())
    return tl::unexpected(Error{Errc::usage, fmt::format("serve: {} is empty; a token is one line of text", file)});
  if (token->find_first_of("\r\n") != std::string::npos)
    return tl::unexpected(
        Error{Errc::usage, fmt::format("serve: {} has several lines; a token is one line of text", file)});
  return std::move(*token);
}

Result<ServiceSettings> settings_of(const ServeOptions& options) {
  ServiceSettings settings = options.service;
  if (!options.token_file.empty()) {
    auto token = read_token(options.token_file);
    if (!token) return tl::unexpected(token.error());
    settings.token = std::move(*token);
  }
  if (settings.token.empty() && !options.insecure && !is_loopback(settings.host))
    return tl::unexpected(Error{Errc::usage, fmt::format("serve: {} is reached from other machines, which could then "
                                                         "run programs here; give --token-file, or --insecure",
                                                         settings.host)});
  settings.hold = milliseconds_of(options.hold_seconds);
  settings.http.body_bytes = options.body_mib << 20;
  settings.http.bodies_bytes = std::max(options.memory_mib, options.body_mib) << 20;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, settings.http.connections + spare_descriptors);
    ::setrlimit(RLIMIT_NOFILE, &files);
    settings.http.connections = std::min<std::size_t>(
        settings.http.connections, std::max<rlim_t>(files.rlim_cur, spare_descriptors + 1) - spare_descriptors);
  }
  return settings;
}

/// A reader of the log, or of standard output, that goes away (`2>&1 | tee`, a log shipper that starts anew) ends its
/// stream alone. Wardens and samples have settings of their own.
void outlive_readers() { ::signal(SIGPIPE, SIG_IGN); }

/// JSON lines on standard error. Written by a thread of its own: whoever reads them slowly loses old lines, and holds
/// up no request.
void start_log() {
  auto log = spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("service");
  log->set_error_handler([](const std::string&) {});  // whom to tell that nobody can be told?
  log->set_pattern(R"({"time": "%Y-%m-%dT%H:%M:%S.%e%z", "level": "%l", %v})");
  log->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(log));
}

/// One line on standard output for who started it, whatever the log's level; the log has the same for programs.
void say_where(const ServiceSettings& settings, const Service& service, const sandbox::Executor& executor) {
  const bool v6 = settings.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + settings.host + "]" : settings.host;
  fmt::print("assay {}: rewards at http://{}:{}, {} slot{}, tier {}\n", Service::version(), host, service.port(),
             executor.slots(), executor.slots() == 1 ? "" : "s", executor.tier());
  std::fflush(stdout);
  spdlog::info(
      R"("event": "listening", "version": {}, "host": {}, "port": {}, "slots": {}, "tier": {}, "interpreter": {})",
      json_text(Service::version()), json_text(settings.host), service.port(), executor.slots(),
      json_text(executor.tier()), json_text(executor.fingerprint()));
}

void wait_for(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait(lock, stop, [] { return false; });
}

}  // namespace

CLI::App* add_serve(CLI::App& app, ServeOptions& options) {
  CLI::App* command = app.add_subcommand("serve", "Serve rewards over HTTP, for trainers");
  add_where(*command, options);
  add_what(*command, options);
  add_how(*command, options);
  command->footer(
      "POST /v1/rewards, POST /execute_batch (the E2B router of open-r1 and ml-diffucoder), POST /run_code\n"
      "(SandboxFusion, verl), GET /healthz, /readyz, /metrics, /openapi.json. docs/rewards.md shows each trainer's "
      "lines.\n"
      "SIGTERM: after --drain-delay no more requests are taken, those in work are answered. Standard error: JSON "
      "lines.\n\n"
      "Exit codes: 0 all was answered, 2 usage, 3 a file cannot be read, 4 sandbox or address unavailable, 70 a bug "
      "of\n"
      "ours, 74 the store cannot be opened, 130 ended with requests unanswered.\n\n"
      "Examples:\n"
      "  assay serve\n"
      "  assay serve --host 0.0.0.0 --token-file token.txt --cache 100000\n"
      "  assay serve --dataset humaneval --dataset mbpp --parallel 8\n"
      "  curl -s localhost:8000/v1/rewards -d '{\"items\": [{\"solution\": \"def f(x): return x\", \"tests\": "
      "[\"assert f(1) == 1\"]}]}'");
  return command;
}

int run_serve(const ServeOptions& options) {
  auto settings = settings_of(options);
  if (!settings) return fail(settings.error());
  outlive_readers();
  sandbox::Options jail = sandbox_options(options.jail);
  jail.limits.output_bytes = 1 << 20;  // what programs print is kept until their request is answered
  auto executor = sandbox::Executor::start(jail);
  if (!executor) return fail(of_sandbox(executor.error()));
  const Interrupt interrupt;
  std::optional<Store> store;
  std::optional<TaskSets> sets;
  if (!options.datasets.empty()) {
    auto opened = Store::open(options.store.empty() ? default_store_path() : std::filesystem::path(options.store));
    if (!opened) return fail(opened.error());
    store.emplace(std::move(*opened));
    sets.emplace(*executor, jail, *store);
    for (const std::string& name : options.datasets) {
      const auto warnings = sets->add(name, options.offline);
      if (!warnings) return fail(warnings.error());
      for (const std::string& warning : *warnings) warn(warning);
    }
  }
  start_log();
  spdlog::set_level(spdlog::level::from_str(options.log_level));
  Service service(*executor, sets ? &*sets : nullptr, *settings);
  if (const auto started = service.start(); !started) return fail(started.error());
  say_where(*settings, service, *executor);
  wait_for(interrupt.token());
  spdlog::info(R"("event": "draining")");
  service.announce_end();
  std::this_thread::sleep_for(milliseconds_of(options.drain_delay_seconds));
  const bool all = service.drain(milliseconds_of(options.grace_seconds));
  if (all) {
    spdlog::info(R"("event": "ended", "all_answered": true)");
    return 0;
  }
  spdlog::error(R"("event": "ended", "all_answered": false, "code": {}, "message": {})",
                json_text(code_word(Errc::interrupted)),
                json_text("serve: ended with requests unanswered; --grace gives them longer"));
  return exit_code(Errc::interrupted);
}

}  // namespace assay::harness
