#pragma once
/// assay's end of one warden.
#include <memory>
#include <stop_token>

#include "sandbox/executor.h"
#include "sandbox/wire/messages.h"

namespace assay::sandbox {

class WardenProcess {
 public:
  /// Starts the program and waits for its jail to stand.
  [[nodiscard]] static Result<WardenProcess> start(const std::filesystem::path& program, const Setup& setup);
  WardenProcess(WardenProcess&&) noexcept;
  WardenProcess& operator=(WardenProcess&&) noexcept;
  ~WardenProcess();  ///< closes the socket, at which the warden ends with all that it started; waits for it

  /// One job; results go to `sink` on this thread. After an Error of `warden_died`, alive() is false.
  [[nodiscard]] Result<Outcome> run(MessageType type, const std::string& job, ResultSink* sink, std::stop_token stop);
  [[nodiscard]] bool alive() const;
  [[nodiscard]] const Readiness& readiness() const;

 private:
  class Impl;
  explicit WardenProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::sandbox
