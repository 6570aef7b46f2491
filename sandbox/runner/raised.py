"""Exceptions of the sample's as tests see them: builtin ones by their names, and its own as classes between these and theirs."""

import builtins
import sys
from typing import Any, Dict, Optional

# Whose exceptions programs raise.
ERROR_MODULES = "dataclasses json json.decoder queue re struct decimal fractions statistics asyncio zlib binascii subprocess shutil".split()
# What exceptions know besides their arguments (answer.py has the same).
ATTRIBUTES = ((ImportError, "name path"), (NameError, "name"), (AttributeError, "name"), (OSError, "filename filename2"))
MOST_ERRORS = 256  # classes of exceptions that are remembered

_leaves: Any = None  # types of plain values (encode.py)


def use(encode: Any) -> None:
    global _leaves
    _leaves = encode.LEAVES


def library_error(name: str, base: type) -> Optional[type]:
    """One of the standard library's, which tests catch by its own name."""
    for module in ERROR_MODULES:
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and issubclass(found, base):
            return found
    return None


def error_class(names: Any, base: type, own: Dict[str, type]) -> type:
    """A class of the sample's that derives from a builtin exception, by its name and those between the two.

    `own`: those that were met before, raised or named.
    """
    if not issubclass(base, BaseException) or type(names) is not tuple:
        raise ValueError("no such exception")
    kind = base
    for name in reversed(names):
        kind = below(kind, name, own.get(name) or library_error(name, kind))
        if len(own) < MOST_ERRORS:
            own.setdefault(name, kind)
    return kind


def below(kind: type, name: str, known: Optional[type]) -> type:
    """The class of that name that derives from `kind`, and from the one that tests know by it."""
    if known is not None and issubclass(known, kind):
        return known
    bases = (kind,) if known is None else (known, kind)
    try:
        return type(name, bases, {"__str__": said})
    except TypeError:  # no order of these
        return type(name, (kind,), {"__str__": said})


def said(error: BaseException) -> str:
    """What the sample's own class says of it, where it crossed from there."""
    text = vars(error).get("__str__")
    return text if type(text) is str else BaseException.__str__(error)


def exception(what: Any, args: Any, own: Dict[str, type]) -> BaseException:
    """The builtin exception that the sample raised, or one of its name. A StopIteration would end a test's own loops."""
    names, base_name, attributes = what
    base = getattr(builtins, base_name)
    if not issubclass(base, BaseException) or type(args) is not tuple or type(attributes) is not dict:
        raise ValueError("no such exception")
    if issubclass(base, (StopIteration, StopAsyncIteration, GeneratorExit)):
        return RuntimeError("the call raised " + base_name)
    for each in base.__mro__[:-1]:  # the nearest that can be made of what has crossed
        kind = error_class(names, base, own) if each is base else error_class(names or (base_name,), each, {})
        try:
            error = kind.__new__(kind, *args)
            break
        except (TypeError, ValueError):
            continue
    try:
        base.__init__(error, *args)  # which knows what of them is the code, the place, the line
    except (TypeError, ValueError, AttributeError):
        pass
    error.args = args
    for kind, known in ATTRIBUTES:
        for attribute in known.split() if issubclass(base, kind) else ():
            if type(attributes.get(attribute)) is str:
                setattr(error, attribute, attributes[attribute])
    for attribute, value in attributes.items() if names else ():
        if type(attribute) is str and (type(value) in _leaves or type(value) in (list, tuple, dict, set)):
            vars(error)[attribute] = value
    return error  # type: ignore[no-any-return]
