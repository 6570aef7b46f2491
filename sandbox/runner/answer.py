"""The sample's side of a check: runs the program in EvalPlus's frame, then answers the calls that a checker makes.

Job (from the job pipe), blocks with an 8-byte length in front: program, entry point (or nothing), options ("<Q?": seed, objects), what the
setup shares with the program: imports and classes, which run ahead of it. Then a block a call, for as long as the checker calls: an encoded
tuple, `("call", target, args, kwargs, iterators, named, made)` or `("next", iterator, count)`. Target 0 is the entry point; others are
functions that calls returned. Arguments are named by position or keyword: `iterators` are those that were iterators, `named` those that stand
for what `builtins` has by that name, `made` has what the values' format leaves out of some: `("deque", maxlen)`,
`("defaultdict", name of a builtin)`.

Each is answered by one ANSWER frame, an encoded tuple: `("value", result, after)`, `("iterator", number, after)`,
`("function", number, after)`, `("raised", (names, builtin base, attributes), args, after)`, or `("items", items, end)`, where
end is None while there may be more, (), or what was raised. `after` are the arguments as the call left them, where they can
change: `(args, kwargs, which)`. Where `which` is a position or keyword, the result is that argument itself. `names` are of the class
that was raised, and of those between it and the builtin one.

With `objects`, what can't cross is kept as a target of its own, and a number crosses (value_format.md). Then there are more requests,
answered likewise: `("name", text)`, `("get", object, attribute)`, `("set", object, attribute, value)`, `("delete", object, attribute)`,
`("left", object, attribute, value)` of a container there, as a test left it, and `("do", operation, operands)`; a target of a call may be
`(object, method)`. Of a name the answer may also be `("error", (names, builtin base), None)`, of an attribute `("method", object, None)`.

For objects of shared classes, which both sides have (twins.py), there are `("blank", names of classes)`, which makes such,
`("fill", objects, attributes of each)`, and `("fields", numbers)`, whose value is `([(number, class, attributes), …], whether there is more)`:
of these objects, of those within them, and of all that have changed since they were told. The class is empty where it is no shared one.
`("forget",)` ends what is known of all.
"""

import builtins
import copy
import functools
import math
import operator
import struct
import types
from collections import deque
from typing import Any, Dict, List, Tuple

ANSWER = 4
_LIST = b"\x09"  # of values in their own format (sandbox/wire/value_format.md), as is the tuple that begins here
_ITEMS = b"\x0a\x03\x00\x00\x00\xda\x05items"

_encode: Any = None
_decode: Any = None
_frame: Any = None
_calls: Any = None
_refreshed: Any = None
_twins: Any = None
# Kept from before the sample could change them.
_type, _iter, _next, _isinstance, _hasattr = type, iter, next, isinstance, hasattr
_BaseException, _StopIteration, _issubclass, _len = BaseException, StopIteration, issubclass, len
_PLAIN = (int, float, complex, bool, str, bytes, _type(None))
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)
_BUILTINS = dict(vars(builtins))
_BASES = {name: value for name, value in _BUILTINS.items() if _isinstance(value, _type) and _issubclass(value, _BaseException)}
_ARGS = _BaseException.__dict__["args"].__get__
_DICT = _BaseException.__dict__["__dict__"].__get__
_deque, _pack, _map, _tuple, _str, _int, _bytes = deque, struct.pack, map, tuple, str, int, bytes
_enumerate, _all, _any, _id, _getattr, _setattr, _delattr = enumerate, all, any, id, getattr, setattr, delattr
_callable, _MethodType, _slice = callable, types.MethodType, slice
_type_name, _type_dict, _mro = [type.__dict__[name].__get__ for name in ("__name__", "__dict__", "__mro__")]
_CONTAINERS = (list, tuple, dict, set)
_LENT = (list, dict, set, deque)
_MOST_LENT = 256  # a checker gives back fewer at once
_MOST_NAMES = 16  # of the classes between an exception's and a builtin one
_METHODS = (types.FunctionType, property, staticmethod, classmethod)
_OWN_MODULES = ("builtins", "__main__")  # what a program's classes say they are of
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement, among those of these modules
# Where an instance is made of a subclass of these, tests use what that adds, and what it holds changes.
_CHANGING = (list, dict, set, bytearray, deque)
# What an exception knows besides its arguments, and how it is read, whatever a class of the sample's own says.
_ATTRIBUTES = [
    (base, [(name, vars(base)[name].__get__) for name in names.split() if name in vars(base)])
    for base, names in ((ImportError, "name path"), (NameError, "name"), (AttributeError, "name"), (OSError, "filename filename2"))
]


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def use(calls: Any, decode: Any, refresh: Any, twins: Any) -> None:
    global _calls, _decode, _refreshed, _twins
    _calls, _decode, _refreshed, _twins = calls, decode.decode, refresh.refreshed, twins


