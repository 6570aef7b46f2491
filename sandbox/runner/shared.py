"""A check where tests and sample must share one process: tests that use what only the sample defines, or pass it functions.

Job: the blocks that check.py reads, with the program in front. Frames: LOADED or LOAD_FAILED, then those of check.py but CALL.
"""

from typing import Any

_frame: Any = None
_calls: Any = None
_check: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


def use(calls: Any, check: Any) -> None:
    global _calls, _check
    _calls, _check = calls, check


def run() -> None:
    program = _calls.read_block()
    entry_point, code, seed, tests, keep_going = _check.read_tests()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.guard()
    _frame.swallow()
    names: dict = {}  # type: ignore[type-arg]
    # Without a name to look for, the program need only run.
    if _calls.load(sender, program, entry_point or "__builtins__", names) is None:
        return
    _check.run_tests(sender, names, lambda: exec(compile(code, "<setup>", "exec", dont_inherit=True), names), tests, keep_going)


def main() -> None:
    _calls.deeper(_calls.PADDING, run)
    _calls._exit(0)
