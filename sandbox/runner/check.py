"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail.

Job (from the job pipe), blocks with an 8-byte length in front: entry point, setup, options ("<QQ?": seed, number of tests,
keep going), the tests. Then a block a call: the sample's answer, as answer.py describes it, held against the closed list of
codes by the warden. Frames on the result pipe: CALL as answer.py describes it; LOAD_FAILED, what is wrong with setup or
tests themselves; PASSED or RAISED a test; FINISHED.
"""

import builtins
import sys
import types
from itertools import islice
from threading import Lock
from typing import Any, Callable, Dict, Iterator, List

LOADED, LOAD_FAILED, CALL, PASSED, RAISED, BAD_ANSWER, FINISHED = 1, 2, 3, 5, 6, 7, 8
MOST_ITEMS = 1024  # of an iterator are fetched at once
MOST_ARGUMENT_ITEMS = 1_000_000
NO_PYTHON = (SyntaxError, ValueError, RecursionError)  # what compile() raises for the text's own sake
# Other processes of the machine, the sample's too, can bring these about; a RuntimeError is what no new thread can be started with.
OF_THE_MACHINE = (MemoryError, OSError, RuntimeError)

Tell = Callable[[bytes], None]

_encode: Any = None
_decode: Any = None
_frame: Any = None
_calls: Any = None


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def use(calls: Any, decode: Any) -> None:
    global _calls, _decode
    _calls, _decode = calls, decode


def stands_for(new: Any, old: Any) -> bool:
    """Whether `new` is how an unchanged `old` of a class of the test's own comes back: as an instance of the builtin below it."""
    for base in (int, float, complex, str, bytes, tuple, list, dict, set, frozenset, bytearray):
        if isinstance(new, base) and isinstance(old, base):
            return bool(base.__eq__(new, old))
    return False


def refresh(old: Any, new: Any) -> Any:
    """Makes the caller's value what the call left of it, in place where it can be; what stands for it from now on."""
    kind = type(old)
    if kind is not type(new):
        return old if stands_for(new, old) else new
    if kind is list:
        old[:] = [refresh(a, b) for a, b in zip(old, new)] + new[len(old) :]
    elif kind is dict:
        left = {key: refresh(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(left)
    elif kind is set:
        old.clear()
        old.update(new)
    elif kind is bytearray:
        old[:] = new
    elif kind is tuple:
        if len(old) == len(new) and all([refresh(a, b) is a for a, b in zip(old, new)]):
            return old
        return new
    elif kind.__name__ in ("deque", "Counter", "OrderedDict", "defaultdict") and kind.__module__ == "collections":
        old.clear()
        old.extend(new) if kind.__name__ == "deque" else dict.update(old, new)
    elif kind.__name__ == "ndarray" and old.shape == new.shape and new.dtype == ("float64" if old.dtype == "float16" else old.dtype):
        old[...] = new  # decode.py widens what was float16
    else:
        return new
    return old


def is_builtin(value: Any) -> bool:
    """Functions and classes of `builtins` cross by their names, as arguments of their own."""
    if type(value) is not type and type(value) is not types.BuiltinFunctionType:
        return False
    return getattr(builtins, value.__name__, None) is value


def exception(what: Any, args: Any) -> BaseException:
    """The builtin exception that the sample raised, or one of its name. A StopIteration would end a test's own loops."""
    name, base_name = what
    base = getattr(builtins, base_name)
    if not issubclass(base, BaseException) or type(name) is not str or type(args) is not tuple:
        raise ValueError("no such exception")
    if issubclass(base, (StopIteration, StopAsyncIteration, GeneratorExit)):
        return RuntimeError("the call raised " + base_name)
    kind = base if name == base_name else type(name, (base,), {})
    error = kind.__new__(kind, *args)
    error.args = args
    return error  # type: ignore[no-any-return]


class Sample:
    """The sample in its own jail, as tests see it."""

    def __init__(self, sender: Any) -> None:
        self.sender = sender
        self.lock = Lock()
        self.asked = False

    def ask(self, *request: Any) -> Any:
        data = _encode.encode(request)
        self.asked = True
        with self.lock:
            self.sender.frame(CALL, data)
            block = _calls.read_block()
        try:
            reply = _decode.decode(block)
            return (str(reply[0]), *reply[1:])
        except RecursionError:  # too deep for where the test stands
            return ("value", _decode.Opaque("value"), None)
        except BaseException:
            self.unreadable()

    def unreadable(self) -> None:
        self.sender.frame(BAD_ANSWER, b"")
        _calls.read_block()  # the warden ends this process

    def call(self, target: int, args: List[Any], kwargs: Dict[str, Any]) -> Any:
        iterators = [i for i, value in enumerate(args) if hasattr(type(value), "__next__")]
        named = [i for i, value in enumerate(args) if is_builtin(value)]
        sent = list(args)
        for i in named:
            sent[i] = args[i].__name__
        for i in iterators:
            sent[i] = list(islice(args[i], MOST_ARGUMENT_ITEMS))
        reply = self.ask("call", target, sent, kwargs, iterators, named)
        try:
            what, *fields, after = reply
            value = self.understand(what, fields)
            if after is not None:
                left, left_named = after
                for i in set(range(len(args))).difference(iterators, named):
                    kept = refresh(args[i], left[i])
                    value = kept if value is left[i] else value
                for key in kwargs:
                    refresh(kwargs[key], left_named[key])
        except BaseException:
            self.unreadable()
        if what == "raised":
            raise value
        return value

    def understand(self, what: str, fields: List[Any]) -> Any:
        if what == "value":
            return fields[0]
        if what == "raised":
            return exception(*fields)
        if what == "iterator":
            return self.items(int(fields[0]))
        if what == "function":
            return self.function(int(fields[0]))
        raise ValueError("no such answer")

    def function(self, target: int) -> Callable[..., Any]:
        def sample(*args: Any, **kwargs: Any) -> Any:
            return self.call(target, list(args), kwargs)

        return sample

    def items(self, number: int) -> Iterator[Any]:
        count = 1
        while True:
            try:
                what, items, end = self.ask("next", number, count)
                error = exception(*end) if end else None
                if what != "items" or type(items) is not list or len(items) > count:
                    raise ValueError("no such answer")
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
        return compile(text, "<%s>" % what, "exec", dont_inherit=True)
    except NO_PYTHON as error:
        tell(flaw("the %s is no valid Python" % what, error, text))
        raise


def run_tests(
    sender: Any, names: Dict[str, Any], before: Callable[[], None], tests: List[bytes], keep_going: bool, tell: Tell
) -> None:
    """`before` readies the names; where it raises, every test does. `tell` hears of tests that are no Python."""
    failure = None
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
            exec(compiled(test, "test", tell), names)
            run_unittest(names, known)
        except BaseException as error:
            sender.frame(RAISED, _calls._pack("<I", index) + _calls.type_name(error))
        else:
            sender.frame(PASSED, _calls._pack("<I", index))
            continue
        if not keep_going:
            break
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
    sample = Sample(sender)
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

    run_tests(sender, names, before, tests, keep_going, tell)


def main() -> None:
    run()
    _calls.read_block()  # the warden ends this process
