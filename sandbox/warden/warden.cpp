#include "sandbox/warden/warden.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "sandbox/runner/embedded.h"
#include "sandbox/warden/call_session.h"
#include "sandbox/warden/check_session.h"
#include "sandbox/warden/process_list.h"
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

/// Whether root here is root enough.
bool may_change_user() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct has[2] = {};
  constexpr unsigned needed = 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_CHOWN | 1U << CAP_KILL;
  return ::syscall(SYS_capget, &head, has) == 0 && (has[0].effective & needed) == needed;
}

Result<Place> make_place(Walls walls, const InterpreterView& view) {
  auto folder = JailFolder::make(runner::jail_files());
  if (!folder) return tl::unexpected(folder.error());
  Place place{std::move(*folder), std::nullopt};
  if (walls != Walls::landlock) return place;
  auto landlock = LandlockView::open(view);
  if (!landlock) return tl::unexpected(landlock.error());
  place.landlock.emplace(std::move(*landlock));
  return place;
}

}  // namespace

bool mentions_numpy(std::string_view program) { return program.find("numpy") != program.npos; }

Result<Warden> Warden::start(int socket, const Setup& setup) {
  Jail jail;
  jail.assay = socket;
  auto view = view_from_text(setup.view);
  if (!view) return tl::unexpected(view.error());
  jail.view = std::move(*view);
  RaisedWalls walls = raise_walls(jail.view);
  jail.walls = walls.walls;
  std::optional<Place> place;
  if (walls.walls != Walls::namespaces) {
    auto made = make_place(walls.walls, jail.view);
    if (!made) return tl::unexpected(made.error());
    place.emplace(std::move(*made));
    jail.runner = place->folder.runner();
  }
  auto programs = policy::compile(place.has_value());
  if (!programs) return tl::unexpected(programs.error());
  jail.programs = std::move(*programs);
  // Ahead of the samples it times: what waits for a turn can't keep the time.
  ::setpriority(PRIO_PROCESS, 0, -10);
  Warden warden(socket, std::move(walls), std::move(jail), CgroupRoot::open());
  warden.secret_ = setup.secret;
  if (place) warden.place_.emplace(std::move(*place));
  const auto ids = ::geteuid() == 0 && may_change_user() ? mapped_ids() : 0;
  warden.uid_drop_ = ids > 65534;
  const auto pid = static_cast<std::uint32_t>(::getpid());
  const bool own_ids = ids > first_checker_uid + pid;
  warden.own_ids_ = own_ids;
  warden.uid_ = own_ids ? first_uid + pid : 65534;
  warden.checker_uid_ = own_ids ? first_checker_uid + pid : 65533;
  if (auto there = warden.warm(ZygoteProcess::Kind::bare, {}); !there) return tl::unexpected(there.error());
  return warden;
}

Readiness Warden::readiness() const {
  Readiness ready;
  ready.interpreter = jail_.view.version;
  const auto layer = [&](std::string_view name, bool active, std::string missing) {
    ready.layers.push_back({std::string(name), active ? "" : std::move(missing)});
  };
  const bool apart = jail_.walls == Walls::namespaces;
  layer(layer::seccomp, true, {});
  layer(layer::no_new_privs, true, {});
  layer(layer::rlimits, true, {});
  for (const auto name :
       {layer::pid_namespace, layer::mount_namespace, layer::net_namespace, layer::ipc_namespace, layer::scratch})
    layer(name, apart, walls_.no_namespaces);
  layer(layer::landlock, jail_.walls == Walls::landlock,
        apart ? "not needed beside a mount namespace" : "the kernel has none, or it is switched off");
  layer(layer::own_uid, uid_drop_, "no other user id can be taken on here");
  layer(layer::memory_cgroup, groups_.memory(), "no memory controller can be used here");
  layer(layer::pids_cgroup, groups_.pids(), "no pids controller can be used here");
  layer(layer::cpu_cgroup, groups_.cpu(), "no cpu controller can be used here");
  return ready;
}

SpawnRequest Warden::request(Profile profile) const {
  SpawnRequest request{};
  request.profile = profile;
  request.uid = profile == Profile::check ? checker_uid_ : uid_;
  request.uid_drop = uid_drop_ ? 1 : 0;
  request.in_place = place_ ? 1 : 0;
  request.by_midwife = walls_.user_namespace ? 1 : 0;
  request.count_by_uid = own_ids_ || !groups_.pids() ? 1 : 0;
  if (place_ && !own_ids_) request.processes = tasks_of(uid_drop_ ? request.uid : ::geteuid());
  return request;
}

