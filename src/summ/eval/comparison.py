"""What a comparison of systems hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..errors import InputError
from .nearest import nearest


@dataclass(frozen=True, slots=True)
class System:
    """One system of a comparison.

    Attributes:
        score: of the corpus: 0..1 for ROUGE, 0..100 for the others.
        interval: its bootstrap interval.
        tier: 1 for the best; systems of one tier are not all told apart, every system of a tier beats all of later
            tiers.
        beats: the systems that are significantly worse.
    """

    name: str
    score: float
    interval: tuple[float, float]
    tier: int
    beats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two systems, the better one first.

    Attributes:
        difference: of their scores, 0 or more.
        interval: the bootstrap interval of the difference.
        wins: the share of resamples in which the better one is better (Koehn 2004).
        bootstrap_p, randomization_p: two-sided p-values of the two tests.
        bootstrap_p_holm, randomization_p_holm: the same after Holm's correction over all pairs.
        significant: whether the deciding test's corrected p-value is below the level.
    """

    better: str
    worse: str
    difference: float
    interval: tuple[float, float]
    wins: float
    bootstrap_p: float
    randomization_p: float
    bootstrap_p_holm: float
    randomization_p_holm: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A document and how two systems fared on it."""

    id: str
    first: float
    second: float
    difference: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Systems ranked, each pair tested. ``systems`` are best first; ``pairs`` hold every two of them.

    Attributes:
        metric: its name; for ``ter`` lower is better.
        signature: of the metric, the same for all systems.
        test: the test that decides: ``randomization`` or ``bootstrap``.
        level: below which a corrected p-value counts as significant.
        per_document: each system's score of each document, in the order of ``ids``.
    """

    metric: str
    signature: str
    test: str
    level: float
    trials: int
    resamples: int
    seed: int
    systems: tuple[System, ...]
    pairs: tuple[Pair, ...]
    ids: tuple[str, ...] = field(repr=False)
    per_document: Mapping[str, tuple[float, ...]] = field(repr=False)
    notices: tuple[str, ...] = ()

    def pair(self, first: str, second: str) -> Pair:
        """The pair of two systems, in either order.

        Raises:
            InputError: an unknown name.
        """
        for name in (first, second):
            if name not in self.per_document:
                raise InputError(f"unknown system {name!r}{nearest(name, self.per_document)}")
        return next(pair for pair in self.pairs if {pair.better, pair.worse} == {first, second})

    def most_different(self, first: str, second: str, count: int = 10) -> list[Difference]:
        """The documents whose scores differ most between two systems, largest difference first."""
        self.pair(first, second)
        ours, theirs = (np.array(self.per_document[name]) for name in (first, second))
        order = np.argsort(-np.abs(ours - theirs), kind="stable")[:count].tolist()
        return [Difference(self.ids[k], float(ours[k]), float(theirs[k]), float(ours[k] - theirs[k])) for k in order]

    def to_dict(self, *, documents: int = 5) -> dict[str, Any]:
        """A JSON-ready dictionary, with so many of the most different documents a pair."""
        names = ("metric", "signature", "test", "level", "trials", "resamples", "seed")
        value = {"kind": "comparison", **{name: getattr(self, name) for name in names}, "documents": len(self.ids)}
        pairs = []
        for pair in self.pairs:
            rows = self.most_different(pair.better, pair.worse, documents)
            pairs.append({**asdict(pair), "most_different": [asdict(row) for row in rows]})
        systems = [asdict(system) for system in self.systems]
        return {**value, "systems": systems, "pairs": pairs, "notices": list(self.notices)}