def attributes(error: BaseException, base: Any) -> Dict[str, Any]:
    for kind, readers in _ATTRIBUTES:
        if _issubclass(base, kind):
            found = {name: read(error) for name, read in readers}
            return {name: value for name, value in found.items() if _type(value) is _str}
    return {}


def lineage(kind: Any) -> Tuple[Tuple[str, ...], Any]:
    """The names of a class of exceptions and of its bases, up to the first builtin one, which comes with them."""
    names: List[str] = []
    for base in _mro(kind):
        name = _type_name(base)
        if _BASES.get(name) is base:
            return _tuple(names[:_MOST_NAMES]), base
        names.append(name.encode("utf-8", "replace")[:80].decode("utf-8", "replace"))
    return _tuple(names[:_MOST_NAMES]), Exception


def raised(error: BaseException) -> Tuple[Tuple[Tuple[str, ...], str, Dict[str, Any]], Any]:
    names, base = lineage(_type(error))
    known = attributes(error, base)
    if names:
        known.update(own_attributes(error))
    return (names, base.__name__, known), _ARGS(error)


def is_own(kind: Any) -> bool:
    """Whether it is a class of the program's."""
    return kind.__flags__ & _HEAP_TYPE != 0 and kind.__module__ in _OWN_MODULES


def own_attributes(error: BaseException) -> Dict[str, Any]:
    """What classes of the program's add: attributes and properties that are plain data, and what `str` says."""
    found: Dict[str, Any] = {}

    def add(name: Any, value: Any) -> None:
        if _type(name) is _str and (_type(value) in _PLAIN or (_type(value) in _CONTAINERS and _encode._is_plain(value))):
            found[name] = value

    try:
        for kind in reversed(_mro(_type(error))):
            for name, value in _type_dict(kind).items() if is_own(kind) else ():
                if name[:2] != "__":
                    add(name, value.__get__(error) if _type(value) is property else value)
        for name, value in _DICT(error).items():
            add(name, value)
        if _type(error).__str__ is not _BaseException.__str__:
            found["__str__"] = _str(error)[:1000]
    except _BaseException:
        pass
    return found


class _Untold:
    """Crosses as an opaque value."""


class _Kept:
    """Crosses as the object that it holds, which would else cross as data."""

    def __init__(self, value: Any) -> None:
        self.value = value


def given(value: Any, after: Any) -> Tuple[Any, Any]:
    """A result and what the call left of its arguments, where it is told whether it is one of them itself."""
    if after is None or _type(value) in _PLAIN:
        return value, after
    args, kwargs, _ = after
    for place, argument in (*_enumerate(args), *kwargs.items()):
        if argument is value:
            return None, (args, kwargs, place)
    return value, after


def adds_methods(kind: Any) -> bool:
    """Whether a class of the program's that derives from a builtin one has methods or properties that are not its builtin's."""
    return _any(name[:1] != "_" and _type(value) in _METHODS for each in _mro(kind) if is_own(each) for name, value in _type_dict(each).items())


def _enter(value: Any) -> Any:
    return _type(value).__enter__(value)


def _slice_of(value: Any, *bounds: Any) -> Any:
    return value[_slice(*bounds)]


def _exit_with(value: Any, name: Any, args: List[Any]) -> Any:
    """A `with` that a test leaves by an exception of that name, or by none."""
    if name is None:
        return _type(value).__exit__(value, None, None, None)
    error = _BASES.get(name, Exception)(*args)
    return _type(value).__exit__(value, _type(error), error, None)


