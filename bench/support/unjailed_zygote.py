"""Forks the runner without a jail: `python unjailed_zygote.py FOLDER SOCKET`, FOLDER holding the runner's files.

A request is one byte and two descriptors, job and result: `r` runs the job as a sample would, `t` answers with the CPU seconds
of body and calls. The answer is one byte once the child is reaped.
"""

import gc
import io
import os
import socket
import struct
import sys
import time
import types
from marshal import loads
from typing import Any


def load(folder: str, name: str) -> Any:
    module = types.ModuleType(name)
    with open(folder + "/" + name + ".py", encoding="utf-8") as source:
        exec(compile(source.read(), name, "exec"), module.__dict__)
    return module


def time_alone(calls: Any, frame: Any) -> None:
    program, entry_point = calls.read_block(), calls.read_block()
    seed = struct.unpack("<Q??", calls.read_block())[0]
    inputs = loads(calls.read_block())
    frame.seed(seed)
    frame.guard()
    frame.swallow()
    names: dict = {}
    start = time.process_time()
    exec(compile(program.decode(), "<string>", "exec", dont_inherit=True), names)
    function = names[entry_point.decode()]
    for arguments in inputs:
        function(*arguments)
    took = time.process_time() - start
    os.write(4, struct.pack("<d", took))
    os._exit(0)


def main() -> None:
    folder, requests = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    import array, bisect, cmath, collections, contextlib, copy, datetime, decimal, fractions, functools, hashlib  # noqa
    import heapq, inspect, itertools, json, math, multiprocessing, numbers, operator, random, re, shutil  # noqa
    import signal, statistics, string, subprocess, tempfile, threading, traceback, typing, unicodedata  # noqa

    encode, frame, calls = load(folder, "encode"), load(folder, "frame"), load(folder, "calls")
    calls.setup(encode, frame)
    io.StringIO()
    gc.collect()
    gc.freeze()
    while True:
        kind, fds, _, _ = socket.recv_fds(requests, 1, 2)
        if not kind:
            return
        child = os.fork()
        if child == 0:
            os.dup2(fds[0], 63)
            os.dup2(fds[1], 62)
            os.dup2(63, 3)
            os.dup2(62, 4)
            os.closerange(5, 64)
            if kind == b"t":
                calls.deeper(calls.PADDING, time_alone, calls, frame)
            calls.main()
        for fd in fds:
            os.close(fd)
        os.waitpid(child, 0)
        requests.send(b".")


main()
