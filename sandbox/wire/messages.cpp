#include "sandbox/wire/messages.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include "sandbox/wire/job_parts.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {
namespace {

struct FrameHead {
  std::uint64_t size;
  std::uint64_t type;
};

bool receive_all(int fd, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(fd, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void put(Packer& out, const Limits& limits) {
  out.put(limits.memory_bytes);
  out.put(limits.address_space);
  out.put(limits.processes);
  out.put(limits.open_files);
  out.put(limits.scratch_bytes);
  out.put(limits.scratch_inodes);
  out.put(limits.output_bytes);
}

void get(Unpacker& in, Limits& limits) {
  limits.memory_bytes = in.get<std::uint64_t>();
  limits.address_space = in.get<bool>();
  limits.processes = in.get<std::uint32_t>();
  limits.open_files = in.get<std::uint32_t>();
  limits.scratch_bytes = in.get<std::uint64_t>();
  limits.scratch_inodes = in.get<std::uint32_t>();
  limits.output_bytes = in.get<std::uint64_t>();
}

}  // namespace

bool send_message(int fd, MessageType type, std::string_view payload) {
  FrameHead head{payload.size(), static_cast<std::uint64_t>(type)};
  iovec parts[2] = {{&head, sizeof head}, {const_cast<char*>(payload.data()), payload.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  while (message.msg_iovlen > 0) {
    ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    while (message.msg_iovlen > 0 && static_cast<std::size_t>(sent) >= message.msg_iov->iov_len) {
      sent -= static_cast<ssize_t>(message.msg_iov->iov_len);
      ++message.msg_iov;
      --message.msg_iovlen;
    }
    if (message.msg_iovlen > 0) {
      message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + sent;
      message.msg_iov->iov_len -= static_cast<std::size_t>(sent);
    }
  }
  return true;
}

void append_message(std::string& bytes, MessageType type, std::string_view payload) {
  const FrameHead head{payload.size(), static_cast<std::uint64_t>(type)};
  bytes.append(reinterpret_cast<const char*>(&head), sizeof head);
  bytes.append(payload);
}

bool receive_message(int fd, Message& message) {
  FrameHead head{};
  if (!receive_all(fd, reinterpret_cast<char*>(&head), sizeof head)) return false;
  if (head.size > max_message_bytes) return false;
  message.type = static_cast<MessageType>(head.type);
  message.payload.resize(head.size);
  return receive_all(fd, message.payload.data(), message.payload.size());
}

std::string pack(const CallJob& job, const Limits& limits) {
  Packer out;
  put(out, limits);
  out.put(std::string_view(job.program));
  out.put(std::string_view(job.entry_point));
  put(out, job.inputs);
  out.put(static_cast<std::uint64_t>(job.call_limits.size()));
  for (const auto limit : job.call_limits) out.put(limit);
  out.put(job.set_limit);
  out.put(job.iterate_results);
  out.put(job.keep_going);
  out.put(job.seed);
  return out.take();
}

bool unpack(std::string_view bytes, CallJob& job, Limits& limits) {
  Unpacker in(bytes);
  get(in, limits);
  job.program = in.text();
  job.entry_point = in.text();
  job.inputs = get_texts(in);
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) job.call_limits.push_back(in.time());
  job.set_limit = in.time();
  job.iterate_results = in.get<bool>();
  job.keep_going = in.get<bool>();
  job.seed = in.get<std::uint64_t>();
  return in.ok() && in.rest().empty() && job.inputs.size() == job.call_limits.size();
}

std::string pack(const CheckJob& job, const Limits& limits) {
  Packer out;
  put(out, limits);
  out.put(std::string_view(job.program));
  out.put(std::string_view(job.entry_point));
  out.put(std::string_view(job.setup));
  put(out, job.tests);
  out.put(job.test_limit);
  out.put(job.set_limit);
  out.put(job.keep_going);
  out.put(job.shared);
  out.put(job.objects);
  out.put(job.apart);
  put(out, job.others);
  put(out, job.classes);
  put(out, job.methods);
  put(out, job.shared_classes);
  out.put(std::string_view(job.shared_code));
  out.put(std::string_view(job.pytest));
  out.put(job.seed);
  return out.take();
}

bool unpack(std::string_view bytes, CheckJob& job, Limits& limits) {
  Unpacker in(bytes);
  get(in, limits);
  job.program = in.text();
  job.entry_point = in.text();
  job.setup = in.text();
  job.tests = get_texts(in);
  job.test_limit = in.time();
  job.set_limit = in.time();
  job.keep_going = in.get<bool>();
  job.shared = in.get<bool>();
  job.objects = in.get<bool>();
  job.apart = in.get<bool>();
  job.others = get_texts(in);
  job.classes = get_texts(in);
  job.methods = get_texts(in);
  job.shared_classes = get_texts(in);
  job.shared_code = in.text();
  job.pytest = in.text();
  job.seed = in.get<std::uint64_t>();
  return in.ok() && in.rest().empty();
}

std::string pack(const ProgramJob& job, const Limits& limits) {
  Packer out;
  put(out, job.limits.value_or(limits));
  out.put(std::string_view(job.program));
  for (const auto* texts : {&job.command, &job.environment, &job.shows, &job.fetch}) put(out, *texts);
  put(out, job.files);
  out.put(job.fetch_bytes);
  out.put(std::string_view(job.input));
  out.put(job.time_limit);
  out.put(job.seed);
  return out.take();
}

bool unpack(std::string_view bytes, ProgramJob& job, Limits& limits) {
  Unpacker in(bytes);
  get(in, limits);
  job.program = in.text();
  for (auto* texts : {&job.command, &job.environment, &job.shows, &job.fetch}) *texts = get_texts(in);
  job.files = get_files(in);
  job.fetch_bytes = in.get<std::uint64_t>();
  job.input = in.text();
  job.time_limit = in.time();
  job.seed = in.get<std::uint64_t>();
  return in.ok() && in.rest().empty();
}

std::string pack(const Setup& setup) {
  Packer out;
  out.put(std::string_view(setup.view));
  out.put(setup.secret);
  return out.take();
}

bool unpack(std::string_view bytes, Setup& setup) {
  Unpacker in(bytes);
  setup.view = in.text();
  setup.secret = in.get<std::uint64_t>();
  return in.ok();
}

std::string pack(const ResultHeader& header) {
  Packer out;
  out.put(static_cast<std::uint64_t>(header.index));
  out.put(header.kind);
  out.put(header.elements);
  out.put(std::string_view(header.what));
  out.put(header.seconds);
  out.put(header.own_word);
  return out.take();
}

bool unpack(std::string_view bytes, ResultHeader& header) {
  Unpacker in(bytes);
  header.index = in.get<std::uint64_t>();
  header.kind = in.get<ResultHeader::Kind>();
  header.elements = in.get<std::uint64_t>();
  header.what = in.text();
  header.seconds = in.get<double>();
  header.own_word = in.get<bool>();
  return in.ok();
}

std::string pack(const Outcome& outcome) {
  Packer out;
  out.put(outcome.status);
  out.put(std::string_view(outcome.detail));
  out.put(std::string_view(outcome.bad_tests));
  out.put(outcome.own_word);
  out.put(static_cast<std::uint64_t>(outcome.calls_done));
  out.put(outcome.exit_code);
  out.put(outcome.signal);
  out.put(outcome.marginal);
  out.put(outcome.memory_contended);
  out.put(outcome.cpu_seconds);
  out.put(outcome.wall_seconds);
  out.put(outcome.clock_seconds);
  out.put(outcome.memory_peak_bytes);
  out.put(std::string_view(outcome.out));
  out.put(std::string_view(outcome.err));
  put(out, outcome.files);
  out.put(outcome.truncated);
  out.put(outcome.attempts.bits());
  return out.take();
}

bool unpack(std::string_view bytes, Outcome& outcome) {
  Unpacker in(bytes);
  outcome.status = in.get<Status>();
  outcome.detail = in.text();
  outcome.bad_tests = in.text();
  outcome.own_word = in.get<bool>();
  outcome.calls_done = in.get<std::uint64_t>();
  outcome.exit_code = in.get<int>();
  outcome.signal = in.get<int>();
  outcome.marginal = in.get<bool>();
  outcome.memory_contended = in.get<bool>();
  outcome.cpu_seconds = in.get<double>();
  outcome.wall_seconds = in.get<double>();
  outcome.clock_seconds = in.get<double>();
  outcome.memory_peak_bytes = in.get<std::uint64_t>();
  outcome.out = in.text();
  outcome.err = in.text();
  outcome.files = get_files(in);
  outcome.truncated = in.get<bool>();
  outcome.attempts = Attempts::of_bits(in.get<std::uint16_t>());
  return in.ok();
}

std::string pack(const Readiness& readiness) {
  Packer out;
  out.put(std::string_view(readiness.interpreter));
  out.put(static_cast<std::uint64_t>(readiness.layers.size()));
  for (const Layer& layer : readiness.layers) {
    out.put(std::string_view(layer.name));
    out.put(std::string_view(layer.missing));
  }
  return out.take();
}

bool unpack(std::string_view bytes, Readiness& readiness) {
  Unpacker in(bytes);
  readiness.interpreter = in.text();
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Layer layer;
    layer.name = in.text();
    layer.missing = in.text();
    readiness.layers.push_back(std::move(layer));
  }
  return in.ok();
}

}  // namespace assay::sandbox
