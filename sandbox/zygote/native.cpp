/// The native half of a zygote, loaded into its Python with ctypes: forks samples into namespaces of their own.
///
/// Theory of operation. assay_zygote_serve() holds the GIL and blocks in recvmsg. For each request it makes a stub (pid
/// 1 of a new pid namespace, sharing the zygote's memory: it only pauses), enters that namespace for its next child,
/// and forks that child, the sample, with mount and ipc namespaces of its own. Both become children of the warden
/// (CLONE_PARENT), which alone waits for them. The zygote never reads a job: the descriptors pass through it unread.
/// In the child the function drops every right and returns to Python.
///
/// In a user namespace of its own a process may enter the pid namespaces that it makes, but not come back to the
/// machine's. There each sample has a midwife: a process that shares the zygote's memory and stands in its place for
/// these steps, while the zygote waits for it to end.
///
/// Where no namespace can be made a sample is one process, confined in place: it may start no other, reaches by signal
/// nobody but itself, and opens what a Landlock ruleset of its own names.
///
/// Raw clone skips libc's fork handlers; the zygote has one thread and holds no lock, so nothing needs them.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "sandbox/zygote/spawn.h"

using namespace assay::sandbox;

namespace {

constexpr unsigned max_filter = 4096;  // BPF_MAXINSNS

struct Filter {
  sock_filter code[max_filter];
  sock_fprog program;
};
Filter zygote_filter;
Filter child_filters[2];

alignas(64) char stub_stack[16384];
pid_t warden_pid = 0;

bool load_filter(int fd, Filter& filter) {
  const ssize_t got = read(fd, filter.code, sizeof filter.code);
  if (got <= 0 || static_cast<size_t>(got) % sizeof(sock_filter) != 0) return false;
  filter.program.len = static_cast<unsigned short>(static_cast<size_t>(got) / sizeof(sock_filter));
  filter.program.filter = filter.code;
  close(fd);
  return true;
}

bool install(const Filter& filter) { return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter.program) == 0; }

/// Raw, since errno's place is shared with the zygote.
long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

struct KernelSigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

/// pid 1 of a sample's namespace: reaps by ignoring SIGCHLD, dies with the warden, and does nothing else. All signals
/// are blocked in it from the start.
int stub_main(void*) {
  KernelSigaction ignore{};
  ignore.handler = SIG_IGN;
  raw_syscall(SYS_rt_sigaction, SIGCHLD, reinterpret_cast<long>(&ignore), 0, 8);
  raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  // A warden that died before that sends no signal, and getppid() is 0 in here; its end of the socket is closed.
  pollfd warden{zygote_control_fd, 0, 0};
  if (raw_syscall(SYS_poll, reinterpret_cast<long>(&warden), 1, 0) != 0) raw_syscall(SYS_exit_group, 0);
  raw_syscall(SYS_close_range, 0, ~0U, 0);
  for (;;) raw_syscall(SYS_pause);
}

bool limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  return setrlimit(what, &both) == 0;
}

char* append(char* at, const char* text) {
  while (*text != 0) *at++ = *text++;
  *at = 0;
  return at;
}

char* append(char* at, unsigned long value) {
  char digits[24];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0) *at++ = digits[--count];
  *at = 0;
  return at;
}

bool mount_scratch(const SpawnRequest& request) {
  char options[160];
  char* at = append(options, "size=");
  at = append(at, request.scratch_bytes);
  at = append(at, ",nr_inodes=");
  at = append(at, request.scratch_inodes);
  at = append(at, ",mode=0700,uid=");
  at = append(at, request.uid_drop ? request.uid : 0UL);
  at = append(at, ",gid=");
  append(at, request.uid_drop ? request.uid : 0UL);
  unsigned long flags = MS_NOSUID | MS_NODEV;
  if (request.profile != Profile::program) flags |= MS_NOEXEC;
  return mount("scratch", "/tmp", "tmpfs", flags, options) == 0 && chdir("/tmp") == 0;
}

