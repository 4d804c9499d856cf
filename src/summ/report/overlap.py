"""Which words of two texts ROUGE would count as the same, as stretches of the text that a page can mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Words = Callable[[str], list[str]]
_TOKEN = re.compile(r"\S+")
_EDGES = re.compile(r"^[\W_]*(.*?)[^\w\u064b-\u065f\u0670]*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text.

    Attributes:
        level: 0 for what the other text lacks, 1 for single words that both have, 2 for two and more words in a row.
    """

    text: str
    level: int


def shared_stretches(text: str, other: str, words: Words) -> list[Stretch]:
    """Cut a text into stretches by what another text shares; together they are the text.

    Args:
        words: from a text to its words, as the scorer sees them: normalized and stemmed.
    """
    tokens = [(found.start(), found.end(), words(found[0])) for found in _TOKEN.finditer(text)]
    level, tied = _levels([found for _, _, found in tokens], words(other))
    stretches: list[Stretch] = []
    done = 0
    for place, (start, end, _) in enumerate(tokens):
        if not level[place]:
            continue
        inner = _EDGES.match(text[start:end])
        first, last = (start + inner.start(1), start + inner.end(1)) if inner and inner[1] else (start, end)
        if place and place - 1 in tied:
            first = done
        if place in tied:
            last = end
        _add(stretches, text[done:first], 0)
        _add(stretches, text[first:last], level[place])
        done = last
    _add(stretches, text[done:], 0)
    return stretches


def closest(text: str, references: Sequence[str], words: Words) -> int:
    """The place of the reference that shares the most words with a text, by ROUGE-1 F; the first of equal ones."""
    ours = Counter(words(text))
    shares = []
    for reference in references:
        theirs = Counter(words(reference))
        shares.append((ours & theirs).total() / max(1, ours.total() + theirs.total()))
    return shares.index(max(shares))


def _levels(tokens: Sequence[Sequence[str]], other: Sequence[str]) -> tuple[list[int], set[int]]:
    """The level of each token, and the tokens that are shared together with the next one."""
    known, pairs = set(other), set(pairwise(other))
    flat = [(word, place) for place, found in enumerate(tokens) for word in found]
    level = [1 if any(word in known for word in found) else 0 for found in tokens]
    tied = set()
    for (word, place), (following, next_place) in pairwise(flat):
        if (word, following) in pairs:
            level[place] = level[next_place] = 2
            if next_place == place + 1:
                tied.add(place)
    return level, tied


def _add(stretches: list[Stretch], text: str, level: int) -> None:
    if text and stretches and stretches[-1].level == level:
        stretches[-1] = Stretch(stretches[-1].text + text, level)
    elif text:
        stretches.append(Stretch(text, level))
