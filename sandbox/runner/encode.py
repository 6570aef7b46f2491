"""Values as bytes (sandbox/wire/value_format.md): `marshal` for what it keeps whole, extensions for what it would refuse or change.

`marshal` runs at C speed: a list of 1.3e8 numbers takes a second, where a walk in Python takes thirty. It stays exact for the
builtin types alone; what else exposes a buffer (NumPy's scalars and arrays, bytearray) it would write as bytes. So a dump without
a bytes object in it is exact, and one that has any is walked by type first.

No part of the defence: what a sample sends is its own affair, and the reader takes nothing on trust.
"""

import collections
import datetime
import decimal
import fractions
import itertools
import struct
import sys
from marshal import dumps
from typing import Any, Callable, Iterable, Iterator

# Kept from before the sample could change them.
all, getattr = all, getattr  # noqa: PLW0127
type, len, map, iter, list, tuple, dict, set, frozenset, range = type, len, map, iter, list, tuple, dict, set, frozenset, range
int, float, complex, bool, str, bytes, bytearray, slice, id = int, float, complex, bool, str, bytes, bytearray, slice, id
BaseException = BaseException  # noqa: PLW0127
_pack, _deque, _OrderedDict = struct.pack, collections.deque, collections.OrderedDict
_Decimal, _Fraction = decimal.Decimal, fractions.Fraction
_decimal_text = decimal.Decimal.__str__
# Of these classes alone, by identity, and not of their subclasses: how they are told.
_MOMENTS: Any = {
    id(datetime.date): datetime.date.isoformat,
    id(datetime.datetime): datetime.datetime.isoformat,
    id(datetime.time): datetime.time.isoformat,
    id(datetime.timedelta): lambda value: "%d %d %d" % (value.days, value.seconds, value.microseconds),
}
_modules = sys.modules
_mro = type.__dict__["__mro__"].__get__
_name = type.__dict__["__qualname__"].__get__

CHUNK = 4096  # elements of one piece: ResultHeader::chunk_elements
WHOLE, LIST, TUPLE = 0, 1, 2  # ResultHeader::Kind

# What of a class tells whether it lies; see `_look`.
_dict_of, _slot_wrapper, _object = type.__dict__["__dict__"].__get__, type(object.__eq__), object
_NotImplemented = NotImplemented
_seen: Any = set()
_note: Any = None  # of sandbox/zygote/audit.cpp
# Where one of the two sides of a check keeps objects (remote.py): the bytes that stand for one; a checker's classes of what stands for them.
_stand_in: Any = None
_remotes: Any = ()

OPAQUE = 8  # how what can't cross begins
LEAVES = frozenset((int, float, complex, bool, str, bytes, type(None)))
_CONTAINERS = frozenset((list, tuple, dict, set, frozenset))
_PLAIN = LEAVES | _CONTAINERS
_KEYS, _ITEMS = type({}.keys()), type({}.items())
# How a builtin reads an instance of its subclass, whatever the subclass overrides.
_ALL = slice(None)
_BASES = (
    (int, lambda v: int.__pos__(v)),
    (float, lambda v: float.__pos__(v)),
    (complex, lambda v: complex.__pos__(v)),
    (str, lambda v: str.__str__(v)),
    (bytes, lambda v: bytes.__getitem__(v, _ALL)),
    (tuple, lambda v: tuple.__getitem__(v, _ALL)),
    (list, lambda v: list.__getitem__(v, _ALL)),
    (_OrderedDict, lambda v: dict(list(_OrderedDict.items(v)))),
    (dict, lambda v: dict.copy(v)),
    (set, lambda v: set(list(set.__iter__(v)))),
    (frozenset, lambda v: frozenset(list(frozenset.__iter__(v)))),
    (bytearray, lambda v: bytearray.__getitem__(v, _ALL)),
)


def use(note: Any) -> None:
    global _note
    _note = note


def keep(stand_in: Callable[[Any], bytes], remotes: Any = ()) -> None:
    """From now on objects cross as what stands for them, where they would be opaque."""
    global _stand_in, _remotes
    _stand_in, _remotes = stand_in, remotes


