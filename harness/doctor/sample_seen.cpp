#include "harness/doctor/sample_seen.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stop_token>
#include <thread>

#include "harness/thread_body.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();  // a process that ends meanwhile can't be read: nothing is thrown here
  return text.str();
}

/// The process whose thread has that name.
std::optional<fs::path> find_process(const std::string& name) {
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string pid = at->path().filename().string();
    if (pid.find_first_not_of("0123456789") != pid.npos) continue;
    if (read_file(at->path() / "comm") == name + "\n") return at->path();
  }
  return std::nullopt;
}

SeenSample look(const fs::path& process, const std::string& socket) {
  SeenSample seen;
  std::istringstream status(read_file(process / "status"));
  for (std::string line; std::getline(status, line);) {
    const auto colon = line.find(":\t");
    if (colon != line.npos) seen.status[line.substr(0, colon)] = line.substr(colon + 2);
  }
  std::istringstream devices(read_file(process / "net/dev"));
  for (std::string line; std::getline(devices, line);) {
    const auto colon = line.find(':');
    const auto begin = line.find_first_not_of(' ');
    if (colon == line.npos || begin == line.npos) continue;  // the heading
    seen.interfaces += (seen.interfaces.empty() ? "" : " ") + line.substr(begin, colon - begin);
  }
  const std::string sockets = read_file(process / "net/unix");
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
