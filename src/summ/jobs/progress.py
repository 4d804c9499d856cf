"""How far a job is, for people: a bar on a terminal, lines elsewhere, a table at the end; all on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

_BAR_EVERY: Final = 0.5  # seconds
LINES_EVERY: Final = 30.0


class Progress(AbstractContextManager["Progress"]):
    """Counts of a running job. This class shows nothing; the others show it.

    Attributes:
        before: articles that were done when this run began.
        articles, tokens: done in this run.
        errors: records set aside, in all.
        total: records of the whole job: an estimate until ``exact``, None while nothing is known.
        workers: how many work.
    """

    def __init__(self) -> None:
        self.before = self.articles = self.tokens = self.errors = self.workers = 0
        self.total: int | None = None
        self.exact = False
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def begin(self, before: int, errors: int, workers: int) -> None:
        """The first worker is ready."""
        self.before, self.errors, self.workers = before, errors, workers
        self._began = time.monotonic()

    def add(self, articles: int, tokens: int) -> None:
        """Further articles are done. Called by several threads."""
        with self._lock:
            self.articles += articles
            self.tokens += tokens

    def say(self, message: str) -> None:
        """Something a person should know."""

    def __exit__(self, *_: object) -> None:
        pass

    @property
    def rates(self) -> tuple[float, float]:
        """Articles and tokens a second, in this run."""
        seconds = max(time.monotonic() - self._began, 1e-9)
        return self.articles / seconds, self.tokens / seconds

    def line(self) -> str:
        """All of it in one line."""
        if not self.workers:
            return "reading the input, loading models"
        done = self.before + self.articles
        total = "" if self.total is None else f" of {'' if self.exact else 'about '}{max(self.total, done):,}"
        parts = [f"{done:,}{total} articles"]
        articles, tokens = self.rates
        if articles:
            parts.append(f"{articles:.1f} articles/s" if articles < 100 else f"{articles:,.0f} articles/s")
        if tokens:
            parts.append(f"{tokens:,.0f} tokens/s")
        if articles and self.total is not None:
            parts.append(f"{duration(max(self.total - done, 0) / articles)} left")
        parts.append(f"{self.errors:,} set aside")
        return ", ".join(parts)


class Lines(Progress):
    """A line every so many seconds."""

    def __init__(self, every: float = LINES_EVERY) -> None:
        super().__init__()
        self._every, self._over = every, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Lines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def say(self, message: str) -> None:
        print(f"summ: {message}", file=sys.stderr, flush=True)

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self.say(self.line())


class Bar(Progress):
    """A bar of rich."""

    def __enter__(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            BarColumn(bar_width=30), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
        )
        self._task = self._bar.add_task(self.line(), total=None)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._bar.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._bar.stop()

    def say(self, message: str) -> None:
        self._bar.console.print(f"summ: {message}", highlight=False, markup=False, soft_wrap=True)

    def _run(self) -> None:
        while not self._over.wait(_BAR_EVERY):
            done = self.before + self.articles
            self._bar.update(self._task, description=self.line(), total=self.total, completed=done)


def duration(seconds: float) -> str:
    """Seconds as people say them: 45 s, 12 min, 3 h 20 min, 5 d 2 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def show_table(title: str, rows: Mapping[str, Any], *, printed: Callable[[Any], None] | None = None) -> None:
    """A table of names and values."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right", overflow="fold")
    for name, value in rows.items():
        table.add_row(name, str(value))
    (printed or Console(stderr=True, highlight=False).print)(table)
