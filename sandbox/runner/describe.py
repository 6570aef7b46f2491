"""Prints what this interpreter needs of the file system, for the view that samples get.

Run once, outside the jail, by `describe_interpreter` (sandbox/jail/view.cpp), with -I. One line an entry, fields
separated by tabs: `version TEXT`, `executable PATH`, `folder PATH`, `file PATH`, `link PATH TARGET`, `mask PATH`.
"""

import importlib
import os
import platform
import sys
import sysconfig
from typing import Dict, List, Set

# Extension modules that no sample has a use for: tests, terminals, databases of the host, name services.
UNSEEN = ("_test", "_tkinter", "_xx", "xx", "_ctypes_test", "nis", "readline", "_curses", "_dbm", "_gdbm", "spwd", "ossaudio")

links: Dict[str, str] = {}
files: Set[str] = set()
folders: List[str] = []
masks: List[str] = []


def follow(path: str) -> str:
    """Records every link on the way to `path` and returns where it ends."""
    done = "/"
    rest = [part for part in path.split("/") if part]
    hops = 0
    while rest:
        done_next = os.path.join(done, rest.pop(0))
        if os.path.islink(done_next):
            hops += 1
            if hops > 40:
                raise OSError("too many links: " + path)
            target = os.readlink(done_next)
            links[done_next] = target
            whole = os.path.normpath(os.path.join(done, target))
            rest = [part for part in whole.split("/") if part] + rest
            done = "/"
        else:
            done = done_next
    return done


def folder(path: str) -> None:
    real = follow(path)
    if os.path.isdir(real) and not any(real == f or real.startswith(f + "/") for f in folders):
        folders.append(real)


def inside(path: str) -> bool:
    return any(path.startswith(f + "/") for f in folders)


def load_everything() -> str:
    """Imports every extension module, so that the shared objects they need are mapped; returns NumPy's version."""
    # In a virtual environment platstdlib is a folder of its own, without any.
    places = [os.path.join(sysconfig.get_path(which), "lib-dynload") for which in ("stdlib", "platstdlib")]
    for name in sorted({name for place in places if os.path.isdir(place) for name in os.listdir(place)}):
        module = name.split(".")[0]
        if module.startswith(UNSEEN):
            continue
        try:
            importlib.import_module(module)
        except BaseException:
            pass
    try:
        import numpy
        import numpy.random
        import numpy.linalg

        return ", NumPy " + numpy.__version__
    except ImportError:
        return ""


def main() -> None:
    version = "%s %s%s" % (platform.python_implementation(), platform.python_version(), load_everything())
    folder(sysconfig.get_path("stdlib"))
    folder(sysconfig.get_path("platstdlib"))
    if sys.prefix != sys.base_prefix:
        folder(sys.prefix)
        for name in ("site-packages", "dist-packages"):
            base = os.path.join(sysconfig.get_path("stdlib"), name)
            if os.path.isdir(base):
                masks.append(follow(base))
    else:
        folder(sysconfig.get_path("purelib"))
        folder(sysconfig.get_path("platlib"))
    if os.path.isdir("/usr/lib/locale/C.utf8"):  # what LC_ALL says; other libcs have it built in
        folder("/usr/lib/locale/C.utf8")
    executable = sys.executable
    files.add(follow(executable))
    with open("/proc/self/maps") as maps:
        mapped = {line.split(None, 5)[5].strip() for line in maps if "/" in line}
    for path in sorted(mapped):
        if not path.startswith("/") or inside(path) or not os.path.isfile(path) or "/locale/" in path or ".so" not in path:
            continue
        files.add(path)
        place = os.path.dirname(path)
        for name in os.listdir(place):  # the names by which the loader looks for it
            other = os.path.join(place, name)
            if os.path.islink(other) and os.path.realpath(other) == path:
                links[other] = os.readlink(other)
    for place in ("/lib", "/lib64"):
        if os.path.islink(place):
            links[place] = os.readlink(place)
    for loader in ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"):
        if os.path.exists(loader):
            files.add(follow(loader))
    print("version\t" + version)
    print("executable\t" + executable)
    for path in folders:
        print("folder\t" + path)
    for path in masks:
        print("mask\t" + path)
    for path in sorted(files):
        if not inside(path):
            print("file\t" + path)
    for path, target in sorted(links.items()):
        if not inside(path):
            print("link\t%s\t%s" % (path, target))


main()
