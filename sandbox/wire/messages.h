#pragma once
/// What assay and a warden say to each other, over one stream socket: frames of the payload's length and a type, eight
/// bytes each in the machine's own order, and the payload. Both ends are ours; a frame that breaks these rules is a bug
/// or a dying process, and ends the conversation.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::sandbox {

enum class MessageType : std::uint8_t {
  setup = 1,  ///< to the warden, first of all: Setup
  call_job,
  check_job,
  program_job,
  stop,          ///< end the running job; an outcome follows all the same
  ready = 16,    ///< from the warden: it has set up its jail; Readiness
  result_begin,  ///< ResultHeader
  result_piece,  ///< bytes of the piece, whole
  result_end,    ///< index
  outcome,       ///< Outcome
  failure,       ///< text: the sandbox itself failed on this job; the warden goes on unless it exits
};

struct Message {
  MessageType type{};
  std::string payload;
};

/// What a warden is to be.
struct Setup {
  std::string view;          ///< an InterpreterView as text
  std::uint64_t secret = 0;  ///< sandbox/secret.h
};

/// What a warden says of itself when its jail stands.
struct Readiness {
  std::string interpreter;  ///< "CPython 3.11.2, NumPy 1.24.4"
  std::vector<Layer> layers;
};

inline constexpr std::uint64_t max_message_bytes = 1ULL << 31;

/// Blocking; false once the peer is gone. Never raises SIGPIPE.
[[nodiscard]] bool send_message(int fd, MessageType type, std::string_view payload);
[[nodiscard]] bool receive_message(int fd, Message& message);
/// The same frame as send_message() sends, appended to `bytes`.
void append_message(std::string& bytes, MessageType type, std::string_view payload);

[[nodiscard]] std::string pack(const CallJob& job, const Limits& limits);
[[nodiscard]] std::string pack(const CheckJob& job, const Limits& limits);
[[nodiscard]] std::string pack(const ProgramJob& job, const Limits& limits);
[[nodiscard]] bool unpack(std::string_view bytes, CallJob& job, Limits& limits);
[[nodiscard]] bool unpack(std::string_view bytes, CheckJob& job, Limits& limits);
[[nodiscard]] bool unpack(std::string_view bytes, ProgramJob& job, Limits& limits);
[[nodiscard]] std::string pack(const Setup& setup);
[[nodiscard]] bool unpack(std::string_view bytes, Setup& setup);
[[nodiscard]] std::string pack(const ResultHeader& header);
[[nodiscard]] bool unpack(std::string_view bytes, ResultHeader& header);
[[nodiscard]] std::string pack(const Outcome& outcome);
[[nodiscard]] bool unpack(std::string_view bytes, Outcome& outcome);
[[nodiscard]] std::string pack(const Readiness& readiness);
[[nodiscard]] bool unpack(std::string_view bytes, Readiness& readiness);

}  // namespace assay::sandbox
