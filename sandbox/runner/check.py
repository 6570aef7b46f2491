"""The checker: runs tests in a jail of its own; what they call is a proxy to the sample in another jail.

Job (from the job pipe), blocks with an 8-byte length in front: entry point, setup, options ("<QQQQQ??": seed, number of tests, of other
names, of classes, of methods, keep going, objects), the other names of the sample's that the tests use, those of its classes that they use
as such, what they use of these classes' objects, the tests. Then a block a call: the sample's answer, as answer.py describes it, held
against the closed list of codes by the warden. Frames on the result pipe: CALL as answer.py describes it; LOAD_FAILED, what is wrong with setup or tests themselves; OWN_WORD, where
the sample may have decided a test (remote.py); PASSED or RAISED a test; FINISHED.
"""

import builtins
import dis
import sys
import types
from collections import defaultdict, deque
from itertools import islice
from threading import RLock
from typing import Any, Callable, Dict, Iterator, List, Optional, Set

LOADED, LOAD_FAILED, CALL, PASSED, RAISED, BAD_ANSWER, FINISHED, OWN_WORD = 1, 2, 3, 5, 6, 7, 8, 9
MOST_ITEMS = 1024  # of an iterator are fetched at once
MOST_ARGUMENT_ITEMS = 1_000_000
TEST = "<test>"  # the file that a test's code says it is of
NO_PYTHON = (SyntaxError, ValueError, RecursionError)  # what compile() raises for the text's own sake
# Other processes of the machine, the sample's too, can bring these about; a RuntimeError is what no new thread can be started with.
OF_THE_MACHINE = (MemoryError, OSError, RuntimeError)

# What an answer to a call consists of, besides the arguments as the call left them.
ANSWERS = {"value": (object,), "iterator": (int,), "function": (int,), "raised": (tuple, tuple), "error": (tuple,), "method": (int,)}
# What exceptions know besides their arguments (answer.py has the same).
ATTRIBUTES = ((ImportError, "name path"), (NameError, "name"), (AttributeError, "name"), (OSError, "filename filename2"))
# Nothing is kept, no file is read but the one that is named, and the streams are left as they are.
PYTEST_OPTIONS = "-x -q -c /dev/null --rootdir=/ --capture=no --assert=plain -p no:cacheprovider -p no:faulthandler -p no:doctest".split()
# Tests that speak of these may pass for an array of nothing, which is near to anything.
EMPTY_PASSES = (b"all", b"approx", b"close", b"norm", b"max", b"any")
LEVELS_OF_A_QUESTION = 100  # of calls, that one be asked whole however deep the test stands

Tell = Callable[[bytes], None]

_encode: Any = None
_decode: Any = None
_frame: Any = None
_calls: Any = None
_refresh: Any = None
_remote: Any = None
_pytest_main: Any = None  # where the zygote has pytest


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def use(calls: Any, decode: Any, refresh: Any, remote: Any) -> None:
    global _calls, _decode, _refresh, _remote
    _calls, _decode, _refresh, _remote = calls, decode, refresh, remote


def use_pytest(pytest: Any) -> None:
    """Tests may end in `pytest.main()`, which finds nothing here: they are run all the same."""
    global _pytest_main
    _pytest_main, pytest.main = pytest.main, lambda *args, **kwargs: 0


def untold(reply: Any) -> bool:
    """Whether it is what comes in place of an answer that can't be told: for its depth, or since it holds itself."""
    return len(reply) == 3 and reply[0] == "value" and type(reply[1]) is _decode.Opaque and reply[2] is None


def is_builtin(value: Any) -> bool:
    """Functions and classes of `builtins` cross by their names, as arguments of their own."""
    if type(value) is not type and type(value) is not types.BuiltinFunctionType:
        return False
    return getattr(builtins, value.__name__, None) is value


def error_class(names: Any, base: type, own: Dict[str, type]) -> type:
    """A class of the sample's that derives from a builtin exception, by its name and those between the two.

    `own`: those that the tests name.
    """
    if not issubclass(base, BaseException) or type(names) is not tuple:
        raise ValueError("no such exception")
    kind = base
    for name in reversed(names):
        known = own.get(name)
        kind = known if known is not None and issubclass(known, kind) else type(name, (kind,), {"__str__": said})
    return kind


