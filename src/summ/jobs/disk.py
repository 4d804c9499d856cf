"""Writing so that a name stands for a whole file or for none, also after a power cut."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from .failures import JobError

WORK: Final = "_job"  # the folder in an output folder that is needed for resuming only
_FULL: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@contextmanager
def replacing(target: Path, work: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the name ``target`` once it is whole and on the disk.

    Args:
        work: a folder on the same file system for the unfinished file.
    """
    unfinished = work / f"{target.name}.tmp"
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        flush_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def write(target: Path, data: bytes, work: Path) -> None:
    """Write a whole file. See ``replacing``."""
    with replacing(target, work) as file:
        file.write(data)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Failures to write (a full disk, a limit, a lost mount) as one line.

    Raises:
        JobError: for any OSError.
    """
    try:
        yield
    except OSError as error:
        remedy = "make room" if error.errno in _FULL else "mend that"
        raise JobError(
            f"{folder}: cannot write: {error.strerror or error}; what is written stays valid, "
            f"{remedy} and run the same command again to go on"
        ) from None
