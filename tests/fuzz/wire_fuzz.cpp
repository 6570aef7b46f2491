/// What a sample's process writes into its pipe, cut anywhere; and what the two ends of a warden's socket say.
///
/// Input: a byte that says how the stream is cut, then the stream. The same bytes are read as each message.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "sandbox/warden/frames.h"
#include "sandbox/warden/runner_report.h"
#include "sandbox/wire/messages.h"

using namespace assay::sandbox;

namespace {

/// All frames, as text, when at most `step` bytes come at a time.
std::vector<std::string> frames(std::string_view stream, std::size_t step) {
  FrameParser parser(9);
  std::vector<std::string> all;
  while (!stream.empty()) {
    const auto room = parser.room(64);
    const std::size_t count = std::min({stream.size(), step, room.size()});
    std::memcpy(room.data(), stream.data(), count);
    parser.arrived(count);
    stream.remove_prefix(count);
    for (Frame frame; parser.next(frame);)
      all.push_back(std::string(1, static_cast<char>(frame.type)) + std::string(frame.payload));
    if (parser.broken()) {
      all.emplace_back(parser.too_large() ? "too large" : "broken");
      break;
    }
  }
  return all;
}

template <class Message, class... More>
void read(std::string_view bytes, More... more) {
  Message message;
  if (!unpack(bytes, message, more...)) return;
  const std::string packed = pack(message, more...);
  Message again;
  if (!unpack(packed, again, more...) || pack(again, more...) != packed) std::abort();
}

template <class Job>
void read_job(std::string_view bytes) {
  Job job;
  Limits limits;
  if (!unpack(bytes, job, limits)) return;
  const std::string packed = pack(job, limits);
  if (!unpack(packed, job, limits) || pack(job, limits) != packed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (frames(stream, data[0] + 1U) != frames(stream, stream.size())) std::abort();
  read_job<CallJob>(stream);
  read_job<CheckJob>(stream);
  read_job<ProgramJob>(stream);
  read<Setup>(stream);
  read<Readiness>(stream);
  read<ResultHeader>(stream);
  read<Outcome>(stream);
  (void)read_report(stream);
  return 0;
}
