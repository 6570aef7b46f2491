#pragma once
/// `assay serve` as a process of its own, and blocking connections to it.
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/unique_fd.h"

namespace assay::bench {

class Served {
 public:
  /// None where it does not start. Ends it when this ends.
  static std::optional<Served> start(const std::filesystem::path& assay, const std::vector<std::string>& words);
  Served(Served&& other) noexcept;
  Served& operator=(Served&&) = delete;
  ~Served();
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] double resident_bytes() const;  ///< of the process alone

 private:
  Served(pid_t pid, int port) : pid_(pid), port_(port) {}
  pid_t pid_;
  int port_;
};

/// One connection. -1 where it broke.
class Connection {
 public:
  explicit Connection(int port);
  /// Posts JSON and reads the answer: its status.
  int post(const std::string& path, const std::string& body);
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  sandbox::UniqueFd socket_;
  std::string buffer_, body_;
};

}  // namespace assay::bench
