"""Streams: the first result early, a bounded read-ahead, errors after what came before them, overlap for real."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ import Summarizer
from summ.errors import InputError
from summ.streaming import checked_window, pipelined, windows


@given(st.integers(0, 60), st.integers(1, 20))
def test_windows_grow_to_the_most(count: int, most: int) -> None:
    groups = list(windows(range(count), most))
    assert [i for group in groups for i in group] == list(range(count))
    assert all(len(group) <= most for group in groups)
    if count:
        assert len(groups[0]) == 1
    assert all(len(b) <= 2 * len(a) for a, b in pairwise(groups))


@pytest.mark.parametrize("window", [0, -1, 2.5, True])
def test_a_window_that_makes_no_sense_is_refused(window: Any) -> None:
    with pytest.raises(InputError, match="must be a whole number of 1 or more"):
        Summarizer(window=window)
    with pytest.raises(InputError, match="window="):
        checked_window(window)


@given(st.integers(0, 60), st.integers(1, 20))
def test_everything_comes_out_in_order(count: int, window: int) -> None:
    made = pipelined(range(count), window, lambda group: [2 * i for i in group], lambda group: [i + 1 for i in group])
    assert list(made) == [2 * i + 1 for i in range(count)]


@pytest.mark.parametrize("window", [1, 2, 4])
def test_the_first_comes_before_the_second_is_read_and_little_is_read_ahead(window: int) -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for i in range(40):
            read.append(i)
            yield i

    stream = pipelined(items(), window, list, list)
    for i, made in enumerate(stream):
        assert made == i
        if i == 0 or window == 1:
            assert len(read) == i + 1
        assert len(read) <= i + 1 + 2 * window


@pytest.mark.parametrize("count", range(8))
def test_an_error_comes_after_the_results_of_what_was_read_before_it(count: int) -> None:
    def items() -> Iterator[int]:
        yield from range(count)
        raise OSError("the disk is gone")

    got = []
    with pytest.raises(OSError, match="the disk is gone"):
        for made in pipelined(items(), 2, list, list):
            got.append(made)
    assert got == list(range(count))


def test_an_error_in_finishing_ends_the_stream() -> None:
    def finish(group: list[int]) -> list[int]:
        if 3 in group:
            raise ValueError("three")
        return group

    got = []
    with pytest.raises(ValueError, match="three"):
        for made in pipelined(range(100), 2, list, finish):
            got.append(made)
    assert got == [0, 1, 2]


def test_the_next_window_is_prepared_while_one_is_finished() -> None:
    prepared = threading.Event()

    def prepare(group: list[int]) -> list[int]:
        if 3 in group:
            prepared.set()
        return group

    def finish(group: list[int]) -> list[int]:
        if 1 in group:
            assert prepared.wait(10), "one after the other"
        return group

    assert list(pipelined(range(5), 2, prepare, finish)) == list(range(5))


def test_a_stream_that_is_left_early_stops() -> None:
    stream = pipelined(iter(range(10**9)), 4, list, list)
    assert [next(stream) for _ in range(5)] == [0, 1, 2, 3, 4]
    stream.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("generate") and t.is_alive()]
