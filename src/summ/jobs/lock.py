"""One job a folder: a lock that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .failures import FolderInUse

_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that this process holds.

    Attributes:
        predecessor: pid, host and start of a holder that died; None if the last one ended in order.
        trusted: False if the file system has no locks, so that nothing keeps a second process out.
    """

    predecessor: dict[str, Any] | None
    trusted: bool


@contextmanager
def locked(path: Path) -> Iterator[Held]:
    """Hold an exclusive lock on a file, made if need be.

    It is flock(2), which network file systems carry from host to host. The file tells who holds it: pid, host and
    since when. A dead holder's lock is free at once, since its kernel let go of it: no process ever has to guess
    whether another one is alive.

    Raises:
        FolderInUse: if another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b", buffering=0) as file:
        trusted = True
        try:
            _take(file.fileno())
        except OSError as error:
            trusted = False
            if error.errno in _HELD:
                holder = _holder(file)
                raise FolderInUse(
                    f"{path.parent.parent}: in use by process {holder.get('pid', '?')} on {holder.get('host', '?')} "
                    f"since {holder.get('since', '?')}; wait for it, stop it, or give another folder"
                ) from None
        predecessor = _read(file) or None
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        _write(file, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        try:
            yield Held(predecessor, trusted)
        finally:
            # The file stays: were it removed, two processes could hold locks on two files of that name.
            _write(file, "")


def _take(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        raise OSError(errno.ENOSYS, "no flock") from None
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(file: Any) -> dict[str, Any]:
    """Who holds the lock; whoever took it this very moment gets a second to write it down."""
    for _ in range(20):
        if found := _read(file):
            return found
        time.sleep(0.05)
    return {}


def _read(file: Any) -> dict[str, Any]:
    file.seek(0)
    try:
        found = json.loads(file.read())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Any, text: str) -> None:
    # On a full disk nobody can read who holds the lock; it is held all the same.
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(text.encode())
