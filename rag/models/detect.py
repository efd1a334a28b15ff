"""The hardware of this machine, found without importing torch where there is no CUDA card."""

import os
from pathlib import Path

from rag.models.hardware import Hardware
from rag.models.torch_model import cuda

CPUINFO = Path("/proc/cpuinfo")
LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container
BF16 = {"avx512_bf16", "amx_bf16"}  # flags of processors that multiply bfloat16


def found(device: str, bits: int = 16) -> Hardware:
    """What models can run on; ``device`` is the setting: ``cpu`` looks for no card. ``bits``: of a weight."""
    return Hardware(
        cards=() if device == "cpu" else _cards(),
        memory=_memory(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        bf16=bool(BF16 & _flags()),
        bits=bits,
    )


def _cards() -> tuple[int, ...]:
    if not cuda():
        return ()
    import torch

    count = torch.cuda.device_count()
    return tuple(int(torch.cuda.get_device_properties(at).total_memory) for at in range(count))


def _memory() -> int:
    """What the machine has, or less where a container is given less."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    told = LIMIT.read_text("ascii").strip() if LIMIT.is_file() else ""
    return min(whole, int(told)) if told.isdecimal() else whole


def _flags() -> set[str]:
    """Of the first processor; none where they are not told, as elsewhere than on Linux."""
    if not CPUINFO.is_file():
        return set()
    lines = CPUINFO.read_text("utf-8", "replace").splitlines()
    return set(next((line for line in lines if line.startswith("flags")), "").split())
