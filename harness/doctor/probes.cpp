#include "harness/doctor/probes.h"

#include "sandbox/jail/layers.h"

namespace assay::harness {
namespace {

namespace layer = sandbox::layer;

constexpr std::string_view preamble = R"PY(
import ctypes, errno, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def held(text): print('held:', text); sys.exit()
def loose(text): print('loose:', text); sys.exit()
def name_of(error): return errno.errorcode.get(error.errno, str(error.errno))
)PY";

constexpr std::string_view make_namespaces =
    "run as root, or let users make namespaces: sysctl user.max_user_namespaces above 0, on Debian "
    "kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; in a container give "
    "CAP_SYS_ADMIN and a seccomp profile that allows clone, unshare, mount and pivot_root (or --privileged)";
constexpr std::string_view make_groups =
    "run as root where /sys/fs/cgroup can be written to, or in a group that is delegated to this user: systemd-run "
    "--user --scope -p Delegate=yes assay ...";

/// Seen from outside while it sleeps.
constexpr std::string_view sleeper = "libc.prctl(15, NAME)\ntime.sleep(10)";

constexpr LayerProbe probe_table[] = {
    {layer::seccomp, SeenBy::end, "libc.ptrace(0, 0, 0, 0)\nloose('ptrace() was let through')",
     "a kernel with CONFIG_SECCOMP_FILTER"},
    {layer::no_new_privs, SeenBy::outside, sleeper, "a kernel of 3.5 or later"},
    {layer::rlimits, SeenBy::words, R"PY(
kept = []
try:
    while len(kept) < 4000: kept.append(os.dup(0))
except OSError as error:
    held('dup() gave %s after %d descriptors' % (name_of(error), len(kept)))
loose('%d descriptors were open' % len(kept))
)PY",
     "a limit of open files that can be lowered"},
    {layer::pid_namespace, SeenBy::words, R"PY(
try:
    os.kill(PID, 0)
except ProcessLookupError:
    held('process %d of the machine is not there; its own number is %d' % (PID, os.getpid()))
except OSError as error:
    loose('process %d of the machine is seen: %s' % (PID, name_of(error)))
loose('process %d of the machine could be signalled' % PID)
)PY",
     make_namespaces},
    {layer::mount_namespace, SeenBy::words, R"PY(
try:
    os.stat(FILE)
except FileNotFoundError:
    held('%s of the machine is not there' % FILE)
except OSError as error:
    loose('%s of the machine is seen: %s' % (FILE, name_of(error)))
loose('%s of the machine is seen' % FILE)
)PY",
     make_namespaces},
    {layer::net_namespace, SeenBy::outside, sleeper, make_namespaces},
    {layer::ipc_namespace, SeenBy::words, R"PY(
libc.shmat.restype = ctypes.c_long
if libc.shmat(SEGMENT, None, 0) == -1:
    held('attaching shared memory of the machine gave %s' % errno.errorcode.get(ctypes.get_errno()))
loose('shared memory of the machine was attached')
)PY",
     make_namespaces},
    {layer::scratch, SeenBy::words, R"PY(
written = 0
try:
    while written < 200:  # over several files: what one may hold is another limit
        with open('fill%d' % (written // 30), 'ab', 0) as file: written += file.write(bytes(1 << 20)) >> 20
except OSError as error:
    held('writing gave %s after %d MiB' % (name_of(error), written))
loose('%d MiB were written' % written)
)PY",
     make_namespaces},
    {layer::landlock, SeenBy::words, R"PY(
try:
    open(FILE).close()
except PermissionError:
    held('opening %s of the machine gave EACCES' % FILE)
except OSError as error:
    loose('opening %s of the machine gave %s' % (FILE, name_of(error)))
loose('%s of the machine was opened' % FILE)
)PY",
     "where there is no mount namespace: a kernel of 5.13 or later that lists landlock in /sys/kernel/security/lsm "
     "(boot parameter lsm=)"},
    {layer::own_uid, SeenBy::outside, sleeper, "run as root, or with CAP_SETUID, CAP_SETGID, CAP_CHOWN and CAP_KILL"},
    {layer::memory_cgroup, SeenBy::words, R"PY(
children = []
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        kept = b'x' * (120 << 20)
        time.sleep(1)
        os._exit(0)
if any(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9 for child in children):
    held('of three processes with 120 MiB each one was killed')
loose('three processes had 120 MiB each')
)PY",
     make_groups},
    {layer::pids_cgroup, SeenBy::words, R"PY(
made = 0
try:
    while made < 200:
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
        made += 1
except OSError as error:
    held('fork() gave %s after %d processes' % (name_of(error), made))
loose('%d processes were made' % made)
)PY",
     make_groups},
    {layer::cpu_cgroup, SeenBy::time, R"PY(
if os.fork() == 0:
    while True: pass
time.sleep(0.3)
)PY",
     make_groups},
};

}  // namespace

std::span<const LayerProbe> layer_probes() { return probe_table; }
std::string_view probe_preamble() { return preamble; }

sandbox::Limits probe_limits() {
  sandbox::Limits limits;
  limits.memory_bytes = 256ULL << 20;
  limits.processes = 32;
  return limits;
}

}  // namespace assay::harness
