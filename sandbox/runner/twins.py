"""Objects of classes that the setup shares with the program: each side has its own, and what they hold crosses.

A test's node is an object of the setup's class, here. Where a call hands it over, the sample's side makes one like it, of its own class, and
from then on each becomes what the other does. What the program returns comes here likewise. So the setup's own code holds the
setup's own objects against each other, and the program has no word in it.
"""

from collections import deque
from typing import Any, Dict, List, Set, Tuple

MOST, MANY = 100_000, 10_000  # objects of a test, and of the tests before it

_encode: Any = None
_remote: Any = None
_attributes: Any = None
_new = object.__new__


def use(encode: Any, remote: Any, attributes: Any) -> None:
    global _encode, _remote, _attributes
    _encode, _remote, _attributes = encode, remote, attributes


def rebuilt(value: Any, instead: Any, known: Any = None) -> Any:
    """A value with what `instead` gives in place of each part that is no container; a container that has none of these as it is."""
    if not isinstance(value, _attributes.CONTAINERS):
        return instead(value)
    known = {} if known is None else known
    if id(value) not in known:
        known[id(value)] = (value, with_parts(value, [rebuilt(part, instead, known) for part in _attributes.parts(value)]))
    return known[id(value)][1]


def with_parts(value: Any, now: List[Any]) -> Any:
    if all(new is old for new, old in zip(now, _attributes.parts(value))):
        return value
    if isinstance(value, dict):
        made: Any = value.copy()  # with its factory, where it has one
        dict.clear(made)
        made.update(zip(now[: len(value)], now[len(value) :]))
        return made
    if isinstance(value, deque):
        return deque(now, value.maxlen)
    return type(value)(*now) if hasattr(value, "_fields") else type(value)(now)


class Twins:
    """`names`: of the classes; `scope`: where the tests' side has them.

    Before each question the sample is told which of the objects that it knows the test has changed, and asked after it which it has changed.
    """

    def __init__(self, sample: Any, names: List[str], scope: Dict[str, Any]) -> None:
        self.sample, self.names, self.scope = sample, names, scope
        self.here: Dict[int, Any] = {}  # by number: the test's object
        self.there: Dict[int, Tuple[Any, Any]] = {}  # by the id of the test's: that one, and what stands for the sample's
        self.agreed: Dict[int, Any] = {}  # by number: what both hold
        self.foreign: Set[int] = set()  # numbers of other objects

    def is_one(self, value: Any) -> bool:
        kind = type(value)
        return kind.__name__ in self.names and self.scope.get(kind.__name__) is kind

    def within(self, values: List[Any]) -> List[Any]:
        """All of the test's that values hold, and these in turn."""
        met: List[Any] = []
        seen: Set[int] = set()
        while values:
            each = values.pop()
            is_one = self.is_one(each)
            if (is_one or isinstance(each, _attributes.CONTAINERS)) and id(each) not in seen:
                seen.add(id(each))
                if is_one:
                    met.append(each)
                values.extend(_attributes.held(each).values() if is_one else _attributes.parts(each))
        return met

    def bound(self, count: int) -> None:
        if len(self.here) + count > MOST:
            raise MemoryError("too many objects")

    def begins(self) -> None:
        """A test: of very many objects of those before it nothing is known any more."""
        if len(self.here) > MANY:
            self.here, self.there, self.agreed, self.foreign = {}, {}, {}, set()
            self.sample.raw("forget")

    def away(self, value: Any) -> Any:
        """A value as the sample has it, which it then has."""
        met = self.within([value, *self.here.values()])
        if not met:
            return value
        new = [each for each in met if id(each) not in self.there]
        self.bound(len(new))
        if new:
            made = self.sample.raw("blank", [type(each).__name__ for each in new])
            if type(made) is not list or len(made) != len(new) or any(type(each) is not _remote.Remote for each in made):
                self.sample.unreadable()
            for each, remote in zip(new, made):
                self.pair(each, remote)
        objects, held = [], []
        for each in met:
            remote, holds = self.there[id(each)][1], _attributes.held(each)
            agreed = self.agreed.get(remote._assay_number)
            if agreed is None or not agreed.is_now(holds):
                objects.append(remote)
                held.append(self.as_there(holds))
                self.agree(remote._assay_number, holds)
        if objects:
            self.sample.raw("fill", objects, held)
        return self.as_there(value)

    def agree(self, number: int, holds: Dict[str, Any]) -> None:
        self.agreed[number] = _attributes.Then(holds, self.bytes_there)

    def bytes_there(self, part: Any) -> bytes:
        return _encode.encode(self.as_there(part))  # type: ignore[no-any-return]

    def pair(self, each: Any, remote: Any) -> None:
        self.here[remote._assay_number] = each
        self.there[id(each)] = (each, remote)

    def stand_in(self, value: Any) -> Any:
        pair = self.there.get(id(value))
        return value if pair is None else pair[1]

    def as_there(self, value: Any) -> Any:
        return rebuilt(value, self.stand_in)

    def home(self, value: Any) -> Any:
        """What a question has brought, as the test has it; and what else it has changed."""
        self.fetch(self.unknown([value]))
        return rebuilt(value, self.arrived)

    def unknown(self, values: List[Any]) -> List[int]:
        """Numbers of what values hold of the sample's and nobody has asked about."""
        found: Dict[int, None] = {}
        seen: Set[int] = set()
        while values:
            each = values.pop()
            if type(each) is _remote.Remote:
                number = each._assay_number
                if number not in self.here and number not in self.foreign:
                    found[number] = None
            elif isinstance(each, _attributes.CONTAINERS) and id(each) not in seen:
                seen.add(id(each))
                values.extend(_attributes.parts(each))
        return list(found)

    def arrived(self, value: Any) -> Any:
        return self.here.get(value._assay_number, value) if type(value) is _remote.Remote else value

    def fetch(self, numbers: List[int]) -> None:
        told: Dict[int, Any] = {}
        more = bool(numbers or self.here)
        while more:
            answered, more = self.records(numbers)
            fresh = []
            for number, name, holds in answered:
                kind = self.scope.get(name) if name in self.names else None
                if type(kind) is not type:
                    self.foreign.add(number)
                    continue
                if number not in self.here:
                    self.bound(1)
                    self.pair(_new(kind), self.sample.object(number, 0, ""))
                told[number] = holds
                fresh.append(holds)
            left = [number for number in numbers if number not in told and number not in self.foreign]
            if left and not answered:
                self.sample.unreadable()
            numbers = list(dict.fromkeys(left + self.unknown(fresh)))  # it tells of so many at once
            more = more or bool(numbers)
        for number, holds in told.items():
            each = self.here[number]
            _attributes.become(each, rebuilt(holds, self.arrived), _attributes.held(each))
        for number in told:
            self.agree(number, _attributes.held(self.here[number]))

    def records(self, numbers: List[int]) -> Tuple[List[Tuple[int, str, Dict[str, Any]]], bool]:
        """Of those asked about, of what these hold, and of what has changed; and whether there is more."""
        found = self.sample.raw("fields", numbers)
        if type(found) is not tuple or list(map(type, found)) != [list, bool] or (found[1] and not found[0]):
            self.sample.unreadable()
        for record in found[0]:
            if type(record) is not tuple or list(map(type, record)) != [int, str, dict] or any(type(name) is not str for name in record[2]):
                self.sample.unreadable()
        return found  # type: ignore[no-any-return]
