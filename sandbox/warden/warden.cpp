#include "sandbox/warden/warden.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "sandbox/warden/call_session.h"
#include "sandbox/warden/check_session.h"
#include "sandbox/warden/program_session.h"

namespace assay::sandbox {
namespace {

/// Two user ids a warden, far above those that machines give to people, and its own by its process id: the kernel
/// counts a user's processes over the whole machine, and another warden's samples must not count.
constexpr std::uint32_t first_uid = 1'500'000'000, first_checker_uid = 1'600'000'000;

/// How many user ids, from 0 on, mean something here.
std::uint64_t mapped_ids() {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 0, outside = 0, count = 0;
  map >> inside >> outside >> count;
  return inside == 0 ? count : 0;
}

}  // namespace

bool mentions_numpy(std::string_view program) { return program.find("numpy") != program.npos; }

Result<Warden> Warden::start(int socket, const Setup& setup) {
  auto view = view_from_text(setup.view);
  if (!view) return tl::unexpected(view.error());
  auto programs = policy::compile();
  if (!programs) return tl::unexpected(programs.error());
  // Ahead of the samples it times: what waits for a turn can't keep the time.
  ::setpriority(PRIO_PROCESS, 0, -10);
  Warden warden(socket, std::move(*view), std::move(*programs), CgroupRoot::open());
  const auto ids = ::geteuid() == 0 ? mapped_ids() : 0;
  warden.uid_drop_ = ids > 65534;
  const auto pid = static_cast<std::uint32_t>(::getpid());
  const bool own_ids = ids > first_checker_uid + pid;
  warden.own_ids_ = own_ids;
  warden.uid_ = own_ids ? first_uid + pid : 65534;
  warden.checker_uid_ = own_ids ? first_checker_uid + pid : 65533;
  auto zygote = ZygoteProcess::start(ZygoteProcess::Kind::bare, warden.view_, warden.programs_);
  if (!zygote) return tl::unexpected(zygote.error());
  warden.zygotes_.emplace(ZygoteProcess::Kind::bare, std::move(*zygote));
  return warden;
}

Readiness Warden::readiness() const {
  Readiness ready;
  ready.interpreter = view_.version;
  const bool whole = groups_.memory() && groups_.pids() && uid_drop_;
  ready.tier = whole ? "hardened" : "contained";
  const auto line = [&](std::string_view name, bool active, std::string_view missing) {
    ready.layers += name;
    ready.layers += '\t';
    ready.layers += active ? std::string_view("active") : missing;
    ready.layers += '\n';
  };
  line("seccomp", true, "");
  line("namespaces", true, "");
  line("view", true, "");
  line("memory cgroup", groups_.memory(), "no memory controller can be used here");
  line("pids cgroup", groups_.pids(), "no pids controller can be used here");
  line("uid drop", uid_drop_, "no other user id is mapped here");
  return ready;
}

Result<SampleProcess> Warden::spawn(Profile profile, bool numpy, const Limits& limits, const int (&fds)[spawn_fds]) {
  const bool checker = profile == Profile::check;
  const auto kind = checker                ? ZygoteProcess::Kind::checker
                    : numpy && view_.numpy ? ZygoteProcess::Kind::numpy
                                           : ZygoteProcess::Kind::bare;
  SpawnRequest request{};
  request.profile = profile;
  request.uid = checker ? checker_uid_ : uid_;
  request.uid_drop = uid_drop_ ? 1 : 0;
  request.count_by_uid = own_ids_ || !groups_.pids() ? 1 : 0;
  for (int attempt = 0;; ++attempt) {
    auto found = zygotes_.find(kind);
    if (found == zygotes_.end()) {
      auto started = ZygoteProcess::start(kind, view_, programs_);
      if (!started) return tl::unexpected(started.error());
      found = zygotes_.emplace(kind, std::move(*started)).first;
    }
    auto process = SampleProcess::spawn(found->second, groups_, request, limits, fds);
    if (process || attempt > 0) return process;
    zygotes_.erase(found);  // it died between two jobs: a new one, once
  }
}

void Warden::answer(const Result<Outcome>& outcome) {
  const bool sent = outcome ? send_message(socket_, MessageType::outcome, pack(*outcome))
                            : send_message(socket_, MessageType::failure, outcome.error().message);
  if (!sent) ::_exit(0);
}

void Warden::serve() {
  Message message;
  while (receive_message(socket_, message)) {
    Limits limits;
    CallJob call;
    CheckJob check;
    ProgramJob program;
    switch (message.type) {
      case MessageType::call_job:
        if (!unpack(message.payload, call, limits)) return;
        answer(run_calls(*this, call, limits));
        break;
      case MessageType::check_job:
        if (!unpack(message.payload, check, limits)) return;
        answer(run_check(*this, check, limits));
        break;
      case MessageType::program_job:
        if (!unpack(message.payload, program, limits)) return;
        answer(run_program(*this, program, limits));
        break;
      case MessageType::stop:  // came after the job had ended
        break;
      default:
        return;
    }
  }
}

}  // namespace assay::sandbox
