"""Values as the other side left them: a test sees in its own objects what a sample in another jail did to theirs, and a sample in its own
what a test did to those that it was shown."""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from itertools import chain, islice
from marshal import dumps
from operator import is_
from typing import Any, Dict, List, Optional

LEVELS_OF_A_VALUE = 5000  # of calls that a value takes, three for each of the 1000 that the warden lets through

_encode: Any = None


def use(encode: Any) -> None:
    global _encode
    _encode = encode


def stands_for(new: Any, old: Any) -> bool:
    """Whether `new` is how an unchanged `old` of a class of the test's own comes back: as an instance of the builtin below it."""
    for base in (int, float, complex, str, bytes, tuple, list, dict, set, frozenset, bytearray):
        if isinstance(new, base) and isinstance(old, base):
            return bool(base.__eq__(new, old))
    return False


class Refresh:
    """Makes a caller's values what the call left of them, in place where they can be; each gives what stands for `old` then.

    What the call left alone is not touched: a test may be iterating over it, or hold parts of it.
    """

    def __init__(self) -> None:
        self.seen: Dict[Any, Any] = {}  # pairs that were seen to, with what came of them: values may share parts

    def value(self, old: Any, new: Any) -> Any:
        kind = type(old)
        if old is new:  # an object that both have
            return old
        if kind in _encode.LEAVES:
            return old if type(new) is kind and (old == new or dumps(old, 2) == dumps(new, 2)) else new
        pair = (id(old), id(new))
        if pair not in self.seen:
            self.seen[pair] = self.part(kind, old, new)
        return self.seen[pair]

    def part(self, kind: type, old: Any, new: Any) -> Any:
        numpy = sys.modules.get("numpy")
        if numpy is not None and isinstance(old, numpy.ndarray):
            return self.array(old, new) if type(new) is numpy.ndarray and new.shape == old.shape else new
        if numpy is not None and kind is numpy.float16:  # decode.py widens
            return old if _encode.same(numpy.float64(old), new) else new
        if kind is not type(new):
            return old if stands_for(new, old) else new
        if kind is list or kind is deque:
            return self.sequence(old, new)
        if kind is dict or kind in (Counter, OrderedDict, defaultdict):
            return self.pairs(OrderedDict if kind is OrderedDict else dict, old, new)
        if kind is tuple:
            left = self.values(old, new)
            return old if left is None else tuple(left)
        if kind is set:
            return self.members(old, new)
        if kind is bytearray:
            if old != new:
                old[:] = new
            return old
        return old if _encode.same(old, new) else new

    def values(self, old: Any, new: Any) -> Optional[List[Any]]:
        """What is left in a sequence; None where that is what was there."""
        if all(type(part) in _encode.LEAVES for part in chain(old, new)):  # at marshal's speed
            return None if dumps(list(old), 2) == dumps(list(new), 2) else list(new)
        left = list(map(self.value, old, new))
        if len(old) == len(new) and all(map(is_, left, old)):
            return None
        return left + list(islice(new, len(old), None))

    def sequence(self, old: Any, new: Any) -> Any:
        left = self.values(old, new)
        if left is not None and type(old) is list:
            old[:] = left
        elif left is not None:
            old.clear()
            old.extend(left)
        return old

    def pairs(self, base: Any, old: Any, new: Any) -> Any:
        """`base` has the methods: Counter's own would count, and dict's know nothing of an OrderedDict's order."""
        keys = self.values(list(old), list(new))
        if keys is None:
            for key, left in zip(list(old), list(new.values())):
                kept = self.value(old[key], left)
                if kept is not old[key]:
                    old[key] = kept
            return old
        own = {key: key for key in old}
        changed = [(own.get(key, key), self.value(old[key], left) if key in own else left) for key, left in new.items()]
        base.clear(old)
        base.update(old, changed)
        return old

    def members(self, old: Any, new: Any) -> Any:
        if old != new and self.values(list(old), list(new)) is not None:
            old.intersection_update(new)
            old.update(new)
        return old

    def array(self, old: Any, new: Any) -> Any:
        if not old.flags.writeable or type(old) not in (sys.modules["numpy"].ndarray, sys.modules["numpy"].matrix):
            return old
        if old.dtype == object:
            left = self.values(old.ravel().tolist(), new.ravel().tolist())
            for index, value in enumerate(left or ()):
                old.flat[index] = value
        elif new.dtype == ("float64" if old.dtype == "float16" else old.dtype):  # decode.py widens
            old[...] = new
        return old


def refreshed(args: Dict[Any, Any], left: Dict[Any, Any]) -> Dict[Any, Any]:
    """Makes the arguments what the call left of them. What can't be changed so stays what it is: that is the test's own affair."""
    refresh, kept = Refresh(), dict(args)
    levels = sys.getrecursionlimit()
    sys.setrecursionlimit(levels + LEVELS_OF_A_VALUE)
    try:
        for key in left:
            try:
                kept[key] = refresh.value(args[key], left[key])
            except Exception:
                continue
    finally:
        sys.setrecursionlimit(levels)
    return kept
