"""A check where tests and sample must share one process: tests that use what only the sample defines, or pass it functions.

Job: the blocks that check.py reads, with the program in front. Frames: LOADED or LOAD_FAILED of the tests, sent before anything
of the program runs and could send it; the same of the program; then those of run_tests.py.
"""

import ast
from typing import Any, List

_frame: Any = None
_calls: Any = None
_check: Any = None
_tests: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


def use(calls: Any, check: Any, tests: Any) -> None:
    global _calls, _check, _tests
    _calls, _check, _tests = calls, check, tests


def is_idle(statement: ast.stmt) -> bool:
    """Whether nothing is found out by running it: a function that nobody calls, or what names nothing (`assert True`)."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not statement.name.startswith("test_") and not statement.decorator_list
    return not any(isinstance(part, (ast.Name, ast.ClassDef)) for part in ast.walk(statement))


def first_flaw(setup_code: bytes, tests: List[bytes]) -> bytes:
    """What is wrong with the first that is no Python, or with all, or nothing."""
    flaws: List[bytes] = []
    for source, what in [(setup_code, "setup"), *[(test, "test") for test in tests]]:
        try:
            _tests.compiled(source, what, flaws.append)
        except BaseException:
            pass  # raised again where it runs
        if flaws:
            return flaws[0]
    statements = [each for source in (setup_code, *tests) for each in ast.parse(source.decode("utf-8", "surrogatepass")).body]
    return _tests.NEVER_CALLED if all(map(is_idle, statements)) else b""


def run() -> None:
    program = _calls.read_block()
    entry_point, code, seed, tests, keep_going, *_ = _check.read_tests()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.guard()
    _frame.swallow()
    flaw = first_flaw(code, tests)
    sender.frame(_check.LOAD_FAILED if flaw else _check.LOADED, flaw)
    names: dict = {}  # type: ignore[type-arg]
    # Without a name to look for, the program need only run.
    if not _calls.load(sender, program, entry_point or "__builtins__", names):
        return

    _check.solution_module(names)

    def tell(what: bytes) -> None:
        """From here on the sample could say it too."""

    _tests.run_tests(sender, names, lambda: exec(_tests.compiled(code, "setup", tell), names), tests, keep_going, tell)


def main() -> None:
    _calls.deeper(_calls.PADDING, run)
    _calls._exit(0)
