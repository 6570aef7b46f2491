"""Whether a test of several, which run in one process and see each other's names, keeps to itself.

Of such a one what the sample's own word has decided is known: that test, and no other. Told from the code; a guess on the safe side.
"""

import builtins
import dis
import types
from typing import Any, Dict, List, Optional, Set

# Builtins that neither keep anything for later tests nor hold what earlier ones have kept.
FREE = set(
    "abs all any bool bytes callable chr complex dict divmod enumerate filter float format frozenset getattr hasattr hash int isinstance"
    " issubclass iter len list map max min next object ord pow print range repr reversed round set slice sorted str sum super tuple type zip"
    " __name__".split()
)
FREE |= {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}


def looks_up(instruction: Any) -> bool:
    name = instruction.opname
    return instruction.opcode in dis.hasname and name.startswith("LOAD_") and not any(word in name for word in ("ATTR", "METHOD"))


def binds(instruction: Any) -> bool:
    return instruction.opname in ("STORE_NAME", "STORE_GLOBAL", "DELETE_NAME", "DELETE_GLOBAL")


def imports_all(instruction: Any) -> bool:
    return instruction.opname == "IMPORT_STAR" or (instruction.opname == "CALL_INTRINSIC_1" and instruction.arg == 2)


def every(code: Any) -> List[Any]:
    """The instructions of a program and of the functions within it."""
    found = list(dis.get_instructions(code))
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            found += every(part)
    return found


def bound_first(code: Any) -> Set[str]:
    """Names that a program binds, whatever comes, before it looks them up."""
    found: Set[str] = set()
    looked_up: Set[str] = set()
    if getattr(code, "co_exceptiontable", b""):  # until 3.10 what handles exceptions begins with a jump
        return found
    for each in dis.get_instructions(code):
        if each.opcode in dis.hasjrel or each.opcode in dis.hasjabs:
            break
        if isinstance(each.argval, types.CodeType):
            looked_up.update(inner.argval for inner in every(each.argval) if looks_up(inner))
        elif looks_up(each):
            looked_up.add(each.argval)
        elif each.opname == "STORE_NAME" and each.argval not in looked_up:
            found.add(each.argval)
    return found


class Names:
    """Of one test: what it takes from before, and what it leaves for later."""

    def __init__(self, source: bytes) -> None:
        self.taken: Set[str] = set()
        self.bound: Set[str] = set()
        self.imported: Set[str] = set()  # of what is bound, by `from m import …`
        self.known = False
        try:
            code = compile(source, "<test>", "exec", dont_inherit=True)
            instructions = every(code)
        except (SyntaxError, ValueError, RecursionError):  # which does not run either
            return
        self.known = not any(map(imports_all, instructions))
        self.imported = {each.argval for before, each in zip(instructions, instructions[1:]) if before.opname == "IMPORT_FROM"}
        self.taken = {each.argval for each in instructions if looks_up(each)} - bound_first(code)
        self.bound = {each.argval for each in instructions if binds(each)}


def of_library(value: Any) -> bool:
    if isinstance(value, types.ModuleType):
        return True
    return isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) and value.__module__ != "__main__"


class Tests:
    """`own`: names that the sample stands behind."""

    def __init__(self, tests: List[bytes], names: Dict[str, Any], own: List[str]) -> None:
        self.tests, self.names, self.own = tests, names, own
        self.given = set(names)
        self.read: Optional[List[Names]] = None

    def keeps_to_itself(self, index: int) -> bool:
        if self.read is None:
            self.read = [Names(test) for test in self.tests]
        mine, others = self.read[index], self.read[:index] + self.read[index + 1 :]
        left = mine.bound - mine.imported.intersection(self.own)
        if not all(each.known for each in self.read) or any(left & other.taken for other in others):
            return False
        foreign = self.given.union(*(other.bound for other in others))
        return all(self.is_free(name) or name in mine.bound - foreign for name in mine.taken)

    def is_free(self, name: str) -> bool:
        """Whether nothing goes from one test to another by a name that all of them can look up."""
        if name not in self.names or name == "__name__":
            return name in FREE
        return name in self.own or of_library(self.names[name])
