#pragma once
/// The sandbox's public face: a program in, an outcome out. Knows programs, inputs, outputs and limits; it has never
/// seen a problem, an expected value or a score.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/attempts.h"
#include "sandbox/error.h"

namespace assay::sandbox {

using Bytes = std::span<const std::byte>;

/// What one job may use beside time. The warden enforces all of it; nothing here depends on the job's good will.
struct Limits {
  std::uint64_t memory_bytes = 4ULL << 30;  ///< address space, data and stack, as EvalPlus has it; and the cgroup's cap
  /// Off for runtimes that reserve far more addresses than they use: the cgroup's cap counts alone then. Without one,
  /// data are capped, and addresses at 4 GiB more: what is reserved or shared can't be told from what is used.
  bool address_space = true;
  std::uint32_t processes = 64;  ///< processes and threads together
  std::uint32_t open_files = 256;
  std::uint64_t scratch_bytes = 64ULL << 20;  ///< tmpfs of the sample, made for it and thrown away
  std::uint32_t scratch_inodes = 4096;
  std::uint64_t output_bytes = 16ULL << 20;  ///< stdout + stderr of a program; the rest is dropped
};

/// Calls one function of a program on many inputs, in EvalPlus's frame (sandbox/runner/frame.py).
struct CallJob {
  std::string program;  ///< source text, UTF-8 (surrogates as in WTF-8)
  std::string entry_point;
  std::vector<std::string> inputs;  ///< each one marshal value without references: the list or tuple of arguments
  std::vector<std::chrono::milliseconds> call_limits;  ///< one an input
  std::chrono::milliseconds set_limit{62'000};         ///< the program's body and all calls together
  bool iterate_results = false;                        ///< sends list(result) where the result is a lone iterator
  bool keep_going = false;                             ///< a call that raised does not end the job (--test-details)
  std::uint64_t seed = 0;                              ///< of `random` and `numpy.random`

  void skip(std::size_t count);  ///< leaves out the first of its calls
};

/// Runs a test program in a jail of its own, where `entry_point` is a proxy that calls the sample in another jail.
struct CheckJob {
  std::string program;             ///< the sample
  std::string entry_point;         ///< the name that the tests call
  std::string setup;               ///< run in the checker before the tests: helpers that the prompt defines, imports
  std::vector<std::string> tests;  ///< each run by itself in the checker's namespace, in order
  std::chrono::milliseconds test_limit{4'000};  ///< a test
  std::chrono::milliseconds set_limit{62'000};
  bool keep_going = true;  ///< a failed test does not end the job
  bool shared = false;     ///< tests and sample in one process, for tests that can't be split from it
  /// Objects of the sample's own cross as what stands for them (sandbox/runner/remote.py), and tests may use more of
  /// its names than one.
  bool objects = false;
  std::vector<std::string> others;   ///< objects: names besides the entry point that the tests use
  std::vector<std::string> classes;  ///< objects: among all, those that tests make objects of and use as such
  std::vector<std::string> methods;  ///< objects: what tests use of what they make of these
  /// objects: classes of the setup's that the program has as well, and what makes them, run ahead of it. What their
  /// objects hold crosses (sandbox/runner/twins.py).
  std::vector<std::string> shared_classes;
  std::string shared_code;
  /// A test that the sample's own word may have decided (ResultHeader::own_word) is told by itself, where it shares no
  /// names with others, and none runs behind it: the job is `ok` then, with tests left. Else any is told.
  bool apart = false;
  /// A folder that tests which run apart have pytest from, and are run by it: fixtures, marks, classes. Takes a mount
  /// namespace.
  std::string pytest;
  std::uint64_t seed = 0;  ///< of the sample's `random`; what tests draw apart from it no sample can know (secret.h)

  void skip(std::size_t count);  ///< leaves out the first of its tests
};

/// A file of a program's. The path starts at its working folder; content is bytes.
struct ProgramFile {
  std::string path, content;
};

/// One program run as `__main__` with pipes for its streams, without EvalPlus's guard; or a command of the machine's.
struct ProgramJob {
  std::string program;                   ///< Python, where there is no command
  std::vector<std::string> command;      ///< an executable's path and its arguments
  std::vector<std::string> environment;  ///< "NAME=VALUE", for a command, beside PATH, HOME, TMPDIR, LC_ALL, TZ
  /// Paths of the machine that it sees, read-only, beside the interpreter. Jobs with the same list start faster after
  /// the first. Needs a mount namespace.
  std::vector<std::string> shows;
  std::vector<ProgramFile> files;  ///< in its working folder when it starts
  /// Plain files to be read when it has ended; "folder/" is all that lies below. What does not fit is left out, with a
  /// word on stderr.
  std::vector<std::string> fetch;
  std::uint64_t fetch_bytes = 8ULL << 20;  ///< of all of them together
  std::string input;                       ///< stdin; at its end the program sees end of file
  std::chrono::milliseconds time_limit{10'000};
  std::optional<Limits> limits;  ///< instead of the executor's
  std::uint64_t seed = 0;
};

enum class Status : std::uint8_t {
  ok,            ///< the job ran to its end (a call may have raised: see the sink)
  failed,        ///< ProgramJob: exit status other than 0
  load_failed,   ///< CallJob, CheckJob: the program's body raised, did not compile, or lacks the entry point
  exited,        ///< ended by itself before its last call
  call_timeout,  ///< a call passed its own limit
  set_timeout,   ///< all together passed the set's limit
  memory,        ///< killed for memory
  crash,         ///< killed by a signal of its own making
  forbidden,     ///< made a call on the hostile list
  output_limit,  ///< flooded its result pipe or streams
  protocol,      ///< sent what the runner never sends: answered twice, late, or for another call
  stopped,       ///< the sink asked to stop
};

/// What the warden observed. Times are those of the whole job.
struct Outcome {
  Status status = Status::ok;
  std::string detail;          ///< short, printable: the exception's type, the signal's name
  std::size_t calls_done = 0;  ///< calls (tests) whose result was received in full
  int exit_code = 0;
  int signal = 0;
  /// CheckJob: what is wrong with setup or tests themselves, whatever the sample: no Python, a setup that raised before
  /// it called the sample, or tests that pass and never call it. Empty where nothing is known of that. Their tests
  /// count as raised all the same.
  std::string bad_tests;
  /// CheckJob: any test may have been decided so (ResultHeader::own_word).
  bool own_word = false;
  /// A call took between 0.8 and 1.25 of its limit, or a limit was passed in a way that may have been the machine's: to
  /// be run once more, alone.
  bool marginal = false;
  /// Killed below its own limits, by a machine short of memory or by somebody: to be run once more, alone.
  bool memory_contended = false;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  double clock_seconds = 0;  ///< as limits count: no wait for a core or for assay, and no pause of the machine's
  std::uint64_t memory_peak_bytes = 0;
  std::string out;  ///< ProgramJob: stdout, cut at the limit
  std::string err;
  std::vector<ProgramFile> files;  ///< ProgramJob: those to fetch that were there
  bool truncated = false;
  Attempts attempts;  ///< hostile acts that were seen; they decide nothing
};

/// How a call's result begins.
struct ResultHeader {
  enum class Kind : std::uint8_t {
    whole,   ///< one piece: an encoded value (sandbox/wire/value_format.md)
    list,    ///< pieces of up to `chunk_elements` elements, each an encoded list
    tuple,   ///< the same for a tuple; each piece an encoded list
    raised,  ///< no piece; `what` is the exception's type; a CallJob's has message and line too
  };
  static constexpr std::size_t chunk_elements = 4096;  ///< sequences longer than this are sent in chunks
  std::size_t index = 0;
  Kind kind = Kind::whole;
  std::uint64_t elements = 0;  ///< list, tuple: how many elements follow in all
  std::string what;
  double seconds = 0;  ///< the call's time as the warden's clock saw it (resolution: one batch, 5 ms)
  /// CheckJob: the sample's own word (an operator of its objects, a value under its names), or an array of nothing, may
  /// have decided this test in place of data: it counts as if test and sample had shared a process.
  bool own_word = false;
};

/// Receives results as they arrive, on the thread that called run(). Bytes are hostile: nothing in them is validated.
class ResultSink {
 public:
  ResultSink() = default;
  ResultSink(const ResultSink&) = delete;
  ResultSink& operator=(const ResultSink&) = delete;
  virtual ~ResultSink() = default;
  /// Each returns false to end the job at once (Status::stopped).
  virtual bool begin(const ResultHeader& header) = 0;
  virtual bool piece(Bytes bytes) = 0;
  virtual bool end(std::size_t index) = 0;
};

/// One of those that a jail is made of; sandbox/jail/layers.h has their names.
struct Layer {
  std::string name;
  std::string missing;  ///< why it is not there; empty: it was set up
  [[nodiscard]] bool active() const { return missing.empty(); }
};

struct Options {
  std::filesystem::path python;  ///< the samples' interpreter; empty: the samples' own environment
  std::size_t slots = 1;
  std::string require_tier;      ///< empty, "basic", "contained" or "hardened"
  std::filesystem::path warden;  ///< empty: `assay-warden` beside this executable
  Limits limits;
};

/// Runs programs in jails and reports what was observed. Owns one warden a slot. Every member may be called from any
/// thread; a call beyond the slots waits its turn, or for its stop.
class Executor {
 public:
  /// Starts the wardens, each with a warm interpreter in its jail. Any thread may, as run() does for one that has died:
  /// nothing but exec follows the fork. Before other threads start is best: what a process has grown to, a fork copies.
  [[nodiscard]] static Result<Executor> start(const Options& options);
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;
  ~Executor();

  /// Runs the job in a fresh child and returns when its last process is gone. Crash, timeout, refused call: each is an
  /// Outcome. An Error: the sandbox failed, nothing is known of the program, no trace is left; the job may run again.
  [[nodiscard]] Result<Outcome> run(const CallJob& job, ResultSink& sink, std::stop_token stop = {});
  /// `sink` receives one `whole` (None) or `raised` a test.
  [[nodiscard]] Result<Outcome> run(const CheckJob& job, ResultSink& sink, std::stop_token stop = {});
  [[nodiscard]] Result<Outcome> run(const ProgramJob& job, std::stop_token stop = {});

  /// Waits until every other job has ended, and lets none start while the returned guard lives: a core to oneself.
  [[nodiscard]] std::shared_ptr<void> alone();

  [[nodiscard]] std::size_t slots() const;
  [[nodiscard]] const Limits& limits() const;
  /// What a result's key needs of the sandbox: interpreter and version, NumPy, hash seed, policy version, tier.
  [[nodiscard]] const std::string& fingerprint() const;
  [[nodiscard]] const std::string& interpreter() const;  ///< "CPython 3.11.2, NumPy 1.24.4"
  [[nodiscard]] const std::string& tier() const;
  [[nodiscard]] const std::vector<Layer>& layers() const;  ///< as the wardens set them up; nothing here was tried out
  [[nodiscard]] std::uint64_t restarts() const;            ///< wardens replaced so far

 private:
  class Impl;
  explicit Executor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::sandbox
