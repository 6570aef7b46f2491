#include "harness/doctor/examine.h"

#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "harness/doctor/outside.h"
#include "harness/doctor/sample_seen.h"
#include "harness/generation/engine_library.h"
#include "sandbox/installation.h"
#include "sandbox/jail/layers.h"
#include "sandbox/jail/own_groups.h"

namespace assay::harness {
namespace {

namespace layer = sandbox::layer;
using sandbox::Status;

constexpr std::string_view enable_python = "run scripts/setup, or give another interpreter with --python";

struct Stopped {
  bool stopped = false;
  std::string evidence;
};

/// The probe's own words: its last line, "held: ..." or "loose: ...".
Stopped read_words(const sandbox::Outcome& outcome) {
  constexpr std::string_view held = "held: ", loose = "loose: ";
  std::string line = outcome.out;
  while (line.ends_with('\n')) line.pop_back();
  line = line.substr(line.rfind('\n') + 1);
  if (line.starts_with(held)) return {true, line.substr(held.size())};
  if (line.starts_with(loose)) return {false, line.substr(loose.size())};
  if (outcome.status == Status::memory) return {true, "the program was ended"};
  std::string last = outcome.err;
  while (last.ends_with('\n')) last.pop_back();
  return {false, "the probe did not come to its end: " + last.substr(last.rfind('\n') + 1)};
}

Stopped read_time(const sandbox::Outcome& outcome) {
  constexpr double least = 0.02;  // of 0.3 s that the child had, on a busy machine
  const bool counted = outcome.status == Status::ok && outcome.cpu_seconds >= least;
  return {counted, fmt::format("{:.2f} s of CPU time were counted, a child's among them", outcome.cpu_seconds)};
}

Stopped read_seen(std::string_view name, const SeenSample& seen) {
  const auto status = [&](const char* key) {
    const auto found = seen.status.find(key);
    return found == seen.status.end() ? std::string() : found->second;
  };
  if (name == layer::no_new_privs) {
    const bool no_right = status("CapEff").find_first_not_of('0') == std::string::npos && !status("CapEff").empty();
    return {status("NoNewPrivs") == "1" && no_right,
            fmt::format("NoNewPrivs {}, effective capabilities {}", status("NoNewPrivs"), status("CapEff"))};
  }
  if (name == layer::net_namespace)
    return {seen.interfaces == "lo" && seen.unix_sockets_apart,
            fmt::format("its interfaces: {}; sockets of the machine {}seen", seen.interfaces,
                        seen.unix_sockets_apart ? "not " : "")};
  std::istringstream ids(status("Uid"));
  long id = -1;
  ids >> id;
  return {id > 0 && id != static_cast<long>(::geteuid()), fmt::format("it runs as user {}", id)};
}

Stopped try_probe(sandbox::Executor& executor, const LayerProbe& probe, const Outside& outside) {
  const std::string program = outside.names() + std::string(probe_preamble()) + std::string(probe.program);
  if (probe.seen_by == SeenBy::outside) {
    const auto seen = look_at_sample(executor, program, outside.socket_name());
    return seen ? read_seen(probe.layer, *seen) : Stopped{false, "the probe could not be found among the processes"};
  }
  sandbox::ProgramJob job;
  job.program = program;
  job.time_limit = std::chrono::seconds(10);
  const auto outcome = executor.run(job);
  if (!outcome) return {false, outcome.error().message};
  if (probe.seen_by == SeenBy::end && outcome->status == Status::forbidden) return {true, "ptrace() ended the program"};
  return probe.seen_by == SeenBy::time ? read_time(*outcome) : read_words(*outcome);
}

/// Where nothing runs. Of the layers that is no word, and for want of an interpreter their own remedies are none.
LayerFinding untried(const LayerProbe& probe, const sandbox::Error& error) {
  const bool by_python = error.code == sandbox::Errc::interpreter;
  return {std::string(probe.layer), false, "not tried: nothing runs here",
          std::string(by_python ? enable_python : probe.enable)};
}

LayerFinding find(sandbox::Executor& executor, const LayerProbe& probe, const Outside& outside) {
  LayerFinding finding{std::string(probe.layer), false, "", std::string(probe.enable)};
  const auto& layers = executor.layers();
  const auto set_up =
      std::find_if(layers.begin(), layers.end(), [&](const auto& each) { return each.name == probe.layer; });
  if (set_up == layers.end() || !set_up->active()) {
    finding.evidence = set_up == layers.end() ? "not known to the warden" : set_up->missing;
    return finding;
  }
  Stopped tried = try_probe(executor, probe, outside);
  finding.active = tried.stopped && outside.untouched();
  finding.evidence = std::move(tried.evidence);
  if (finding.active) finding.enable.clear();
  return finding;
}

std::string tier_of(const std::vector<LayerFinding>& findings) {
  std::vector<sandbox::Layer> held;
  for (const LayerFinding& finding : findings) held.push_back({finding.name, finding.active ? "" : finding.evidence});
  return std::string(sandbox::tier_of(held));
}

/// The driver tells of each GPU in a file of "Key: value" lines.
std::vector<std::string> gpu_models() {
  constexpr std::string_view key = "Model:";
  std::vector<std::string> models;
  std::error_code none;
  std::filesystem::directory_iterator gpu("/proc/driver/nvidia/gpus", none);
  for (const std::filesystem::directory_iterator end; !none && gpu != end; gpu.increment(none)) {
    std::ifstream file(gpu->path() / "information");
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with(key)) continue;
      const std::size_t at = line.find_first_not_of(" \t", key.size());
      models.push_back(at == std::string::npos ? "" : line.substr(at));
    }
  }
  return models;
}

}  // namespace

Diagnosis examine(sandbox::Options options) {
  Diagnosis diagnosis;
  utsname name{};
  if (::uname(&name) == 0) diagnosis.kernel = fmt::format("{} {}", name.release, name.machine);
  struct sysinfo machine {};
  if (::sysinfo(&machine) == 0) diagnosis.memory_bytes = std::uint64_t{machine.totalram} * machine.mem_unit;
  diagnosis.cpus = sandbox::usable_cores();
  diagnosis.engine = have_engine();
  diagnosis.gpus = gpu_models();
  diagnosis.python = (options.python.empty() ? sandbox::default_python() : options.python).string();
  options.limits = probe_limits();
  auto executor = sandbox::Executor::start(options);
  if (executor)
    diagnosis.interpreter = executor->interpreter();
  else
    diagnosis.error = executor.error();
  const Outside outside;
  for (const LayerProbe& probe : layer_probes())
    diagnosis.layers.push_back(executor ? find(*executor, probe, outside) : untried(probe, executor.error()));
  diagnosis.tier = executor ? tier_of(diagnosis.layers) : "none";
  return diagnosis;
}

}  // namespace assay::harness
