"""What there is to compute on."""

from __future__ import annotations

import os


def cpu_count() -> int:
    """Cores this process may use, which in a container or under SLURM are fewer than the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cpu_threads(threads: int) -> tuple[int, int]:
    """How to use so many CPU threads: batches side by side, and threads within each.

    One thread a batch wastes none on waiting for another (measured: 1.9 times two threads a batch on two cores); each
    batch at work needs memory of its own, so beyond eight they get more threads instead.
    """
    side_by_side = min(threads, 8)
    return side_by_side, max(1, threads // side_by_side)
