"""Runs one program as `__main__`, or a command, with pipes for its streams and no guard; its exit status is the outcome.

With files to fetch it runs in a child, so that they can be read however it ends: what they hold goes to the result pipe,
as sandbox/warden/runner_report.h has it.
"""

import builtins
import errno
import functools
import io
import os
import signal
import stat
import struct
import sys
import types
from typing import Any, Iterator, List, NoReturn, Optional, Tuple

JOB = 3
RESULT = 4
MOST_FILES = 4096
THREAD_STACK = 64 << 20  # what a command's first thread may have; C libraries give others as much
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_frame: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


class _Job:
    """Reads what the warden packed (sandbox/wire/packer.h)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self) -> int:
        self.at += 8
        return int.from_bytes(self.data[self.at - 8 : self.at], "little")

    def bytes(self) -> bytes:
        size = self.number()
        self.at += size
        return self.data[self.at - size : self.at]

    def texts(self) -> List[bytes]:
        return [self.bytes() for _ in range(self.number())]

    def files(self) -> List[Tuple[bytes, bytes]]:
        return [(self.bytes(), self.bytes()) for _ in range(self.number())]


def _lay(files: List[Tuple[bytes, bytes]]) -> None:
    for path, content in files:
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700)  # it may be what is to be run
        with open(fd, "wb") as file:
            file.write(content)


def _below(path: bytes) -> Iterator[bytes]:
    """The file, or all files below a path that ends in a slash."""
    if not path.endswith(b"/"):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            yield os.path.join(folder, name)


def _content(path: bytes, left: int) -> Optional[bytes]:
    """What a plain file holds: no pipe, which may have nobody to write to it, no device, which may have no end."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with open(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > left:
            os.write(2, b"assay: %s: too large to be fetched: %d bytes, and room for %d\n" % (path[:200], found.st_size, left))
            return None
        return file.read(left)


def _packed(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


def _report(status: int, fetch: List[bytes], left: int) -> None:
    files: List[bytes] = []
    for path in fetch:
        for each in _below(path):
            try:
                content = _content(each, left)
            except (OSError, ValueError):  # it is not there, or no path at all
                continue
            if content is not None and len(files) < MOST_FILES:
                left -= len(content)
                files.append(_packed(each) + _packed(content))
    whole = memoryview(struct.pack("<iQ", status, len(files)) + b"".join(files))
    while whole:
        whole = whole[os.write(RESULT, whole) :]


def _exec(command: List[bytes], environment: List[bytes]) -> NoReturn:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (THREAD_STACK if hard < 0 else min(THREAD_STACK, hard), hard))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    whole = {name.encode(): value.encode() for name, value in ENVIRONMENT.items()}
    whole.update(tuple(each.split(b"=", 1)) for each in environment)  # type: ignore[arg-type]
    try:
        os.execve(command[0], command, whole)
    except OSError as error:
        os.write(2, b"assay: %s: %s\n" % (command[0], (error.strerror or "").encode()))
        os._exit(127)


_DESCRIPTORS = {"/dev/stdin": "0", "/dev/stdout": "1", "/dev/stderr": "2"}


def _descriptor(path: Any) -> Optional[int]:
    """The descriptor that a path stands for: elsewhere these lead into /proc, which programs do not see."""
    try:
        text = os.fsdecode(path)
    except (TypeError, ValueError):  # a descriptor already, or no path at all
        return None
    number = _DESCRIPTORS.get(text, text[8:] if text.startswith("/dev/fd/") else "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else None


class _Open:
    """`open` or `os.open`, and what they give for descriptors. No method, even where a class holds it: the builtins are none."""

    def __init__(self, real: Any, path_name: str) -> None:
        functools.update_wrapper(self, real)
        self.real = real
        self.path_name = path_name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        path = args[0] if args else kwargs.get(self.path_name)
        descriptor = _descriptor(path)
        if descriptor is None:
            return self.real(*args, **kwargs)

        def opener(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            try:
                return os.dup(descriptor)
            except OSError:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None

        if self.real is _os_open:
            return opener(path, 0)
        return self.real(*args, **kwargs) if len(args) > 7 or "opener" in kwargs else self.real(*args, **kwargs, opener=opener)


_os_open = os.open


def _without_runner(place: Any) -> Any:
    """A traceback without this file's part of it."""
    kept = []
    while place is not None:
        if place.tb_frame.f_code.co_filename != __file__:
            kept.append(place)
        place = place.tb_next
    for each, following in zip(kept, [*kept[1:], None]):
        each.tb_next = following
    return kept[0] if kept else None


def _hide_runner(error: BaseException) -> None:
    """Leaves this file out of what is printed of an exception and of those that led to it."""
    found: List[BaseException] = [error]
    for each in found:
        each.__traceback__ = _without_runner(each.__traceback__)
        others = [other for other in (each.__cause__, each.__context__) if other is not None]
        found += [other for other in others if all(other is not known for known in found)]


def _run(program: bytes) -> None:
    # The zygote's streams were its own; these are the program's.
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8", errors="surrogateescape")
    for name, fd in (("stdout", 1), ("stderr", 2)):
        text = io.TextIOWrapper(open(fd, "wb", closefd=False), encoding="utf-8", errors="surrogateescape" if fd == 1 else "backslashreplace")
        setattr(sys, name, text)
        setattr(sys, "__%s__" % name, text)
    sys.__stdin__ = sys.stdin
    builtins.open = io.open = _Open(io.open, "file")  # type: ignore[assignment]
    os.open = _Open(os.open, "path")  # type: ignore[assignment]
    main_module = types.ModuleType("__main__")
    main_module.__dict__.update({"__builtins__": __builtins__, "__file__": "<program>"})
    sys.modules["__main__"] = main_module
    sys.argv = ["<program>"]
    sys.path.insert(0, "")
    try:
        # As bytes, as Python reads a file: with its byte order mark, and in the encoding that its first lines name.
        exec(compile(program, "<program>", "exec", dont_inherit=True), main_module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        import traceback

        _hide_runner(error)
        place = error.__traceback__
        while place is not None and place.tb_frame.f_code.co_filename != "<program>":
            place = place.tb_next
        traceback.print_exception(type(error), error, place)
        sys.exit(1)


def main() -> None:
    with open(JOB, "rb") as source:
        job = _Job(source.read())
    _frame.seed(job.number())
    program = job.bytes()
    command, environment, fetch = job.texts(), job.texts(), job.texts()
    fetch_bytes = job.number()
    try:
        _lay(job.files())
    except (OSError, ValueError) as error:
        os.write(2, b"assay: the program's files can't be written: %s\n" % str(error).encode("utf-8", "backslashreplace")[:500])
        os._exit(127)
    del job
    if fetch:
        child = os.fork()
        if child != 0:
            os.close(0)  # only the program reads it
            status = os.waitpid(child, 0)[1]
            _report(status, fetch, fetch_bytes)
            os._exit(0)
    os.close(RESULT)
    if command:
        _exec(command, environment)
    _run(program)
