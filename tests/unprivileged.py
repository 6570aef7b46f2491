"""Runs a command as an ordinary user, and where asked to without namespaces or Landlock.

    python3 tests/unprivileged.py [--user ID] [--no-namespaces] [--no-landlock] COMMAND ARGUMENT...

What is taken away is refused by a seccomp filter, as a container's default profile refuses it; nothing of the machine
changes. As an ordinary user the identity stays as it is. Exit status: the command's; 77 where it can't be done here.
"""

import argparse
import ctypes
import os
import platform
import struct
import sys

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16
X86_64 = 0xC000003E
CLONE, UNSHARE, SETNS, CLONE3, LANDLOCK_CREATE_RULESET = 56, 272, 308, 435, 444
NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
EPERM, ENOSYS = 1, 38
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2


def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def refuse(calls: "dict[int, int]", namespaces: bool) -> None:
    """Installs a filter: each call of `calls` fails with its errno, and with `namespaces` so does a clone into one."""
    program = [step(LOAD, ARCH), step(EQUAL, X86_64, 1, 0), step(RETURN, KILL), step(LOAD, NUMBER)]
    for number, error in calls.items():
        program += [step(EQUAL, number, 0, 1), step(RETURN, ERRNO | error)]
    if namespaces:
        program += [step(EQUAL, CLONE, 0, 3), step(LOAD, FIRST_ARGUMENT), step(ANY_BIT, NEW_NAMESPACES, 0, 1), step(RETURN, ERRNO | EPERM)]
    program.append(step(RETURN, ALLOW))
    code = ctypes.create_string_buffer(b"".join(program))
    whole = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, MODE_FILTER, whole, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--user", type=int, default=65000, help="the id to become, as root (default: %(default)s)")
    parser.add_argument("--no-namespaces", action="store_true")
    parser.add_argument("--no-landlock", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("no command")
    try:
        if os.geteuid() == 0 and options.user != 0:
            os.setgroups([])
            os.setresgid(options.user, options.user, options.user)
            os.setresuid(options.user, options.user, options.user)
        calls = {}
        if options.no_namespaces:
            calls.update({UNSHARE: EPERM, SETNS: EPERM, CLONE3: ENOSYS})
        if options.no_landlock:
            calls[LANDLOCK_CREATE_RULESET] = ENOSYS
        if calls:
            if platform.machine() != "x86_64":
                raise OSError("the filter knows x86-64 alone")
            refuse(calls, options.no_namespaces)
    except OSError as error:
        print("unprivileged: %s" % error, file=sys.stderr)
        sys.exit(77)
    os.execvp(options.command[0], options.command)


main()
