#!/usr/bin/env python3
"""What `evalplus.sanitize` makes of chat answers: the reference that ours is held against.

    reference.py FILE [--answers N] [--seed S]

Makes answers of many shapes and writes {"answer", "entry_point", "sanitized"} a line. Where EvalPlus itself ends with an
exception the answer is left out. Ends with 77 where the package is absent.
"""

import argparse
import json
import random
import sys
import types
from typing import Callable, List

try:
    import datasets  # noqa: F401
except ImportError:
    # A hundred megabytes that evalplus imports and needs only for sets that are not read here.
    sys.modules["datasets"] = types.ModuleType("datasets")
    sys.modules["datasets"].load_dataset = None  # type: ignore[attr-defined]
try:
    from evalplus.sanitize import sanitize
except ImportError:
    sys.exit(77)

PROSE = [
    "Here is the code to solve this problem:", "Sure! Let me think about it.", "This works in O(n).", "Note", "", "   ",
    "1. First, we check the input.", "- a list item", "> quoted", "**Bold** and `code`.", "The answer is 42", "x", "Done",
    "Let's define f(x) = x + 1 for all x:", "def is a keyword", "import numpy as np to use arrays", "I'm sorry, but...", "---",
    "# A heading", "## Another: with words", "\u4e2d\u6587 prose", "e.g. `return x`", "class of problems", "# a comment", "pass",
    "\tindented prose", "a = b, c", "print('hi')", "...", "</think>", "$x^2$", "if you like, say so.", "100%", "'quoted'",
]  # fmt: skip
IMPORTS = [
    "import math", "from typing import List, Optional", "import os, sys", "from math import (\n    sqrt,\n    floor,\n)",
    "from __future__ import annotations", "import collections as c", "from a.b import *", "import math; import re",
    "try:\n    import numpy\nexcept ImportError:\n    numpy = None",
]  # fmt: skip
BODIES = [
    "    return x", "    y = helper(x)\n    return y", "    if x:\n        return CONST\n    return 0", "    pass",
    "    print(x)", "    yield x", "    '''doc'''\n    return [i for i in x if helper(i)]", "    return\n    # trailing comment",
    "    def inner(z):\n        return z\n    return inner(x)", "    return lambda q: q + CONST", "    global CONST\n    CONST = 1",
    "    return Thing().run(x)", "    while True:\n        break\n\n\n    return f'{x!r:>{CONST}} {helper(x)}'", "    raise ValueError",
    "    with open(x) as f:\n        return f.read()", "    match x:\n        case [a, b]:\n            return a\n        case _:\n            return 1",
    "    return x.helper", "    return call(helper=1)", "    x: int = 1\n    return x", "    try:\n        return 1\n    finally:\n        pass",
    "    return ((((((x))))))", "    return {'a': [1, (2, 3)], **x}", "    async def g():\n        return 1", "    return \"\"\"a\n  b\n\"\"\"",
    "    # only a comment\n    return not x", "    if (n := len(x)) > 1: return n", "    return x if x else helper", "    return 1; y = 2",
]  # fmt: skip
NAMES = ["f", "helper", "helper2", "Thing", "CONST", "main", "_private", "solve", "fünf", "match", "type", "print_it"]
HEADS = ["def {}(x):", "def {}(x, y=1, *a, **k) -> int:", "async def {}(x):", "@decorated\ndef {}(x):", "def {}(x: 'List[int]') -> Thing:"]
OTHERS = [
    "CONST = 1", "CONST: int = 3", "a, b = 1, 2", "a.b = 3", "CONST += 1", "x = y = helper", "d['k'] = f(1)", "f = helper", "helper = lambda x: CONST",
    "class Thing:\n    def run(self, x):\n        return helper(x)", "class Thing(Base, metaclass=helper2):\n    pass", "class Empty: ...",
    "if __name__ == '__main__':\n    print(f(1))", "assert f(1) == 1", "print(f(2))", "for i in range(3):\n    f(i)", "'''module doc'''",
    "del CONST", "CONST = [\n    1,\n    2,\n]", "x = 1; y = 2", "@dataclass\nclass Thing:\n    x: int = 1", "type X = int", "print 'two'", "exec 'x'",
    "def broken(:\n    return 1", "    stray = 1", "return 5", "f(1)", "CONST = (yield)", "lambda: 1", "*a, b = x", "CONST = '''\nnot code\n'''",
    "class f:\n    pass", "def f(x): return x", "def g(x): pass", "helper = f", "nonlocal x", "\x0c", "x = 1 \\\n    + 2", "async def h(): return await f(1)",
]  # fmt: skip


def definition(draw: random.Random) -> str:
    return draw.choice(HEADS).format(draw.choice(NAMES)) + "\n" + draw.choice(BODIES)


def piece(draw: random.Random) -> str:
    makers: List[Callable[[], str]] = [
        lambda: definition(draw),
        lambda: definition(draw),
        lambda: draw.choice(IMPORTS),
        lambda: draw.choice(OTHERS),
        lambda: "# comment",
    ]
    return draw.choice(makers)()


def code(draw: random.Random) -> str:
    gaps = ["\n", "\n\n", "\n\n\n", "\n# between\n", "\n    \n"]
    text = ""
    for _ in range(draw.randint(1, 7)):
        text += piece(draw) + draw.choice(gaps)
    return text


def prose(draw: random.Random) -> str:
    return "\n".join(draw.choice(PROSE) for _ in range(draw.randint(0, 6)))


def answer(draw: random.Random) -> str:
    fence = draw.choice(["```python", "```", "```py", "~~~", ""])
    close = draw.choice(["```", "```", "", "```\n"])
    parts = [prose(draw)]
    for _ in range(draw.choice([1, 1, 1, 2, 3, 0])):
        parts += [fence, code(draw).rstrip("\n" if draw.random() < 0.7 else ""), close, prose(draw)]
    text = "\n".join(parts)
    kind = draw.random()
    if kind < 0.05:
        text = text.replace("\n", "\r\n")
    elif kind < 0.1:
        text = text.replace("    ", "\t")
    elif kind < 0.15:
        text = "\n".join("    " + line for line in text.split("\n"))
    elif kind < 0.2:
        text = text[: draw.randint(0, len(text))]  # cut off by a limit of tokens
    elif kind < 0.23:
        text = draw.choice(["", " ", "\n", "x", "def f(x): return x", "\u00a0\n\u2003", "x = 1 foo bar", "\ufeffdef f(x):\n    return x"])
    elif kind < 0.25:
        text = code(draw)
    return text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--answers", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with open(options.file, "w", encoding="ascii") as out:
        for _ in range(options.answers):
            text, entry_point = answer(draw), draw.choice(["f", "f", "solve", "helper", "Thing", "absent", ""])
            try:
                sanitized = sanitize(text, entry_point or None)
            except Exception as error:
                print(f"left out: {type(error).__name__}", file=sys.stderr)
                continue
            out.write(json.dumps({"answer": text, "entry_point": entry_point, "sanitized": sanitized}) + "\n")


if __name__ == "__main__":
    main()
