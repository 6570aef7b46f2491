#include "sandbox/jail/policy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace assay::sandbox::policy {
namespace {

using Test = Argument::Test;
constexpr Argument any{};
constexpr Argument is(unsigned index, std::uint64_t value) { return {Test::equal, index, value, 0}; }
constexpr std::uint64_t kind_of_socket = 0xF;
constexpr std::uint64_t new_namespaces =
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;

constexpr Rule allowed_rules[] = {
    {SCMP_SYS(read), any, "files and pipes"},
    {SCMP_SYS(write), any, "the result pipe, streams, scratch files"},
    {SCMP_SYS(readv), any, "buffered reads"},
    {SCMP_SYS(writev), any, "buffered writes"},
    {SCMP_SYS(pread64), any, "the loader reads ELF headers with it"},
    {SCMP_SYS(pwrite64), any, "scratch files"},
    {SCMP_SYS(lseek), any, "files"},
    {SCMP_SYS(close), any, "descriptors"},
    {SCMP_SYS(close_range), any, "subprocess and the zygote"},
    {SCMP_SYS(open), any, "the view is read-only, scratch is the sample's own"},
    {SCMP_SYS(openat), any, "the same"},
    {SCMP_SYS(stat), any, "imports"},
    {SCMP_SYS(lstat), any, "imports"},
    {SCMP_SYS(fstat), any, "imports"},
    {SCMP_SYS(newfstatat), any, "imports"},
    {SCMP_SYS(statx), any, "newer libc's stat"},
    {SCMP_SYS(statfs), any, "shutil.disk_usage"},
    {SCMP_SYS(fstatfs), any, "the same"},
    {SCMP_SYS(access), any, "the loader"},
    {SCMP_SYS(faccessat), any, "os.access"},
    {SCMP_SYS(faccessat2), any, "os.access"},
    {SCMP_SYS(readlink), any, "os.path.realpath"},
    {SCMP_SYS(readlinkat), any, "os.path.realpath"},
    {SCMP_SYS(getdents64), any, "imports list folders"},
    {SCMP_SYS(getcwd), any, "imports"},
    {SCMP_SYS(chdir), any, "within the view"},
    {SCMP_SYS(fchdir), any, "within the view"},
    {SCMP_SYS(mkdir), any, "scratch"},
    {SCMP_SYS(mkdirat), any, "scratch"},
    {SCMP_SYS(rmdir), any, "scratch"},
    {SCMP_SYS(unlink), any, "scratch"},
    {SCMP_SYS(unlinkat), any, "scratch"},
    {SCMP_SYS(rename), any, "scratch"},
    {SCMP_SYS(renameat), any, "scratch"},
    {SCMP_SYS(renameat2), any, "scratch"},
    {SCMP_SYS(link), any, "scratch"},
    {SCMP_SYS(linkat), any, "scratch"},
    {SCMP_SYS(symlink), any, "scratch; nobody else follows its links"},
    {SCMP_SYS(symlinkat), any, "scratch"},
    {SCMP_SYS(chmod), any, "scratch"},
    {SCMP_SYS(fchmod), any, "scratch"},
    {SCMP_SYS(fchmodat), any, "scratch"},
    {SCMP_SYS(utimensat), any, "scratch"},
    {SCMP_SYS(truncate), any, "scratch"},
    {SCMP_SYS(ftruncate), any, "scratch"},
    {SCMP_SYS(fallocate), any, "scratch, capped"},
    {SCMP_SYS(fsync), any, "scratch"},
    {SCMP_SYS(fdatasync), any, "scratch"},
    {SCMP_SYS(flock), any, "scratch"},
    {SCMP_SYS(umask), any, "tempfile"},
    {SCMP_SYS(sendfile), any, "shutil.copyfile"},
    {SCMP_SYS(copy_file_range), any, "shutil.copyfile"},
    {SCMP_SYS(dup), any, "descriptors"},
    {SCMP_SYS(dup2), any, "descriptors"},
    {SCMP_SYS(dup3), any, "descriptors"},
    // By command: others send signals (SIGKILL too) when a file is ready, watch folders, or lease files that the
    // machine opens, too.
    {SCMP_SYS(fcntl), is(1, F_DUPFD), "descriptors"},
    {SCMP_SYS(fcntl), is(1, F_DUPFD_CLOEXEC), "descriptors"},
    {SCMP_SYS(fcntl), is(1, F_GETFD), "close-on-exec"},
    {SCMP_SYS(fcntl), is(1, F_SETFD), "close-on-exec"},
    {SCMP_SYS(fcntl), is(1, F_GETFL), "how it was opened"},
    {SCMP_SYS(fcntl), is(1, F_SETFL), "non-blocking"},
    {SCMP_SYS(fcntl), is(1, F_GETLK), "scratch: databases lock their files"},
    {SCMP_SYS(fcntl), is(1, F_SETLK), "the same"},
    {SCMP_SYS(fcntl), is(1, F_SETLKW), "the same"},
    {SCMP_SYS(fcntl), is(1, F_OFD_GETLK), "the same"},
    {SCMP_SYS(fcntl), is(1, F_OFD_SETLK), "the same"},
    {SCMP_SYS(fcntl), is(1, F_OFD_SETLKW), "the same"},
    {SCMP_SYS(fcntl), is(1, F_GETPIPE_SZ), "own pipes"},
    {SCMP_SYS(fcntl), is(1, F_SETPIPE_SZ), "own pipes, as wide as the machine lets a user have them"},
    {SCMP_SYS(ioctl), is(1, TCGETS), "isatty"},
    {SCMP_SYS(ioctl), is(1, TIOCGWINSZ), "os.get_terminal_size"},
    {SCMP_SYS(ioctl), is(1, FIOCLEX), "open() sets close-on-exec with it"},
    {SCMP_SYS(ioctl), is(1, FIONCLEX), "os.set_inheritable"},
    {SCMP_SYS(ioctl), is(1, FIONREAD), "pipes"},
    {SCMP_SYS(ioctl), is(1, FIONBIO), "os.set_blocking"},
    {SCMP_SYS(pipe), any, "own pipes"},
    {SCMP_SYS(pipe2), any, "own pipes"},
    {SCMP_SYS(poll), any, "waiting"},
    {SCMP_SYS(ppoll), any, "waiting"},
    {SCMP_SYS(select), any, "waiting"},
    {SCMP_SYS(pselect6), any, "waiting"},
    {SCMP_SYS(epoll_create1), any, "asyncio"},
    {SCMP_SYS(epoll_create), any, "asyncio"},
    {SCMP_SYS(epoll_ctl), any, "asyncio"},
    {SCMP_SYS(epoll_wait), any, "asyncio"},
    {SCMP_SYS(epoll_pwait), any, "asyncio"},
    {SCMP_SYS(eventfd2), any, "asyncio"},
    {SCMP_SYS(timerfd_create), any, "asyncio"},
    {SCMP_SYS(timerfd_settime), any, "asyncio"},
    {SCMP_SYS(socketpair), is(0, AF_UNIX), "asyncio wakes itself over one"},
    {SCMP_SYS(sendto), any, "the pair; no other socket exists"},
    {SCMP_SYS(recvfrom), any, "the pair"},
    {SCMP_SYS(sendmsg), any, "the pair"},
    {SCMP_SYS(recvmsg), any, "the pair, and the zygote's requests"},
    {SCMP_SYS(shutdown), any, "the pair"},
    {SCMP_SYS(getsockopt), any, "the pair"},
    {SCMP_SYS(setsockopt), any, "the pair"},
    {SCMP_SYS(getsockname), any, "the pair"},
    {SCMP_SYS(getpeername), any, "the pair"},
    {SCMP_SYS(mmap), any, "memory"},
    {SCMP_SYS(munmap), any, "memory"},
    {SCMP_SYS(mremap), any, "memory"},
    {SCMP_SYS(mprotect), any, "memory; the loader"},
    {SCMP_SYS(madvise), any, "memory"},
    {SCMP_SYS(msync), any, "mmap of scratch files"},
    {SCMP_SYS(brk), any, "memory"},
    {SCMP_SYS(membarrier), any, "newer runtimes"},
    {SCMP_SYS(futex), any, "the GIL"},
    {SCMP_SYS(set_robust_list), any, "threads"},
    {SCMP_SYS(get_robust_list), any, "threads"},
    {SCMP_SYS(rseq), any, "threads"},
    {SCMP_SYS(set_tid_address), any, "threads"},
    {SCMP_SYS(arch_prctl), any, "thread-local storage"},
    {SCMP_SYS(clone), any, "threads; what else it may be, the children's filters say"},
    {SCMP_SYS(exit), any, "threads end"},
    {SCMP_SYS(exit_group), any, "processes end"},
    {SCMP_SYS(wait4), any, "own children"},
    {SCMP_SYS(waitid), any, "own children"},
    {SCMP_SYS(fork), any, "profile `program` only"},
    {SCMP_SYS(vfork), any, "profile `program` only"},
    {SCMP_SYS(execve), any, "profile `program` only"},
    {SCMP_SYS(rt_sigaction), any, "signals"},
    {SCMP_SYS(rt_sigprocmask), any, "signals"},
    {SCMP_SYS(rt_sigreturn), any, "signals"},
    {SCMP_SYS(rt_sigpending), any, "signals"},
    {SCMP_SYS(rt_sigtimedwait), any, "signals"},
    {SCMP_SYS(rt_sigsuspend), any, "signals"},
    {SCMP_SYS(sigaltstack), any, "faulthandler"},
    {SCMP_SYS(signalfd4), any, "signals"},
    {SCMP_SYS(pause), any, "signal.pause, and the stub"},
    {SCMP_SYS(kill), any, "its pid namespace holds nobody else"},
    {SCMP_SYS(tgkill), any, "abort"},
    {SCMP_SYS(setitimer), any, "signal.setitimer: not what times a call"},
    {SCMP_SYS(getitimer), any, "the same"},
    {SCMP_SYS(alarm), any, "signal.alarm"},
    {SCMP_SYS(nanosleep), any, "sleep"},
    {SCMP_SYS(clock_nanosleep), any, "sleep"},
    {SCMP_SYS(clock_gettime), any, "time"},
    {SCMP_SYS(clock_getres), any, "time"},
    {SCMP_SYS(gettimeofday), any, "time"},
    {SCMP_SYS(time), any, "time"},
    {SCMP_SYS(times), any, "os.times"},
    {SCMP_SYS(getrusage), any, "resource usage of its own"},
    {SCMP_SYS(getrandom), any, "random seeds"},
    {SCMP_SYS(sysinfo), any, "sysconf"},
    {SCMP_SYS(uname), any, "platform"},
    {SCMP_SYS(sched_yield), any, "threads"},
    {SCMP_SYS(sched_getaffinity), any, "os.cpu_count"},
    {SCMP_SYS(sched_getparam), any, "threads"},
    {SCMP_SYS(sched_getscheduler), any, "threads"},
    {SCMP_SYS(getpriority), any, "os.getpriority"},
    {SCMP_SYS(prlimit64), any, "getrlimit; hard limits can only fall"},
    {SCMP_SYS(getrlimit), any, "the same"},
    {SCMP_SYS(setrlimit), any, "the same"},
    {SCMP_SYS(getpid), any, "ids"},
    {SCMP_SYS(gettid), any, "ids"},
    {SCMP_SYS(getppid), any, "ids"},
    {SCMP_SYS(getpgrp), any, "ids"},
    {SCMP_SYS(getpgid), any, "ids"},
    {SCMP_SYS(getsid), any, "ids"},
    {SCMP_SYS(setsid), any, "its namespace dies whole, whatever sessions it makes"},
    {SCMP_SYS(setpgid), any, "the same"},
    {SCMP_SYS(getuid), any, "ids"},
    {SCMP_SYS(geteuid), any, "ids"},
    {SCMP_SYS(getgid), any, "ids"},
    {SCMP_SYS(getegid), any, "ids"},
    {SCMP_SYS(getresuid), any, "ids"},
    {SCMP_SYS(getresgid), any, "ids"},
    {SCMP_SYS(getgroups), any, "ids"},
    {SCMP_SYS(prctl), is(0, PR_SET_NAME), "thread names"},
    {SCMP_SYS(prctl), is(0, PR_GET_NAME), "thread names"},
};

constexpr Rule zygote_rules[] = {
    {SCMP_SYS(mount), any, "a sample's scratch"},
    {SCMP_SYS(setns), any, "into a stub's pid namespace and back"},
    {SCMP_SYS(setgroups), any, "dropping rights"},
    {SCMP_SYS(setresuid), any, "dropping rights"},
    {SCMP_SYS(setresgid), any, "dropping rights"},
    {SCMP_SYS(capset), any, "dropping rights"},
    {SCMP_SYS(setpriority), any, "back to the usual priority"},
    {SCMP_SYS(seccomp), any, "the children's filters"},
    {SCMP_SYS(landlock_restrict_self), any, "a sample's paths, where it has no view"},
    {SCMP_SYS(prctl), is(0, PR_SET_PDEATHSIG), "the stub ends with the warden"},
    {SCMP_SYS(prctl), is(0, PR_SET_DUMPABLE), "no core of a sample, wherever the machine sends them"},
};

constexpr Refusal refusals[] = {
    {SCMP_SYS(clone3), ENOSYS, any, "glibc falls back to clone, whose flags a filter can see"},
    {SCMP_SYS(socket), EPERM, any, "imports that look for a network still load"},
    {SCMP_SYS(getxattr), EOPNOTSUPP, any, "ls and cp ask for attributes, and do without"},
    {SCMP_SYS(lgetxattr), EOPNOTSUPP, any, "the same"},
    {SCMP_SYS(fgetxattr), EOPNOTSUPP, any, "the same"},
    {SCMP_SYS(listxattr), EOPNOTSUPP, any, "the same"},
    {SCMP_SYS(llistxattr), EOPNOTSUPP, any, "the same"},
    {SCMP_SYS(flistxattr), EOPNOTSUPP, any, "the same"},
};

constexpr Refusal children_refusals[] = {
    {SCMP_SYS(clone),
     EPERM,
     {Test::masked_equal, 0, CLONE_PARENT, CLONE_PARENT},
     "a child of the warden's, whom nobody reaps: its namespace would never end"},
};

// Threads share all of these; a clone without them makes a process.
constexpr Refusal calls_refusals[] = {
    {SCMP_SYS(clone), EPERM, {Test::masked_equal, 0, 0, CLONE_THREAD}, "one process a sample: its answer is its own"},
    {SCMP_SYS(fork), EPERM, any, "the same"},
    {SCMP_SYS(vfork), EPERM, any, "the same"},
    {SCMP_SYS(kill), EPERM, is(1, SIGKILL), "nobody is there but itself, and a SIGKILL is to be another's for sure"},
    {SCMP_SYS(tgkill), EPERM, is(2, SIGKILL), "the same"},
    {SCMP_SYS(execve), EPERM, any, "nothing to run but the sample"},
    {SCMP_SYS(wait4), ECHILD, any, "no children"},
    {SCMP_SYS(waitid), ECHILD, any, "no children"},
};

// Without a view and a process namespace. Landlock knows no right of these, and the user may be the machine's own.
constexpr const char* not_its_own = "changes files that it may read, which are somebody else's";
constexpr Refusal in_place_refusals[] = {
    {SCMP_SYS(chmod), EPERM, any, not_its_own},
    {SCMP_SYS(fchmod), EPERM, any, not_its_own},
    {SCMP_SYS(fchmodat), EPERM, any, not_its_own},
    {SCMP_SYS(utimensat), EPERM, any, not_its_own},
    {SCMP_SYS(truncate), EPERM, any, "the first two versions of Landlock don't see it"},
    {SCMP_SYS(open), EPERM, {Test::masked_equal, 1, O_RDONLY | O_TRUNC, O_ACCMODE | O_TRUNC}, "the same"},
    {SCMP_SYS(openat), EPERM, {Test::masked_equal, 2, O_RDONLY | O_TRUNC, O_ACCMODE | O_TRUNC}, "the same"},
    // One that is no stream sends to any address.
    {SCMP_SYS(socketpair),
     EPERM,
     {Test::masked_equal, 1, SOCK_DGRAM, kind_of_socket},
     "it reaches the machine's sockets"},
    {SCMP_SYS(socketpair), EPERM, {Test::masked_equal, 1, SOCK_RAW, kind_of_socket}, "the same"},
    {SCMP_SYS(socketpair), EPERM, {Test::masked_equal, 1, SOCK_SEQPACKET, kind_of_socket}, "the same"},
};

constexpr Hostile hostile[] = {
    {SCMP_SYS(ptrace), "reads and writes other processes"},
    {SCMP_SYS(process_vm_readv), "reads other processes"},
    {SCMP_SYS(process_vm_writev), "writes other processes"},
    {SCMP_SYS(pidfd_getfd), "takes descriptors of other processes"},
    {SCMP_SYS(kcmp), "compares other processes"},
    {SCMP_SYS(bpf), "loads code into the kernel"},
    {SCMP_SYS(perf_event_open), "watches other processes"},
    {SCMP_SYS(userfaultfd), "a tool of kernel exploits"},
    {SCMP_SYS(io_uring_setup), "makes calls that no filter sees"},
    {SCMP_SYS(io_uring_enter), "the same"},
    {SCMP_SYS(io_uring_register), "the same"},
    {SCMP_SYS(keyctl), "keys of other processes"},
    {SCMP_SYS(add_key), "the same"},
    {SCMP_SYS(request_key), "the same"},
    {SCMP_SYS(init_module), "kernel modules"},
    {SCMP_SYS(finit_module), "kernel modules"},
    {SCMP_SYS(delete_module), "kernel modules"},
    {SCMP_SYS(kexec_load), "another kernel"},
    {SCMP_SYS(reboot), "the machine"},
    {SCMP_SYS(swapon), "the machine"},
    {SCMP_SYS(swapoff), "the machine"},
    {SCMP_SYS(umount2), "undoes the view"},
    {SCMP_SYS(pivot_root), "undoes the view"},
    {SCMP_SYS(chroot), "undoes the view"},
    {SCMP_SYS(open_tree), "undoes the view"},
    {SCMP_SYS(move_mount), "undoes the view"},
    {SCMP_SYS(fsopen), "undoes the view"},
    {SCMP_SYS(mount_setattr), "undoes the view"},
    {SCMP_SYS(open_by_handle_at), "reaches around the view"},
    {SCMP_SYS(name_to_handle_at), "reaches around the view"},
    {SCMP_SYS(unshare), "new namespaces bring back rights"},
};

// In place of the hostile list's word on them: honest commands try these and go on without.
constexpr Refusal commands_refusals[] = {
    {SCMP_SYS(io_uring_setup), ENOSYS, any, "Node from 22 on asks whether it is there"},
    {SCMP_SYS(io_uring_enter), ENOSYS, any, "the same"},
    {SCMP_SYS(io_uring_register), ENOSYS, any, "the same"},
};

class Context {
 public:
  explicit Context(std::uint32_t otherwise) : context_(seccomp_init(otherwise)) {
    // x32 and i386 share numbers with other calls: no honest program here is one.
    note(seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    note(seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a binary tree of calls
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { seccomp_release(context_); }

  void add(std::uint32_t action, int call, const Argument& argument) {
    if (argument.test == Test::none) {
      note(seccomp_rule_add(context_, action, call, 0));
    } else if (argument.test == Test::equal) {
      note(seccomp_rule_add(context_, action, call, 1, SCMP_CMP(argument.index, SCMP_CMP_EQ, argument.value, 0)));
    } else {
      note(seccomp_rule_add(context_, action, call, 1,
                            SCMP_CMP(argument.index, SCMP_CMP_MASKED_EQ, argument.mask, argument.value)));
    }
  }

  /// The program in a memory file, its offset at the start.
  Result<UniqueFd> finish(const char* name) {
    UniqueFd file(memfd_create(name, MFD_CLOEXEC));
    if (!file) note(-errno);
    if (error_ == 0) note(seccomp_export_bpf(context_, file.get()));
    if (error_ == 0 && lseek(file.get(), 0, SEEK_SET) != 0) note(-errno);
    if (error_ != 0) {
      return tl::unexpected(Error{Errc::unavailable, fmt::format("sandbox: the seccomp policy {} does not compile: {}",
                                                                 name, std::strerror(-error_))});
    }
    return file;
  }

 private:
  void note(int result) {
    if (result < 0 && error_ == 0) error_ = result;
  }
  scmp_filter_ctx context_;
  int error_ = 0;
};

using Refusals = std::vector<std::span<const Refusal>>;

Result<UniqueFd> compile_child(const Refusals& tables, const char* name) {
  Context context(SCMP_ACT_ALLOW);
  for (const Rule& rule : zygote_rules) {
    const bool hostile_call = rule.call == SCMP_SYS(mount) || rule.call == SCMP_SYS(setns);
    context.add(hostile_call ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM), rule.call, rule.argument);
  }
  for (std::uint64_t bit = 1; bit <= new_namespaces; bit <<= 1) {
    if ((new_namespaces & bit) != 0)
      context.add(SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), {Test::masked_equal, 0, bit, bit});
  }
  for (const auto& table : tables)
    for (const Refusal& refusal : table)
      context.add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(refusal.error)), refusal.call, refusal.argument);
  return context.finish(name);
}

}  // namespace

