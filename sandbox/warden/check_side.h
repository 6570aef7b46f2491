#pragma once
#include <poll.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/unique_fd.h"
#include "sandbox/warden/frames.h"
#include "sandbox/warden/sample_process.h"

namespace assay::sandbox {

/// One of a check's two processes, with its pipes: unlike a call's it is sent more after its job.
class CheckSide {
 public:
  /// Makes the process of the descriptors that it is handed.
  using Spawn = std::function<Result<SampleProcess>(const int (&fds)[spawn_fds])>;
  explicit CheckSide(std::uint8_t last_word) : parser_(last_word) {}
  [[nodiscard]] Result<void> start(const Spawn& spawn, std::string job);

  /// A block for it to read: what it is asked, or answered.
  void send(std::string_view block);
  void write_some();
  /// Of what it was sent.
  [[nodiscard]] std::size_t unread() const;
  /// Reads once; false where nothing was there. At the end of file results() has no descriptor any more.
  bool read_some();

  [[nodiscard]] bool running() const { return process_.has_value(); }
  [[nodiscard]] pollfd results() const { return {from_.get(), POLLIN, 0}; }
  [[nodiscard]] pollfd job() const { return {to_ && written_ < outgoing_.size() ? to_.get() : -1, POLLOUT, 0}; }
  [[nodiscard]] pollfd ended() const { return {process_ ? process_->pidfd() : -1, POLLIN, 0}; }
  [[nodiscard]] FrameParser& parser() { return parser_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  ///< read so far
  [[nodiscard]] SampleProcess& process() { return *process_; }
  [[nodiscard]] const SampleProcess& process() const { return *process_; }

 private:
  std::optional<SampleProcess> process_;
  UniqueFd to_, from_;
  UniqueFd job_reader_;  ///< our copy of the end that the process reads
  std::string outgoing_;
  std::size_t written_ = 0;
  FrameParser parser_;
  std::uint64_t bytes_ = 0;
};

}  // namespace assay::sandbox
