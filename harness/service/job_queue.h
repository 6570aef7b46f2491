#pragma once
/// Work for the slots of the executor: bounded, and shared out fairly.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::harness {

/// Runs tasks on a thread a slot. Turns go round the clients (addresses) that have work, and within a client round its
/// connections: who sends ten thousand items at once delays another's one by one round, not by ten thousand.
/// Every member may be called from any thread.
class JobQueue {
 public:
  using Task = std::function<void()>;
  /// `capacity`: tasks that may wait.
  JobQueue(std::size_t workers, std::size_t capacity);
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  ~JobQueue() { stop(); }

  /// Takes all of the tasks, or none where they do not fit.
  [[nodiscard]] bool try_add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks);
  /// Takes the tasks however many wait: for requests that are held, whose number connections bound.
  void add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks);
  /// Drops what waits for that connection.
  void drop(const std::string& client, std::uint64_t connection);
  /// Drops all that waits, and returns when what runs has ended.
  void stop();

  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Lane {
    std::uint64_t connection;
    std::list<Task> tasks;
  };
  struct Client {
    std::string address;
    std::list<Lane> lanes;  ///< the front one's turn is next
  };
  void put(const std::string& client, std::uint64_t connection, std::vector<Task>&& tasks);
  Task take();
  void work();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Client> clients_;  ///< the front one's turn is next; none is without work
  std::size_t waiting_ = 0, running_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace assay::harness
