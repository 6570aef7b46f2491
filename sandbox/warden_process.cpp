#include "sandbox/warden_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <cstring>
#include <optional>

#include "sandbox/unique_fd.h"
#include "sandbox/wire/arrival_buffer.h"

namespace assay::sandbox {
namespace {

namespace bp = boost::process::v2;
constexpr int warden_socket = 3;

/// Gives `fd` to a child as `target`. Boost 1.81's own bind_fd returns nothing from a function that must.
struct Inherit {
  int target;
  int fd;
  boost::system::error_code on_setup(bp::posix::default_launcher& launcher, const auto&, const char* const*) const {
    launcher.fd_whitelist.push_back(target);
    return {};
  }
  boost::system::error_code on_exec_setup(bp::posix::default_launcher&, const auto&, const char* const*) const {
    const bool given = fd == target ? ::fcntl(fd, F_SETFD, 0) == 0 : ::dup2(fd, target) == target;
    return given ? boost::system::error_code{} : boost::system::error_code(errno, boost::system::system_category());
  }
};

/// A frame whose payload still lies where it was received: valid until the next one is asked for.
struct ReceivedMessage {
  MessageType type{};
  std::string_view payload;
};

/// Buffered receiving: a job's results come as many small messages.
class Receiver {
 public:
  /// False once the peer is gone or talks nonsense.
  bool next(int fd, ReceivedMessage& message) {
    constexpr std::size_t head = 16;
    if (!ensure(fd, head)) return false;
    std::uint64_t size = 0, type = 0;
    std::memcpy(&size, buffer_.bytes().data(), 8);
    std::memcpy(&type, buffer_.bytes().data() + 8, 8);
    if (size > max_message_bytes || !ensure(fd, head + size)) return false;
    message.type = static_cast<MessageType>(type);
    message.payload = buffer_.bytes().substr(head, size);
    buffer_.take(head + size);
    return true;
  }
  /// Between jobs.
  void rest() { buffer_.rest(); }

 private:
  bool ensure(int fd, std::size_t wanted) {
    constexpr std::size_t reading = 256 << 10;
    while (buffer_.bytes().size() < wanted) {
      const std::size_t lacking = wanted - buffer_.bytes().size();
      const std::span<char> room = buffer_.room(std::max(reading, lacking));
      const ssize_t got = ::recv(fd, room.data(), room.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      buffer_.arrived(static_cast<std::size_t>(got));
    }
    return true;
  }
  ArrivalBuffer buffer_;
};

}  // namespace

class WardenProcess::Impl {
 public:
  explicit Impl(UniqueFd ours) : socket(std::move(ours)) {}
  ~Impl() {
    socket.reset();
    boost::system::error_code ignored;
    if (process) process->wait(ignored);
  }
  Result<Outcome> converse(MessageType type, const std::string& job, ResultSink* sink, const std::stop_token& stop);
  /// Ends the conversation, but leaves the descriptor: a stop that another thread sends knows it by its number, which
  /// would be somebody else's once it is closed.
  void end() {
    ended = true;
    ::shutdown(socket.get(), SHUT_RDWR);
  }
  boost::asio::io_context context;
  std::optional<bp::process> process;
  UniqueFd socket;
  bool ended = false;  ///< nothing is said any more
  Receiver receiver;
  Readiness readiness;
};

WardenProcess::WardenProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WardenProcess::WardenProcess(WardenProcess&&) noexcept = default;
WardenProcess& WardenProcess::operator=(WardenProcess&&) noexcept = default;
WardenProcess::~WardenProcess() = default;

Result<WardenProcess> WardenProcess::start(const std::filesystem::path& program, const Setup& setup) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return tl::unexpected(Error{Errc::unavailable, fmt::format("sandbox: no socket: {}", std::strerror(errno))});
  UniqueFd theirs(pair[1]);
  auto impl = std::make_unique<Impl>(UniqueFd(pair[0]));
  for (const int fd : pair) {
    const int size = 1 << 20;
    (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);  // else smaller, and slower
  }
  try {
    impl->process.emplace(impl->context, program.string(), std::initializer_list<std::string>{},
                          bp::process_stdio{nullptr, nullptr, {}}, Inherit{warden_socket, theirs.get()});
  } catch (const boost::system::system_error& error) {
    return tl::unexpected(Error{Errc::unavailable,
                                fmt::format("sandbox: cannot start {}: {}", program.string(), error.code().message())});
  }
  theirs.reset();  // else its death would not close the conversation
  ReceivedMessage answer;
  if (!send_message(impl->socket.get(), MessageType::setup, pack(setup)) ||
      !impl->receiver.next(impl->socket.get(), answer))
    return tl::unexpected(Error{Errc::unavailable, "sandbox: a warden died while it set up its jail"});
  if (answer.type != MessageType::ready || !unpack(answer.payload, impl->readiness))
    return tl::unexpected(Error{Errc::unavailable, std::string(answer.payload)});
  return WardenProcess(std::move(impl));
}

bool WardenProcess::alive() const { return static_cast<bool>(impl_->socket); }
const Readiness& WardenProcess::readiness() const { return impl_->readiness; }

Result<Outcome> WardenProcess::run(MessageType type, const std::string& job, ResultSink* sink, std::stop_token stop) {
  auto outcome = impl_->converse(type, job, sink, stop);
  if (impl_->ended) impl_->socket.reset();  // no stop can be on its way any more
  return outcome;
}

Result<Outcome> WardenProcess::Impl::converse(MessageType type, const std::string& job, ResultSink* sink,
                                              const std::stop_token& stop) {
  const auto died = [&] {
    end();
    return tl::unexpected(Error{Errc::warden_died, "sandbox: a warden died during a job"});
  };
  const int fd = socket.get();
  if (!send_message(fd, type, job)) return died();
  bool stopping = false;
  const auto ask_to_stop = [&] {
    if (!stopping) (void)send_message(fd, MessageType::stop, {});
    stopping = true;
  };
  // A stop is a frame without payload, sent whole by one call: two threads may send one each.
  const std::stop_callback cancel(stop, [&] { (void)send_message(fd, MessageType::stop, {}); });
  ReceivedMessage message;
  ResultHeader header;
  while (receiver.next(fd, message)) {
    switch (message.type) {
      case MessageType::result_begin:
        if (!unpack(message.payload, header)) return died();
        if (!stopping && sink != nullptr && !sink->begin(header)) ask_to_stop();
        break;
      case MessageType::result_piece:
        if (!stopping && sink != nullptr && !sink->piece(std::as_bytes(std::span(message.payload)))) ask_to_stop();
        break;
      case MessageType::result_end:
        if (!stopping && sink != nullptr && !sink->end(header.index)) ask_to_stop();
        break;
      case MessageType::outcome: {
        Outcome outcome;
        if (!unpack(message.payload, outcome)) return died();
        receiver.rest();
        if (stop.stop_requested()) return tl::unexpected(Error{Errc::cancelled, "sandbox: cancelled"});
        if (stopping) outcome.status = Status::stopped;
        return outcome;
      }
      case MessageType::failure:
        return tl::unexpected(Error{Errc::unavailable, std::string(message.payload)});
      default:
        return died();
    }
  }
  return died();
}

}  // namespace assay::sandbox
