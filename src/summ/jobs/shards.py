"""Shards: the unit of work. What is in one depends on the input alone, never on time, workers or kills."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from . import render
from .mapper import Mapper
from .records import Raw, SetAside

MOST_BYTES: Final = 32 << 20  # of raw records in a shard, so that long ones do not pile up in memory

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Shard:
    """Records that are worked on and written together.

    Attributes:
        index: the number of the shard, from 0.
        skip: positions of records that killed their worker, and how.
    """

    index: int
    records: tuple[Raw, ...]
    skip: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a shard.

    Attributes:
        data: the bytes of the shard's file.
        errors: the records that were set aside, in order.
        tokens: target tokens that were generated.
        seconds: how long the worker was busy.
    """

    index: int
    data: bytes
    errors: tuple[SetAside, ...]
    records: int
    tokens: int
    seconds: float


def cut(records: Iterable[Raw], size: int) -> Iterator[Shard]:
    """Records in shards of ``size`` records, fewer where they are long."""
    index, held, weight = 0, list[Raw](), 0
    for raw in records:
        held.append(raw)
        weight += raw.size
        if len(held) == size or weight >= MOST_BYTES:
            yield Shard(index, tuple(held))
            index, held, weight = index + 1, [], 0
    if held:
        yield Shard(index, tuple(held))


class ShardWorker:
    """Makes a shard's file. Picklable: it travels to a process or a machine, and loads its models there.

    Args:
        format: ``jsonl`` or ``parquet``.
    """

    def __init__(self, mapper: Mapper, format: str = "jsonl") -> None:
        self.mapper, self.format = mapper, format

    def models(self) -> dict[str, Any]:
        """Load the models and tell which they are. See ``Mapper.models``."""
        return self.mapper.models()

    def __call__(self, shard: Shard, told: Told = lambda articles, tokens: None) -> Done:
        """Work on a shard.

        Args:
            told: called with the numbers of further articles done and tokens generated.
        """
        clock, before = time.perf_counter(), self.mapper.tokens
        outcomes = self.mapper(shard.records, skip=shard.skip, told=told)
        errors = tuple(o for o in outcomes if isinstance(o, SetAside))
        results = [o for o in outcomes if not isinstance(o, SetAside)]
        data = render.to_bytes(results, self.format)
        seconds = round(time.perf_counter() - clock, 3)
        return Done(shard.index, data, errors, len(shard.records), self.mapper.tokens - before, seconds)
