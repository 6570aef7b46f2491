"""What an object holds: read, compared with what it was, and changed; for both sides of twins (twins.py, sample_twins.py)."""

from collections import deque
from types import MemberDescriptorType
from typing import Any, Callable, Container, Dict, Tuple

CONTAINERS = (list, tuple, dict, set, frozenset, deque)
_set, _delete, _read, _mro = object.__setattr__, object.__delattr__, object.__getattribute__, type.__dict__["__mro__"].__get__

_refreshed: Any = None


def use(refresh: Any) -> None:
    global _refreshed
    _refreshed = refresh.refreshed


def parts(container: Any) -> Tuple[Any, ...]:
    return (*container.keys(), *container.values()) if isinstance(container, dict) else tuple(container)


def held(value: Any) -> Dict[str, Any]:
    """By name, in slots too."""
    found: Dict[str, Any] = {}
    for base in _mro(type(value)):
        for name, slot in vars(base).items():
            if type(slot) is MemberDescriptorType:
                try:
                    found[name] = slot.__get__(value)
                except AttributeError:
                    continue
    if hasattr(value, "__dict__"):
        found.update(_read(value, "__dict__"))
    return {name: part for name, part in found.items() if type(name) is str and name[:2] != "__"}


def become(value: Any, after: Dict[str, Any], drops: Container[str]) -> None:
    """Makes an object hold `after`; what it has of containers is changed in place. `drops`: names that it has no longer if `after` has not."""
    before = held(value)
    both = [name for name in after if name in before]
    kept = _refreshed({name: before[name] for name in both}, {name: after[name] for name in both})
    for name in before:
        if name not in after and name in drops:
            _delete(value, name)
    for name, part in {**after, **kept}.items():
        if name[:2] != "__" and (name not in before or before[name] is not part):
            try:
                _set(value, name, part)
            except AttributeError:  # its class has no such slot
                continue


class Then:
    """What an object held at a time: of containers the bytes that they cross as, which `encode` tells."""

    def __init__(self, holds: Dict[str, Any], encode: Callable[[Any], bytes]) -> None:
        self.encode = encode
        self.parts = {name: part for name, part in holds.items() if not isinstance(part, CONTAINERS)}
        self.coded = {name: encode(part) for name, part in holds.items() if name not in self.parts}

    def __contains__(self, name: str) -> bool:
        return name in self.parts or name in self.coded

    def is_now(self, holds: Dict[str, Any]) -> bool:
        """Whether it still does; of what can't be changed by identity."""
        if len(holds) != len(self.parts) + len(self.coded):
            return False
        for name, part in holds.items():
            if name in self.parts:
                if self.parts[name] is not part:
                    return False
            elif name not in self.coded or not isinstance(part, CONTAINERS) or self.encode(part) != self.coded[name]:
                return False
        return True
