"""SIGINT and SIGTERM as exceptions, at moments that suit."""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue
from types import FrameType
from typing import Any, Final

from .failures import JobStopped

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Turns signals into JobStopped. In another thread than the main one it does nothing, as Python demands.

    Attributes:
        deferred: put the exception into ``events`` instead of raising it wherever the program happens to be.
    """

    def __init__(self) -> None:
        self.deferred = False
        self.events: SimpleQueue[Any] = SimpleQueue()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self.deferred:
            raise JobStopped(number)
        self.events.put(JobStopped(number))  # SimpleQueue.put is safe in a signal handler
