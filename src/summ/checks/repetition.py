"""Looping: a model that says the same thing over and over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..result import Notice

_WORD: Final = re.compile(r"\w+(?:['\u2019]\w+)*")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{9,}")
LONGEST: Final = 12  # words of a repeated phrase
ONE_WORD, PHRASE = 4, 3  # times in a row from which a word, and a phrase of several words, count as a loop


@dataclass(frozen=True, slots=True)
class Loop:
    """A phrase said several times in a row."""

    phrase: str
    times: int


def find_loop(text: str) -> Loop | None:
    """The phrase that fills most words by being repeated in a row, or None.

    A word four times, a phrase of two to twelve words three times, or a letter ten times in a row is a loop.
    """
    words = _WORD.findall(text)
    folded = [word.casefold() for word in words]
    best, covered = None, 0
    for size in range(1, min(LONGEST, len(words) // 2) + 1):
        least = ONE_WORD if size == 1 else PHRASE
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if folded[index] == folded[index - size] else 0
            if run + size > covered and run >= size * (least - 1) and not _number(folded[index - size + 1 : index + 1]):
                first = index - run - size + 1
                best, covered = Loop(" ".join(words[first : first + size]), run // size + 1), run + size
    if best is None and (found := _STRETCHED.search(text)):
        return Loop(found[1], len(found[0]))
    return best


def check_repetition(source: str, target: str, start: int, end: int) -> list[Notice]:
    """A ``repetition`` notice if the translation loops more than its source does."""
    loop = find_loop(target)
    if loop is None:
        return []
    before = find_loop(source)
    if before is not None and before.times >= loop.times:
        return []
    phrase = loop.phrase if len(loop.phrase) <= 60 else loop.phrase[:57] + "..."
    return [Notice("repetition", f'the translation repeats "{phrase}" {loop.times} times in a row', start, end)]


def _number(words: list[str]) -> bool:
    return all(word.isdigit() for word in words)
