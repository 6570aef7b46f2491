#!/usr/bin/env python3
"""Writes tables.cpp: what the `tokenizers` package from PyPI knows of Unicode, asked of the package itself.

Tokenizations must not depend on the machine's Unicode library, and the package mixes three versions: its normalizer's is
older than its pattern library's. So every code point is tried on the package, and what it does is the table. Needs
`tokenizers` at the version below; prints to standard output.
"""

import sys
import unicodedata
from typing import Iterable, Iterator, List, Set, Tuple

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

VERSION = "0.23.3"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)

nfc = normalizers.NFC().normalize_str
nfd = normalizers.NFD().normalize_str


def matched(pattern: str) -> Set[int]:
    """The code points that a pattern of one character matches."""
    split = pre_tokenizers.Split(Regex(pattern), behavior="removed")
    found: Set[int] = set()
    for start in range(0, len(CODE_POINTS), 4096):
        part = CODE_POINTS[start : start + 4096]
        left = {ord(c) for piece, _ in split.pre_tokenize_str("".join(map(chr, part))) for c in piece}
        found.update(c for c in part if c not in left)
    return found


def in_words() -> Set[int]:
    """The code points beside which a token with `single_word` is none."""
    tokenizer = Tokenizer(models.BPE({"<": 0}, []))
    tokenizer.add_tokens([AddedToken("<|w|>", single_word=True, normalized=False)])
    token = tokenizer.token_to_id("<|w|>")
    return {c for c in CODE_POINTS if token not in tokenizer.encode(chr(c) + "<|w|>").ids}


def stripped() -> Set[int]:
    """The code points that a token with `rstrip` takes along."""
    tokenizer = Tokenizer(models.BPE({"<": 0}, []))
    tokenizer.add_tokens([AddedToken("<|w|>", rstrip=True, normalized=False)])
    return {c for c in CODE_POINTS if tokenizer.encode("<|w|>" + chr(c) + "<").offsets[0][1] > 5}


def ranges(points: Iterable[int]) -> Iterator[Tuple[int, int]]:
    first = last = None
    for point in sorted(points):
        if last is not None and point == last + 1:
            last = point
            continue
        if first is not None:
            yield first, last
        first = last = point
    if first is not None:
        yield first, last


def combining_class(point: int) -> int:
    """Python's own, where the package's normalizer orders by it."""
    known = unicodedata.combining(chr(point))
    if known == 0:
        return 0
    # U+0334 has the lowest class of all marks, U+0345 the highest: one of the two must move.
    behind, ahead = "q" + chr(point) + "\u0334", "q\u0345" + chr(point)
    return known if nfd(behind) != behind or nfd(ahead) != ahead else 0


def decompositions() -> Iterator[Tuple[int, int, int, bool]]:
    """Whole, first part, second part (0: none), whether the parts compose again."""
    for point in CODE_POINTS:
        parts = unicodedata.decomposition(chr(point))
        if not parts or parts.startswith("<") or point in HANGUL or nfd(chr(point)) == chr(point):
            continue
        codes = [int(p, 16) for p in parts.split()]
        first, second = codes[0], codes[1] if len(codes) > 1 else 0
        yield point, first, second, bool(second) and nfc(chr(first) + chr(second)) == chr(point)


def print_table(kind: str, name: str, rows: List[str]) -> None:
    print(f"const {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        if len(line) + len(row) + 2 > 120:
            print(line)
            line = "   "
        line += f" {row},"
    print(f"{line}\n}};")
    print(f"const std::size_t {name}_count = std::size({name});\n")


def print_ranges(name: str, points: Set[int]) -> None:
    print_table("Range", name, [f"{{0x{first:x}, 0x{last:x}}}" for first, last in ranges(points)])


def main() -> None:
    if tokenizers.__version__ != VERSION:
        sys.exit(f"tokenizers {VERSION} is needed, {tokenizers.__version__} found")
    spaces = matched(r"\s")
    assert spaces == stripped(), "two notions of white space"
    print("// Written by make_tables.py; not to be edited.\n// clang-format off")
    print('#include "engine/tokenizer/unicode/tables.h"\n\n#include <iterator>\n')
    print("namespace assay::engine::unicode {\n")
    print_ranges("letters", matched(r"\p{L}"))
    print_ranges("numbers", matched(r"\p{N}"))
    print_ranges("spaces", spaces)
    print_ranges("word_characters", in_words())
    classes = {c: combining_class(c) for c in CODE_POINTS}
    rows = []
    for value in sorted(set(classes.values()) - {0}):
        rows += [(first, last, value) for first, last in ranges(c for c in CODE_POINTS if classes[c] == value)]
    print_table("ClassRange", "combining_classes", [f"{{0x{a:x}, 0x{b:x}, {v}}}" for a, b, v in sorted(rows)])
    print_table(
        "Decomposition",
        "decompositions",
        [f"{{0x{w:x}, 0x{a:x}, 0x{b:x}, {str(c).lower()}}}" for w, a, b, c in decompositions()],
    )
    print("}  // namespace assay::engine::unicode")


if __name__ == "__main__":
    main()
