"""Pieces of many texts, sorted by length, cut into batches by a budget; outputs in the order of the pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from ..engines.base import DecodeOptions, Engine, OutOfMemoryError, Output, Piece

# Token positions in one batch. On a CPU smaller batches waste the loop, and 2,560 serves all: on two cores, at 1,280,
# 2,560 and 5,120, the built-in model gave 112, 120 and 124 sentences a second, mT5-small with sources of 400 tokens 96,
# 134 and 149 target tokens a second; Marian of width 512 gave 950 at 2,560 and 760 at 5,120. A GPU needs more to be
# busy, and halves what does not fit; its figure is not measured.
CPU_BUDGET = 2560
GPU_BUDGET = 40960

# Batches a worker up to which they are balanced. Of more, it hardly shows that some are small or that one ends last.
ROUNDS = 4


@dataclass(slots=True)
class Room:
    """The largest batch, in positions, that a device is still believed to take. It is kept from call to call."""

    most: float = float("inf")


def positions(piece: Piece, options: DecodeOptions) -> int:
    """What a piece is expected to cost: its source tokens, and for each beam its target tokens.

    A translation has about as many tokens as its source; a summary's limit is shorter than that.
    """
    expected = max(options.min_new_tokens, min(len(piece.ids), piece.limit))
    return len(piece.ids) + options.beam_size * expected


def batches(pieces: Sequence[Piece], budget: int, options: DecodeOptions, workers: int = 1) -> list[list[int]]:
    """Indices of ``pieces`` in batches of one limit each, highest limit first, then longest first.

    A batch's cost is its number of pieces times the positions of its longest: padding is paid for. Where there are few
    batches, they are as many as keep all workers busy, and about as large: two workers share three batches badly, most
    of all when the third is a remainder, and each batch costs time of its own.
    """
    order = sorted(
        range(len(pieces)), key=lambda i: (-pieces[i].limit, -len(pieces[i].ids), pieces[i].ids, pieces[i].prefix)
    )
    costs = [positions(piece, options) for piece in pieces]
    found = list(_cut(pieces, costs, order, budget))
    rounds = -(-len(found) // workers)
    if rounds > ROUNDS:
        return found
    least, most = 0, budget
    while most - least > 1:  # the smallest budget that makes no more batches than the next multiple of the workers
        middle = (least + most) // 2
        smaller = list(_cut(pieces, costs, order, middle))
        if len(smaller) > rounds * workers:
            least = middle
        else:
            most, found = middle, smaller
    return found


def _cut(pieces: Sequence[Piece], costs: Sequence[int], order: Sequence[int], budget: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for i in order:
        head = batch[0] if batch else i
        if batch and (pieces[head].limit != pieces[i].limit or costs[head] * (len(batch) + 1) > budget):
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
    budget: int | None = None,
    room: Room | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Output]:
    """Generate every piece; identical pieces are generated once.

    Args:
        budget: token positions in one batch, padding and beams counted (see ``positions``); None for what suits the
            device. It sets speed and memory, never the outputs; a batch for which the device has no room is halved
            until it fits.
        room: what earlier calls learned of the device, and where this one keeps what it learns.
        progress: called with the number of pieces that each finished batch settled.

    Raises:
        GenerationError: when the engine fails, or has no room for one piece alone.
    """
    if budget is None:
        budget = CPU_BUDGET if engine.device == "cpu" else GPU_BUDGET
    places: dict[Piece, list[int]] = {}
    for i, piece in enumerate(pieces):
        places.setdefault(piece, []).append(i)
    distinct = list(places)
    outputs: dict[int, Output] = {}
    cut = batches(distinct, budget, options, engine.workers)
    for batch, made in _generated(engine, distinct, cut, options, room or Room()):
        for i, output in zip(batch, made, strict=True):
            for place in places[distinct[i]]:
                outputs[place] = output
        if progress:
            progress(sum(len(places[distinct[i]]) for i in batch))
    return [outputs[i] for i in range(len(pieces))]


def _generated(
    engine: Engine, pieces: Sequence[Piece], cut: Sequence[list[int]], options: DecodeOptions, room: Room
) -> Iterator[tuple[list[int], list[Output]]]:
    """Each batch with its outputs, as they are done, ``engine.workers`` batches side by side."""

    def generate(batch: list[int]) -> list[Output]:
        cost = len(batch) * positions(pieces[batch[0]], options)  # the first is the longest
        if len(batch) == 1 or cost <= room.most:
            try:
                return engine.generate([pieces[i] for i in batch], options)
            except OutOfMemoryError:
                if len(batch) == 1:
                    raise
                room.most = min(room.most, cost / 2)
        half = len(batch) // 2
        return [*generate(batch[:half]), *generate(batch[half:])]

    if engine.workers == 1:
        for batch in cut:
            yield batch, generate(batch)
        return
    pool = ThreadPoolExecutor(engine.workers, "generate")
    try:
        # All at once: a batch that takes long, as one that runs into its limit does, keeps no other from a free worker.
        running = {pool.submit(generate, batch): batch for batch in cut}
        for done in as_completed(running):
            yield running[done], done.result()
    finally:
        pool.shutdown(cancel_futures=True)
