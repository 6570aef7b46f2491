"""A warm interpreter that forks samples. It reads no job: see sandbox/zygote/native.cpp for who does what.

Started as `python -s -B FOLDER/zygote.py KIND [LIBRARY]`, FOLDER being /assay inside a view and KIND being `bare`, `numpy` or `checker` (which
forks no samples). LIBRARY is a folder to import pytest from, for a checker alone.
"""

import sys

sys.path.pop(0)  # this folder: samples find none of it by name
_MODULES = sys.argv[0].rpartition("/")[0] + "/"


def _load(name: str):  # type: ignore[no-untyped-def]
    """Imports a runner file without leaving it in sys.modules."""
    import types

    module = types.ModuleType(name)
    module.__file__ = _MODULES + name + ".py"
    with open(module.__file__, encoding="utf-8") as source:
        exec(compile(source.read(), module.__file__, "exec"), module.__dict__)
    return module


def _warm() -> None:
    """What programs commonly import, and what EvalPlus's own process has loaded by the time it runs a sample."""
    import array, bisect, cmath, collections, contextlib, copy, datetime, decimal, fractions, functools, hashlib  # noqa
    import heapq, inspect, io, itertools, json, math, multiprocessing, numbers, operator, os, random, re, shutil  # noqa
    import signal, statistics, string, struct, subprocess, tempfile, threading, time, traceback, types, typing  # noqa
    import unicodedata  # noqa
    import encodings.idna, encodings.latin_1  # noqa

    "".encode("idna")
    decimal.getcontext()


def main() -> None:
    import ctypes
    import gc

    _warm()
    if sys.argv[1] == "numpy":
        import numpy  # noqa
        import numpy.random  # noqa
    if sys.argv[1] == "checker":
        import unittest  # noqa
    if len(sys.argv) > 2:
        sys.path.append(sys.argv[2])
        import pytest
    encode = _load("encode")
    frame = _load("frame")
    decode = _load("decode")
    refresh, remote, raised, twins, proxy, tests = map(_load, ("refresh", "remote", "raised", "twins", "proxy", "run_tests"))
    refresh.use(encode)
    raised.use(encode)
    attributes, sample_twins = _load("attributes"), _load("sample_twins")
    attributes.use(refresh)
    twins.use(encode, remote, attributes)
    sample_twins.use(encode, attributes)
    calls, program, answer, check, shared = profiles = [_load(name) for name in ("calls", "program", "answer", "check", "shared")]
    for module in profiles:
        module.setup(encode, frame)
    answer.use(calls, decode, refresh, sample_twins)
    proxy.use(calls, encode, decode, refresh, remote, raised)
    tests.use(calls, frame, _load("apart"))
    check.use(calls, decode, proxy, tests, _load("vacuous"), twins)
    shared.use(calls, check, tests)
    if len(sys.argv) > 2:
        tests.use_pytest(pytest)
    native = ctypes.PyDLL(_MODULES + "native.so")
    native.assay_use_huge_pages()
    if native.assay_zygote_confine() != 0:
        sys.exit("assay: the zygote could not be confined")
    if sys.argv[1] != "checker":  # whose tests are no sample's
        encode.use(native.assay_note_forged_type)
        if native.assay_watch() != 0:
            sys.exit("assay: nothing watches what samples open")
    sys.argv = [""]
    gc.collect()
    gc.freeze()
    profile = native.assay_zygote_serve()
    if profile < 0:
        sys.exit(0)
    # From here on this is a sample's process.
    profiles[profile].main()


main()
