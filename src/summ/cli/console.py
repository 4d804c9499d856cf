"""What a person sees: results on standard output, notices and progress on standard error.

On a terminal, texts are wrapped at word boundaries and Arabic stands at the right. Each Arabic line is padded and put
between RIGHT-TO-LEFT ISOLATE and POP DIRECTIONAL ISOLATE, so that terminals that know bidirectional text (UAX 9) put
Latin names within Arabic where a reader expects them; otherwise they order the line as if it were English (seen in
VTE 0.70). Terminals that know nothing of it show letters from left to right whatever one does: summ never reshapes or
reverses a text.

Elsewhere (a pipe, a file) the exact texts are written, each under a line ``## الملخص``, ``## Translation`` or
``## English summary`` and followed by an empty line; with several articles, ``# name`` comes before each. Programs had
better read ``--json``.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..article import Article
    from ..result import Notice, Result

_WIDEST: Final = 100  # columns; longer lines are hard to read
_MOST_NOTES: Final = 6  # lines an article; a weak model can cause dozens of notices
_ONCE: Final = frozenset({"rough-translation"})  # what concerns the model, not the article, is said once
_SNIPPET: Final = 40  # characters of the article shown with a notice
_BAR_AFTER: Final = 1.0  # seconds
_LINE_EVERY: Final = 10.0  # seconds
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RLI, _FSI, _PDI = "\u2067", "\u2068", "\u2069"

_bar: _Bar | None = None  # the bar on the screen, which steps aside while something is printed
_said: set[Notice] = set()


@contextmanager
def progress_bar(unit: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long work is, on standard error.

    On a terminal that is a bar, from the first second on; with NO_COLOR or elsewhere, a line every ten seconds.

    Args:
        unit: what is counted, in the plural.
        quiet: show nothing.

    Yields:
        A function of the numbers done and in all. It may count from the start again: the counts add up.
    """
    global _bar
    if quiet:
        yield lambda done, total: None
    elif _styled(sys.stderr):
        _bar = _Bar(unit)
        try:
            yield _bar.step
        finally:
            _bar.close()
            _bar = None
    else:
        yield _Lines(unit).step


def show_result(result: Result, *, named: bool) -> None:
    """Print the texts of a result, each under its heading.

    Args:
        named: print the article's name first, as one does for several articles.
    """
    with _aside():
        if named:
            _heading(result.article.id or result.article.title or "standard input", level=1)
        if result.summary:
            arabic = result.summary.language == "ar"
            _heading("الملخص" if arabic else f"Summary ({result.summary.language})", right_to_left=arabic)
            _body(result.summary.text, right_to_left=arabic)
        if result.translation:
            language = result.translation.target_language
            _heading("Translation" if language == "en" else f"Translation ({language})")
            _body(result.translation.text, right_to_left=language == "ar")
        if result.english_summary:
            _heading("English summary")
            _body(result.english_summary.text)


def show_text(text: str, *, heading: str | None, right_to_left: bool = False) -> None:
    """Print one text: alone, exactly it and a line break; with a heading, under it."""
    with _aside():
        if heading is not None:
            _heading(heading, level=1)
        _body(text, right_to_left=right_to_left, apart=heading is not None)


