#pragma once
/// Work for the slots of the executor: bounded, and shared out fairly.
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::harness {

/// Runs tasks on a thread a slot. Turns go round the clients (addresses) that have work, and within a client round its
/// connections: who sends ten thousand items at once delays another's one by one round, not by ten thousand.
///
/// Room to wait is shared out too. Each of k clients that have tasks waiting, or were turned away in the last ten
/// seconds, may have a k-th of the capacity: who comes to a queue that another has filled is let in all the same. More
/// tasks than that (all of the capacity, at most) are taken of a client that has none waiting, where less than twice
/// the capacity would wait; of those that were turned away, who was so first comes first. So a client alone may fill
/// the queue, none can keep another out, and no more wait than capacity * (2 + 1/2 + ... + 1/k). Every member may be
/// called from any thread.
class JobQueue {
 public:
  using Task = std::function<void()>;
  /// `capacity`: tasks of one client that may wait.
  JobQueue(std::size_t workers, std::size_t capacity);
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  ~JobQueue() { stop(); }

  /// Takes all of the tasks, or none where there is no room for them.
  [[nodiscard]] bool try_add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks);
  /// Whether try_add() would take so many. A client that is told no counts as turned away.
  [[nodiscard]] bool has_room(const std::string& client, std::size_t tasks);
  /// Takes the tasks however many wait: for requests that are held, whose number connections bound.
  void add(const std::string& client, std::uint64_t connection, std::vector<Task> tasks);
  /// The same for what has had its turn before: it is run when its client's turn comes, before other connections'
  /// tasks.
  void add_next(const std::string& client, std::uint64_t connection, std::vector<Task> tasks);
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
  /// A client whose tasks found no room while it had none waiting.
  struct TurnedAway {
    std::string address;
    std::chrono::steady_clock::time_point last;
  };
  std::list<Client>::iterator find(const std::string& address);
  bool admits(const std::string& client, std::size_t tasks);
  std::size_t clients_with(const std::string& client);
  void put(const std::string& client, std::uint64_t connection, std::vector<Task>&& tasks);
  Task take();
  void work();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Client> clients_;          ///< the front one's turn is next; none is without work
  std::list<TurnedAway> turned_away_;  ///< the first of them in front
  std::size_t waiting_ = 0, running_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace assay::harness