def _operations() -> Dict[str, Any]:
    """What remote.py asks for, by name."""
    found: Dict[str, Any] = {"and": operator.and_, "or": operator.or_}
    for name in "lt le gt ge eq ne add sub mul matmul truediv floordiv mod pow lshift rshift xor".split():
        found[name] = vars(operator)[name]
    for name in "add sub mul matmul truediv floordiv mod pow lshift rshift and or xor".split():
        found["i" + name] = vars(operator)["i" + name]
    for name in "neg pos abs invert index contains getitem setitem delitem".split():
        found[name] = vars(operator)[name]
    for name in "divmod int float complex bool str repr hash len round reversed iter next format isinstance issubclass".split():
        found[name] = _BUILTINS[name]
    for name in "trunc floor ceil".split():
        found[name] = vars(math)[name]
    return {**found, "copy": copy.copy, "deepcopy": copy.deepcopy, "getslice": _slice_of, "enter": _enter, "exit": _exit_with}


_OPERATIONS = _operations()


class Answers:
    def __init__(self, entry_point: Any, names: Dict[str, Any]) -> None:
        self.targets: List[Any] = [entry_point]
        self.names = names
        self.numbers: Dict[int, int] = {}  # of the objects that are kept, by id
        self.keeps = False
        self.twins: Any = None  # of objects of classes that the setup shares with the program
        self.lent: Dict[Any, Any] = {}  # by object and attribute: the containers that tests were shown, and may change

    def keep_objects(self) -> None:
        self.keeps = True
        _encode.keep(self.stand_in)

    def number_of(self, value: Any) -> int:
        number = self.numbers.get(_id(value))
        if number is None:
            number = self.numbers[_id(value)] = _len(self.targets)
            self.targets.append(value)
        return number

    def stand_in(self, value: Any) -> bytes:
        if _type(value) is _Untold:
            return _encode._opaque(value)  # type: ignore[no-any-return]
        value = value.value if _type(value) is _Kept else value
        is_class = _issubclass(_type(value), _type)
        name = _type_name(value if is_class else _type(value)).encode("utf-8", "replace")[:80]
        return b"\x0f" + _pack("<I?I", self.number_of(value), is_class, _len(name)) + name

    def read(self, block: bytes) -> Any:
        return _decode(block, True, self.kept if self.keeps else None)

    def kept(self, number: int, is_class: int, name: str) -> Any:
        return self.targets[number]

    def answer(self, request: Tuple[Any, ...]) -> Any:
        if request[0] == "next":
            return self.items(self.targets[request[1]], request[2])
        if request[0] != "call":
            _frame.swallow()
            try:
                return self.of_object(*request)
            except _BaseException as error:
                return ("raised", *raised(error), None)
        _, target, args, kwargs, iterators, named, made = request
        for place in named:
            values = args if _type(place) is _int else kwargs
            values[place] = _BUILTINS[values[place]]
        for place in iterators:
            values = args if _type(place) is _int else kwargs
            values[place] = _iter(values[place])
        for place, (kind, of) in made.items():
            values = args if _type(place) is _int else kwargs
            if kind == "deque":
                values[place] = _deque(values[place], of)
            else:
                values[place].default_factory = _BUILTINS[of]
        after = None
        for value in (*args, *kwargs.values()):
            if _type(value) not in _PLAIN:
                after = (args, kwargs, None)
        _frame.swallow()
        if _type(target) is not _tuple:
            return self.call(self.targets[target], args, kwargs, after)
        try:
            function = _getattr(self.targets[target[0]], target[1])
        except _BaseException as error:
            return ("raised", *raised(error), after)
        return self.call(function, args, kwargs, after)

    def of_object(self, what: str, *parts: Any) -> Tuple[Any, ...]:
        if what == "name":
            return self.of_name(*parts)
        if what in ("blank", "fill", "fields", "forget"):
            return ("value", _getattr(self.twins, what)(*parts), None)
        if what == "do":
            return self.told(_OPERATIONS[parts[0]](*parts[1]), None)
        kept, name = self.targets[parts[0]], parts[1]
        if what == "set":
            _setattr(kept, name, parts[2])
            return ("value", None, None)
        if what == "delete":
            _delattr(kept, name)
            return ("value", None, None)
        if what == "left":
            lent = self.lent.pop((parts[0], name))
            self.lent[parts[0], name] = lent
            _refreshed({name: lent}, {name: parts[2]})
            return ("value", None, None)
        value = _getattr(kept, name)
        if _type(value) is _MethodType and value.__self__ is kept:  # a new one each time: not to be kept
            return ("method", parts[0], None)
        if _type(value) in _LENT:
            self.lent.pop((parts[0], name), None)
            self.lent[parts[0], name] = value
            if _len(self.lent) > _MOST_LENT:
                del self.lent[_next(_iter(self.lent))]
        return self.found(value)

    def of_name(self, name: str) -> Tuple[Any, ...]:
        if name not in self.names:
            raise NameError("name %r is not defined" % name)
        value = self.names[name]
        if _callable(value) and not _issubclass(_type(value), _type):
            return ("function", self.number_of(value), None)
        return self.found(value)

    def call(self, function: Any, args: List[Any], kwargs: Dict[str, Any], after: Any) -> Tuple[Any, ...]:
        try:
            value = function(*args, **kwargs)
        except _BaseException as error:
            return ("raised", *raised(error), after)
        return self.told(value, after, _issubclass(_type(function), _type))

    def found(self, value: Any) -> Tuple[Any, ...]:
        """What stands under a name."""
        if _issubclass(_type(value), _type) and _issubclass(value, _BaseException):
            names, base = lineage(value)
            return ("error", (names, base.__name__), None)
        return self.told(value, None)

    def told(self, value: Any, after: Any, made: bool = False) -> Tuple[Any, ...]:
        """`made`: by a call of a class."""
        kind = _type(value)
        try:
            crosses = "function" if kind in _FUNCTIONS else "iterator" if _hasattr(kind, "__next__") else "value"
            own = self.keeps and is_own(kind)
            if own and crosses == "iterator":
                crosses = "value"  # with more than what it yields
            if own and made and (_issubclass(kind, _CHANGING) or adds_methods(kind)):
                return ("value", _Kept(value), after)
        except _BaseException:  # what a metaclass of the sample's own said
            crosses = "value"
        if crosses == "value":
            return (crosses, *given(value, after))
        if self.keeps:
            return (crosses, self.number_of(value), after)
        self.targets.append(value)
        return (crosses, _len(self.targets) - 1, after)

    def items(self, iterator: Any, count: int) -> bytes:
        """Each as it was when it was fetched: what yields one list again and again changes it meanwhile."""
        constants: List[Any] = []  # until another comes
        parts: List[bytes] = []
        end: Any = None
        try:
            while _len(constants) + _len(parts) < count:
                item = _next(iterator)
                if not parts and constant(item):
                    constants.append(item)
                    continue
                parts.extend(_map(_encode.encode, constants))
                constants.clear()
                parts.append(_encode.encode(item))
        except _StopIteration:
            end = ()
        except _BaseException as error:
            end = raised(error)
        items = _encode.encode(constants) if constants else _LIST + _pack("<I", _len(parts)) + b"".join(parts)
        ended: bytes = _encode.encode(end)
        return _ITEMS + items + (ended if ended[0] != _encode.OPAQUE else _encode.encode((end[0], ())))


