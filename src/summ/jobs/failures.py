"""How a job can end before its time."""

from __future__ import annotations

import signal

from ..errors import InputError, SummError


class JobError(SummError):
    """A job that failed: a full disk, a damaged input, a worker that cannot be kept alive. It can be resumed."""


class FolderInUse(InputError):  # noqa: N818  (a state of the folder, not a fault of the program)
    """Another process works in the output folder."""


class JobStopped(SummError):  # noqa: N818
    """A job that was told to stop. What is done is kept; the same call goes on from there.

    Args:
        number: the signal.
        done: records that are done, if known.
    """

    def __init__(self, number: int, done: int | None = None) -> None:
        kept = "" if done is None else f"{done:,} records are done, "
        super().__init__(f"stopped by {signal.Signals(number).name}; {kept}the same command goes on from there")
        self.number = number


class WorkerDied(SummError):  # noqa: N818
    """A worker process or machine went away in the middle of its work."""
