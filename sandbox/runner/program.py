"""Runs one program as `__main__`, with pipes for its streams and no guard; its exit status is the outcome."""

import io
import os
import sys
import types
from typing import Any

JOB = 3
_frame: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


def main() -> None:
    with open(JOB, "rb") as job:
        seed = int.from_bytes(job.read(8), "little")
        program = job.read()
    os.close(4)
    _frame.seed(seed)
    # The zygote's streams were its own; these are the program's.
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8", errors="surrogateescape")
    for name, fd in (("stdout", 1), ("stderr", 2)):
        text = io.TextIOWrapper(open(fd, "wb", closefd=False), encoding="utf-8", errors="surrogateescape" if fd == 1 else "backslashreplace")
        setattr(sys, name, text)
        setattr(sys, "__%s__" % name, text)
    sys.__stdin__ = sys.stdin
    main_module = types.ModuleType("__main__")
    main_module.__dict__.update({"__builtins__": __builtins__, "__file__": "<program>"})
    sys.modules["__main__"] = main_module
    sys.argv = ["<program>"]
    sys.path.insert(0, "")
    try:
        exec(compile(program.decode("utf-8", "surrogatepass"), "<program>", "exec", dont_inherit=True), main_module.__dict__)
    except SystemExit:
        raise
    except BaseException:
        import traceback

        kind, error, place = sys.exc_info()
        while place is not None and place.tb_frame.f_code.co_filename != "<program>":
            place = place.tb_next
        traceback.print_exception(kind, error, place)
        sys.exit(1)