def constant(value: Any) -> bool:
    kind = _type(value)
    return kind in _PLAIN or (kind is _tuple and _all(_type(part) in _PLAIN for part in value))


def encoded(reply: Any) -> bytes:
    """The bytes of a reply, unless it has been encoded already."""
    if _type(reply) is _bytes:
        return reply  # type: ignore[no-any-return]
    data: bytes = _encode.encode(reply)
    if data[0] != _encode.OPAQUE:
        return data
    # Some part of it is too deep or too large to be told.
    if reply[0] == "raised":
        data = _encode.encode(("raised", reply[1], (), None))
    else:
        data = _encode.encode(("value", _Untold(), None))
    return data


def answer_all(sender: Any, answers: Answers) -> None:
    while True:
        block = _calls.read_block()
        try:
            request = answers.read(block)
        except _BaseException as error:
            reply: Any = ("raised", *raised(error), None)
        else:
            reply = answers.answer(request)
            request = None
        sender.frame(ANSWER, encoded(reply))
        reply = None


def run() -> None:
    program = _calls.read_block()
    entry_point = _calls.read_block().decode("utf-8", "surrogatepass") or "__builtins__"  # any: the program need only run
    seed, objects = _calls._unpack("<Q?", _calls.read_block())
    head = _calls.read_block()
    sender = _calls.Sender()
    _frame.seed(seed)
    _frame.guard()
    _frame.swallow()
    names: Dict[str, Any] = {}
    shared = _twins.share(head, names) if head else {}
    if not _calls.load(sender, program, entry_point, names):
        return
    answers = Answers(names[entry_point], names)
    if objects:
        answers.keep_objects()
    if shared:
        answers.twins = _twins.SampleTwins(answers, shared, _Untold)
    answer_all(sender, answers)


def main() -> None:
    _calls.deeper(_calls.PADDING, run)
    _calls._exit(0)
