/// Notes attempts from within a sample's process (attempt_note.h): CPython tells its audit hooks of what it is about to
/// open or list, and once a hook is there no Python code removes it. Installed in the zygote, inherited by its forks.
///
/// What is noted is a hint: native code goes around CPython, and may undo the hook. So nothing depends on it but the
/// list of attempts. Only paths that the jail keeps from the sample are noted, whatever a sample then makes of them.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/zygote/attempt_note.h"

// Of Python's stable interface; resolved in the interpreter that loads this. Its headers are not needed for it.
struct _object;
using PyObject = _object;
extern "C" {
int PySys_AddAuditHook(int (*hook)(const char*, PyObject*, void*), void* data);
PyObject* PyTuple_GetItem(PyObject* tuple, ssize_t index);
const char* PyUnicode_AsUTF8AndSize(PyObject* text, ssize_t* size);
PyObject* PySys_GetObject(const char* name);
ssize_t PyList_Size(PyObject* list);
PyObject* PyList_GetItem(PyObject* list, ssize_t index);
int PyBytes_AsStringAndSize(PyObject* bytes, char** text, ssize_t* size);
void PyErr_Clear(void);
}

using namespace assay::sandbox;

namespace {

void note(rlim_t what) {
  rlimit now{};
  if (syscall(SYS_prlimit64, 0, RLIMIT_LOCKS, nullptr, &now) != 0) return;
  const rlim_t noted = with_note(now.rlim_max, what);
  const rlimit both{noted, noted};
  if (noted < now.rlim_max) syscall(SYS_prlimit64, 0, RLIMIT_LOCKS, &both, nullptr);
}

constexpr const char* events[] = {"open", "os.listdir", "os.scandir"};

/// Where Python's own library looks without being asked to: no act of the sample's.
struct Exempt {
  const char* beginning;
  const char* why;
};
constexpr Exempt exempt[] = {
    {"/dev/stdin", "the sample's own streams"},
    {"/dev/stdout", "the same"},
    {"/dev/stderr", "the same"},
    {"/dev/fd/", "the same"},
    {"/dev/tty", "getpass"},
    {"/dev/shm/pym-", "multiprocessing, for values that processes share"},
    {"/etc/os-release", "platform"},
    {"/usr/lib/os-release", "platform"},
    {"/var/tmp/", "tempfile, where the scratch is full"},
    {"/usr/tmp/", "tempfile, where the scratch is full"},
};

bool begins(const char* path, const char* with) { return strncmp(path, with, strlen(with)) == 0; }

/// Whether a path that begins in some folder leads out of it, by its words.
bool leaves(const char* path) {
  int depth = 0;
  while (*path != 0) {
    const size_t length = strcspn(path, "/");
    const bool stays = length == 0 || (length == 1 && *path == '.');
    if (length == 2 && begins(path, ".."))
      --depth;
    else if (!stays)
      ++depth;
    if (depth < 0) return true;
    path += length;
    if (*path == '/') ++path;
  }
  return false;
}

/// Where Python looks for modules, what packages are installed, and their data (importlib.metadata): not all of that
/// need be there. As it stood before any sample, who may change `sys.path`; the last is null.
const char* search_path[64] = {};

void keep_search_path() {
  PyObject* path = PySys_GetObject("path");  // borrowed, as its items
  const ssize_t count = path == nullptr ? 0 : PyList_Size(path);
  size_t kept = 0;
  for (ssize_t i = 0; i < count && kept + 1 < sizeof search_path / sizeof *search_path; ++i) {
    ssize_t size = 0;
    const char* entry = PyUnicode_AsUTF8AndSize(PyList_GetItem(path, i), &size);
    if (entry != nullptr && size > 1 && *entry == '/') search_path[kept++] = strdup(entry);
  }
  PyErr_Clear();
}

bool is_searched(const char* path) {
  for (const char* const* each = search_path; *each != nullptr; ++each) {
    const size_t length = strlen(*each);
    if (begins(path, *each) && (path[length] == 0 || path[length] == '/')) return !leaves(path + length);
  }
  return false;
}

/// In its scratch, which is `/tmp` and its working folder, a sample may look for what is not there.
bool in_scratch(const char* path) {
  if (*path != '/') return !leaves(path);
  if (begins(path, "/tmp/")) return !leaves(path + 5);
  char folder[512];
  const long size = syscall(SYS_getcwd, folder, sizeof folder);  // with its NUL
  return size > 2 && begins(path, folder) && path[size - 1] == '/' && !leaves(path + size);
}

/// Whether the path lies beyond what the jail shows: whoever opens it would be refused, or told that nothing is there.
bool outside(const char* path) {
  if (in_scratch(path) || is_searched(path)) return false;
  for (const Exempt& each : exempt)
    if (begins(path, each.beginning) && !leaves(path + strlen(each.beginning))) return false;
  const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  if (fd >= 0) {
    syscall(SYS_close, fd);
    return false;
  }
  return errno == ENOENT || errno == EACCES || errno == EPERM || errno == ENOTDIR;
}

/// Called with the GIL held, for every audited act: most are told apart by their first two letters.
int watch(const char* event, PyObject* arguments, void*) {
  if (event[0] != 'o' || (event[1] != 'p' && event[1] != 's')) return 0;
  bool opens = false;
  for (const char* each : events) opens = opens || strcmp(event, each) == 0;
  if (!opens || arguments == nullptr) return 0;
  const int kept = errno;
  PyObject* argument = PyTuple_GetItem(arguments, 0);
  ssize_t size = 0;
  char* bytes = nullptr;
  const char* path = argument == nullptr ? nullptr : PyUnicode_AsUTF8AndSize(argument, &size);
  if (path == nullptr) {
    PyErr_Clear();
    if (argument != nullptr && PyBytes_AsStringAndSize(argument, &bytes, &size) == 0) path = bytes;
    if (path == nullptr) PyErr_Clear();
  }
  if (path != nullptr && size > 0 && strlen(path) == static_cast<size_t>(size) && outside(path))
    note(note_outside_view);
  errno = kept;
  return 0;
}

}  // namespace

extern "C" {

/// Watches what Python opens in every process that is forked from this one. 0, or -1.
int assay_watch() {
  keep_search_path();
  return PySys_AddAuditHook(watch, nullptr);
}

/// For the encoder: what it was given is of a type that no honest program returns.
void assay_note_forged_type() { note(note_forged_type); }
}
