"""Finds the longest run of lines that Python parses. Runs in the jail: the parser is CPython's own, the text anyone's.

Standard input: the text. Standard output: the first and the last line of the run, counted from 0.

EvalPlus (evalplus/sanitize.py, code_extract) tries every run of two lines and more, and keeps the first of those that have
the most lines with something on them. Here the same run is found by trying the longest first, so that text which parses as
a whole is parsed once.
"""

import ast
import sys
import warnings
from typing import List, Tuple


def parses(text: str) -> bool:
    try:
        ast.parse(text)
        return True
    except Exception:  # SyntaxError; a null character, a lone surrogate, nesting too deep, where EvalPlus itself ends
        return False


def longest_block(lines: List[str]) -> Tuple[int, int]:
    filled = [0]  # how many of the lines before have something on them
    for line in lines:
        filled.append(filled[-1] + bool(line.strip()))
    # Where a run may end, exclusively, by how many filled lines are before that.
    ends: List[List[int]] = [[] for _ in range(filled[-1] + 1)]
    for end, count in enumerate(filled):
        ends[count].append(end)
    for wanted in range(filled[-1], 0, -1):
        for first in range(len(lines) - 1):
            if filled[first] + wanted > filled[-1]:
                break
            for end in ends[filled[first] + wanted]:
                if end - first >= 2 and parses("\n".join(lines[first:end])):
                    return first, end - 1
    return 0, 0


warnings.simplefilter("ignore")
first, last = longest_block(sys.stdin.buffer.read().decode("utf-8", "surrogatepass").split("\n"))
print(first, last)
