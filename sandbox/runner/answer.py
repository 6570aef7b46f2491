"""The sample's side of a check: runs the program in EvalPlus's frame, then answers the calls that a checker makes.

Job (from the job pipe), blocks with an 8-byte length in front: program, entry point, seed. Then a block a call, for as long
as the checker calls: an encoded tuple, `("call", target, args, kwargs, iterators, named, made)` or `("next", iterator, count)`.
Target 0 is the entry point; others are functions that calls returned. Arguments are named by position or keyword: `iterators`
are those that were iterators, `named` those that stand for what `builtins` has by that name, `made` has what the values'
format leaves out of some: `("deque", maxlen)`, `("defaultdict", name of a builtin)`.

Each is answered by one ANSWER frame, an encoded tuple: `("value", result, after)`, `("iterator", number, after)`,
`("function", number, after)`, `("raised", (class, builtin base, attributes), args, after)`, or `("items", items, end)`, where
end is None while there may be more, (), or what was raised. `after` are the arguments as the call left them, where they can
change: `(args, kwargs, which)`. Where `which` is a position or keyword, the result is that argument itself.
"""

import builtins
import functools
import struct
import types
from collections import deque
from typing import Any, Dict, List, Tuple

ANSWER = 4
OPAQUE = 8
_LIST = b"\x09"  # of values in their own format (sandbox/wire/value_format.md), as is the tuple that begins here
_ITEMS = b"\x0a\x03\x00\x00\x00\xda\x05items"

_encode: Any = None
_decode: Any = None
_frame: Any = None
_calls: Any = None
# Kept from before the sample could change them.
_type, _iter, _next, _isinstance, _hasattr = type, iter, next, isinstance, hasattr
_BaseException, _StopIteration, _issubclass, _len = BaseException, StopIteration, issubclass, len
_PLAIN = (int, float, complex, bool, str, bytes, _type(None))
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)
_BUILTINS = dict(vars(builtins))
_BASES = {name: value for name, value in _BUILTINS.items() if _isinstance(value, _type) and _issubclass(value, _BaseException)}
_ARGS = _BaseException.__dict__["args"].__get__
_deque, _pack, _map, _tuple, _str, _int, _bytes = deque, struct.pack, map, tuple, str, int, bytes
_enumerate, _all = enumerate, all
# What an exception knows besides its arguments, and how it is read, whatever a class of the sample's own says.
_ATTRIBUTES = [
    (base, [(name, vars(base)[name].__get__) for name in names.split() if name in vars(base)])
    for base, names in ((ImportError, "name path"), (NameError, "name"), (AttributeError, "name"), (OSError, "filename filename2"))
]


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def use(calls: Any, decode: Any) -> None:
    global _calls, _decode
    _calls, _decode = calls, decode.decode


def attributes(error: BaseException, base: Any) -> Dict[str, Any]:
    for kind, readers in _ATTRIBUTES:
        if _issubclass(base, kind):
            found = {name: read(error) for name, read in readers}
            return {name: value for name, value in found.items() if _type(value) is _str}
    return {}


def raised(error: BaseException) -> Tuple[Tuple[str, str, Dict[str, Any]], Any]:
    name = _calls.type_name(error).decode("utf-8", "replace")
    for base in _type(error).__mro__:
        if _BASES.get(base.__name__) is base:
            return (name, base.__name__, attributes(error, base)), _ARGS(error)
    return (name, "Exception", {}), _ARGS(error)


class _Untold:
    """Crosses as an opaque value."""


def given(value: Any, after: Any) -> Tuple[Any, Any]:
    """A result and what the call left of its arguments, where it is told whether it is one of them itself."""
    if after is None or _type(value) in _PLAIN:
        return value, after
    args, kwargs, _ = after
    for place, argument in (*_enumerate(args), *kwargs.items()):
        if argument is value:
            return None, (args, kwargs, place)
    return value, after


class Answers:
    def __init__(self, entry_point: Any) -> None:
        self.targets: List[Any] = [entry_point]

    def answer(self, request: Tuple[Any, ...]) -> Any:
        if request[0] == "next":
            return self.items(self.targets[request[1]], request[2])
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
        return self.call(self.targets[target], args, kwargs, after)

    def call(self, function: Any, args: List[Any], kwargs: Dict[str, Any], after: Any) -> Tuple[Any, ...]:
        try:
            value = function(*args, **kwargs)
        except _BaseException as error:
            return ("raised", *raised(error), after)
        kind = _type(value)
        try:
            crosses = "function" if kind in _FUNCTIONS else "iterator" if _hasattr(kind, "__next__") else "value"
        except _BaseException:  # what a metaclass of the sample's own said
            crosses = "value"
        if crosses == "value":
            return (crosses, *given(value, after))
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
        return _ITEMS + items + (ended if ended[0] != OPAQUE else _encode.encode((end[0], ())))


def constant(value: Any) -> bool:
    kind = _type(value)
    return kind in _PLAIN or (kind is _tuple and _all(_type(part) in _PLAIN for part in value))


def encoded(reply: Any) -> bytes:
    """The bytes of a reply, unless it has been encoded already."""
    if _type(reply) is _bytes:
        return reply  # type: ignore[no-any-return]
    data: bytes = _encode.encode(reply)
    if data[0] != OPAQUE:
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
            request = _decode(block, True)
        except _BaseException as error:
            reply: Any = ("raised", *raised(error), None)
        else:
            reply = answers.answer(request)
            request = None
        sender.frame(ANSWER, encoded(reply))
        reply = None


def run() -> None:
    program, entry_point, seed = _calls.read_block(), _calls.read_block(), _calls.read_block()
    sender = _calls.Sender()
    _frame.seed(int.from_bytes(seed, "little"))
    _frame.guard()
    _frame.swallow()
    function = _calls.load(sender, program, entry_point.decode("utf-8", "surrogatepass"), {})
    if function is not None:
        answer_all(sender, Answers(function))


def main() -> None:
    _calls.deeper(_calls.PADDING, run)
    _calls._exit(0)
