"""The sample's side of twins.py: objects of classes that the setup shares with the program, as this process has them."""

import __future__
import ast
from collections import deque
from typing import Any, Deque, Dict, List, Tuple

MOST_RECORDS = 1000  # of objects at once
MOST_LEVELS = 500  # of containers in an attribute
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement
Record = Tuple[int, str, Dict[str, Any]]

_encode: Any = None
_attributes: Any = None
_new, _object = object.__new__, object
_type_name, _mro = [type.__dict__[name].__get__ for name in ("__name__", "__mro__")]


def use(encode: Any, attributes: Any) -> None:
    global _encode, _attributes
    _encode, _attributes = encode, attributes


def share(code: bytes, names: Dict[str, Any]) -> Dict[str, type]:
    """Runs what the setup shares among the program's names, ahead of it; its classes by name."""
    flags = 0
    made: Dict[str, type] = {}
    for statement in ast.parse(code.decode("utf-8", "surrogatepass")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for each in statement.names:
                flags |= getattr(__future__, each.name).compiler_flag
        try:
            exec(compile(ast.Module([statement], []), "<setup>", "exec", flags, dont_inherit=True), names)
        except BaseException:  # a module that is not there, which tests will miss
            continue
        if isinstance(statement, ast.ClassDef):
            made[statement.name] = names[statement.name]
    return made


def is_untold(part: Any) -> bool:
    """Whether it is too deep or too large to be told."""
    level, parts, seen = 0, [part], set()
    while parts and level < MOST_LEVELS:
        parts = [each for each in parts if isinstance(each, _attributes.CONTAINERS) and id(each) not in seen]
        seen.update(map(id, parts))
        parts = [within for each in parts for within in _attributes.parts(each)]
        level += 1
    return len(parts) > 0 or (level > 1 and _encode.encode(part)[0] == _encode.OPAQUE)


class SampleTwins:
    """`answers`: who numbers objects; `untold`: makes what crosses in place of what can't."""

    def __init__(self, answers: Any, shared: Dict[str, type], untold: Any) -> None:
        self.answers, self.shared, self.untold = answers, shared, untold
        self.known: Dict[int, Any] = {}  # by the number of an object: what tests know that it holds

    def remember(self, number: int, holds: Dict[str, Any]) -> None:
        self.known[number] = _attributes.Then(holds, _encode.encode)

    def shared_name(self, kind: Any) -> str:
        """Of the shared class that a class is, derives from, or says that it is."""
        found = ""
        for base in _mro(kind):
            if base.__flags__ & HEAP_TYPE == 0:  # what derives from a builtin one crosses as data
                return found if base is _object else ""
            if not found and _type_name(base) in self.shared:
                found = _type_name(base)
        return found

    def blank(self, names: List[str]) -> List[Any]:
        made = [self.made(name) for name in names]
        for value in made:
            self.remember(self.answers.number_of(value), {})
        return made

    def made(self, name: str) -> Any:
        """One of the shared class, or of the program's own by that name, whose objects may hold more."""
        shared = self.shared[name]
        kind = self.answers.names.get(name)
        if kind is shared or not issubclass(type(kind), type) or self.shared_name(kind) != name:
            return _new(shared)
        try:
            return kind()
        except BaseException:  # which takes arguments
            return _new(kind)

    def fill(self, objects: List[Any], holds: List[Dict[str, Any]]) -> None:
        for value, after in zip(objects, holds):
            number = self.answers.number_of(value)
            # What the program's own class adds tests do not know of, and so do not take away.
            _attributes.become(value, after, self.known[number])
            self.remember(number, {name: part for name, part in _attributes.held(value).items() if name in after})

    def fields(self, numbers: List[int]) -> Tuple[List[Record], bool]:
        found: List[Record] = []
        waiting = deque(numbers)
        asked = set(numbers)
        for number in [each for each in self.known if each not in asked]:
            if len(found) < MOST_RECORDS:
                self.look_at(number, False, found, waiting)
        while waiting and len(found) < MOST_RECORDS:
            self.look_at(waiting.popleft(), True, found, waiting)
        return found, len(found) >= MOST_RECORDS

    def look_at(self, number: int, is_asked: bool, found: List[Record], waiting: Deque[int]) -> None:
        """Adds an object to what is told, where it is asked about or has changed, and those that it holds to what is to be looked at."""
        value = self.answers.targets[number]
        name = self.shared_name(type(value))
        if not name:
            self.known.pop(number, None)
            found.append((number, "", {}))
            return
        holds = _attributes.held(value)
        if not is_asked and self.known[number].is_now(holds):
            return
        self.remember(number, holds)
        holds = {key: self.untold() if is_untold(part) else part for key, part in holds.items()}
        found.append((number, name, holds))
        waiting.extend(self.first_seen(holds))

    def first_seen(self, holds: Dict[str, Any]) -> List[int]:
        """Numbers of the objects within, of which tests know nothing yet."""
        found, seen, parts = [], set(), [holds]
        while parts:
            part = parts.pop()
            if isinstance(part, _attributes.CONTAINERS):
                if id(part) not in seen:
                    seen.add(id(part))
                    parts.extend(_attributes.parts(part))
            elif self.shared_name(type(part)):
                number = self.answers.number_of(part)
                if number not in self.known:
                    self.remember(number, {})
                    found.append(number)
        return found

    def forget(self) -> None:
        self.known.clear()
