"""Runs a program in EvalPlus's frame and calls its entry point on each input; results go out as they come.

Job (from the job pipe), blocks with an 8-byte length in front: program, entry point, options ("<Q??": seed, iterate, keep
going), then the inputs as one marshal list.

Frames on the result pipe: type byte, 4-byte length, payload; see sandbox/warden/frames.h. Each is written at once, which takes
0.3 us: what is costly is to wake the reader, and the warden reads many together.
"""

import os
import struct
import time
from marshal import dumps, loads
from typing import Any, Callable, Iterable, List

JOB, RESULT = 3, 4
LOADED, LOAD_FAILED, DONE, WHOLE, SEQUENCE, PIECE, RAISED, FINISHED = range(1, 9)
LONG_SECONDS = 0.005
MUCH = 65536  # bytes that are better not copied
PROGRAM = "<string>"  # the file that the program's code says it is of, as EvalPlus's does

_encode: Any = None
_frame: Any = None
# Kept from before the sample could change them: an honest program that replaces builtins must still be heard.
_write, _writev, _read, _exit, _now = os.write, os.writev, os.read, os._exit, time.perf_counter
_pack, _unpack, _dumps, _enumerate = struct.pack, struct.unpack, dumps, enumerate
_type, _len, _min, _BaseException = type, len, min, BaseException
_memoryview, _bytearray, _compile, _exec, _str = memoryview, bytearray, compile, exec, str
_issubclass, _SyntaxError = issubclass, SyntaxError
_args_of, _traceback_of = (_BaseException.__dict__[name].__get__ for name in ("args", "__traceback__"))
_lineno_of = _SyntaxError.__dict__["lineno"].__get__


def setup(encode: Any, frame: Any) -> None:
    global _encode, _frame
    _encode, _frame = encode, frame


def read_exactly(count: int) -> bytes:
    parts = _bytearray(count)
    view = _memoryview(parts)
    at = 0
    while at < count:
        chunk = _read(JOB, _min(count - at, 1 << 20))
        if not chunk:
            _exit(125)
        view[at : at + _len(chunk)] = chunk
        at += _len(chunk)
    return parts  # type: ignore[return-value]


def read_block() -> bytes:
    return read_exactly(_unpack("<Q", read_exactly(8))[0])


class Sender:
    """Writes frames to the warden."""

    def frame(self, kind: int, payload: bytes, prefix: bytes = b"") -> None:
        """`prefix` is the payload's beginning, so that a large rest need not be copied behind it."""
        head = _pack("<BI", kind, _len(prefix) + _len(payload)) + prefix
        if _len(payload) < MUCH:
            rest = _memoryview(head + payload)
        else:
            sent = _writev(RESULT, (head, payload))
            rest = _memoryview(payload)[sent - _len(head) :]
        while rest:
            rest = rest[_write(RESULT, rest) :]


def type_name(error: BaseException) -> bytes:
    try:
        return _type(error).__name__.encode("utf-8", "replace")[:80]
    except _BaseException:
        return b"?"


def line_of(error: BaseException) -> int:
    """The program's line that it came from, the innermost; 0 where there is none."""
    line = _lineno_of(error) or 0 if _issubclass(_type(error), _SyntaxError) else 0
    step = _traceback_of(error)
    while step is not None:
        if step.tb_frame.f_code.co_filename == PROGRAM:
            line = step.tb_lineno
        step = step.tb_next
    return line


def account(error: BaseException) -> bytes:
    """What people are told of it, without asking its class: `NameError: name 'x' is not defined (line 3)`."""
    words = type_name(error)
    try:
        for part in _args_of(error)[:2]:
            if _type(part) is _str:
                words += b": " + part[:100].encode("utf-8", "replace")
                break
        line = line_of(error)
        if line:
            words += b" (line %d)" % line
    except _BaseException:
        pass
    return words


def load(sender: Sender, program: bytes, entry_point: str, names: dict) -> bool:  # type: ignore[type-arg]
    """Runs the program's body: whether the entry point is among its names, be it None. Where not, LOAD_FAILED was sent."""
    try:
        code = _compile(program.decode("utf-8", "surrogatepass"), PROGRAM, "exec", dont_inherit=True)
    except _BaseException as error:
        sender.frame(LOAD_FAILED, b"S" + account(error))
        return False
    try:
        _exec(code, names)
    except _BaseException as error:
        sender.frame(LOAD_FAILED, b"E" + account(error))
        return False
    if entry_point not in names:
        sender.frame(LOAD_FAILED, b"N" + entry_point.encode("utf-8", "replace")[:80])
        return False
    sender.frame(LOADED, b"")
    return True


def send_result(sender: Sender, index: int, value: Any, iterate: bool) -> None:
    def send(kind: int, elements: int, pieces: Iterable[bytes]) -> None:
        if kind == 0:
            for piece in pieces:
                sender.frame(WHOLE, piece, _pack("<I", index))
        else:
            sender.frame(SEQUENCE, _pack("<IBQ", index, kind, elements))
            for piece in pieces:
                sender.frame(PIECE, piece)

    _encode.encode_result(value, send, iterate)


def call_all(sender: Sender, function: Callable[..., Any], inputs: List[Any], iterate: bool, keep_going: bool) -> None:
    leaves = _encode.LEAVES
    for index, arguments in _enumerate(inputs):
        _frame.swallow()
        _frame.arm()
        start = _now()
        try:
            value = function(*arguments)
            _frame.disarm()
        except _BaseException as error:
            _frame.disarm()
            sender.frame(RAISED, _pack("<I", index) + account(error))
            if not keep_going:
                return
            continue
        if _now() - start > LONG_SECONDS:  # the time of encoding is told from the call's where that could matter
            sender.frame(DONE, _pack("<I", index))
        # Most results; the general way takes five times as long. A metaclass of the sample's own could raise for a hash.
        if _type(_type(value)) is _type and _type(value) in leaves:
            sender.frame(WHOLE, _dumps(value, 4), _pack("<I", index))
        else:
            send_result(sender, index, value, iterate)
        value = None


def deeper(levels: int, function: Callable[..., None], *arguments: Any) -> None:
    """Calls at the depth that EvalPlus calls at, so that as much recursion is free: 971 plain levels."""
    if levels > 0:
        deeper(levels - 1, function, *arguments)
    else:
        function(*arguments)


PADDING = 23


def run() -> None:
    program, entry_point = read_block(), read_block().decode("utf-8", "surrogatepass")
    seed, iterate, keep_going = _unpack("<Q??", read_block())
    inputs = loads(read_block())
    sender = Sender()
    _frame.seed(seed)
    _frame.guard()
    _frame.swallow()
    names: dict = {}  # type: ignore[type-arg]
    if load(sender, program, entry_point, names):
        call_all(sender, names[entry_point], inputs, iterate, keep_going)
    sender.frame(FINISHED, b"")


def main() -> None:
    deeper(PADDING, run)
    _exit(0)
