#pragma once
/// The reward service behind `assay serve`: routes, and the machinery that they share. What each route means is in
/// docs/rewards.md, its schema in openapi.json.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/service/deadlines.h"
#include "harness/service/http_server.h"
#include "harness/service/job_queue.h"
#include "harness/service/metrics.h"
#include "harness/service/result_cache.h"
#include "harness/service/scorer.h"
#include "harness/service/toolchains.h"
#include "sandbox/executor.h"

namespace assay::harness {

class TaskSets;

/// What compiling a program came to.
struct Build {
  sandbox::Outcome outcome;                 ///< its files taken out
  std::vector<sandbox::ProgramFile> files;  ///< what it made; empty where it failed
};
using SharedBuild = std::shared_ptr<const Build>;

struct ServiceSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string token;  ///< empty: everyone is let in
  HttpLimits http;
  std::size_t queue = 4096;  ///< items of /v1/rewards that may wait for a slot, as JobQueue shares them out; then 429
  std::size_t batch = 1024;  ///< items of one request
  std::size_t cache = 0;     ///< scores kept; 0: none
  bool allow_shared = false;
  std::chrono::milliseconds hold{15'000};        ///< /run_code waits that long for a slot, then 504
  std::chrono::milliseconds most_time{300'000};  ///< of one item, whatever a request asks for
};

/// What becomes of a request that comes when the queue is full: /v1/rewards is refused, the others are held; what
/// waited before, in another's slot or for another's result, is held with its client's next turn.
enum class WhenFull { refuse, hold, next };

/// Where one is told of a result: in the slot that one has, or in that of somebody else, which is not for one's own
/// work.
enum class Slot { own, other };

class Service {
 public:
  /// `executor` must outlive it; `sets` may be null: no data set is served.
  Service(sandbox::Executor& executor, TaskSets* sets, ServiceSettings settings);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  /// Listens, and serves until drain(). @return as HttpServer::listen() does.
  [[nodiscard]] Result<void> start();
  [[nodiscard]] std::uint16_t port() const;
  /// Says at /readyz that it is about to end, and goes on as before: for what sends it requests to look elsewhere.
  void announce_end() { draining_ = true; }
  /// Takes no more requests and answers those that it has; after `grace` it gives up on them.
  /// @return whether all were answered.
  bool drain(std::chrono::milliseconds grace);

  // What routes use.

  [[nodiscard]] const ServiceSettings& settings() const { return settings_; }
  [[nodiscard]] const Scorer& scorer() const { return scorer_; }
  [[nodiscard]] TaskSets* sets() const { return sets_; }
  [[nodiscard]] Toolchains& toolchains() { return toolchains_; }
  /// Whether jails can show more of the machine than the samples' interpreter.
  [[nodiscard]] bool shows_machine() const;
  [[nodiscard]] const sandbox::Limits& limits() const { return executor_.limits(); }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] Deadlines& deadlines() { return deadlines_; }

  /// Work for a slot. It is not begun once the exchange's client is gone.
  using Work = std::function<void(const std::stop_token&)>;
  /// False where they are to be refused.
  [[nodiscard]] bool submit(const SharedExchange& exchange, std::vector<Work> works, WhenFull when_full);
  /// Drops what waits for that exchange's connection.
  void withdraw(const SharedExchange& exchange);
  /// Whether so many more of that exchange's client may wait.
  [[nodiscard]] bool has_room(const SharedExchange& exchange, std::size_t items);
  /// The most items of a request: what may wait of one client bounds it too.
  [[nodiscard]] std::size_t most_items() const { return std::min(settings_.batch, settings_.queue); }
  using Scored = std::function<void(const Result<Score>&, Slot)>;
  /// Scores the item, or has it from the cache. To be called in a slot. `begin`, if given, is asked before anything
  /// runs: where it says no the rest is left out, and `done` not called.
  /// @return false where another request is at the same item: `done` is called later, on its thread.
  bool score(const SharedExchange& exchange, std::shared_ptr<const Item> item, Scored done,
             std::function<bool()> begin = {});
  /// Compiles in a slot, or has it from what is kept; `done` is called in a slot, this one or another.
  void build(const SharedExchange& exchange, const datasets::Sha256& key,
             std::function<Result<SharedBuild>(const std::stop_token&)> compile,
             std::function<void(const Result<SharedBuild>&)> done);
  /// Counts what became of an item.
  void count(const std::string& path, const Result<Score>& score);

  [[nodiscard]] std::string metrics_text() const;
  [[nodiscard]] bool ready() const;
  [[nodiscard]] static std::string_view version();  ///< of assay

 private:
  std::optional<HttpResponse> gate(const HttpRequest& request) const;
  void handle(const SharedExchange& exchange);

  sandbox::Executor& executor_;
  TaskSets* sets_;
  ServiceSettings settings_;
  Scorer scorer_;
  Metrics metrics_;
  Toolchains toolchains_;
  ResultCache<Score> cache_;
  ResultCache<SharedBuild> builds_;
  std::atomic<bool> draining_{false};
  // In this order: what is due uses the queue, and the server's threads use both, until they are gone.
  std::unique_ptr<JobQueue> queue_;
  Deadlines deadlines_;
  std::optional<HttpServer> server_;
};

}  // namespace assay::harness
