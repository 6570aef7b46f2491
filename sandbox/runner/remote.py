"""Objects that the sample's side of a check keeps, as tests see them.

What a test does with one (a method, an attribute, len, a loop, an operator) is asked there, and the answer crosses as data, or as another
such object. A method is the program's own word, like any call of it. An operator is not: a test that compares what a function returned
with a value hands it that value, and the object may say yes to any. So where a word of the sample's may have decided a test in place of
data, that is told (Sample.own_word).
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import FunctionType
from typing import Any, Callable, Dict, Iterator, List

OPERATORS = "lt le gt ge add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or xor".split()
COMPARISONS = ("lt", "le", "gt", "ge")
IN_PLACE = [name for name in OPERATORS[len(COMPARISONS) :] if name != "divmod"]
PLAIN_ANSWERS = "neg pos abs invert int float complex index bool str repr len trunc floor ceil copy".split()

# Asked of an object that nothing has changed meanwhile, these are answered alike; and what may change it, besides calls.
STEADY = ("len", "bool")
CHANGING = ("setitem", "delitem", "enter", "exit", *("i" + name for name in IN_PLACE))

# Methods of values that cross as data: a test that calls one on a result may have expected such a value, and takes the answer for the value's.
OF_DATA = {name for kind in (str, bytes, int, float, complex, list, tuple, dict, set, deque, Counter, Decimal, Fraction, datetime, timedelta) for name in dir(kind)}
OF_DATA |= {"all", "any", "equals", "item"}  # of arrays
# What libraries look for to treat an object in a way of their own.
NOT_ASKED = ("__array", "__dlpack", "__buffer", "__length_hint__", "__getstate__", "__reduce", "__set_name__", "__objclass__", "__mro_entries__")


class Remote:
    """One object: there is one of these for each."""

    __slots__ = ("_assay_sample", "_assay_number")

    def __init__(self, sample: Any, number: int) -> None:
        object.__setattr__(self, "_assay_sample", sample)
        object.__setattr__(self, "_assay_number", number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(NOT_ASKED):
            raise AttributeError(name)
        found = self._assay_sample.get(self._assay_number, name)
        if name in OF_DATA and not self._assay_sample.is_method(self._assay_number, name):
            return _guarded(self._assay_sample, found)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        self._assay_sample.set(self._assay_number, name, value)

    def __delattr__(self, name: str) -> None:
        self._assay_sample.delete(self._assay_number, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._assay_sample.call(self._assay_number, list(args), kwargs)

    def __eq__(self, other: Any) -> Any:
        return _equal("eq", self, other)

    def __ne__(self, other: Any) -> Any:
        return _equal("ne", self, other)

    def __hash__(self) -> int:
        # With twins, sets and keys are put together of these before there is what they stand for.
        return self._assay_number if self._assay_sample.twins is not None else self._assay_sample.do("hash", self)  # type: ignore[no-any-return]

    def __contains__(self, item: Any) -> Any:
        return _decide("contains", self, item)

    def __getitem__(self, key: Any) -> Any:
        if type(key) is slice:  # which itself can't cross
            return self._assay_sample.do("getslice", self, key.start, key.stop, key.step)
        return self._assay_sample.do("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._assay_sample.do("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._assay_sample.do("delitem", self, key)

    def __iter__(self) -> Any:
        return _loop("iter", self)

    def __reversed__(self) -> Any:
        return _loop("reversed", self)

    def __next__(self) -> Any:
        return self._assay_sample.do("next", self)

    def __format__(self, form: str) -> Any:
        return self._assay_sample.do("format", self, form)

    def __round__(self, *digits: int) -> Any:
        return self._assay_sample.do("round", self, *digits)

    def __enter__(self) -> Any:
        return self._assay_sample.do("enter", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        # What an assertion says may be what was expected.
        says = list(error.args) if kind and not issubclass(kind, AssertionError) else []
        answer = self._assay_sample.do("exit", self, kind and kind.__name__, says)
        if kind is not None and answer:  # which would swallow a test's own assertion
            self._assay_sample.own_word()
        return answer

    def __deepcopy__(self, memo: Any) -> Any:
        return self._assay_sample.do("deepcopy", self)


def _loop(operation: str, remote: Remote) -> Iterator[Any]:
    """A loop over less than `len` says is there would check nothing."""
    sample, count = remote._assay_sample, 0
    iterator = sample.do(operation, remote)
    while True:
        try:
            item = next(iterator)  # of an object of the sample's as well
        except StopIteration:
            break
        count += 1
        yield item
    try:
        told = len(remote)
    except TypeError:
        return
    if told != count:
        sample.own_word()


def _guarded(sample: Any, found: Any) -> Any:
    """What was found under a name that values have which cross as data."""
    if type(found) is FunctionType:
        return lambda *args, **kwargs: sample.own_word() or found(*args, **kwargs)
    if callable(found):  # an object, a class, an exception
        sample.own_word()
    return found


def _equal(operation: str, left: Remote, right: Any) -> Any:
    sample = left._assay_sample
    if right is None:
        return operation != "eq"
    if left is right:  # but who made them one?
        sample.own_word()
        return operation == "eq"
    if type(right) is not Remote:
        sample.own_word()
    answer = sample.do(operation, left, right)
    if answer is not (operation != "eq"):
        sample.own_word()
    return answer


def _decide(operation: str, *operands: Any) -> Any:
    sample = next(each for each in operands if type(each) is Remote)._assay_sample
    sample.own_word()
    return sample.do(operation, *operands)


def _operator(operation: str, swapped: bool) -> Callable[[Any, Any], Any]:
    """Two objects of the sample's that are put together are told no value of the test's, and decide nothing; what comes of it may."""

    def apply(self: Remote, other: Any) -> Any:
        decides = operation in COMPARISONS or type(other) is not Remote
        operands = (other, self) if swapped else (self, other)
        return _decide(operation, *operands) if decides else self._assay_sample.do(operation, *operands)

    return apply


def _asked(operation: str) -> Callable[[Any], Any]:
    return lambda self: self._assay_sample.do(operation, self)


for _name in OPERATORS:
    setattr(Remote, "__%s__" % _name, _operator(_name, False))
    if _name not in COMPARISONS:
        setattr(Remote, "__r%s__" % _name, _operator(_name, True))
for _name in IN_PLACE:
    setattr(Remote, "__i%s__" % _name, _operator("i" + _name, False))
for _name in PLAIN_ANSWERS:
    setattr(Remote, "__%s__" % _name, _asked(_name))


def is_value(found: Any, name: str) -> bool:
    """Whether what the program calls so is no class of that name but a value, which tests may hold others against.

    A class under several names could stand for all that they expect, and `RED` is a value whatever a program binds to it.
    """
    return not isinstance(found, type) or found.__name__ != name or (name.isupper() and len(name) > 1)


def _says(made: Any, args: Any, kwargs: Any) -> bool:
    """Whether data that a class made tells what it was made of, as a named tuple does. Else it might equal what is made of anything."""
    try:
        if isinstance(made, (tuple, list)):
            parts, given = list(made), list(args)
            in_order = bool(args or kwargs) and parts[: len(given)] == given and all(value in parts[len(given) :] for value in kwargs.values())
            return in_order or (len(given) == 1 and not kwargs and type(given[0]) in (tuple, list) and parts == list(given[0]))
        return bool(made == kwargs if kwargs else made == args[0]) and len(args) == (0 if kwargs else 1)
    except Exception:  # an array, nothing
        return False


class RemoteClass(type):
    """A class of the sample's: itself a class here, so that `isinstance` takes it."""

    _assay_sample: Any
    _assay_number: int
    _assay_makes: bool  # the test uses it as a class, by its name

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        sample = cls._assay_sample
        last = sample.last_object
        made = sample.call(cls._assay_number, list(args), kwargs)
        if type(made) is Remote:
            if made._assay_number <= last:  # one that is there already is equal to itself, whatever tests make of it
                sample.own_word()
            if cls._assay_makes:
                sample.made.add(made._assay_number)
        elif not _says(made, args, kwargs):
            sample.own_word()
        return made

    def __getattr__(cls, name: str) -> Any:
        if name.startswith(NOT_ASKED):
            raise AttributeError(name)
        sample = cls._assay_sample
        found = sample.get(cls._assay_number, name)
        if type(found) is not FunctionType and not name.startswith("__") and is_value(found, name):
            sample.own_word()
        if name in OF_DATA and not (cls._assay_makes and name in sample.used):
            return _guarded(sample, found)
        return found

    def __eq__(cls, other: Any) -> bool:
        if cls is other:
            cls._assay_sample.own_word()
        return cls is other

    def __hash__(cls) -> int:
        return id(cls)

    def __setattr__(cls, name: str, value: Any) -> None:
        cls._assay_sample.set(cls._assay_number, name, value)

    def __instancecheck__(cls, value: Any) -> bool:
        if type(value) is not Remote:  # what is a builtin's subclass crosses as data
            return type(value).__name__ == cls.__name__
        return bool(cls._assay_sample.do("isinstance", value, cls))

    def __subclasscheck__(cls, other: Any) -> bool:
        return type(other) is RemoteClass and bool(cls._assay_sample.do("issubclass", other, cls))

    # Values under a name of the sample's, to hold others against.
    def __iter__(cls) -> Any:
        cls._assay_sample.own_word()
        return cls._assay_sample.do("iter", cls)

    def __len__(cls) -> Any:
        cls._assay_sample.own_word()
        return cls._assay_sample.do("len", cls)

    def __getitem__(cls, key: Any) -> Any:
        if all(isinstance(part, type) or type(part).__module__ == "typing" for part in (key if type(key) is tuple else (key,))):
            return cls  # `Stack[int]`, for those who read types
        cls._assay_sample.own_word()
        return cls._assay_sample.do("getitem", cls, key)

    def __bool__(cls) -> bool:
        return True


def remote_class(sample: Any, number: int, name: str, makes: bool) -> RemoteClass:
    names: Dict[str, Any] = {"_assay_sample": sample, "_assay_number": number, "_assay_makes": makes}
    return RemoteClass(name, (), names)


def bytes_of(value: Any) -> bytes:
    """What stands for one on the wire (sandbox/wire/value_format.md); the name is the sample's own to know."""
    is_class = type(value) is RemoteClass
    return b"\x0f" + int(value._assay_number).to_bytes(4, "little") + bytes((is_class,)) + bytes(4)


KINDS: List[type] = [Remote, RemoteClass]
