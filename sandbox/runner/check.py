"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail.

Job (from the job pipe), blocks with an 8-byte length in front: entry point, setup, options ("<QQ?": seed, number of tests,
keep going), the tests. Then a block a call: the sample's answer, as answer.py describes it, held against the closed list of
codes by the warden. Frames on the result pipe: CALL as answer.py describes it; LOAD_FAILED, what is wrong with setup or
tests themselves; PASSED or RAISED a test; FINISHED.
"""

import builtins
import dis
import sys
import types
from collections import defaultdict, deque
from itertools import islice
from threading import RLock
from typing import Any, Callable, Dict, Iterator, List, Optional

LOADED, LOAD_FAILED, CALL, PASSED, RAISED, BAD_ANSWER, FINISHED = 1, 2, 3, 5, 6, 7, 8
MOST_ITEMS = 1024  # of an iterator are fetched at once
MOST_ARGUMENT_ITEMS = 1_000_000
TEST = "<test>"  # the file that a test's code says it is of
NO_PYTHON = (SyntaxError, ValueError, RecursionError)  # what compile() raises for the text's own sake
# Other processes of the machine, the sample's too, can bring these about; a RuntimeError is what no new thread can be started with.
OF_THE_MACHINE = (MemoryError, OSError, RuntimeError)

# What an answer to a call consists of, besides the arguments as the call left them.
ANSWERS = {"value": (object,), "iterator": (int,), "function": (int,), "raised": (tuple, tuple)}
# What exceptions know besides their arguments (answer.py has the same).
ATTRIBUTES = ((ImportError, "name path"), (NameError, "name"), (AttributeError, "name"), (OSError, "filename filename2"))
LEVELS_OF_A_QUESTION = 100  # of calls, that one be asked whole however deep the test stands

Tell = Callable[[bytes], None]

_encode: Any = None
_decode: Any = None
_frame: Any = None
_calls: Any = None
_refresh: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def use(calls: Any, decode: Any, refresh: Any) -> None:
    global _calls, _decode, _refresh
    _calls, _decode, _refresh = calls, decode, refresh


def untold(reply: Any) -> bool:
    """Whether it is what comes in place of an answer that can't be told: for its depth, or since it holds itself."""
    return len(reply) == 3 and reply[0] == "value" and type(reply[1]) is _decode.Opaque and reply[2] is None


def is_builtin(value: Any) -> bool:
    """Functions and classes of `builtins` cross by their names, as arguments of their own."""
    if type(value) is not type and type(value) is not types.BuiltinFunctionType:
        return False
    return getattr(builtins, value.__name__, None) is value


def exception(what: Any, args: Any) -> BaseException:
    """The builtin exception that the sample raised, or one of its name. A StopIteration would end a test's own loops."""
    name, base_name, attributes = what
    base = getattr(builtins, base_name)
    if not issubclass(base, BaseException) or type(name) is not str or type(args) is not tuple or type(attributes) is not dict:
        raise ValueError("no such exception")
    if issubclass(base, (StopIteration, StopAsyncIteration, GeneratorExit)):
        return RuntimeError("the call raised " + base_name)
    for each in base.__mro__[:-1]:  # the nearest that can be made of what has crossed
        try:
            error = each.__new__(each if name == each.__name__ else type(name, (each,), {}), *args)
            break
        except (TypeError, ValueError):
            continue
    try:
        base.__init__(error, *args)  # which knows what of them is the code, the place, the line
    except (TypeError, ValueError, AttributeError):
        pass
    error.args = args
    for kind, known in ATTRIBUTES:
        for attribute in known.split() if issubclass(base, kind) else ():
            if type(attributes.get(attribute)) is str:
                setattr(error, attribute, attributes[attribute])
    return error  # type: ignore[no-any-return]


def parts(reply: Any, args: List[Any], kwargs: Dict[str, Any]) -> Any:
    """What an answer to a call consists of; raises for what the sample's side never sends."""
    what, *fields, after = reply
    kinds = ANSWERS[what]
    if len(fields) != len(kinds) or not all(map(isinstance, fields, kinds)):
        raise ValueError("no such answer")
    if after is not None:
        left, named, which = after
        at_position = type(which) is int and 0 <= which < len(args)
        if type(left) is not list or type(named) is not dict or len(left) != len(args) or named.keys() != kwargs.keys():
            raise ValueError("no such arguments")
        if which is not None and not at_position and (type(which) is not str or which not in kwargs):
            raise ValueError("no such argument")
    return what, exception(*fields) if what == "raised" else fields[0], after


def makings(args: Dict[Any, Any]) -> Dict[Any, Any]:
    """What the values' own format leaves out of some arguments, and answer.py puts back."""
    made: Dict[Any, Any] = {}
    for key, value in args.items():
        if type(value) is deque and value.maxlen is not None:
            made[key] = ("deque", value.maxlen)
        elif type(value) is defaultdict and is_builtin(value.default_factory):
            made[key] = ("defaultdict", value.default_factory.__name__)
    return made