def show_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object as a line, at once."""
    with _aside():
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def show_notices(notices: Sequence[Notice], article: Article) -> None:
    """Print notices on standard error as ``summ: note: …``, those of one kind as one line, six lines at most."""
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.code not in _ONCE or notice not in _said:
            groups.setdefault(notice.code, []).append(notice)
    _said.update(notice for notice in notices if notice.code in _ONCE)
    shown = list(groups.items())
    hidden = sum(len(group) - 1 for _, group in shown)
    if len(shown) > _MOST_NOTES - bool(hidden):
        hidden += len(shown) - (_MOST_NOTES - 1)
        shown = shown[: _MOST_NOTES - 1]
    name = f"{article.id}: " if article.id else ""
    lines = []
    for code, group in shown:
        first = " ".join(group[0].message.split()) + _quoted(group[0], article)
        many = "" if len(group) == 1 else f"{code}, {len(group)} times; the first: "
        lines.append(("" if code in _ONCE else name) + many + first)
    if hidden:
        lines.append(f"{name}{hidden} more not shown; --json has them all")
    with _aside():
        for line in lines:
            print(_visible(f"summ: note: {line}"), file=sys.stderr)


def _quoted(notice: Notice, article: Article) -> str:
    """The words that a notice concerns, unless its message has them."""
    if notice.start is None or notice.end is None:
        return ""
    words = " ".join(article.text[notice.start : notice.end].split())
    if words in notice.message:
        return ""
    if len(words) > _SNIPPET:
        words = words[:_SNIPPET].rsplit(" ", 1)[0] + " …"
    return f" ({_FSI}{words}{_PDI})" if sys.stderr.isatty() else f" ({words})"


def _heading(title: str, *, level: int = 2, right_to_left: bool = False) -> None:
    if not sys.stdout.isatty():
        print("#" * level, title)
        return
    from rich.cells import cell_len

    title = " ".join(_visible(title).split())
    rule = ("━" if level == 1 else "─") * (_width() - cell_len(title) - 1)
    bold = f"\x1b[1m{title}\x1b[0m" if _styled(sys.stdout) else title
    print(f"{rule} {_RLI}{bold}{_PDI}" if right_to_left else f"{bold} {rule}")


def _body(text: str, *, right_to_left: bool = False, apart: bool = True) -> None:
    if not sys.stdout.isatty():
        print(text)
    else:
        from rich.cells import cell_len

        # A mark in the first column has no cell before it to belong to, and tmux drops it: pad by one at least.
        width = _width() - right_to_left
        for line in _wrapped(_visible(text), width):
            pad = " " * (width - cell_len(line) + 1)
            print(f"{pad}{_RLI}{line}{_PDI}" if right_to_left and line else line)
    if apart:
        print()


def _wrapped(text: str, width: int) -> Iterator[str]:
    from rich.console import Console
    from rich.text import Text

    console = Console(width=width)
    for paragraph in text.splitlines():
        if not paragraph.strip():
            yield ""
            continue
        for line in Text(paragraph.strip()).wrap(console, width, overflow="fold"):
            yield line.plain.rstrip()


def _width() -> int:
    from shutil import get_terminal_size

    # Three columns stay free: mlterm gives each invisible mark a column, and a full line can break in some terminals.
    return max(20, min(get_terminal_size().columns - 3, _WIDEST))


def _visible(text: str) -> str:
    """Control characters as pictures: an article must not steer the terminal."""
    return _CONTROL.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "\ufffd", text.expandtabs(4))


def _styled(stream: TextIO) -> bool:
    """Whether escape sequences are welcome (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def _aside() -> Iterator[None]:
    """Take the bar off the screen while something is printed."""
    if _bar is None:
        yield
    else:
        with _bar.hidden():
            yield


class _Count:
    """Adds up counts that begin again."""

    def __init__(self) -> None:
        self.before = self.done = self.total = 0

    def take(self, done: int, total: int) -> tuple[int, int]:
        if done < self.done or self.done == self.total == done:
            self.before += self.total
        self.done, self.total = done, total
        return self.before + done, self.before + total


class _Lines:
    """Progress as lines, for logs."""

    def __init__(self, unit: str) -> None:
        self.unit, self.count, self.last = unit, _Count(), time.monotonic()

    def step(self, done: int, total: int) -> None:
        done, total = self.count.take(done, total)
        if (now := time.monotonic()) - self.last >= _LINE_EVERY:
            self.last = now
            print(f"summ: {done} of {total} {self.unit}", file=sys.stderr, flush=True)


class _Bar:
    """Progress as a bar. A timer brings it up, since the first count may take long to come."""

    def __init__(self, unit: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        # Redirecting, which is rich's habit, would send results to standard error.
        self._progress: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(unit, total=None)
        self._count = _Count()
        self._lock = threading.RLock()
        self._due, self._busy = False, True
        self._timer = threading.Timer(_BAR_AFTER, self._bring)
        self._timer.daemon = True
        self._timer.start()

    def step(self, done: int, total: int) -> None:
        with self._lock:
            self._busy = done < total
            done, total = self._count.take(done, total)
            self._progress.update(self._task, completed=done, total=total)
            self._draw()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        with self._lock:
            self._progress.stop()
            yield
            self._draw()

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            self._due = False
            self._progress.stop()

    def _bring(self) -> None:
        with self._lock:
            self._due = True
            self._draw()

    def _draw(self) -> None:
        """Put the bar on the screen, or take it off when the work in hand is done and results may come."""
        if self._due and self._busy:
            self._progress.start()
        else:
            self._progress.stop()