def said(error: BaseException) -> str:
    """What the sample's own class says of it, where it crossed from there."""
    text = vars(error).get("__str__")
    return text if type(text) is str else BaseException.__str__(error)


def exception(what: Any, args: Any, own: Dict[str, type]) -> BaseException:
    """The builtin exception that the sample raised, or one of its name. A StopIteration would end a test's own loops."""
    names, base_name, attributes = what
    base = getattr(builtins, base_name)
    if not issubclass(base, BaseException) or type(args) is not tuple or type(attributes) is not dict:
        raise ValueError("no such exception")
    if issubclass(base, (StopIteration, StopAsyncIteration, GeneratorExit)):
        return RuntimeError("the call raised " + base_name)
    for each in base.__mro__[:-1]:  # the nearest that can be made of what has crossed
        kind = error_class(names, base, own) if each is base else error_class(names or (base_name,), each, {})
        try:
            error = kind.__new__(kind, *args)
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
    for attribute, value in attributes.items() if names else ():
        if type(attribute) is str and (type(value) in _encode.LEAVES or type(value) in (list, tuple, dict, set)):
            vars(error)[attribute] = value
    return error  # type: ignore[no-any-return]


def parts(reply: Any, args: List[Any], kwargs: Dict[str, Any], own: Dict[str, type]) -> Any:
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
    return what, exception(*fields, own) if what == "raised" else fields[0], after


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

    def __init__(self, sender: Any, entry_point: str, others: List[str], classes: List[str], used: List[str], objects: bool) -> None:
        self.sender = sender
        self.names = [entry_point, *others]
        self.classes, self.used = classes, used
        self.lock = RLock()  # of the pipes, and of the limit of recursion
        self.asked = 0  # times
        self.errors: Dict[str, type] = {}  # the sample's own classes, by name
        self.objects: Dict[int, Any] = {}  # those that it keeps, by number
        self.made: Set[int] = set()  # of these, those that the test made of its classes
        self.changes: Dict[int, int] = {}  # to each object, how often a test has done what may change it
        self.told: Dict[Any, Any] = {}  # by question and object, its last answer, and the changes by then
        self.methods: Dict[Any, Any] = {}  # that attributes were found to be: each would be asked for at every call
        self.told_of_own_word = False
        self.read_object = self.object if objects else None
        if objects:
            _encode.keep(_remote.bytes_of, _remote.KINDS)

    def is_untested(self, tests: List[bytes]) -> bool:
        """Whether tests that speak of it never called it. Nothing of its making has had a hand in that."""
        names = [name.encode("utf-8", "surrogatepass") for name in self.names]
        return not self.asked and any(name in test for test in tests for name in names)

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
            reply = _decode.decode(block, objects=self.read_object)
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

    def own_word(self) -> None:
        if not self.told_of_own_word:
            self.told_of_own_word = True
            with self.lock:
                self.sender.frame(OWN_WORD, b"")

    def object(self, number: int, is_class: int, name: str) -> Any:
        if number not in self.objects:
            self.objects[number] = _remote.remote_class(self, number, name, False) if is_class else _remote.Remote(self, number)
        return self.objects[number]

    def is_method(self, number: int, name: str) -> bool:
        """Whether the test calls it on what it makes: of classes that it uses as such."""
        return name in self.used and number in self.made

    def named(self, name: str) -> Any:
        """What the program calls so; raises where there is no such thing."""
        asked = self.asked
        try:
            found = self.of_object(name, "name", name)
        finally:
            self.asked = asked  # which is no call of the program
        kind = type(found)
        if kind is _remote.RemoteClass and name in self.classes:
            found = self.objects[found._assay_number] = _remote.remote_class(self, found._assay_number, found.__name__, True)
        elif kind is types.FunctionType:
            found.__name__ = found.__qualname__ = name
            if name.lstrip("_")[:1].isupper() and name in (*self.names[1:], *self.classes):
                self.own_word()  # a class by its name
        elif kind is not type and kind is not _remote.RemoteClass:
            self.own_word()  # a value to hold others against
        return found

    def of_object(self, name: str, *request: Any) -> Any:
        reply = self.ask(*request)
        try:
            what, value, _ = parts(reply, [], {}, self.errors)
            if what == "error":
                kind = error_class(value[0], getattr(builtins, value[1]), self.errors)
                for each in kind.__mro__[: len(value[0])]:
                    self.errors.setdefault(each.__name__, each)
                if issubclass(AssertionError, kind):  # who catches it catches the test's own
                    self.own_word()
                return kind
        except (RecursionError, MemoryError):
            raise
        except BaseException:
            self.unreadable()
        if what == "method":
            method = self.methods[value, name] = self.function((value, name))
            return method
        return self.understood(what, value)

    def get(self, number: int, name: str) -> Any:
        return self.methods.get((number, name)) or self.of_object(name, "get", number, name)

    def set(self, number: int, name: str, value: Any) -> None:
        self.changed(number)
        self.methods.clear()
        self.of_object(name, "set", number, name, value)

    def delete(self, number: int, name: str) -> None:
        self.changed(number)
        self.methods.clear()
        self.of_object(name, "delete", number, name)

    def do(self, operation: str, *operands: Any) -> Any:
        if operation in _remote.STEADY:
            return self.steady(operation, operands[0])
        if operation in _remote.CHANGING:
            self.touch(operands)
        try:
            return self.of_object(operation, "do", operation, list(operands))
        except RuntimeError as error:
            if operation == "next" and error.args == ("the call raised StopIteration",):
                raise StopIteration from None
            raise

    def steady(self, operation: str, remote: Any) -> Any:
        """What is answered in one way as long as nothing is done to an object. One that says otherwise may change it for the test's sake."""
        number = remote._assay_number
        before, changes = self.told.get((operation, number), (None, -1))
        known = changes == self.changes.get(number, 0)
        try:
            answer = self.of_object(operation, "do", operation, [remote])
        except Exception:
            if known:
                self.own_word()
            raise
        if known and answer != before:
            self.own_word()
        self.told[operation, number] = (answer, self.changes.get(number, 0))
        return answer

    def changed(self, number: int) -> None:
        self.changes[number] = self.changes.get(number, 0) + 1

    def touch(self, values: Any, levels: int = 3) -> None:
        """Objects that a call is handed may be changed by it."""
        for value in values:
            if type(value) is _remote.Remote:
                self.changed(value._assay_number)
            elif levels and type(value) in (list, tuple, set, frozenset, dict, deque):
                self.touch((*value.keys(), *value.values()) if type(value) is dict else value, levels - 1)

    def call(self, target: Any, args: List[Any], kwargs: Dict[str, Any]) -> Any:
        if self.read_object is not None:
            self.touch((*args, *kwargs.values()))
            if type(target) is tuple:
                self.changed(target[0])
        every: Dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        iterators = [key for key, value in every.items() if hasattr(type(value), "__next__") and type(value) is not _remote.Remote]
        named = [key for key, value in every.items() if is_builtin(value)]
        sent = dict(every)
        for key in named:
            sent[key] = every[key].__name__
        for key in iterators:
            sent[key] = list(islice(every[key], MOST_ARGUMENT_ITEMS))
        in_order = [sent.pop(i) for i in range(len(args))]
        reply = self.ask("call", target, in_order, sent, iterators, named, makings(every))
        try:
            what, value, after = parts(reply, args, kwargs, self.errors)
            if what == "error" or what == "method":
                raise ValueError("no answer to a call")
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

    def function(self, target: Any) -> Callable[..., Any]:
        def sample(*args: Any, **kwargs: Any) -> Any:
            return self.call(target, list(args), kwargs)

        return sample

    def items(self, number: int) -> Iterator[Any]:
        count = 1
        while True:
            reply = self.ask("next", number, count)
            try:
                what, items, end = ("items", [reply[1]], None) if untold(reply) else reply
                error = exception(*end, self.errors) if end else None
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
    if not result.wasSuccessful() or result.testsRun == len(result.skipped):
        raise AssertionError("unittest")


