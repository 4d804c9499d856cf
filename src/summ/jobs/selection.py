"""Which records of an input a job takes, and the shards they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import nsmallest
from itertools import islice
from typing import Any

from ..errors import InputError
from .records import Raw
from .shards import Shard, cut
from .sources import Source


class Selection:
    """The shards of a job, the same at each call.

    Args:
        size: records a shard.
        limit: take the first so many records only.
        sample: of those, take so many, the ones whose content has the smallest SHA-256: the choice is as good as a
            random one, and the same for the same input.
        part: (3, 16) for shards 2, 18, 34 …: the third of sixteen parts.
    """

    def __init__(
        self,
        source: Source,
        *,
        size: int,
        limit: int | None = None,
        sample: int | None = None,
        part: tuple[int, int] | None = None,
    ) -> None:
        self.source, self.size, self.limit, self.sample, self.part = source, size, limit, sample, part
        self._read = 0
        self._exact = False

    def shards(self) -> Iterator[Shard]:
        """The shards, in order."""
        number, of = self.part or (1, 1)
        for shard in cut(self._records(), self.size):
            self._read += len(shard.records)
            if shard.index % of == number - 1:
                yield shard
        self._exact = True

    def total(self) -> tuple[int | None, bool]:
        """How many records there are, as far as ``shards`` has read, and whether that is exact."""
        of = self.part[1] if self.part else 1
        if self._exact:
            return self._read // of, of == 1
        size, consumed = self.source.size, self.source.consumed
        guess = None if not size or not consumed else round(self._read * max(1.0, size / consumed))
        known = [n for n in (guess, self.sample, self.limit) if n is not None]
        return (min(known) // of, False) if known else (None, False)

    def _records(self) -> Iterator[Raw]:
        self._read, self._exact = 0, False
        if self.sample is None:
            return self._limited()
        chosen = nsmallest(self.sample, ((raw.digest(), raw.position) for raw in self._limited()))
        positions = {position for _, position in chosen}
        last = max(positions, default=-1)
        return (raw for raw in islice(self._limited(), last + 1) if raw.position in positions)

    def _limited(self) -> Iterator[Raw]:
        return islice(self.source.records(), self.limit)

    def describe(self) -> dict[str, Any]:
        """The part of a job's identity."""
        part = f"{self.part[0]}/{self.part[1]}" if self.part else None
        return {"shard_size": self.size, "limit": self.limit, "sample": self.sample, "shard": part}


def read_part(text: str | None) -> tuple[int, int] | None:
    """``3/16`` as numbers.

    Raises:
        InputError: for anything else.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    number, of = (int(n) for n in found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        raise InputError(f"shard {text}: write 3/16 for the third of sixteen parts; they count from 1")
    return number, of
