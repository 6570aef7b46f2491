#pragma once
/// Things of the machine's that no sample may reach, put there for the doctor's probes to reach for. Gone at
/// destruction.
#include <sys/types.h>

#include <filesystem>
#include <string>

#include "sandbox/unique_fd.h"

namespace assay::harness {

class Outside {
 public:
  /// To be made while this process has one thread: it forks a process that waits to be reached for. (This one would not
  /// do: in a container it may be number 1, as a sample's own namespace has one.)
  Outside();
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;
  ~Outside();

  /// Python that gives them names: FILE, PID, PORT, SOCKET (abstract), SEGMENT (System V memory).
  [[nodiscard]] std::string names() const;
  [[nodiscard]] const std::string& socket_name() const { return socket_name_; }
  /// Whether nobody has come to the listeners.
  [[nodiscard]] bool untouched() const;

 private:
  std::filesystem::path file_;
  std::string socket_name_;
  sandbox::UniqueFd tcp_, abstract_;
  int port_ = 0, segment_ = -1;
  pid_t bystander_ = -1;
};

}  // namespace assay::harness
