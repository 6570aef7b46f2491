"""The sample in its own jail, as tests see it: what they call is asked there (answer.py), and the answer is put together here.

Frames: CALL as answer.py describes it; BAD_ANSWER where the answer was none; OWN_WORD where the sample may have decided a test in place of
data (remote.py): the one that runs, whose result comes next, or, with a byte in it, any.
"""

import ast
import builtins
import sys
import types
from collections import defaultdict, deque
from itertools import islice
from operator import is_
from threading import RLock
from typing import Any, Callable, Container, Dict, Iterator, List, Optional, Set

CALL, BAD_ANSWER, OWN_WORD = 3, 7, 9  # the warden's words (check_session.cpp)
# Questions that may change something there, as may operations of CHANGING (remote.py).
DEEDS = ("call", "next", "set", "delete", "left", "fill")
MOST_ITEMS = 1024  # of an iterator are fetched at once
MOST_ARGUMENT_ITEMS = 1_000_000
# What an answer to a call consists of, besides the arguments as the call left them.
ANSWERS = {"value": (object,), "iterator": (int,), "function": (int,), "raised": (tuple, tuple), "error": (tuple,), "method": (int,)}
CALL_ANSWERS = ("value", "iterator", "function", "raised")
HELD_HERE_ALONE = 3  # references to what is lent: by the list of these, by who counts them, and by the count
MOST_LENT, MOST_LENT_ITEMS = 64, 1024  # of containers that were attributes, which a test may change
LEVELS_OF_A_QUESTION = 100  # of calls, that one be asked whole however deep the test stands

_encode: Any = None
_decode: Any = None
_calls: Any = None
_refresh: Any = None
_remote: Any = None
_raised: Any = None


def use(calls: Any, encode: Any, decode: Any, refresh: Any, remote: Any, raised: Any) -> None:
    global _calls, _encode, _decode, _refresh, _remote, _raised
    _calls, _encode, _decode, _refresh, _remote, _raised = calls, encode, decode, refresh, remote, raised


def untold(reply: Any) -> bool:
    """Whether it is what comes in place of an answer that can't be told: for its depth, or since it holds itself."""
    return len(reply) == 3 and reply[0] == "value" and type(reply[1]) is _decode.Opaque and reply[2] is None


def held(value: Any, most: int) -> List[Any]:
    """What a container holds, and those within it; more than `most` where there is more. Changed is what holds other objects than before."""
    found: List[Any] = []
    containers = [value]
    while containers and len(found) <= most:
        each = containers.pop()
        items = [*each, *each.values()] if type(each) is dict else each
        for item in islice(items, most + 1):
            found.append(item)
            if type(item) in (list, dict, set, deque):
                containers.append(item)
        found.append(each)  # where it ends
    return found


def label(part: ast.AST) -> Optional[str]:
    """Under which name something is looked up."""
    if not isinstance(part, (ast.Name, ast.Attribute)) or not isinstance(part.ctx, ast.Load):
        return None
    return part.id if isinstance(part, ast.Name) else part.attr


def meet(code: bytes, maker: str, made: Set[str]) -> bool:
    """Whether code has two things in one expression that a function called `maker` made; `made`: names of such, which it adds to."""
    try:
        parts = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):  # which does not run either
        return False
    for each in parts:
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call) and label(each.value.func) == maker:
            made.update(to.id if isinstance(to, ast.Name) else to.attr for to in each.targets if isinstance(to, (ast.Name, ast.Attribute)))
    for each in parts:
        if isinstance(each, (ast.Compare, ast.BinOp, ast.Call)) and sum(label(part) in (maker, *made) for part in ast.walk(each)) > 1:
            return True
    return False


