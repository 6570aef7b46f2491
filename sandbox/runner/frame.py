"""EvalPlus's frame: what a sample may and may not do there, kept because it decides honest verdicts.

None of it is a defence: the jail is. The rows were found by running EvalPlus (evalplus/eval/utils.py, reliability_guard,
swallow_io); tests/sandbox/frame_test.cpp has a case for each.
"""

import _signal
import builtins
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import Any, List, Tuple

# Where a name is set to None: module, names. `os.environ["OMP_NUM_THREADS"] = "1"` is set before, while that still works.
GUARD: List[Tuple[Any, str]] = [
    (builtins, "exit quit open help"),
    (
        os,
        "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate replace "
        "unlink fchmod fchown chmod chown chroot lchflags lchmod lchown getcwd chdir",
    ),
    (shutil, "rmtree move chown"),
    (subprocess, "Popen"),
]
# Modules whose import fails.
ABSENT = ("ipdb", "joblib", "resource", "psutil", "tkinter")


class Stream(io.StringIO):
    """stdin, stdout and stderr at once: takes any text, and raises when it is read."""

    def read(self, *args: Any, **kwargs: Any) -> str:
        raise OSError

    readline = read
    readlines = read  # type: ignore[assignment]

    def readable(self, *args: Any, **kwargs: Any) -> bool:
        return False


class TimeoutException(Exception):
    """What SIGALRM raises during a call; its class is what a sample sees of EvalPlus's own limit."""


def _timed_out(signum: int, frame: Any) -> None:
    raise TimeoutException("Timed out!")


# Of the module underneath: `signal` makes an enumeration of each handler, ten microseconds a call.
_setitimer, _set_handler, _handler = _signal.setitimer, _signal.signal, _signal.getsignal
_ALRM, _REAL = int(signal.SIGALRM), int(signal.ITIMER_REAL)


def arm() -> None:
    """Before each call: SIGALRM means what it means there, whatever a call before made of it."""
    if _handler(_ALRM) is not _timed_out:
        _set_handler(_ALRM, _timed_out)


def disarm() -> None:
    """After each call: no timer of the sample's outlives it."""
    _setitimer(_REAL, 0.0)


def guard() -> None:
    tempfile.tempdir = os.getcwd()  # EvalPlus has used it by now; looking for it takes what is gone below
    os.environ["OMP_NUM_THREADS"] = "1"
    for module, names in GUARD:
        for name in names.split():
            setattr(module, name, None)
    for name in ABSENT:
        sys.modules[name] = None  # type: ignore[assignment]


_stream: Any = None
_tell = io.StringIO.tell


def swallow() -> None:
    """Fresh streams, as each call gets them; the last ones again where nobody touched them."""
    global _stream
    try:
        if sys.stdout is _stream and sys.stderr is _stream and sys.stdin is _stream and _tell(_stream) == 0:
            return
    except (ValueError, AttributeError):  # closed; deleted
        pass
    sys.stdout = sys.stderr = sys.stdin = _stream = Stream()


def seed(value: int) -> None:
    """A verdict is a function of the job: no other randomness reaches a sample through these modules."""
    import random

    random.seed(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(value & 0xFFFFFFFF)