std::uint64_t Warden::tests_seed(std::uint64_t job_seed) const {
  std::uint64_t mixed = secret_ + job_seed;  // SplitMix64's last steps: every bit of either counts in all
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

Result<void> Warden::warm(ZygoteProcess::Kind kind, std::span<const std::string> shows) {
  constexpr std::size_t most_kept = 8;
  const auto found = std::find_if(zygotes_.begin(), zygotes_.end(), [&](const Warm& each) {
    return each.kind == kind && std::equal(each.shows.begin(), each.shows.end(), shows.begin(), shows.end());
  });
  if (found != zygotes_.end()) {
    zygotes_.splice(zygotes_.begin(), zygotes_, found);
    return {};
  }
  auto started = ZygoteProcess::start(kind, jail_, shows.empty() ? jail_.view : with_paths(jail_.view, shows),
                                      kind == ZygoteProcess::Kind::checker && !shows.empty() ? shows.front() : "");
  if (!started) return tl::unexpected(started.error());
  zygotes_.push_front({kind, {shows.begin(), shows.end()}, std::move(*started)});
  if (zygotes_.size() > most_kept) zygotes_.pop_back();
  return {};
}

Result<SampleProcess> Warden::spawn(ZygoteProcess::Kind kind, std::span<const std::string> shows, Profile profile,
                                    const Limits& limits, const int (&fds)[spawn_fds]) {
  SpawnRequest wanted = request(profile);
  wanted.proc = kind == ZygoteProcess::Kind::commands ? 1 : 0;
  for (int attempt = 0;; ++attempt) {
    if (auto there = warm(kind, shows); !there) return tl::unexpected(there.error());
    auto process =
        SampleProcess::spawn(zygotes_.front().zygote, groups_, wanted, place_ ? &*place_ : nullptr, limits, fds);
    if (process) return process;
    zygotes_.pop_front();
    strays_ = strays_ || process.error().code == Errc::warden_died;
    // It died between two jobs: a new one, once. After its last request the pipes may have another reader already.
    if (strays_ || attempt > 0) return process;
  }
}

void Warden::end_strays() {
  std::vector<pid_t> strays = children_of(::getpid());
  std::erase_if(strays, [&](pid_t pid) {
    return std::any_of(zygotes_.begin(), zygotes_.end(), [&](const Warm& each) { return each.zygote.pid() == pid; });
  });
  for (const pid_t pid : strays) ::kill(pid, SIGKILL);
  // In rounds: a stub can be reaped only after what is in its namespace.
  constexpr int most_rounds = 1000;
  for (int round = 0; !strays.empty() && round < most_rounds; ++round) {
    if (round > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::erase_if(strays, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG | __WALL) != 0; });
  }
  strays_ = false;
}

Result<SampleProcess> Warden::spawn(Profile profile, bool numpy, const Limits& limits, const int (&fds)[spawn_fds]) {
  const auto kind = profile == Profile::check   ? ZygoteProcess::Kind::checker
                    : numpy && jail_.view.numpy ? ZygoteProcess::Kind::numpy
                                                : ZygoteProcess::Kind::bare;
  return spawn(kind, {}, profile, limits, fds);
}

Result<SampleProcess> Warden::spawn(std::span<const std::string> shows, const Limits& limits,
                                    const int (&fds)[spawn_fds]) {
  if (!place_) return spawn(ZygoteProcess::Kind::commands, shows, Profile::program, limits, fds);
  return tl::unexpected(takes_namespaces("programs that need more of the machine than Python"));
}

Result<SampleProcess> Warden::spawn_checker(const std::string& pytest, const Limits& limits,
                                            const int (&fds)[spawn_fds]) {
  if (!place_) return spawn(ZygoteProcess::Kind::checker, {&pytest, 1}, Profile::check, limits, fds);
  return tl::unexpected(takes_namespaces("tests that use pytest"));
}

Error Warden::takes_namespaces(std::string_view what) const {
  return {Errc::unavailable, fmt::format("sandbox: {} take namespaces, and {}", what, walls_.no_namespaces)};
}

void Warden::answer(const Result<Outcome>& outcome) {
  const bool sent = outcome ? send_message(socket_, MessageType::outcome, pack(*outcome))
                            : send_message(socket_, MessageType::failure, outcome.error().message);
  if (!sent) ::_exit(0);
}

void Warden::serve() {
  // A zygote that died over a job's sample has cost nothing but time: nothing of the job has been told yet.
  const auto run = [this](auto session, const auto& job, const Limits& limits) {
    auto outcome = session(*this, job, limits);
    if (strays_) {
      end_strays();
      outcome = session(*this, job, limits);
    }
    if (strays_) end_strays();
    answer(outcome);
  };
  Message message;
  while (receive_message(socket_, message)) {
    Limits limits;
    CallJob call;
    CheckJob check;
    ProgramJob program;
    switch (message.type) {
      case MessageType::call_job:
        if (!unpack(message.payload, call, limits)) return;
        run(run_calls, call, limits);
        break;
      case MessageType::check_job:
        if (!unpack(message.payload, check, limits)) return;
        run(run_check, check, limits);
        break;
      case MessageType::program_job:
        if (!unpack(message.payload, program, limits)) return;
        run(run_program, program, limits);
        break;
      case MessageType::stop:  // came after the job had ended
        break;
      default:
        return;
    }
  }
}

}  // namespace assay::sandbox
