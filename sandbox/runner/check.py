"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail.

Job (from the job pipe), blocks with an 8-byte length in front: entry point, setup, options ("<QQQQQQ???": seed, number of tests, of other
names, of classes, of methods, of shared classes, keep going, objects, apart), the other names of the sample's that the tests use, those of its classes that they use
as such, what they use of these classes' objects, the classes that the setup shares with it, the tests. Then a block a call: the sample's answer, as answer.py describes it, held
against the closed list of codes by the warden. Frames on the result pipe: CALL as answer.py describes it; OWN_WORD as proxy.py does; those of
run_tests.py.
"""

import sys
import types
from typing import Any, Dict

LOADED, LOAD_FAILED = 1, 2  # the warden's words (check_session.cpp)
# Other processes of the machine, the sample's too, can bring these about; a RuntimeError is what no new thread can be started with.
OF_THE_MACHINE = (MemoryError, OSError, RuntimeError)

_calls: Any = None
_frame: Any = None
_decode: Any = None
_proxy: Any = None
_tests: Any = None
_vacuous: Any = None
_twins: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _frame
    _frame = frame


def use(calls: Any, decode: Any, proxy: Any, tests: Any, vacuous: Any, twins: Any) -> None:
    global _calls, _decode, _proxy, _tests, _vacuous, _twins
    _calls, _decode, _proxy, _tests, _vacuous, _twins = calls, decode, proxy, tests, vacuous, twins


def solution_module(names: Dict[str, Any]) -> None:
    """What the tests of some data sets import the program from."""
    module = sys.modules["solution"] = types.ModuleType("solution")
    module.__dict__.update(names)


def read_tests() -> Any:
    entry_point, code = _calls.read_block().decode("utf-8", "surrogatepass"), bytes(_calls.read_block())
    seed, tests, *counts, keep_going, objects, apart = _calls._unpack("<QQQQQQ???", _calls.read_block())
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
    *names_used, shared, objects = names_used
    sample = _proxy.Sample(sender, entry_point, *names_used, objects)
    if shared:
        sample.twins = _twins.Twins(sample, shared, names)
    _vacuous.guard(names, (code, *tests), sample.own_word, _decode)
    own: Dict[str, Any] = {}

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
        sys.modules["solution"].__dict__.update({name: names[name] for name in shared if name in names})
        if entry_point in own:  # another that the setup has bound is its own
            names[entry_point] = own[entry_point]

    _tests.run_tests(sender, names, before, tests, keep_going, tell, sample, apart)


def main() -> None:
    run()
    _calls.read_block()  # the warden ends this process
