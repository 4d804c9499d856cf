"""What there is to compute on."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path


def cpu_count() -> int:
    """Cores this process may use, which in a container or under SLURM are fewer than the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load_library(message: str) -> bool:
    """Load the CUDA library that an error message misses, if pip has installed it where no loader looks.

    Args:
        message: such as ``Library libcublas.so.12 is not found or cannot be loaded``, CTranslate2's words.
    """
    import ctypes

    named = re.search(r"[Ll]ibrary (\S+) is not found", message)
    packages = find_spec("nvidia")
    if named is None or packages is None:
        return False
    for folder in packages.submodule_search_locations or ():
        for path in Path(folder).glob(f"*/*/{named[1]}"):
            try:
                ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
            except OSError:
                continue
            return True
    return False


def cpu_threads(threads: int) -> tuple[int, int]:
    """How to use so many CPU threads: batches side by side, and threads within each.

    One thread a batch wastes none on waiting for another (measured: 1.9 times two threads a batch on two cores); each
    batch at work needs memory of its own, so beyond eight they get more threads instead. Where eight batches would
    leave threads idle, a smaller number that uses more of them is taken (12 threads are 6 times 2).
    """
    most = min(threads, 8)
    side_by_side = max(range((most + 1) // 2, most + 1), key=lambda batches: (threads // batches * batches, batches))
    return side_by_side, threads // side_by_side
