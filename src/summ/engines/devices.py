"""What there is to compute on."""

from __future__ import annotations

import os


def cpu_count() -> int:
    """Cores this process may use, which in a container or under SLURM are fewer than the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