def run_pytest(names: Dict[str, Any], before: Dict[str, Any]) -> None:
    """Runs what a test has defined as pytest does, with its fixtures, marks and classes. `before`: the names as they were."""
    pytest = sys.modules["pytest"]
    module = types.ModuleType("tests")
    run_before = {name for name, value in before.items() if names.get(name) is value and (isinstance(value, type) or name.startswith("test"))}
    module.__dict__.update({name: value for name, value in names.items() if name not in run_before})

    class Tests(pytest.Module):  # type: ignore[name-defined, misc]
        def _getobj(self) -> Any:
            return module

    class Plugin:
        def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
            return Tests.from_parent(parent, path=module_path)

    # Any file will do for the module that the plugin makes of it.
    code = _pytest_main([*PYTEST_OPTIONS, __file__], plugins=[Plugin()])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssertionError("pytest")


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


def run_test(source: bytes, names: Dict[str, Any], known: List[Any], tell: Tell, sample: Optional[Sample]) -> None:
    before = sample.asked if sample else 0
    code = compiled(source, "test", tell)
    names_before = dict(names)
    exec(code, names)
    if _pytest_main is not None:
        return run_pytest(names, names_before)
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
        asked = sample.asked if sample else 0
        try:
            if failure is not None:
                raise failure
            run_test(test, names, known, tell, sample)
        except BaseException as error:
            if sample and failure is None and type(error) is ModuleNotFoundError and sample.asked == asked:
                tell(flaw("the test raised before it called the program", error, ""))
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