def is_builtin(value: Any) -> bool:
    """Functions and classes of `builtins` cross by their names, as arguments of their own."""
    if type(value) is not type and type(value) is not types.BuiltinFunctionType:
        return False
    return getattr(builtins, value.__name__, None) is value


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
    value = fields[0]
    if what == "raised":
        value = _raised.exception(*fields, own)
    elif what == "error":
        names, base = value
        value = _raised.error_class(names, getattr(builtins, base), own)
    return what, value, after


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
        self.deeds = 0  # of the test's that may change anything there
        self.read: Dict[Any, Any] = {}  # by object and attribute, what was found there, and the deeds by then
        self.told: Dict[Any, Any] = {}  # by question and object, its last answer, and the changes by then
        self.methods: Dict[Any, Any] = {}  # that attributes were found to be: each would be asked for at every call
        self.lent: Dict[Any, Any] = {}  # by object and attribute: a container that was found there, and what it holds as the sample knows it
        self.lacks = False  # a name that tests use
        self.last_object = 0  # the highest number among them
        self.values: List[str] = []  # names of values, which tests may hold others against
        self.maker = ""  # the entry point, where it is a function by the name of a class
        self.made_of_it: Set[str] = set()  # names in the tests
        self.told_of_own_word = self.decided_one = False  # in this test; of this test alone
        self.keeps_to_itself: Optional[Callable[[], bool]] = None  # whether the test that runs does (apart.py); none runs before the first
        self.read_object = self.object if objects else None
        self.twins: Any = None  # of objects of classes that the setup shares with the program
        if objects:
            _encode.keep(_remote.bytes_of, _remote.KINDS)

    def is_untested(self, tests: List[bytes]) -> bool:
        """Whether tests that speak of it never called it. Nothing of its making has had a hand in that."""
        names = [name.encode("utf-8", "surrogatepass") for name in self.names]
        return not self.asked and not self.lacks and any(name in test for test in tests for name in names)

    def ask(self, *request: Any) -> Any:
        if self.lent:
            self.give_back()
        data = _encode.encode(request)
        self.asked += 1
        self.deeds += request[0] in DEEDS or (request[0] == "do" and request[1] in (*_remote.CHANGING, "next"))
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

    def begins(self, test: bytes, keeps_to_itself: Callable[[], bool]) -> None:
        """A test runs from here on."""
        self.told_of_own_word, self.decided_one, self.keeps_to_itself = False, False, keeps_to_itself
        self.read.clear()
        if self.twins is not None:
            self.twins.begins()
        self.hears(test)

    def hears(self, code: bytes) -> None:
        """What the tests' side is about to run."""
        told = any(name.encode("utf-8", "surrogatepass") in code for name in self.values)
        if told or (self.maker and meet(code, self.maker, self.made_of_it)):
            self.own_word()

    def own_word(self) -> None:
        if self.told_of_own_word:
            return
        self.told_of_own_word = True
        try:
            any_test = self.keeps_to_itself is None or not self.keeps_to_itself()
        except RecursionError:
            any_test = True
        self.decided_one = not any_test
        with self.lock:
            self.sender.frame(OWN_WORD, b"\1" if any_test else b"")

    def object(self, number: int, is_class: int, name: str) -> Any:
        self.last_object = max(self.last_object, number)
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
                self.values.append(name)  # a class by its name
            elif name.lstrip("_")[:1].isupper():
                self.maker = name
        elif _remote.is_value(found, name):
            self.values.append(name)
        return found

    def program(self) -> Dict[str, Any]:
        """All that tests have of it by name. What it lacks besides its entry point is missed where a test uses it."""
        if self.read_object is None:
            proxy = self.function(0)
            proxy.__name__ = proxy.__qualname__ = self.names[0]
            return {self.names[0]: proxy}
        found: Dict[str, Any] = {}
        for name in self.names:
            try:
                found[name] = self.named(name)
            except NameError:
                self.lacks = True
                continue
        return found

    def answered(self, reply: Any, kinds: Container[str], args: Any = (), kwargs: Any = None) -> Any:
        """What an answer consists of, of the kinds that the question has."""
        try:
            what, value, after = parts(reply, args, kwargs or {}, self.errors)
            if what not in kinds:
                raise ValueError("no answer to such a question")
        except (RecursionError, MemoryError):
            raise
        except BaseException:
            self.unreadable()
        return what, value, after

    def raw(self, *request: Any) -> Any:
        """The answer to a question of twins.py's own."""
        what, value, _ = self.answered(self.ask(*request), ("value", "raised"))
        if what == "raised":  # a class of the program's that takes no such attributes
            raise value
        return value

    def away(self, value: Any) -> Any:
        return value if self.twins is None else self.twins.away(value)

    def home(self, value: Any) -> Any:
        return value if self.twins is None else self.twins.home(value)

    def of_object(self, name: str, *request: Any) -> Any:
        what, value, _ = self.answered(self.ask(*self.away(request)), ANSWERS)
        if what == "error":
            if issubclass(AssertionError, value):  # who catches it catches the test's own
                self.own_word()
            return value
        if what == "method":
            method = self.methods[value, name] = self.function((value, name))
            return method
        return self.understood(what, self.home(value))

    def get(self, number: int, name: str) -> Any:
        method = self.methods.get((number, name))
        if method is not None:
            return method
        found = self.of_object(name, "get", number, name)
        self.is_steady(number, name, found)
        self.lent.pop((number, name), None)
        if type(found) in (list, dict, set, deque):
            holds = held(found, MOST_LENT_ITEMS)
            if len(holds) <= MOST_LENT_ITEMS:
                self.lent[number, name] = (found, holds)
            if len(self.lent) > MOST_LENT:
                del self.lent[next(iter(self.lent))]
        return found

    def is_steady(self, number: int, name: str, found: Any) -> None:
        """An attribute that is another when it is read again, and nothing was done meanwhile, may be what the test's own code wants to see."""
        told = _encode.encode(found if self.twins is None else self.twins.as_there(found))
        before, deeds = self.read.get((number, name), (told, self.deeds))
        if deeds == self.deeds and told != before:
            self.own_word()
        self.read[number, name] = (told, self.deeds)

    def give_back(self) -> None:
        """What the test has changed in an attribute (`node.children.append(…)`) is changed in the sample's own."""
        with self.lock:
            lent, self.lent = self.lent, {}  # each is given back by a question
            for place in list(lent):
                found, holds = lent[place]
                now = held(found, MOST_LENT_ITEMS)
                if len(now) != len(holds) or not all(map(is_, now, holds)):
                    lent[place] = (found, now)
                    self.changed(place[0])
                    try:
                        self.of_object(place[1], "left", *place, found)
                    except Exception:  # what can't cross
                        pass
                if sys.getrefcount(found) <= HELD_HERE_ALONE:  # nobody can change it any more
                    del lent[place]
            self.lent = lent

    def set(self, number: int, name: str, value: Any) -> None:
        self.lent.pop((number, name), None)
        self.changed(number)
        self.methods.clear()
        self.of_object(name, "set", number, name, value)

    def delete(self, number: int, name: str) -> None:
        self.lent.pop((number, name), None)
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
        if self.lent:
            self.give_back()
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
        sent = dict(self.away(sent))
        in_order = [sent.pop(i) for i in range(len(args))]
        reply = self.ask("call", target, in_order, sent, iterators, named, makings(every))
        what, value, after = self.answered(reply, CALL_ANSWERS, args, kwargs)
        value, after = self.home((value, after))
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
            reply = self.ask(*self.away(("next", number, count)))
            try:
                what, items, end = ("items", [reply[1]], None) if untold(reply) else reply
                error = _raised.exception(*end, self.errors) if end else None
                if what != "items" or type(items) is not list or len(items) > count:
                    raise ValueError("no such answer")
            except (RecursionError, MemoryError):
                raise
            except BaseException:
                self.unreadable()
            yield from self.home(items)
            if error is not None:
                raise error
            if end is not None or not items:
                return
            count = min(count * 2, MOST_ITEMS)
