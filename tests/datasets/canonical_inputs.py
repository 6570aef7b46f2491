"""Prints a digest of every input of a data set in EvalPlus's format, as Python's json reads it and as MBPP+'s tasks
expect it: one line an input, `task_id set index sha256`. The digest is taken of a canonical text that tells apart all
that equality does not: types, the bits of floats, every digit of integers, the order of dicts."""

import gzip
import hashlib
import json
import struct
import sys

# What becomes of the arguments of each MBPP+ task. JSON has no tuples, sets or complex numbers.
EACH_A_TUPLE = {2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744}
EACH_A_TUPLE |= {809}
EACH_A_LIST_OF_TUPLES = {63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}
EACH_A_TUPLE_OF_TUPLES = {259, 401, 445}
FIRST_A_TUPLE = {250, 405, 446, 617, 720, 763, 808}
FIRST_A_LIST_OF_TUPLES = {75, 413, 444, 753}
SECOND_A_TUPLE = {106, 750}
DEEPLY_TUPLES = {580, 615, 791}


def tuples(values):
    return [tuple(value) for value in values]


def deep(value):
    return tuple(map(deep, value)) if isinstance(value, list) else value


def restored(number, args):
    if number in EACH_A_TUPLE:
        return tuples(args)
    if number in EACH_A_LIST_OF_TUPLES:
        return [tuples(arg) for arg in args]
    if number in EACH_A_TUPLE_OF_TUPLES:
        return [tuple(tuples(arg)) for arg in args]
    if number in FIRST_A_TUPLE:
        return [tuple(args[0]), args[1]]
    if number in FIRST_A_LIST_OF_TUPLES:
        return [tuples(args[0]), args[1]]
    if number in SECOND_A_TUPLE:
        return [args[0], tuple(args[1])]
    if number in DEEPLY_TUPLES:
        return deep(args)
    if number == 115:  # what is no list, or an empty one, becomes a dict
        return [[set(item) if isinstance(item, list) and item else {} for item in args[0]]]
    if number == 124:
        return (float(args[0]), complex(args[1]))
    if number == 252:
        return [complex(args[0])]
    if number == 278:
        return [tuple(tuple(item) if isinstance(item, list) else item for item in args[0])]
    if number == 307:
        return [tuple(args[0]), args[1], args[2]]
    if number == 722:
        return [{key: tuple(value) for key, value in args[0].items()}] + args[1:]
    return args


def bits(number):
    return "nan" if number != number else struct.pack(">d", number).hex()


def canonical(value):
    kind = type(value)
    if value is None:
        return "N"
    if kind is bool:
        return "T" if value else "F"
    if kind is int:
        return f"i{value};"
    if kind is float:
        return f"f{bits(value)};"
    if kind is complex:
        return f"c{bits(value.real)},{bits(value.imag)};"
    if kind is str:
        return f"s{len(value.encode('utf-8', 'surrogatepass'))}:{value}"
    if kind is list:
        return "[" + "".join(map(canonical, value)) + "]"
    if kind is tuple:
        return "(" + "".join(map(canonical, value)) + ")"
    if kind is set:
        return "<" + "".join(sorted(map(canonical, value))) + ">"
    if kind is dict:
        return "{" + "".join(canonical(key) + canonical(item) for key, item in value.items()) + "}"
    raise TypeError(kind)


def main(path):
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            if not line.strip():
                continue
            task = json.loads(line)
            name = task["task_id"]
            number = int(name.split("/")[1]) if name.startswith("Mbpp/") else None
            for kind in ("base", "plus"):
                for index, args in enumerate(task[kind + "_input"]):
                    text = canonical(restored(number, args)).encode("utf-8", "surrogatepass")
                    print(name, kind, index, hashlib.sha256(text).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