/// Its own processes and nothing else of what /proc can hold, not to be written: some of its files change what a
/// process shares with its zygote. Where the kernel can't have it so, it stays empty.
void mount_proc() {
  mount("proc", "/proc", "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid,hidepid=2");
}

/// Of a sample that could not be confined. The warden knows such an end by the job's bytes, of which none was read;
/// this tells a reader of its message where to look.
constexpr int failed = 126;

/// For a sample that shares its process ids and perhaps its user with others: calls that name a process may name its
/// own alone.
bool install_own_process_filter() {
  const unsigned own = static_cast<unsigned>(getpid());
  constexpr unsigned number = 0, first_argument = 16;  // of struct seccomp_data
  const sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 3, 0),  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 2, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, first_argument),  // 0 is oneself here, and one's group to kill()
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0),         BPF_STMT(BPF_LD | BPF_W | BPF_ABS, first_argument),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own, 0, 1),       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  sock_fprog program{sizeof code / sizeof code[0], const_cast<sock_filter*>(code)};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/// Into its scratch folder, and behind Landlock's walls where there is a ruleset (else -1).
void enter_place(int scratch, int ruleset) {
  if (fchdir(scratch) != 0) _exit(failed);
  if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) _exit(failed);
}

/// Gives up every right, in the only order that works. A failure ends the child before it reads its job.
void confine(const SpawnRequest& request) {
  signal(SIGPIPE, SIG_IGN);  // as CPython has it
  if (request.in_place == 0 && !mount_scratch(request)) _exit(failed);
  if (request.proc != 0) mount_proc();
  setpriority(PRIO_PROCESS, 0, 0);
  if (request.uid_drop) {
    if (syscall(SYS_setgroups, 0, nullptr) != 0) _exit(failed);
    if (syscall(SYS_setresgid, request.uid, request.uid, request.uid) != 0) _exit(failed);
  }
  // The only one that may fail: then the machine's own limit is lower still, and holds.
  if (request.count_by_uid) (void)limit(RLIMIT_NPROC, request.processes + 0UL);
  if (request.uid_drop && syscall(SYS_setresuid, request.uid, request.uid, request.uid) != 0) _exit(failed);
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &head, none) != 0) _exit(failed);
  // RLIMIT_CORE does not keep cores from a program that the machine pipes them to.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) _exit(failed);
  // No stub's end takes it along.
  if (request.in_place != 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != warden_pid)) _exit(failed);
  const bool limited = limit(RLIMIT_AS, request.address_bytes) && limit(RLIMIT_DATA, request.data_bytes) &&
                       limit(RLIMIT_STACK, request.memory_bytes) && limit(RLIMIT_CORE, 0) &&
                       limit(RLIMIT_NOFILE, request.open_files) && limit(RLIMIT_FSIZE, request.scratch_bytes) &&
                       limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_MEMLOCK, 0);
  if (!limited) _exit(failed);
  if (request.in_place != 0 && !install_own_process_filter()) _exit(failed);
  if (!install(child_filters[request.profile == Profile::program ? 1 : 0])) _exit(failed);
}

/// Puts the request's descriptors where the runner expects them and closes everything else. Each must succeed: what
/// lies at one of these numbers until then is the zygote's, its control socket among it.
void arrange(const int (&fds)[most_spawn_fds]) {
  int high[spawn_fds];
  for (int i = 0; i < spawn_fds; ++i)
    if ((high[i] = fcntl(fds[i], F_DUPFD, 64)) < 0) _exit(failed);
  if (dup2(high[0], sample_job_fd) < 0 || dup2(high[1], sample_result_fd) < 0) _exit(failed);
  for (int i = 2; i < spawn_fds; ++i)
    if (dup2(high[i], i - 2) < 0) _exit(failed);
  if (syscall(SYS_close_range, sample_result_fd + 1, ~0U, 0) != 0) _exit(failed);
}

