#include "harness/service/job_queue.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "harness/service/request_json.h"

namespace assay::harness {

JobQueue::JobQueue(std::size_t workers, std::size_t capacity) : capacity_(capacity) {
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

void JobQueue::put(const std::string& client, std::uint64_t connection, std::vector<Task>&& tasks) {
  if (tasks.empty() || stopped_) return;
  auto found =
      std::find_if(clients_.begin(), clients_.end(), [&](const Client& each) { return each.address == client; });
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
  if (tasks.size() > capacity_ || waiting_ > capacity_ - tasks.size()) return false;
  put(client, connection, std::move(tasks));
  return true;
}

void JobQueue::add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks) {
  const std::lock_guard lock(mutex_);
  put(client, connection, std::move(tasks));
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
