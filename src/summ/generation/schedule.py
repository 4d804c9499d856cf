"""Pieces of many texts, sorted by length and cut into batches by a token budget; outputs in the order of the pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..engines.base import DecodeOptions, Engine, Output, Piece

TOKEN_BUDGET = 4096  # padded source tokens times beams in one batch: about what two CPU cores digest in a second


def batches(pieces: Sequence[Piece], budget: int, beam_size: int) -> Iterator[list[int]]:
    """Indices of ``pieces`` in batches of one limit each, longest first, so that the first batch is the largest ever.

    A batch's cost is its number of pieces times its longest source times the beams: padding is paid for.
    """
    order = sorted(
        range(len(pieces)), key=lambda i: (-pieces[i].limit, -len(pieces[i].ids), pieces[i].ids, pieces[i].prefix)
    )
    batch: list[int] = []
    for i in order:
        head = pieces[batch[0]] if batch else None
        if head and (head.limit != pieces[i].limit or len(head.ids) * (len(batch) + 1) * beam_size > budget):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def run(
    engine: Engine,
    pieces: Sequence[Piece],
    options: DecodeOptions,
    *,
    budget: int = TOKEN_BUDGET,
    progress: Callable[[int], None] | None = None,
) -> list[Output]:
    """Generate every piece; identical pieces are generated once.

    Args:
        budget: padded source tokens times beams in one batch. It sets speed and memory, never the outputs.
        progress: called with the number of pieces that each finished batch settled.
    """
    places: dict[Piece, list[int]] = {}
    for i, piece in enumerate(pieces):
        places.setdefault(piece, []).append(i)
    distinct = list(places)
    outputs: dict[int, Output] = {}
    for batch in batches(distinct, budget, options.beam_size):
        for i, output in zip(batch, engine.generate([distinct[i] for i in batch], options), strict=True):
            for place in places[distinct[i]]:
                outputs[place] = output
        if progress:
            progress(sum(len(places[distinct[i]]) for i in batch))
    return [outputs[i] for i in range(len(pieces))]
