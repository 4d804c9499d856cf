"""Streams of texts in windows: the first result comes early, and reading, generation and writing overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from .errors import InputError

T = TypeVar("T")
Prepared = TypeVar("Prepared")
Made = TypeVar("Made")


def checked_window(window: int) -> int:
    """``window``, if it is one.

    Raises:
        InputError: if it is no whole number of 1 or more.
    """
    if isinstance(window, bool) or not isinstance(window, int) or window < 1:
        raise InputError(f"window={window!r}: must be a whole number of 1 or more, the most texts at a time")
    return window


def windows(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Items in groups of 1, 2, 4 … up to ``most``: the first is there at once, later ones fill the batches.

    What was read before an error comes out before it.
    """
    group: list[T] = []
    size = 1
    try:
        for item in items:
            group.append(item)
            if len(group) == size:
                yield group
                group, size = [], min(2 * size, most)
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


def pipelined(
    items: Iterable[T],
    window: int,
    prepare: Callable[[list[T]], Prepared],
    finish: Callable[[Prepared], Sequence[Made]],
) -> Iterator[Made]:
    """``finish(prepare(group))`` of the windows of ``items``, flattened, in order.

    The first item is finished and given before the second is read. After that, ``finish`` runs in a thread of its own
    while the caller's thread uses the results of the window before and prepares the window behind; with a window of 1,
    as for a live feed, nothing is read ahead. An error in reading comes after the results of all that was read before
    it; an error in preparing, which stands for its whole window, after those of the windows before.
    """
    from concurrent.futures import Future, ThreadPoolExecutor

    groups = windows(items, window)
    for group in groups if window == 1 else islice(groups, 1):
        yield from finish(prepare(group))
    pool = ThreadPoolExecutor(1, "generate")
    running: Future[Sequence[Made]] | None = None
    try:
        while True:
            error: Exception | None = None
            following = None
            try:
                following = pool.submit(finish, prepare(next(groups)))
            except StopIteration:
                break
            except Exception as caught:
                error = caught
            if running:
                yield from running.result()
            if error:
                raise error
            running = following
        if running:
            yield from running.result()
    finally:
        pool.shutdown(cancel_futures=True)
