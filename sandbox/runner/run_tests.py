"""Runs tests, whose functions, classes and test cases are run as pytest and unittest would, and tells of each whether it raised.

Frames: LOAD_FAILED, what is wrong with setup or tests themselves; PASSED or RAISED a test; FINISHED.
"""

import dis
import sys
import types
from typing import Any, Callable, Dict, List

PASSED, RAISED, FINISHED = 5, 6, 8  # the warden's words (check_session.cpp)
NEVER_CALLED = b"the tests never call the program: any would pass them"
TEST = "<test>"  # the file that a test's code says it is of
NO_PYTHON = (SyntaxError, ValueError, RecursionError)  # what compile() raises for the text's own sake
# Nothing is kept, no file is read but the one that is named, and the streams are left as they are.
PYTEST_OPTIONS = "-x -q -c /dev/null --rootdir=/ --capture=no --assert=plain -p no:cacheprovider -p no:faulthandler -p no:doctest".split()

Tell = Callable[[bytes], None]

_frame: Any = None
_calls: Any = None
_apart: Any = None
_pytest_main: Any = None  # where the zygote has pytest


def use(calls: Any, frame: Any, apart: Any) -> None:
    global _calls, _frame, _apart
    _calls, _frame, _apart = calls, frame, apart


def use_pytest(pytest: Any) -> None:
    """Tests may end in `pytest.main()`, which finds nothing here: they are run all the same."""
    global _pytest_main
    _pytest_main, pytest.main = pytest.main, lambda *args, **kwargs: 0


def run_unittest(names: Dict[str, Any], known: List[Any]) -> None:
    """Runs the test cases that a test has defined: by themselves they would only stand there."""
    unittest = sys.modules.get("unittest")
    if unittest is None:
        return
    found = [
        value
        for value in list(names.values())
        if isinstance(value, type) and issubclass(value, unittest.TestCase) and value.__module__ in ("__main__", "builtins") and value not in known
    ]
    if not found:
        return
    known.extend(found)
    suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(each) for each in found])
    result = unittest.TestResult()
    result.failfast = True
    suite.run(result)
    if not result.wasSuccessful() or result.testsRun <= len(result.skipped):
        raise AssertionError("unittest")


class Skipped(AssertionError):
    """All of a test was skipped, or a part of it for what the sample answered."""


def run_pytest(names: Dict[str, Any], before: Dict[str, Any], sample: Any) -> None:
    """Runs what a test has defined as pytest does, with its fixtures, marks and classes. `before`: the names as they were."""
    pytest = sys.modules["pytest"]
    collected: List[Any] = []
    passed: List[Any] = []
    skipped: List[bool] = []  # whether the sample had been asked
    asked = sample.asked
    module = types.ModuleType("tests")
    run_before = {name for name, value in before.items() if names.get(name) is value and (isinstance(value, type) or name.startswith("test"))}
    module.__dict__.update({name: value for name, value in names.items() if name not in run_before})

    class Tests(pytest.Module):  # type: ignore[name-defined, misc]
        def _getobj(self) -> Any:
            return module

    class Plugin:
        def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
            return Tests.from_parent(parent, path=module_path)

        def pytest_collection_finish(self, session: Any) -> None:
            collected.extend(session.items)

        def pytest_runtest_logstart(self, nodeid: Any, location: Any) -> None:
            nonlocal asked
            asked = sample.asked

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.when == "call" and report.passed:
                passed.append(report)
            if report.skipped:
                skipped.append(sample.asked > asked)

    # Any file will do for the module that the plugin makes of it.
    code = _pytest_main([*PYTEST_OPTIONS, __file__], plugins=[Plugin()])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssertionError("pytest")
    if any(skipped) or (collected and not passed):
        raise Skipped


def needs_arguments(function: Any) -> bool:
    code, defaults = function.__code__, function.__defaults__ or ()
    named = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return code.co_argcount > len(defaults) or any(name not in (function.__kwdefaults__ or {}) for name in named)


def loads(code: Any, name: str) -> bool:
    """Whether a program, or a function within it, looks up `name`."""
    within = any(loads(part, name) for part in code.co_consts if isinstance(part, types.CodeType))
    return within or any(each.opname in ("LOAD_NAME", "LOAD_GLOBAL") and each.argval == name for each in dis.get_instructions(code))