std::span<const Rule> allowed() { return allowed_rules; }
std::span<const Rule> zygote_only() { return zygote_rules; }
std::span<const Refusal> refused() { return refusals; }
std::span<const Refusal> refused_to_children() { return children_refusals; }
std::span<const Refusal> refused_to_calls() { return calls_refusals; }
std::span<const Refusal> refused_in_place() { return in_place_refusals; }
std::span<const Refusal> refused_to_commands() { return commands_refusals; }
std::span<const Hostile> killed() { return hostile; }

namespace {

bool is_tried_in_vain(int call) {
  return std::any_of(std::begin(commands_refusals), std::end(commands_refusals),
                     [call](const Refusal& refusal) { return refusal.call == call; });
}

Result<UniqueFd> compile_zygote(bool commands) {
  Context zygote(SCMP_ACT_ERRNO(EPERM));
  for (const Rule& rule : allowed_rules) zygote.add(SCMP_ACT_ALLOW, rule.call, rule.argument);
  for (const Rule& rule : zygote_rules) zygote.add(SCMP_ACT_ALLOW, rule.call, rule.argument);
  const auto refuse = [&](const Refusal& refusal) {
    if (refusal.error != EPERM)  // EPERM is what an unlisted call gets anyway
      zygote.add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(refusal.error)), refusal.call, refusal.argument);
  };
  for (const Refusal& refusal : refusals) refuse(refusal);
  for (const Hostile& call : hostile)
    if (!commands || !is_tried_in_vain(call.call)) zygote.add(SCMP_ACT_KILL_PROCESS, call.call, any);
  if (commands)
    for (const Refusal& refusal : commands_refusals) refuse(refusal);
  return zygote.finish(commands ? "commands" : "zygote");
}

}  // namespace

Result<Programs> compile(bool in_place) {
  Programs programs;
  auto first = compile_zygote(false);
  if (!first) return tl::unexpected(first.error());
  auto commands = compile_zygote(true);
  if (!commands) return tl::unexpected(commands.error());
  Refusals of_calls = {children_refusals, calls_refusals}, of_programs = {children_refusals};
  if (in_place) of_programs = of_calls = {children_refusals, calls_refusals, in_place_refusals};
  auto calls = compile_child(of_calls, "calls");
  if (!calls) return tl::unexpected(calls.error());
  auto program = compile_child(of_programs, "program");
  if (!program) return tl::unexpected(program.error());
  programs.zygote = std::move(*first);
  programs.commands_zygote = std::move(*commands);
  programs.calls = std::move(*calls);
  programs.program = std::move(*program);
  return programs;
}

}  // namespace assay::sandbox::policy
