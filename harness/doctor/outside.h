#pragma once
/// Things of the machine's that no sample may reach, put there for the doctor's probes to reach for. Gone at
/// destruction.
#include <filesystem>
#include <string>

#include "sandbox/unique_fd.h"

namespace assay::harness {

class Outside {
 public:
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
};

}  // namespace assay::harness