/// The next request; a shorter message only asks whether anyone is there. Descriptors that did not come are -1.
bool receive(SpawnRequest& request, int (&fds)[most_spawn_fds]) {
  iovec part{&request, sizeof request};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got;
  do {
    got = recvmsg(zygote_control_fd, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got == sizeof request - 1) {
    const char here = 1;
    return send(zygote_control_fd, &here, 1, MSG_NOSIGNAL) == 1 && receive(request, fds);
  }
  const cmsghdr* rights = CMSG_FIRSTHDR(&message);
  if (got != sizeof request || rights == nullptr || rights->cmsg_len < CMSG_LEN(sizeof(int) * spawn_fds)) return false;
  memset(fds, -1, sizeof fds);
  memcpy(fds, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
  return true;
}

/// Forks a sample into namespaces of its own, beside a stub. @return in the sample 0.
long fork_behind_walls(SpawnReply& reply) {
  int pidfd = -1;
  // Python's handlers stand in the stub too, over the zygote's memory: no sample of the same user may set one off.
  const unsigned long every = ~0UL;
  unsigned long usual = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &every, &usual, sizeof every);
  const int stub = clone(stub_main, stub_stack + sizeof stub_stack,
                         CLONE_VM | CLONE_NEWPID | CLONE_PARENT | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &usual, nullptr, sizeof usual);
  reply.stub = stub < 0 ? -errno : stub;
  if (stub < 0) return -1;
  long sample = -1;
  if (setns(pidfd, CLONE_NEWPID) == 0)
    sample =
        syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWIPC | CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (sample == 0) return 0;
  reply.sample = sample < 0 ? -errno : static_cast<int>(sample);
  setns(zygote_pidns_fd, CLONE_NEWPID);
  close(pidfd);
  return sample;
}

alignas(64) char midwife_stack[16384];
void* before_midwife[5];  // where the zygote stands, as __builtin_setjmp keeps it

/// The sample has a copy of the zygote's stack as well: it goes on there.
int midwife_main(void* reply) {
  if (fork_behind_walls(*static_cast<SpawnReply*>(reply)) == 0) __builtin_longjmp(before_midwife, 1);
  return 0;
}

/// The same by a midwife.
long fork_by_midwife(SpawnReply& reply) {
  if (__builtin_setjmp(before_midwife) != 0) return 0;
  reply.midwife =
      clone(midwife_main, midwife_stack + sizeof midwife_stack, CLONE_VM | CLONE_VFORK | CLONE_PARENT, &reply);
  if (reply.midwife < 0) reply = {-errno, -errno, 0};
  return -1;
}

/// Forks a sample in place. @return in the sample 0.
long fork_in_place(SpawnReply& reply) {
  const long sample = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  reply.stub = 0;
  reply.sample = sample < 0 ? -errno : static_cast<int>(sample);
  return sample;
}

}  // namespace

extern "C" {

/// Reads the seccomp programs and confines the zygote itself. 0, or -1.
int assay_zygote_confine() {
  if (!load_filter(zygote_filter_fd, zygote_filter) || !load_filter(child_calls_filter_fd, child_filters[0]) ||
      !load_filter(child_program_filter_fd, child_filters[1]))
    return -1;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  warden_pid = getppid();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return install(zygote_filter) ? 0 : -1;
}

/// Serves requests until the warden closes the socket (returns -1). In each sample's process it returns the profile.
int assay_zygote_serve() {
  for (;;) {
    SpawnRequest request;
    int fds[most_spawn_fds];
    if (!receive(request, fds)) return -1;
    SpawnReply reply{-EAGAIN, -EAGAIN, 0};
    if ((request.in_place != 0     ? fork_in_place(reply)
         : request.by_midwife != 0 ? fork_by_midwife(reply)
                                   : fork_behind_walls(reply)) == 0) {
      if (request.in_place != 0) enter_place(fds[spawn_fds], fds[spawn_fds + 1]);
      arrange(fds);
      confine(request);
      return static_cast<int>(request.profile);
    }
    for (const int fd : fds)
      if (fd >= 0) close(fd);
    if (send(zygote_control_fd, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply) return -1;
  }
}
}
