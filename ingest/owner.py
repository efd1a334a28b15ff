"""Who does a job: a name that tells, on its own machine, whether that process is still there."""

import hashlib
import os
import uuid
from pathlib import Path

_PROC = Path("/proc")
_ENDED = "ZX"  # states of a process that ended and has not been collected yet


def owner() -> str:
    """A new name for somebody in this process."""
    pid = os.getpid()
    return f"{_here()}-{pid}-{_started(pid)}-{uuid.uuid4().hex[:12]}"


def gone(owner: str) -> bool:
    """Whether this owner was a process of this machine, since it was started, that has ended."""
    here, _, rest = owner.partition("-")
    pid, _, rest = rest.partition("-")
    if not here or here != _here() or not pid.isdigit():
        return False  # of another machine, or of one that cannot tell: its lease decides
    return _started(int(pid)) != rest.partition("-")[0]


def _here() -> str:
    """This machine, since it was started, and the container; empty where that cannot be told."""
    try:
        machine = (_PROC / "sys/kernel/random/boot_id").read_text() + str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
    return hashlib.sha256(machine.encode()).hexdigest()[:16]


def _started(pid: int) -> str:
    """When a process started, in ticks; empty if there is none: a number may be given to another one later."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in _ENDED else fields[19]
