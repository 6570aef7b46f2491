"""Objects of classes that the setup shares with the program: each side has its own, and what they hold crosses.

A test's node is an object of the setup's class, here. Where a call hands it over, the sample's side makes one like it, of its own class, and
what the call leaves in that one the test's becomes. What the program returns comes here likewise. So the setup's own code holds the
setup's own objects against each other, and the program has no word in it.
"""

from collections import deque
from typing import Any, Dict, Iterable, List, Set, Tuple

MOST = 100_000  # objects of a job

_remote: Any = None
_refresh: Any = None
_new, _set = object.__new__, object.__setattr__


def use(remote: Any, refresh: Any) -> None:
    global _remote, _refresh
    _remote, _refresh = remote, refresh


def attributes(value: Any) -> Dict[str, Any]:
    """What an object holds, in slots too."""
    found = {}
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name[:2] != "__" and hasattr(value, name):
                found[name] = getattr(value, name)
    found.update(getattr(value, "__dict__", {}))
    return found


def parts(value: Any) -> Iterable[Any]:
    """What a container holds; nothing where it is none."""
    kind = type(value)
    if kind is dict:
        return (*value.keys(), *value.values())
    return value if kind in (list, tuple, set, frozenset, deque) else ()


def rebuilt(value: Any, instead: Any) -> Any:
    """A value with what `instead` gives in place of each part that is no container; a container that has none of these as it is."""
    kind = type(value)
    if kind is dict:
        pairs = {key: rebuilt(part, instead) for key, part in value.items()}
        return value if all(pairs[key] is value[key] for key in pairs) else pairs
    if kind not in (list, tuple, deque):
        return instead(value)
    now = [rebuilt(part, instead) for part in value]
    if all(new is old for new, old in zip(now, value)):
        return value
    return deque(now, value.maxlen) if kind is deque else kind(now)


class Twins:
    """`names`: of the classes; `scope`: where the tests' side has them."""

    def __init__(self, sample: Any, names: List[str], scope: Dict[str, Any]) -> None:
        self.sample, self.names, self.scope = sample, names, scope
        self.here: Dict[int, Any] = {}  # by number: the test's object
        self.there: Dict[int, Tuple[Any, Any]] = {}  # by the id of the test's: that one, and what stands for the sample's
        self.foreign: Set[int] = set()  # numbers of other objects

    def is_one(self, value: Any) -> bool:
        kind = type(value)
        return kind.__name__ in self.names and self.scope.get(kind.__name__) is kind

    def within(self, value: Any) -> List[Any]:
        """All of the test's that a value holds, and these in turn."""
        met: List[Any] = []
        seen: Set[int] = set()
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if id(each) in seen:
                continue
            is_one = self.is_one(each)
            if is_one:
                met.append(each)
            holds = attributes(each).values() if is_one else parts(each)
            if is_one or holds:
                seen.add(id(each))
            waiting.extend(holds)
        self.bound(len(met))
        return met

    def bound(self, count: int) -> None:
        if len(self.here) + count > MOST:
            raise MemoryError("too many objects")

    def away(self, value: Any) -> Tuple[Any, List[Any]]:
        """A value as the sample has it, which it then has; and the test's objects in it."""
        met = self.within(value)
        if not met:
            return value, met
        new = [each for each in met if id(each) not in self.there]
        if new:
            made = self.sample.raw("blank", [type(each).__name__ for each in new])
            if type(made) is not list or len(made) != len(new) or any(type(each) is not _remote.Remote for each in made):
                self.sample.unreadable()
            for each, remote in zip(new, made):
                self.pair(each, remote)
        held = [rebuilt(attributes(each), self.stand_in) for each in met]
        self.sample.raw("fill", [self.stand_in(each) for each in met], held)
        return rebuilt(value, self.stand_in), met

    def pair(self, each: Any, remote: Any) -> None:
        self.here[remote._assay_number] = each
        self.there[id(each)] = (each, remote)

    def stand_in(self, value: Any) -> Any:
        pair = self.there.get(id(value))
        return value if pair is None else pair[1]

    def home(self, value: Any) -> Any:
        """A value of the sample's as the test has it."""
        self.fetch(self.unknown(value))
        return rebuilt(value, self.arrived)

    def unknown(self, value: Any) -> List[int]:
        """Numbers of what a value holds of the sample's and nobody has asked about."""
        found: Dict[int, None] = {}
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if type(each) is _remote.Remote:
                number = each._assay_number
                if number not in self.here and number not in self.foreign:
                    found[number] = None
            waiting.extend(parts(each))
        return list(found)

    def arrived(self, value: Any) -> Any:
        return self.here.get(value._assay_number, value) if type(value) is _remote.Remote else value

    def refresh(self, met: List[Any]) -> None:
        """Makes the test's objects what a call has left of the sample's."""
        self.fetch([self.there[id(each)][1]._assay_number for each in met])

    def fetch(self, numbers: List[int]) -> None:
        told: Dict[int, Any] = {}
        while numbers:
            answered = self.records(numbers)
            if not {record[0] for record in answered} & set(numbers):
                self.sample.unreadable()
            for number, name, holds in answered:
                kind = self.scope.get(name) if name in self.names else None
                if type(kind) is not type:
                    self.foreign.add(number)
                    continue
                if number not in self.here:
                    self.bound(1)
                    self.pair(_new(kind), self.sample.object(number, 0, ""))
                told[number] = holds
            left = [number for number in numbers if number not in told and number not in self.foreign]  # it tells of so many at once
            numbers = list(dict.fromkeys(left + self.unknown(list(told.values()))))
        for number, holds in told.items():
            self.take(self.here[number], rebuilt(holds, self.arrived))

    def records(self, numbers: List[int]) -> List[Tuple[int, str, Dict[str, Any]]]:
        found = self.sample.raw("fields", numbers)
        for record in found if type(found) is list else (None,):
            if type(record) is not tuple or list(map(type, record)) != [int, str, dict] or any(type(name) is not str for name in record[2]):
                self.sample.unreadable()
        return found  # type: ignore[no-any-return]

    def take(self, each: Any, holds: Dict[str, Any]) -> None:
        held = attributes(each)
        both = [name for name in holds if name in held]
        kept = _refresh.refreshed({name: held[name] for name in both}, {name: holds[name] for name in both})
        for name in held:
            if name not in holds:
                object.__delattr__(each, name)
        for name, value in {**holds, **kept}.items():
            if name[:2] != "__" and (name not in held or held[name] is not value):
                try:
                    _set(each, name, value)
                except AttributeError:  # no slot of the setup's class
                    continue
