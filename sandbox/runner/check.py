"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail.

Job (from the job pipe), blocks with an 8-byte length in front: entry point, setup, options ("<QQQQQ???": seed, number of tests, of other
names, of classes, of methods, keep going, objects, apart), the other names of the sample's that the tests use, those of its classes that they use
as such, what they use of these classes' objects, the tests. Then a block a call: the sample's answer, as answer.py describes it, held
against the closed list of codes by the warden. Frames on the result pipe: CALL as answer.py describes it; OWN_WORD as proxy.py does; those of
run_tests.py.
"""

import builtins
import sys
import types
from typing import Any, Callable, Dict

LOADED, LOAD_FAILED = 1, 2  # the warden's words (check_session.cpp)
# Other processes of the machine, the sample's too, can bring these about; a RuntimeError is what no new thread can be started with.
OF_THE_MACHINE = (MemoryError, OSError, RuntimeError)
# Tests that speak of these may pass for an array of nothing, which is near to anything and not even unequal to it.
EMPTY_PASSES = (b"all", b"approx", b"close", b"norm", b"max", b"any", b"sum", b"not", b"!=")

_calls: Any = None
_frame: Any = None
_decode: Any = None
_proxy: Any = None
_tests: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


def use(calls: Any, decode: Any, proxy: Any, tests: Any) -> None:
    global _calls, _decode, _proxy, _tests
    _calls, _decode, _proxy, _tests = calls, decode, proxy, tests


def solution_module(names: Dict[str, Any]) -> None:
    """What the tests of some data sets import the program from."""
    module = sys.modules["solution"] = types.ModuleType("solution")
    module.__dict__.update(names)


def compare_nothing_with_nothing_alone(testing: bool) -> None:
    """NumPy stretches one value to the shape of an array of none, and finds all of these near: `allclose([], 1.4)`."""
    import numpy

    plain = numpy.isclose

    def isclose(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        found = plain(a, b, *args, **kwargs)
        return numpy.bool_(False) if numpy.size(found) == 0 and numpy.size(a) + numpy.size(b) > 0 else found

    numpy.isclose, numpy.allclose = isclose, lambda *args, **kwargs: bool(numpy.all(isclose(*args, **kwargs)))
    if not testing:
        return
    import numpy.testing

    utils = sys.modules.get("numpy.testing._private.utils")  # a part that may move
    compare = getattr(utils, "assert_array_compare", None)
    if compare is None:
        return

    def assert_array_compare(comparison: Any, x: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        if (numpy.size(x) == 0) != (numpy.size(y) == 0):
            raise AssertionError("nothing is compared with something")
        return compare(comparison, x, y, *args, **kwargs)

    utils.assert_array_compare = assert_array_compare  # type: ignore[attr-defined]


def zip_that_tells(tell: Callable[[], None]) -> type:
    """`for a, b in zip(f(x), [1.5, 2.5]): …` checks nothing of a list of none.

    Behind a list of one that may be its rest: `zip(a, a[1:])`.
    """

    class zip(builtins.zip):  # type: ignore[type-arg]
        def __new__(cls, *iterables: Any, **how: Any) -> Any:
            sizes = [len(each) for each in iterables if type(each) in (list, tuple)]
            if sizes and min(sizes) == 0 and max(sizes) > (0 if sizes[0] == 0 else 1):
                tell()
            return super().__new__(cls, *iterables, **how)

    return zip


def read_tests() -> Any:
    entry_point, code = _calls.read_block().decode("utf-8", "surrogatepass"), bytes(_calls.read_block())
    seed, tests, *counts, keep_going, objects, apart = _calls._unpack("<QQQQQ???", _calls.read_block())
    names = [[_calls.read_block().decode("utf-8", "surrogatepass") for _ in range(count)] for count in counts]
    return entry_point, code, seed, [bytes(_calls.read_block()) for _ in range(tests)], keep_going, (*names, objects), apart


def run() -> None:
    entry_point, code, seed, tests, keep_going, names_used, apart = read_tests()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.swallow()
    main_module = types.ModuleType("__main__")
    sys.modules["__main__"] = main_module
    names = main_module.__dict__
    names["__file__"] = "/tests.py"  # where files ask for it; nothing is there
    sample = _proxy.Sample(sender, entry_point, *names_used)
    names["zip"] = zip_that_tells(sample.own_word)
    own: Dict[str, Any] = {}
    if any(word in test for test in tests for word in EMPTY_PASSES):
        _decode.tell_of_empty_arrays(sample.own_word)
    if any(b"numpy" in each for each in (code, *tests)):
        compare_nothing_with_nothing_alone(any(b"testing" in each for each in (code, *tests)))

    def tell(what: bytes) -> None:
        sender.frame(LOAD_FAILED, what)

    def before() -> None:
        own.update(sample.program())
        names.update(own)
        solution_module(own)
        sample.hears(code)
        setup_code = _tests.compiled(code, "setup", tell)
        try:
            exec(setup_code, names)
        except BaseException as error:
            # A setup that uses the sample may have failed through it.
            uses_sample = sample.asked or b"solution" in code or any(_tests.loads(setup_code, name) for name in sample.names)
            if not uses_sample and not isinstance(error, OF_THE_MACHINE):
                tell(_tests.flaw("the setup raised before it called the program", error, ""))
            raise
        if entry_point in own:  # another that the setup has bound is its own
            names[entry_point] = own[entry_point]

    _tests.run_tests(sender, names, before, tests, keep_going, tell, sample, apart)


def main() -> None:
    run()
    _calls.read_block()  # the warden ends this process