class Sample:
    """The sample in its own jail, as tests see it."""

    def __init__(self, sender: Any, entry_point: str) -> None:
        self.sender = sender
        self.name = entry_point.encode("utf-8", "surrogatepass")
        self.lock = RLock()  # of the pipes, and of the limit of recursion
        self.asked = 0  # times

    def is_untested(self, tests: List[bytes]) -> bool:
        """Whether tests that speak of it never called it. Nothing of its making has had a hand in that."""
        return not self.asked and any(self.name in test for test in tests)

    def ask(self, *request: Any) -> Any:
        data = _encode.encode(request)
        self.asked += 1
        with self.lock:
            levels = sys.getrecursionlimit()
            sys.setrecursionlimit(levels + LEVELS_OF_A_QUESTION)
            try:
                self.sender.frame(CALL, data)
                block = _calls.read_block()
            finally:
                sys.setrecursionlimit(levels)
        try:
            reply = _decode.decode(block)
            return (str(reply[0]), *reply[1:])
        except RecursionError:  # too deep for where the test stands
            return ("value", _decode.Opaque("value"), None)
        except MemoryError:
            raise
        except BaseException:
            self.unreadable()

    def unreadable(self) -> None:
        self.sender.frame(BAD_ANSWER, b"")
        _calls.read_block()  # the warden ends this process

    def call(self, target: int, args: List[Any], kwargs: Dict[str, Any]) -> Any:
        every: Dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        iterators = [key for key, value in every.items() if hasattr(type(value), "__next__")]
        named = [key for key, value in every.items() if is_builtin(value)]
        sent = dict(every)
        for key in named:
            sent[key] = every[key].__name__
        for key in iterators:
            sent[key] = list(islice(every[key], MOST_ARGUMENT_ITEMS))
        in_order = [sent.pop(i) for i in range(len(args))]
        reply = self.ask("call", target, in_order, sent, iterators, named, makings(every))
        try:
            what, value, after = parts(reply, args, kwargs)
        except (RecursionError, MemoryError):
            raise
        except BaseException:
            self.unreadable()
        if after is not None:
            left = {**dict(enumerate(after[0])), **after[1]}
            for key in (*iterators, *named):
                del left[key]
            with self.lock:
                kept = _refresh.refreshed(every, left)
            value = value if after[2] is None else kept[after[2]]
        return self.understood(what, value)

    def understood(self, what: str, value: Any) -> Any:
        if what == "raised":
            raise value
        if what == "iterator":
            return self.items(value)
        if what == "function":
            return self.function(value)
        return value

    def function(self, target: int) -> Callable[..., Any]:
        def sample(*args: Any, **kwargs: Any) -> Any:
            return self.call(target, list(args), kwargs)

        return sample

    def items(self, number: int) -> Iterator[Any]:
        count = 1
        while True:
            reply = self.ask("next", number, count)
            try:
                what, items, end = ("items", [reply[1]], None) if untold(reply) else reply
                error = exception(*end) if end else None
                if what != "items" or type(items) is not list or len(items) > count:
                    raise ValueError("no such answer")
            except (RecursionError, MemoryError):
                raise
            except BaseException:
                self.unreadable()
            yield from items
            if error is not None:
                raise error
            if end is not None or not items:
                return
            count = min(count * 2, MOST_ITEMS)


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
    if not result.wasSuccessful() or result.testsRun == 0:
        raise AssertionError("unittest")


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
        inner = getattr(value, "__wrapped__", value)
        if not name.startswith("test_") or type(value) is not types.FunctionType or type(inner) is not types.FunctionType:
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


def run_test(source: bytes, names: Dict[str, Any], known: List[Any], tell: Tell, sample: Optional[Sample]) -> None:
    before = sample.asked if sample else 0
    code = compiled(source, "test", tell)
    exec(code, names)
    called = sample is None or sample.asked > before
    run_unittest(names, known)
    run_functions(code, names, known, called)


def run_tests(
    sender: Any,
    names: Dict[str, Any],
    before: Callable[[], None],
    tests: List[bytes],
    keep_going: bool,
    tell: Tell,
    sample: Optional[Sample] = None,
) -> None:
    """`before` readies the names; where it raises, every test does. `tell` hears of tests that are no Python, or test nothing.

    Without `sample` it shares this process.
    """
    failure = None
    passed = 0
    known: List[Any] = []
    if any(b"unittest" in test for test in tests):
        import unittest

        unittest.main = lambda *args, **kwargs: run_unittest(names, known)  # type: ignore[assignment, misc]
    try:
        before()
    except BaseException as error:
        failure = error
    for index, test in enumerate(tests):
        _frame.swallow()
        try:
            if failure is not None:
                raise failure
            run_test(test, names, known, tell, sample)
        except BaseException as error:
            sender.frame(RAISED, _calls._pack("<I", index) + _calls.type_name(error))
        else:
            passed += 1
            sender.frame(PASSED, _calls._pack("<I", index))
            continue
        if not keep_going:
            break
    if sample and passed == len(tests) and sample.is_untested(tests):
        tell(b"the tests never call the program: any would pass them")
    sender.frame(FINISHED, b"")


def read_tests() -> Any:
    entry_point, code = _calls.read_block().decode("utf-8", "surrogatepass"), bytes(_calls.read_block())
    seed, count, keep_going = _calls._unpack("<QQ?", _calls.read_block())
    return entry_point, code, seed, [bytes(_calls.read_block()) for _ in range(count)], keep_going


def run() -> None:
    entry_point, code, seed, tests, keep_going = read_tests()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.swallow()
    main_module = types.ModuleType("__main__")
    sys.modules["__main__"] = main_module
    names = main_module.__dict__
    sample = Sample(sender, entry_point)
    proxy = sample.function(0)
    proxy.__name__ = proxy.__qualname__ = entry_point

    def tell(what: bytes) -> None:
        sender.frame(LOAD_FAILED, what)

    def before() -> None:
        names[entry_point] = proxy
        setup_code = compiled(code, "setup", tell)
        try:
            exec(setup_code, names)
        except BaseException as error:
            # A setup that has called the sample may have failed through it.
            if not sample.asked and not isinstance(error, OF_THE_MACHINE):
                tell(flaw("the setup raised before it called the program", error, ""))
            raise
        names[entry_point] = proxy

    run_tests(sender, names, before, tests, keep_going, tell, sample)


def main() -> None:
    run()
    _calls.read_block()  # the warden ends this process