def _lies(value: Any, bases: Any) -> bool:
    for base in bases:
        names = {} if base is _object else _dict_of(base)
        if "__class__" in names:
            return True
    for base in bases:
        compare = _dict_of(base).get("__eq__")
        if compare is None:
            continue
        if type(compare) is _slot_wrapper:  # a builtin's own
            return False
        answer = compare(value, _object())
        return answer is not _NotImplemented and not not answer
    return False


def _look(value: Any, kind: Any, bases: Any) -> None:
    """Notes a value that says it equals an object made this moment, or that its class is another: no honest program returns one.

    Once a class. What it answers is an attempt at most, and decides nothing; whatever it raises is no attempt.
    """
    _seen.add(id(kind))
    try:
        if _note is not None and _lies(value, bases):
            _note()
    except BaseException:
        pass


def _block(data: bytes) -> bytes:
    return _pack("<I", len(data)) + data


def _class_name(value: Any) -> bytes:
    return _block(_name(type(value)).encode("utf-8", "replace")[:80])


def _named_fields(kind: Any) -> bytes:
    """The class of a named tuple with its fields, as in `P(x,y)`; nothing for other classes."""
    fields = getattr(kind, "_fields", None)
    if type(fields) is not tuple or not all(type(field) is str and field.isidentifier() for field in fields):
        return b""
    text = ("%s(%s)" % (_name(kind), ",".join(fields))).encode("utf-8", "replace")
    return _block(text) if len(text) <= 80 else b""


def _opaque(value: Any) -> bytes:
    return b"\x08" + _class_name(value)


def _is_plain(value: Any) -> bool:
    """Whether `value` is made of builtin types alone. Looks into each container once, by the set of its elements' types."""
    seen = {id(value)}
    waiting = [value]
    while waiting:
        container = waiting.pop()
        parts = itertools.chain(dict.keys(container), dict.values(container)) if type(container) is dict else container
        if not set(map(type, parts)) - LEAVES:
            continue
        parts = itertools.chain(dict.keys(container), dict.values(container)) if type(container) is dict else container
        for part in parts:
            kind = type(part)
            if kind in LEAVES:
                continue
            if kind not in _CONTAINERS:
                return False
            if id(part) not in seen:
                seen.add(id(part))
                waiting.append(part)
    return True


def _extended_container(value: Any) -> bytes:
    kind = type(value)
    if kind is list:
        return b"\x09" + _pack("<I", len(value)) + b"".join(map(_inner, value))
    if kind is tuple:
        return b"\x0a" + _pack("<I", len(value)) + b"".join(map(_inner, value))
    if kind is dict:
        pairs = [_inner(key) + _inner(item) for key, item in dict.items(value)]
        return b"\x0b" + _pack("<I", len(pairs)) + b"".join(pairs)
    code = b"\x0c" if kind is set else b"\x0d"
    return code + _pack("<I", len(value)) + b"".join(map(_inner, value))


def _numpy_scalar(value: Any, numpy: Any) -> bytes:
    item = value.item()
    if type(item) not in LEAVES and isinstance(value, (numpy.longdouble, numpy.clongdouble)):
        narrow = complex(value) if isinstance(value, numpy.clongdouble) else float(value)
        if value != narrow and isinstance(value, numpy.longdouble) and value == numpy.rint(value):
            return dumps(int(value), 2)  # its integer: no double is
        item = narrow if value == narrow else item
    if type(item) not in LEAVES or value.dtype.kind not in "biufcSU":
        return _opaque(value)
    return b"\x01" + _block(value.dtype.name.encode()) + dumps(item, 2)


def _numpy_array(value: Any, numpy: Any) -> bytes:
    if value.dtype.kind not in "biufcSUO":
        return _opaque(value)
    items = numpy.asarray(value).ravel().tolist()
    shape = value.shape
    head = b"\x02" + _block(value.dtype.name.encode()) + _pack("<I", len(shape)) + b"".join(_pack("<I", n) for n in shape)
    return head + b"".join(map(_inner, items))


