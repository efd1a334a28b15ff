"""What a process gives up before it opens a stranger's file. Each right that the system lets it give up, it does.

On Linux: the network (a namespace without one, and Landlock's ban on TCP), running programs, writing files, and
reading any but Python's own and the system's libraries (Landlock). Elsewhere: limits on memory and files alone.
"""

import ctypes
import fcntl
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

NICENESS = 5  # below those who answer questions
SYSTEM = (  # libraries, fonts, time zones, and what the processor can do
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/proc/cpuinfo", "/proc/meminfo",
    "/sys/devices/system/cpu",
)  # fmt: skip

_LIFELINE = 0  # the descriptor of a pipe that ends with the parent
_F_SETSIG = 10
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {
    1: 13,
    2: 14,
    3: 15,
    4: 15,
    5: 16,
}  # version of Landlock -> kinds of access it rules, later as 5
_TCP, _SCOPES = 0b11, 0b11  # bind and connect; other processes' abstract sockets and signals


def confine(memory_mb: int) -> None:
    """Give up what reading a document does not need. To be called before any thread is started."""
    tie_to_parent()
    os.nice(NICENESS)
    for kind, most in (
        (resource.RLIMIT_DATA, memory_mb << 20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        _leave_network(libc)
        _lock_files(libc)


def tie_to_parent() -> None:
    """Have the kernel end this process as soon as its parent's end of standard input is closed, hung or not."""
    if sys.platform == "linux":
        fcntl.fcntl(_LIFELINE, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(_LIFELINE, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(_LIFELINE, fcntl.F_SETFL, fcntl.fcntl(_LIFELINE, fcntl.F_GETFL) | os.O_ASYNC)


def _leave_network(libc: ctypes.CDLL) -> None:
    if libc.unshare(_NEW_NET):  # not privileged: within a user namespace everybody is
        libc.unshare(_NEW_USER | _NEW_NET)


def _lock_files(libc: ctypes.CDLL) -> None:
    """Landlock: everything is forbidden but to read these folders. Does nothing where the kernel has none."""
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    handled = (1 << _FILE_RIGHTS[min(version, 5)]) - 1
    attributes = struct.pack("=QQQ", handled, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    for path in readable():
        with suppress(OSError):
            _allow(libc, rules, path)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path) -> None:
    access = _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, place), 0)
    os.close(place)


def readable() -> Iterator[Path]:
    """Where programs and libraries lie. Of a checkout the two packages alone: data may lie beside them."""
    here = Path(__file__).resolve().parents[3]
    yield from (here / "ingest", here / "rag", Path(sys.prefix), Path(sys.base_prefix))
    yield from (
        Path(entry) for entry in sys.path if Path(entry).resolve() != here or here.name.endswith("-packages")
    )
    yield from map(Path, SYSTEM)
