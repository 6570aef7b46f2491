#include "harness/doctor/sample_seen.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <stop_token>
#include <thread>

#include "harness/thread_body.h"
#include "sandbox/warden/process_list.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

/// The process whose thread has that name.
std::optional<fs::path> find_process(const std::string& name) {
  std::optional<fs::path> found;
  sandbox::each_process([&](pid_t, const fs::path& folder) {
    if (sandbox::read_proc(folder / "comm") == name + "\n") found = folder;
    return !found;
  });
  return found;
}

SeenSample look(const fs::path& process, const std::string& socket) {
  SeenSample seen;
  std::istringstream status(sandbox::read_proc(process / "status"));
  for (std::string line; std::getline(status, line);) {
    const auto colon = line.find(":\t");
    if (colon != line.npos) seen.status[line.substr(0, colon)] = line.substr(colon + 2);
  }
  std::istringstream devices(sandbox::read_proc(process / "net/dev"));
  for (std::string line; std::getline(devices, line);) {
    const auto colon = line.find(':');
    const auto begin = line.find_first_not_of(' ');
    if (colon == line.npos || begin == line.npos) continue;  // the heading
    seen.interfaces += (seen.interfaces.empty() ? "" : " ") + line.substr(begin, colon - begin);
  }
  const std::string sockets = sandbox::read_proc(process / "net/unix");
  seen.unix_sockets_apart = !sockets.empty() && sockets.find("@" + socket) == sockets.npos;
  return seen;
}

}  // namespace

std::optional<SeenSample> look_at_sample(sandbox::Executor& executor, const std::string& program,
                                         const std::string& socket) {
  const std::string name = fmt::format("doctor-{}", ::getpid());
  sandbox::ProgramJob job;
  job.program = fmt::format("NAME = b'{}'\n{}", name, program);
  job.time_limit = std::chrono::seconds(10);
  std::stop_source stop;
  std::atomic<bool> ended = false;
  std::jthread runs([&] {
    or_end([&] { (void)executor.run(job, stop.get_token()); });
    ended = true;
  });
  std::optional<SeenSample> seen;
  while (!seen && !ended) {
    if (const auto process = find_process(name)) seen = look(*process, socket);
    if (!seen) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stop.request_stop();
  return seen;
}

}  // namespace assay::harness
