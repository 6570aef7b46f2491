#pragma once
/// The trusted process that owns one slot's jail: it starts zygotes, runs one job at a time, keeps the time, and tells
/// assay what it saw. It knows nothing of what a right answer is.
#include <list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sandbox/jail/cgroup.h"
#include "sandbox/jail/policy.h"
#include "sandbox/jail/view.h"
#include "sandbox/jail/walls.h"
#include "sandbox/warden/sample_process.h"
#include "sandbox/warden/zygote_process.h"
#include "sandbox/wire/messages.h"

namespace assay::sandbox {

class Warden {
 public:
  /// `socket` leads to assay; `setup` says what to be.
  [[nodiscard]] static Result<Warden> start(int socket, const Setup& setup);
  [[nodiscard]] Readiness readiness() const;
  /// Serves jobs until assay goes away.
  void serve();

  /// For the sessions: a sample in a fresh process, from the zygote that suits its text. Zygotes start when first
  /// needed.
  [[nodiscard]] Result<SampleProcess> spawn(Profile profile, bool numpy, const Limits& limits,
                                            const int (&fds)[spawn_fds]);
  /// One for a program that sees these paths of the machine too.
  [[nodiscard]] Result<SampleProcess> spawn(std::span<const std::string> shows, const Limits& limits,
                                            const int (&fds)[spawn_fds]);
  /// The tests' side of a check, which has pytest from a folder of the machine's.
  [[nodiscard]] Result<SampleProcess> spawn_checker(const std::string& pytest, const Limits& limits,
                                                    const int (&fds)[spawn_fds]);
  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] bool in_place() const { return place_.has_value(); }
  /// Of the random numbers of a job's tests, where they run apart from the sample: which knows the job's own seed.
  [[nodiscard]] std::uint64_t tests_seed(std::uint64_t job_seed) const;

 private:
  Warden(int socket, RaisedWalls walls, Jail jail, CgroupRoot groups)
      : socket_(socket), walls_(std::move(walls)), jail_(std::move(jail)), groups_(std::move(groups)) {}
  void answer(const Result<Outcome>& outcome);
  /// A sample of such a zygote, which is started where there is none.
  Result<SampleProcess> spawn(ZygoteProcess::Kind kind, std::span<const std::string> shows, Profile profile,
                              const Limits& limits, const int (&fds)[spawn_fds]);
  Result<void> warm(ZygoteProcess::Kind kind, std::span<const std::string> shows);
  [[nodiscard]] Error takes_namespaces(std::string_view what) const;
  /// Ends what zygotes that died had started and never told of. Between jobs: then all other children are zygotes.
  void end_strays();
  SpawnRequest request(Profile profile) const;
  int socket_;
  RaisedWalls walls_;
  Jail jail_;
  std::optional<Place> place_;  ///< where samples are confined in place
  CgroupRoot groups_;
  std::uint64_t secret_ = 0;
  std::uint32_t uid_ = 0, checker_uid_ = 0;
  bool uid_drop_ = false, own_ids_ = false;
  /// A zygote, and the paths that its forks see beside the interpreter.
  struct Warm {
    ZygoteProcess::Kind kind;
    std::vector<std::string> shows;
    ZygoteProcess zygote;
  };
  std::list<Warm> zygotes_;  ///< the one used last in front
  bool strays_ = false;      ///< a zygote died over a request
};

/// True where a program's text gives reason to start from an interpreter that has NumPy loaded.
[[nodiscard]] bool mentions_numpy(std::string_view program);

}  // namespace assay::sandbox
