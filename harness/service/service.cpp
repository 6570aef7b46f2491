#include "harness/service/service.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "datasets/digest.h"
#include "harness/errors.h"
#include "harness/service/base64.h"
#include "harness/service/request_json.h"
#include "harness/service/routes.h"
#include "harness/service/task_sets.h"

namespace assay::harness {
namespace {

using Clock = std::chrono::steady_clock;

/// Compiled programs that are kept: some dozens, while the cases of each come in.
constexpr std::size_t build_cache_bytes = 256 << 20;

std::size_t bytes_of(const SharedBuild& build) {
  std::size_t bytes = 1024 + build->outcome.out.size() + build->outcome.err.size();
  for (const sandbox::ProgramFile& file : build->files) bytes += file.path.size() + file.content.size();
  return bytes;
}

/// Whether the compiler itself has spoken: what time, memory or room ended may come out otherwise another time.
bool is_settled(const sandbox::Outcome& outcome) {
  return outcome.status == sandbox::Status::ok || outcome.status == sandbox::Status::failed;
}

/// What `compute` gives; who waits for it learns of an exception too.
template <class Cache, class Compute>
auto or_fail(Cache& cache, const datasets::Sha256& key, const Compute& compute) {
  try {
    return compute();
  } catch (...) {
    cache.fail(key);
    throw;
  }
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The secret that a request carries: as Bearer, or as the password of Basic, which is all that an address can hold.
std::string secret_in(std::string_view authorization) {
  const auto starts = [&](std::string_view scheme) {
    return authorization.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
  };
  if (starts("bearer ")) return std::string(authorization.substr(7));
  if (!starts("basic ")) return {};
  const auto pair = from_base64(authorization.substr(6));
  return pair && pair->find(':') != std::string::npos ? pair->substr(pair->find(':') + 1) : std::string();
}

/// In a time that tells nothing of the token, its length included.
bool same_secret(const std::string& given, const std::string& token) {
  const auto a = datasets::sha256_digest(given), b = datasets::sha256_digest(token);
  return ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Dialect dialect_of(const HttpRequest& request) {
  for (const Route& route : routes())
    if (route.path == request.path) return route.dialect;
  return Dialect::native;
}

/// The path for figures and logs: none of a client's making.
std::string known_path(const HttpRequest& request) {
  for (const Route& route : routes())
    if (route.path == request.path) return request.path;
  return "other";
}

void log_request(const HttpRequest& request, unsigned status, double seconds) {
  spdlog::info(
      R"("event": "request", "id": {}, "client": {}, "method": {}, "path": {}, "status": {}, "seconds": {:.6f})",
      json_text(request.id), json_text(request.client), json_bytes(request.method.substr(0, 16)),
      json_text(known_path(request)), status, seconds);
}

}  // namespace

Service::Service(sandbox::Executor& executor, TaskSets* sets, ServiceSettings settings)
    : executor_(executor),
      sets_(sets),
      settings_(std::move(settings)),
      scorer_(executor),
      cache_(settings_.cache),
      builds_(build_cache_bytes, bytes_of),
      queue_(std::make_unique<JobQueue>(executor.slots(), settings_.queue)) {}

Service::~Service() {
  draining_ = true;
  if (server_) server_->drain(std::chrono::milliseconds(0));
  // Exchanges end while their connections' server still is; it may ask both of these for more meanwhile, in vain.
  deadlines_.stop();
  queue_->stop();
}

Result<void> Service::start() {
  HttpServer::Callbacks callbacks;
  callbacks.gate = [this](const HttpRequest& request) { return gate(request); };
  callbacks.handler = [this](const SharedExchange& exchange) { handle(exchange); };
  callbacks.observer = [this](const HttpRequest& request, unsigned status, double seconds) {
    // What waits for a client that is gone makes room; what runs for it hears of it by the stop token.
    if (status == 0) queue_->drop(request.client, request.connection);
    metrics_.request(known_path(request), status, seconds);
    log_request(request, status, seconds);
  };
  callbacks.refusal = [](const HttpRequest& request, unsigned status, const std::string& why) {
    return refusal_of_status(dialect_of(request), status, why);
  };
  auto server = HttpServer::listen(settings_.host, settings_.port, settings_.http, std::move(callbacks));
  if (!server) return tl::unexpected(server.error());
  server_.emplace(std::move(*server));
  server_->serve();
  return {};
}

std::uint16_t Service::port() const { return server_->port(); }
bool Service::ready() const { return !draining_; }
std::string_view Service::version() { return ASSAY_VERSION; }

bool Service::shows_machine() const {
  const auto& layers = executor_.layers();
  return std::any_of(layers.begin(), layers.end(),
                     [](const sandbox::Layer& layer) { return layer.name == "mount_namespace" && layer.active(); });
}

bool Service::drain(std::chrono::milliseconds grace) {
  draining_ = true;
  return server_->drain(grace);
}

std::optional<HttpResponse> Service::gate(const HttpRequest& request) const {
  std::string allowed;
  const Route* route = find_route(request.method, request.path, allowed);
  const bool open = route != nullptr && route->open;
  if (!open && !settings_.token.empty() && !same_secret(secret_in(request.authorization), settings_.token))
    return refusal(dialect_of(request), Refusal::unauthorized,
                   "no token, or a wrong one; send it as Bearer, or in the address: http://user:TOKEN@host:port");
  if (route != nullptr) return std::nullopt;
  if (allowed.empty())
    return refusal(Dialect::native, Refusal::not_found, "no such path; /openapi.json lists those that there are");
  auto response = refusal(dialect_of(request), Refusal::method, fmt::format("this path takes {} alone", allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

void Service::handle(const SharedExchange& exchange) {
  std::string allowed;
  const HttpRequest& request = exchange->request();
  if (const Route* route = find_route(request.method, request.path, allowed)) route->serve(*this, exchange);
}

bool Service::submit(const SharedExchange& exchange, std::vector<Work> works, WhenFull when_full) {
  std::vector<JobQueue::Task> tasks;
  tasks.reserve(works.size());
  const auto asked = Clock::now();
  for (Work& work : works) {
    tasks.emplace_back([this, asked, work = std::move(work), stop = exchange->gone()] {
      if (stop.stop_requested()) return;
      metrics_.waited(seconds_since(asked));
      const auto began = Clock::now();
      work(stop);
      metrics_.ran(seconds_since(began));
    });
  }
  const HttpRequest& request = exchange->request();
  if (when_full == WhenFull::refuse) return queue_->try_add(request.client, request.connection, std::move(tasks));
  if (when_full == WhenFull::next)
    queue_->add_next(request.client, request.connection, std::move(tasks));
  else
    queue_->add(request.client, request.connection, std::move(tasks));
  return true;
}

void Service::withdraw(const SharedExchange& exchange) {
  queue_->drop(exchange->request().client, exchange->request().connection);
}

bool Service::has_room(const SharedExchange& exchange, std::size_t items) {
  return queue_->has_room(exchange->request().client, items);
}

bool Service::score(const SharedExchange& exchange, std::shared_ptr<const Item> item, Scored done,
                    std::function<bool()> begin) {
  const auto compute = [&] {
    return item->dataset.empty() ? scorer_.score(*item, exchange->gone())
                                 : sets_->score(scorer_, item->dataset, item->task_id, item->program, exchange->gone());
  };
  if (settings_.cache == 0) {
    if (!begin || begin()) done(compute(), Slot::own);
    return true;
  }
  const auto key = key_of(*item);
  Score known;
  using Found = ResultCache<Score>::Found;
  const auto found = cache_.find(key, known, [this, exchange, item, done, begin](const Score* score) {
    if (score != nullptr) return done(*score, Slot::other);
    // Whoever computed it failed, or its client went away: the next one does it.
    (void)submit(exchange, {[this, exchange, item, done, begin](const std::stop_token&) {
                   (void)this->score(exchange, item, done, begin);
                 }},
                 WhenFull::next);
  });
  if (found == Found::in_work) return false;
  if (found == Found::result) {
    done(known, Slot::own);
    return true;
  }
  if (begin && !begin()) {
    cache_.fail(key);
    return true;
  }
  const auto score = or_fail(cache_, key, compute);
  if (score)
    cache_.keep(key, *score);
  else
    cache_.fail(key);
  done(score, Slot::own);
  return true;
}

void Service::build(const SharedExchange& exchange, const datasets::Sha256& key,
                    std::function<Result<SharedBuild>(const std::stop_token&)> compile,
                    std::function<void(const Result<SharedBuild>&)> done) {
  using Found = ResultCache<SharedBuild>::Found;
  SharedBuild known;
  // Whoever waits was told in another's slot, which is not for its own work; and without a result it asks again.
  const auto found = builds_.find(key, known, [this, exchange, key, compile, done](const SharedBuild* build) {
    const SharedBuild kept = build != nullptr ? *build : nullptr;
    (void)submit(exchange, {[this, exchange, key, compile, done, kept](const std::stop_token&) {
                   if (kept) return done(kept);
                   this->build(exchange, key, compile, done);
                 }},
                 WhenFull::next);
  });
  if (found == Found::in_work) return;
  if (found == Found::result) return done(known);
  const auto build = or_fail(builds_, key, [&] { return compile(exchange->gone()); });
  if (!build)
    builds_.fail(key);
  else if (is_settled((*build)->outcome))
    builds_.keep(key, *build);
  else
    builds_.tell(key, *build);
  done(build);
}

void Service::count(const std::string& path, const Result<Score>& score) {
  if (!score) {
    if (score.error().code == Errc::interrupted) return;
    metrics_.error(path);
    spdlog::error(R"("event": "item_failed", "path": {}, "code": {}, "message": {})", json_text(path),
                  json_text(code_word(score.error().code)), json_bytes(score.error().message));
    return;
  }
  metrics_.item(path, name(score->verdict), name(score->cause), name(score->integrity()));
  for (const sandbox::Attempt kind : score->attempts.kinds()) metrics_.attempt(std::string(sandbox::name(kind)));
}

std::string Service::metrics_text() const {
  const auto number = [](auto value) { return static_cast<double>(value); };
  return metric_head("assay_build_info", "gauge", "1, of the version that serves") +
         fmt::format("assay_build_info{{version=\"{}\"}} 1\n", version()) + metrics_.text() +
         metric("assay_queue_depth", "gauge", "items that wait for a slot", number(queue_->waiting())) +
         metric("assay_queue_capacity", "gauge", "items of one client that may wait", number(queue_->capacity())) +
         metric("assay_slots", "gauge", "items that can run at once", number(executor_.slots())) +
         metric("assay_slots_busy", "gauge", "items that run", number(queue_->running())) +
         metric("assay_warden_restarts_total", "counter", "wardens replaced", number(executor_.restarts())) +
         metric("assay_connections", "gauge", "open connections", number(server_->connections())) +
         metric("assay_body_bytes", "gauge", "memory set aside for large bodies of requests",
                number(server_->body_bytes())) +
         metric("assay_cache_hits_total", "counter", "items whose score was known or in work", number(cache_.hits())) +
         metric("assay_cache_misses_total", "counter", "items that were not", number(cache_.misses())) +
         metric("assay_build_cache_hits_total", "counter", "programs that were compiled already or just then",
                number(builds_.hits())) +
         metric("assay_build_cache_misses_total", "counter", "programs that were not", number(builds_.misses()));
}

}  // namespace assay::harness
