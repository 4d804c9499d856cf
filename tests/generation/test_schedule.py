"""The schedule changes the order of work, never the results."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from summ.engines.base import DecodeOptions, Output, Piece
from summ.generation.schedule import batches, run

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

    def __init__(self) -> None:
        self.calls: list[list[Piece]] = []

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        self.calls.append(list(pieces))
        return [Output(piece.ids[::-1], True, float(len(piece.ids))) for piece in pieces]


@given(pieces_strategy, st.integers(1, 100))
def test_outputs_come_in_order_whatever_the_budget(pieces: list[Piece], budget: int) -> None:
    engine = Reversing()
    settled: list[int] = []
    outputs = run(engine, pieces, OPTIONS, budget=budget, progress=settled.append)
    assert [o.ids for o in outputs] == [p.ids[::-1] for p in pieces]
    assert sum(settled) == len(pieces)
    generated = [piece for call in engine.calls for piece in call]
    assert len(generated) == len(set(pieces))


@given(pieces_strategy, st.integers(1, 100))
def test_batches_keep_to_the_budget(pieces: list[Piece], budget: int) -> None:
    found = list(batches(pieces, budget, OPTIONS.beam_size))
    assert sorted(i for batch in found for i in batch) == list(range(len(pieces)))
    for batch in found:
        assert len({pieces[i].limit for i in batch}) == 1
        widest = max(len(pieces[i].ids) for i in batch)
        assert len(batch) == 1 or widest * len(batch) * OPTIONS.beam_size <= budget
