#include "harness/service/job_queue.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "harness/service/request_json.h"

namespace assay::harness {
namespace {

/// Longer than clients wait before they try again (Retry-After is a second).
constexpr std::chrono::seconds remembered(10);
constexpr std::size_t most_remembered = 1024;

}  // namespace

JobQueue::JobQueue(std::size_t workers, std::size_t capacity) : capacity_(capacity) {
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

std::list<JobQueue::Client>::iterator JobQueue::find(const std::string& address) {
  return std::find_if(clients_.begin(), clients_.end(), [&](const Client& each) { return each.address == address; });
}

/// How many clients share the capacity, that one among them.
std::size_t JobQueue::clients_with(const std::string& client) {
  const bool is_new = find(client) == clients_.end();
  const auto others = std::count_if(turned_away_.begin(), turned_away_.end(), [&](const TurnedAway& each) {
    return each.address != client && find(each.address) == clients_.end();
  });
  return clients_.size() + (is_new ? 1 : 0) + static_cast<std::size_t>(others);
}

bool JobQueue::admits(const std::string& client, std::size_t tasks) {
  if (tasks == 0) return true;
  const auto now = std::chrono::steady_clock::now();
  turned_away_.remove_if([&](const TurnedAway& each) { return now - each.last > remembered; });
  std::size_t own = 0;
  if (const auto found = find(client); found != clients_.end())
    for (const Lane& lane : found->lanes) own += lane.tasks.size();
  const auto before = std::find_if(turned_away_.begin(), turned_away_.end(),
                                   [&](const TurnedAway& each) { return each.address == client; });
  const bool is_first = before == turned_away_.begin();  // also where there is none
  const bool fits_share = own + tasks <= capacity_ / clients_with(client);
  if (fits_share || (own == 0 && is_first && tasks <= capacity_ && waiting_ + tasks <= 2 * capacity_)) {
    if (before != turned_away_.end()) turned_away_.erase(before);
    return true;
  }
  if (before != turned_away_.end())
    before->last = now;
  else if (own == 0 && tasks <= capacity_ && turned_away_.size() < most_remembered)
    turned_away_.push_back({client, now});
  return false;
}

bool JobQueue::has_room(const std::string& client, std::size_t tasks) {
  const std::lock_guard lock(mutex_);
  return admits(client, tasks);
}

void JobQueue::put(const std::string& client, std::uint64_t connection, std::vector<Task>&& tasks) {
  if (tasks.empty() || stopped_) return;
  auto found = find(client);
  if (found == clients_.end()) found = clients_.insert(clients_.end(), Client{client, {}});
  auto lane = std::find_if(found->lanes.begin(), found->lanes.end(),
                           [&](const Lane& each) { return each.connection == connection; });
  if (lane == found->lanes.end()) lane = found->lanes.insert(found->lanes.end(), Lane{connection, {}});
  waiting_ += tasks.size();
  std::move(tasks.begin(), tasks.end(), std::back_inserter(lane->tasks));
  changed_.notify_all();
}

bool JobQueue::try_add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks) {
  const std::lock_guard lock(mutex_);
  if (!admits(client, tasks.size())) return false;
  put(client, connection, std::move(tasks));
  return true;
}

void JobQueue::add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks) {
  const std::lock_guard lock(mutex_);
  put(client, connection, std::move(tasks));
}

void JobQueue::add_next(const std::string& client, std::uint64_t connection, std::vector<Task> tasks) {
  const std::lock_guard lock(mutex_);
  put(client, connection, std::move(tasks));
  const auto found = find(client);
  if (found == clients_.end()) return;
  const auto lane = std::find_if(found->lanes.begin(), found->lanes.end(),
                                 [&](const Lane& each) { return each.connection == connection; });
  if (lane != found->lanes.end()) found->lanes.splice(found->lanes.begin(), found->lanes, lane);
}

void JobQueue::drop(const std::string& client, std::uint64_t connection) {
  std::list<Lane> dropped;  // destroyed after the lock: tasks own exchanges
  const std::lock_guard lock(mutex_);
  for (auto each = clients_.begin(); each != clients_.end(); ++each) {
    if (each->address != client) continue;
    for (auto lane = each->lanes.begin(); lane != each->lanes.end(); ++lane) {
      if (lane->connection != connection) continue;
      waiting_ -= lane->tasks.size();
      dropped.splice(dropped.end(), each->lanes, lane);
      break;
    }
    if (each->lanes.empty()) clients_.erase(each);
    return;
  }
}

void JobQueue::stop() {
  std::list<Client> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(clients_);
    waiting_ = 0;
    changed_.notify_all();
  }
  dropped.clear();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

JobQueue::Task JobQueue::take() {
  Client& client = clients_.front();
  Lane& lane = client.lanes.front();
  Task task = std::move(lane.tasks.front());
  lane.tasks.pop_front();
  --waiting_;
  if (lane.tasks.empty())
    client.lanes.pop_front();
  else
    client.lanes.splice(client.lanes.end(), client.lanes, client.lanes.begin());
  if (client.lanes.empty())
    clients_.pop_front();
  else
    clients_.splice(clients_.end(), clients_, clients_.begin());
  return task;
}

void JobQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopped_ || !clients_.empty(); });
    if (stopped_) return;
    Task task = take();
    ++running_;
    lock.unlock();
    try {
      task();
    } catch (const std::exception& bug) {
      spdlog::critical(R"("event": "bug", "what": {})", json_text(bug.what()));
    } catch (...) {
      spdlog::critical(R"("event": "bug", "what": "a task threw what is no exception")");
    }
    task = nullptr;
    lock.lock();
    --running_;
  }
}

std::size_t JobQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::size_t JobQueue::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace assay::harness