def solution_module(names: Dict[str, Any]) -> None:
    """What the tests of some data sets import the program from."""
    module = sys.modules["solution"] = types.ModuleType("solution")
    module.__dict__.update(names)


def names_of(sample: Sample) -> Dict[str, Any]:
    """The program's own, as tests see them. What it lacks besides its entry point is missed where a test uses it."""
    found: Dict[str, Any] = {}
    if sample.read_object is None:
        proxy = sample.function(0)
        proxy.__name__ = proxy.__qualname__ = sample.names[0]
        return {sample.names[0]: proxy}
    for name in sample.names:
        try:
            found[name] = sample.named(name)
        except NameError:
            continue
    return found


def read_tests() -> Any:
    entry_point, code = _calls.read_block().decode("utf-8", "surrogatepass"), bytes(_calls.read_block())
    seed, tests, *counts, keep_going, objects = _calls._unpack("<QQQQQ??", _calls.read_block())
    names = [[_calls.read_block().decode("utf-8", "surrogatepass") for _ in range(count)] for count in counts]
    return entry_point, code, seed, [bytes(_calls.read_block()) for _ in range(tests)], keep_going, (*names, objects)


def run() -> None:
    entry_point, code, seed, tests, keep_going, names_used = read_tests()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.swallow()
    main_module = types.ModuleType("__main__")
    sys.modules["__main__"] = main_module
    names = main_module.__dict__
    sample = Sample(sender, entry_point, *names_used)
    own: Dict[str, Any] = {}
    if any(word in test for test in tests for word in EMPTY_PASSES):
        _decode.tell_of_empty_arrays(sample.own_word)

    def tell(what: bytes) -> None:
        sender.frame(LOAD_FAILED, what)

    def before() -> None:
        own.update(names_of(sample))
        names.update(own)
        solution_module(own)
        setup_code = compiled(code, "setup", tell)
        try:
            exec(setup_code, names)
        except BaseException as error:
            # A setup that uses the sample may have failed through it.
            uses_sample = sample.asked or b"solution" in code or any(loads(setup_code, name) for name in sample.names)
            if not uses_sample and not isinstance(error, OF_THE_MACHINE):
                tell(flaw("the setup raised before it called the program", error, ""))
            raise
        if entry_point in own:  # another that the setup has bound is its own
            names[entry_point] = own[entry_point]

    run_tests(sender, names, before, tests, keep_going, tell, sample)


def main() -> None:
    run()
    _calls.read_block()  # the warden ends this process
