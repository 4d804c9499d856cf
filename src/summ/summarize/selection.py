"""Which sentences to take: the best by score and novelty, each with the one before it where it leans on that one."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from .features import FloatArray, IntArray, SentenceTerms

ALIKE: Final = 0.5
"""Cosines up to this are not redundancy: sentences on one subject share its words."""

LONGEST_CHAIN: Final = 4
"""Sentences in a row that are taken together at most; later links of a longer chain wait until earlier ones are in."""

FREQUENT: Final = 256
"""Terms of more sentences than this are left out where two are compared, so that a choice costs bounded time."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much to take: whole sentences, or words (separated by white space)."""

    sentences: int | None = None
    words: int | None = None

    def allows(self, sentences: int, words: int) -> bool:
        """Whether a summary of this size is within the limit."""
        return sentences <= (self.sentences or sentences) and words <= (self.words or words)


def select(
    scores: Sequence[float],
    can_stand: Sequence[bool],
    antecedents: Sequence[int | None],
    word_counts: Sequence[int],
    vectors: SentenceTerms,
    limit: Limit,
    redundancy: float,
    together: Mapping[int, Sequence[int]] = MappingProxyType({}),
) -> list[int]:
    """Choose sentences by maximal marginal relevance (Carbonell and Goldstein 1998, "The Use of MMR").

    A sentence is worth its score, minus ``redundancy`` as far as it is like one that is chosen already: nothing up to a
    cosine of 0.5, all for equal ones. A sentence whose antecedent is not chosen yet is a candidate together with it
    (and with the antecedent's own), one of a quotation together with all of it; such a group is worth its mean.
    Candidates that do not fit in what is left are passed over. Ties go to the earlier one.

    Args:
        scores: one a sentence.
        can_stand: whether a sentence may be chosen; others come in as antecedents only.
        antecedents: for each sentence, the number of the earlier one that has to be in the summary too, or None.
        word_counts: words a sentence.
        vectors: the sentences, for likeness.
        limit: how much to take.
        redundancy: in units of the scores.
        together: for each sentence that is taken with others or not at all, all of these and itself, in order. Only the
            first of them should be able to stand.

    Returns:
        Numbers of sentences, in article order; empty if nothing fits.
    """
    leaning: dict[int, list[int]] = {}
    for i, earlier in enumerate(antecedents):
        if earlier is not None:
            leaning.setdefault(earlier, []).append(i)
    chosen: set[int] = set()
    likeness = _Likeness(vectors)
    heap: list[tuple[float, int, tuple[int, ...]]] = []  # what a candidate is worth, negative; its number; its group

    def group(i: int) -> tuple[int, ...]:
        members: list[int] = []
        for _ in range(LONGEST_CHAIN):
            bound = together.get(i, (i,))
            members += bound
            earlier = antecedents[bound[0]]
            if earlier is None or earlier in chosen:
                return tuple(members)
            i = earlier
        return ()

    def worth(members: tuple[int, ...]) -> float:
        gains = [scores[i] - redundancy * max(0.0, likeness.of(i) - ALIKE) / (1 - ALIKE) for i in members]
        return round(sum(gains) / len(gains), 6)

    def offer(i: int) -> None:
        if can_stand[i] and i not in chosen and (members := group(i)):
            heapq.heappush(heap, (-worth(members), i, members))

    alone = [earlier is None and i not in together for i, earlier in enumerate(antecedents)]
    heap += [(-scores[i], i, (i,)) for i, stands in enumerate(can_stand) if stands and alone[i]]
    heapq.heapify(heap)
    for i, is_alone in enumerate(alone):
        if not is_alone:
            offer(i)
    words = 0
    while heap:
        cost, i, members = heapq.heappop(heap)
        if i in chosen:
            continue
        if members != group(i) or -cost != worth(members):  # something was chosen since: weigh it again
            offer(i)
            continue
        size = sum(word_counts[j] for j in members)
        if not limit.allows(len(chosen) + len(members), words + size):
            continue
        chosen.update(members)
        words += size
        if not limit.allows(len(chosen) + 1, words + 1):
            break
        for j in members:
            likeness.add(j)
        links: Sequence[int] = members
        for _ in range(LONGEST_CHAIN):  # what leans on them is a smaller group now
            whole = {k for j in links for k in together.get(j, (j,))}
            links = [link for k in whole for link in leaning.get(k, ()) if link not in chosen and link not in whole]
            for link in links:
                offer(link)
    return sorted(chosen)


class _Likeness:
    """For each sentence, its largest cosine with a chosen one; kept up to date through the terms of each choice."""

    def __init__(self, vectors: SentenceTerms) -> None:
        self._to_chosen = np.zeros(vectors.sentences)
        self._cosines = np.zeros(vectors.sentences)  # all zero between calls
        self._vectors = vectors

    def of(self, sentence: int) -> float:
        """The largest cosine of a sentence with a chosen one."""
        return self._to_chosen.item(sentence)

    @cached_property
    def _by_term(self) -> tuple[IntArray, FloatArray, IntArray, IntArray, IntArray]:
        vectors = self._vectors
        order = np.argsort(vectors.column, kind="stable")
        sizes = np.bincount(vectors.column, minlength=len(vectors.rarity))
        row_starts = np.searchsorted(vectors.row, np.arange(vectors.sentences + 1))
        return vectors.row[order], vectors.weight[order], np.cumsum(sizes) - sizes, sizes, row_starts

    def add(self, chosen: int) -> None:
        """Take account of one more choice."""
        if len(self._to_chosen) <= FREQUENT:  # few enough to compare them all
            np.maximum(self._to_chosen, self._vectors.times(self._vectors.sentence(chosen)), out=self._to_chosen)
            return
        rows, weights, starts, sizes, row_starts = self._by_term
        own = slice(row_starts[chosen], row_starts[chosen + 1])
        terms = self._vectors.column[own]
        counts = np.where(sizes[terms] <= FREQUENT, sizes[terms], 0)
        ends = np.cumsum(counts)
        if not len(ends) or not ends[-1]:
            return
        places = np.arange(ends[-1]) + np.repeat(starts[terms] - ends + counts, counts)
        touched = rows[places]
        np.add.at(self._cosines, touched, weights[places] * np.repeat(self._vectors.weight[own], counts))
        self._to_chosen[touched] = np.maximum(self._to_chosen[touched], self._cosines[touched])
        self._cosines[touched] = 0.0