def run_functions(code: Any, names: Dict[str, Any], known: List[Any], called: bool) -> None:
    """Runs the test functions that a test has defined, as pytest would: by themselves they would only stand there.

    But for those that it runs itself: where it has `called` the sample, those that it speaks of.
    """
    for name, value in list(names.items()):
        if not name.startswith("test_") or type(value) is not types.FunctionType:
            continue
        inner = getattr(value, "__wrapped__", value)
        if type(inner) is not types.FunctionType:
            continue
        if inner.__code__.co_filename != TEST or any(value is each for each in known) or needs_arguments(inner):
            continue
        known.append(value)
        if called and loads(code, name):
            continue
        result = value()
        if isinstance(result, types.CoroutineType):
            import asyncio

            asyncio.run(result)


def flaw(what: str, error: BaseException, source: str) -> bytes:
    """One line: what is wrong with the tests themselves."""
    try:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        line = (error.text if isinstance(error, SyntaxError) else None) or source
        text = "%s: %s: %s%s" % (what, type(error).__name__, said, ": " + line.strip() if line else "")
    except BaseException:  # a class of the setup's own
        text = what
    return text[:300].encode("utf-8", "replace")


def compiled(source: bytes, what: str, tell: Tell) -> Any:
    """The code of a test or of the setup; `tell` hears of what is no Python before it is raised."""
    text = ""
    try:
        text = source.decode("utf-8", "surrogatepass")
        return compile(text, "<%s>" % what, "exec", dont_inherit=True)  # "<test>" is TEST
    except NO_PYTHON as error:
        tell(flaw("the %s is no valid Python" % what, error, text))
        raise


def innermost_file(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename if trace is not None else ""


def run_test(source: bytes, names: Dict[str, Any], known: List[Any], tell: Tell, sample: Any) -> None:
    before = sample.asked if sample else 0
    code = compiled(source, "test", tell)
    names_before = dict(names)
    try:
        exec(code, names)
    except SystemExit as error:  # `sys.exit(main())` at a file's end; but not what a call of the sample raised
        if error.code not in (None, 0) or innermost_file(error) != TEST:
            raise
    called = sample is None or sample.asked > before
    if _pytest_main is not None:
        return run_pytest(names, names_before, sample)
    run_unittest(names, known)
    run_functions(code, names, known, called)


def run_tests(
    sender: Any,
    names: Dict[str, Any],
    before: Callable[[], None],
    tests: List[bytes],
    keep_going: bool,
    tell: Tell,
    sample: Any = None,
    apart: bool = False,
) -> None:
    """`before` readies the names; where it raises, every test does. `tell` hears of tests that are no Python, or test nothing.

    Without `sample` it shares this process. With `apart` no test runs behind one that the sample's own word decided: it may have learnt
    there what they expect.
    """
    failure = None
    passed = skipped = 0
    known: List[Any] = []
    if any(b"unittest" in test for test in tests):
        import unittest

        def main(*args: Any, **kwargs: Any) -> Any:
            run_unittest(names, known)
            return types.SimpleNamespace(result=unittest.TestResult())

        unittest.main = main  # type: ignore[assignment, misc]
    try:
        before()
    except BaseException as error:
        failure = error
    together = _apart.Tests(tests, names, sample.names if sample else [])
    for index, test in enumerate(tests):
        _frame.swallow()
        if sample:
            sample.begins(test, lambda: apart and _pytest_main is None and together.keeps_to_itself(index))
        asked = sample.asked if sample else 0
        try:
            if failure is not None:
                raise failure
            run_test(test, names, known, tell, sample)
        except BaseException as error:
            if sample and failure is None and type(error) is ModuleNotFoundError and sample.asked == asked:
                tell(flaw("the test raised before it called the program", error, ""))
            skipped += type(error) is Skipped
            known.extend(value for value in names.values() if isinstance(value, (type, types.FunctionType)))  # its own end with it
            kind = b"AssertionError" if type(error) is Skipped else _calls.type_name(error)
            sender.frame(RAISED, _calls._pack("<I", index) + kind)
            goes_on = keep_going
        else:
            passed += 1
            sender.frame(PASSED, _calls._pack("<I", index))
            goes_on = True
        if not goes_on or (apart and sample.decided_one):
            break
    if sample and passed + skipped == len(tests) and sample.is_untested(tests):
        tell(NEVER_CALLED)
    sender.frame(FINISHED, b"")
