"""The schedule changes the order of work, never the results."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.engines.base import DecodeOptions, OutOfMemoryError, Output, Piece
from summ.errors import GenerationError
from summ.generation.schedule import GPU_BUDGET, Room, batches, positions, run

OPTIONS = DecodeOptions(beam_size=2)
pieces_strategy = st.lists(
    st.builds(
        Piece, st.lists(st.integers(0, 5), min_size=1, max_size=12).map(tuple), st.just((0,)), st.sampled_from([32, 64])
    ),
    max_size=40,
)


class Reversing:
    """An engine whose outputs are a function of the piece: its ids backwards."""

    name, device, dtype = "reversing", "cpu", "none"

    def __init__(self, workers: int = 1, room: int = 10**9) -> None:
        self.calls: list[list[Piece]] = []
        self.refused = 0
        self.workers, self.room = workers, room

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        if len(pieces) * max(len(piece.ids) for piece in pieces) > self.room:
            self.refused += 1
            raise OutOfMemoryError("out of memory")
        self.calls.append(list(pieces))
        return [Output(piece.ids[::-1], True, float(len(piece.ids))) for piece in pieces]


@given(pieces_strategy, st.integers(1, 100), st.integers(1, 3))
def test_outputs_come_in_order_whatever_the_budget(pieces: list[Piece], budget: int, workers: int) -> None:
    engine = Reversing(workers)
    settled: list[int] = []
    outputs = run(engine, pieces, OPTIONS, budget=budget, progress=settled.append)
    assert [o.ids for o in outputs] == [p.ids[::-1] for p in pieces]
    assert sum(settled) == len(pieces)
    generated = [piece for call in engine.calls for piece in call]
    assert len(generated) == len(set(pieces))


@given(pieces_strategy, st.integers(1, 100), st.integers(1, 3))
def test_batches_keep_to_the_budget(pieces: list[Piece], budget: int, workers: int) -> None:
    found = batches(pieces, budget, OPTIONS, workers)
    assert sorted(i for batch in found for i in batch) == list(range(len(pieces)))
    for batch in found:
        assert len({pieces[i].limit for i in batch}) == 1
        widest = max(len(pieces[i].ids) for i in batch)
        assert len(batch) == 1 or len(batch) * (1 + OPTIONS.beam_size) * widest <= budget


@given(pieces_strategy, st.integers(12, 60), st.integers(1, 3))
def test_a_batch_without_room_is_halved_and_the_rest_is_cut_smaller(
    pieces: list[Piece], room: int, workers: int
) -> None:
    engine = Reversing(workers, room)
    outputs = run(engine, pieces, OPTIONS, budget=1000)
    assert [o.ids for o in outputs] == [p.ids[::-1] for p in pieces]
    if workers == 1:
        # 1,000 positions at most were tried; each refusal halves what is believed to fit.
        assert engine.refused <= 6


def test_what_was_learned_of_the_device_holds_for_the_rest_and_for_the_next_call() -> None:
    """64 pieces of 10 tokens, 8 a batch, on a device that takes 4: one refusal is enough, each batch is halved once."""
    pieces = [Piece((*range(9), i), (0,), 64) for i in range(64)]
    engine, room = Reversing(room=40), Room()
    for _ in range(2):
        run(engine, pieces, OPTIONS, budget=8 * 30, room=room)
    assert engine.refused == 1
    assert [len(call) for call in engine.calls] == [4] * 32


def test_a_gpu_gets_larger_batches() -> None:
    engine = Reversing()
    engine.device = "cuda:0"
    run(engine, [Piece((*range(99), i), (0,), 512) for i in range(GPU_BUDGET // 300)], OPTIONS)
    assert len(engine.calls) == 1


def test_one_piece_without_room_is_an_error() -> None:
    with pytest.raises(OutOfMemoryError):
        run(Reversing(room=3), [Piece((1,) * 4, (0,), 32), Piece((1,), (0,), 32)], OPTIONS)


def test_few_pieces_are_spread_over_all_workers() -> None:
    engine = Reversing(workers=2)
    run(engine, [Piece((i, 1, 2), (0,), 32) for i in range(8)], OPTIONS)
    assert sorted(map(len, engine.calls)) == [4, 4]


@pytest.mark.parametrize(
    ("pieces", "workers", "sizes"),
    [
        (12, 1, [12]),  # 12 pieces of 4 tokens, and 4 for each of 2 beams, fit the budget of 150
        (13, 1, [7, 6]),  # not 12 and 1
        (12, 2, [6, 6]),
        (25, 2, [7, 7, 7, 4]),  # 12, 12 and 1 would leave one worker idle; the rest is smaller, never larger
        (3, 4, [1, 1, 1]),
        (200, 2, [12] * 16 + [8]),  # many: as large as the budget allows
    ],
)
def test_few_batches_are_balanced_over_the_workers(pieces: int, workers: int, sizes: list[int]) -> None:
    found = batches([Piece((i, 1, 2, 3), (0,), 32) for i in range(pieces)], 150, OPTIONS, workers)
    assert [len(batch) for batch in found] == sizes


def test_what_a_piece_costs() -> None:
    options = DecodeOptions(beam_size=4)
    assert positions(Piece((1,) * 20, (0,), 64), options) == 20 + 4 * 20  # a translation: about as long as its source
    assert positions(Piece((1,) * 500, (0,), 84), options) == 500 + 4 * 84  # a summary: up to its limit
    assert positions(Piece((1,) * 5, (0,), 84), options.changed(max_new_tokens=84, min_new_tokens=30)) == 5 + 4 * 30


def test_an_engines_error_ends_the_run() -> None:
    class Failing(Reversing):
        def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
            raise GenerationError("broken")

    with pytest.raises(GenerationError, match="broken"):
        run(Failing(workers=2), [Piece((i,), (0,), 32) for i in range(50)], OPTIONS, budget=4)


def test_a_slow_batch_keeps_no_other_waiting() -> None:
    others = threading.Event()

    class Slow(Reversing):
        def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
            if len(pieces[0].ids) == 20:
                assert others.wait(10), "the other worker stood still"
            made = super().generate(pieces, options)
            if len(self.calls) == 30:
                others.set()
            return made

    pieces = [Piece((1,) * 20, (0,), 32), *(Piece((i, i), (0,), 32) for i in range(30))]
    outputs = run(Slow(workers=2), pieces, OPTIONS, budget=4)
    assert [o.ids for o in outputs] == [p.ids[::-1] for p in pieces]


def test_an_error_keeps_what_waits_from_starting() -> None:
    class Failing(Reversing):
        def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
            if len(pieces[0].ids) == 20:
                raise GenerationError("broken")
            time.sleep(0.01)
            return super().generate(pieces, options)

    engine = Failing(workers=2)
    with pytest.raises(GenerationError, match="broken"):
        run(engine, [Piece((1,) * 20, (0,), 32), *(Piece((i,), (0,), 32) for i in range(200))], OPTIONS, budget=2)
    assert len(engine.calls) < 100
