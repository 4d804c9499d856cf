"""SIGINT and SIGTERM as exceptions, at moments that suit."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Any, Final

from .failures import JobStopped

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns signals into JobStopped. In another thread than the main one it does nothing, as Python demands.

    Attributes:
        events: where the exception goes while signals are deferred.
    """

    def __init__(self) -> None:
        self.events: SimpleQueue[Any] = SimpleQueue()
        self._deferred = False
        self._late: JobStopped | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Put the exception into ``events`` instead of raising it wherever the program happens to be."""
        self._deferred = True
        try:
            yield
        finally:
            self._deferred = False
        if self._late:
            raise self._late  # it came when nobody looked at events any more

    def _handle(self, number: int, frame: FrameType | None) -> None:
        stopped = JobStopped(number)
        if not self._deferred:
            raise stopped
        self._late = stopped
        self.events.put(stopped)  # SimpleQueue.put is safe in a signal handler