def _extended(value: Any) -> bytes:
    """Whatever `marshal` would refuse or change."""
    kind = type(value)
    if kind in _CONTAINERS:
        return _extended_container(value)
    if kind is bytearray:
        return b"\x0e" + _block(bytes(value))
    if kind is range:
        return b"\x06" + dumps(value.start, 2) + dumps(value.stop, 2) + dumps(value.step, 2)
    if kind is _KEYS:  # equal to a set of the same keys, and to nothing else
        return _inner(set(value))
    if kind is _ITEMS:
        return _inner(set(value))
    moment = _MOMENTS.get(id(kind))
    if moment is not None:
        return b"\x10" + _block((_name(kind) + " " + moment(value)).encode())
    if _remotes and kind in _remotes:
        return _stand_in(value)  # type: ignore[no-any-return]
    bases = _mro(kind)
    if id(kind) not in _seen:
        _look(value, kind, bases)
    among = set(map(id, bases))  # by identity: a metaclass of the sample's own may raise for a comparison
    numpy = _modules.get("numpy")
    if numpy is not None:
        if id(numpy.generic) in among:
            return _numpy_scalar(value, numpy)
        if id(numpy.ndarray) in among:
            return _numpy_array(value, numpy)
    if id(_Decimal) in among:
        return b"\x03" + _block(_decimal_text(value).encode())
    if id(_Fraction) in among:
        return b"\x04" + dumps(value._numerator, 2) + dumps(value._denominator, 2)
    if id(_deque) in among:
        return b"\x05" + _pack("<I", _deque.__len__(value)) + b"".join(map(_inner, list(_deque.__iter__(value))))
    for base, read in _BASES:
        if id(base) in among:
            flag = b"\x01" if base is _OrderedDict else b"\x00"
            name = _named_fields(kind) if base is tuple else b""
            return b"\x07" + (name or _class_name(value)) + flag + _inner(read(value))
    return _opaque(value) if _stand_in is None or _remotes else _stand_in(value)


def _inner(value: Any) -> bytes:
    """A value inside an extension: `marshal` version 2 writes no references."""
    kind = type(value)
    if kind in LEAVES or (kind in _CONTAINERS and _is_plain(value)):
        return dumps(value, 2)
    return _extended(value)


def same(value: Any, other: Any) -> bool:
    """Whether two values cross as the same bytes, which tell of what can't cross no more than its class."""
    data = _inner(value)
    return data[0] != OPAQUE and data == _inner(other)


def _exact(value: Any) -> bytes:
    """`value`, of a plain type at the top, as it stands or extended."""
    if type(value) in LEAVES:
        return dumps(value, 4)
    try:
        data = dumps(value, 4)
    except ValueError:  # an element that marshal refuses
        return _extended(value)
    # `s`, without and with the reference bit, begins a bytes object: or is part of a number or a text.
    if (b"s" in data or b"\xf3" in data) and not _is_plain(value):
        return _extended(value)
    return data


def encode(value: Any) -> bytes:
    """The whole value in one piece. What cannot be told, for its depth or its size, is opaque."""
    try:
        return _exact(value) if type(value) in _PLAIN else _extended(value)
    except BaseException:
        return _opaque(value)


def _pieces(value: Any) -> Iterator[bytes]:
    for start in range(0, len(value), CHUNK):
        yield encode(list(value[start : start + CHUNK]))


def encode_result(value: Any, send: Callable[[int, int, Iterable[bytes]], None], iterate: bool = False) -> None:
    """Gives `send` the result's kind, its number of elements and its pieces.

    With `iterate` an iterator (or a view of a dict) stands for the list of what it yields: the comparison would walk it.
    """
    kind = type(value)
    if iterate and not (type(kind) is type and kind in _PLAIN):  # a metaclass of the sample's own could raise for a hash
        try:
            value = list(iter(value))
            kind = list
        except BaseException:
            pass
    if (kind is list or kind is tuple) and len(value) > CHUNK:
        send(LIST if kind is list else TUPLE, len(value), _pieces(value))
    else:
        send(WHOLE, 1, (encode(value),))
