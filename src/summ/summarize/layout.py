"""How an article is laid out: sentences that may be chosen, and lines that only name what follows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from ..text import Sentence, split_sentences

HEADLINE_WORDS: Final = 25
HEADING_WORDS: Final = 10
WRAPPED_CHARACTERS: Final = 40
"""Lines of hard-wrapped text, as e-mail and older archives have it, are not shorter than this."""

_END_MARKS: Final = ".!?؟…۔:؛،,"
_ENDS: Final = tuple(_END_MARKS)
_ENDED_BACKWARDS: Final = re.compile(rf"[\"'»”’›)\]}}\s]*+[{_END_MARKS}]")
ITEM: Final = re.compile(r"(?:[-–—•*·▪●◦]|\d{1,3}[.)\-]|[^\W\d_][)\-])\s")
"""How an item of a list begins."""
_SAID: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Layout:
    """The sentences of an article in order.

    Attributes:
        sentences: whole sentences; in hard-wrapped text one may run over line breaks.
        headline: the first line, if it is one.
        is_body: for each sentence, whether it can stand in a summary: not the headline, a section heading, or a line
            without letters and digits.
    """

    sentences: list[Sentence]
    headline: str | None
    is_body: list[bool]


def read_layout(text: str, title: str | None = None) -> Layout:
    """Find sentences, headline and headings.

    A line is a heading if it is short, a sentence of its own without an end mark, and followed by another line: up to
    25 words for the first line of the text (the headline), up to 10 for the others. Where no sentence has an end mark,
    none but the headline is one.

    Args:
        text: the article.
        title: its headline, if that is known from elsewhere. Then the first line is a line like any other, unless it
            says the same.
    """
    found = split_sentences(text)
    if not found:
        return Layout([], None, [])
    if _is_hard_wrapped(text):
        found = _unwrap(text, found)
    breaks = [line_breaks(text, before.end, after.start) > 0 for before, after in pairwise(found)]
    lone = [start and end for start, end in zip([True, *breaks], [*breaks, False], strict=True)]
    named = [alone and _names(sentence.text) for alone, sentence in zip(lone, found, strict=True)]
    first = int(named[0] and _is_headline(found[0].text, title))
    inner: list[int] = []
    if any(_ended(sentence.text) for sentence in found):
        inner = [i for i in range(first, len(found)) if named[i] and len(found[i].text.split()) <= HEADING_WORDS]
    headings = {*range(first), *inner}
    is_body = [i not in headings and _SAID.search(sentence.text) is not None for i, sentence in enumerate(found)]
    return Layout(found, found[0].text if first else None, is_body if any(is_body) else [True] * len(found))


def _is_headline(line: str, title: str | None) -> bool:
    if title and title.strip():
        return line.split() == title.split()
    return len(line.split()) <= HEADLINE_WORDS


def line_breaks(text: str, start: int, end: int) -> int:
    """How many line breaks there are in ``text[start:end]``."""
    return _line_breaks(text[start:end])


@lru_cache(maxsize=256)  # what lies between sentences is nearly always the same few gaps
def _line_breaks(gap: str) -> int:
    return len(f"{gap}|".splitlines()) - 1


def _ended(text: str) -> bool:
    """Whether a text ends in a mark, and the quotes and brackets that close after it."""
    return text.endswith(_ENDS) or _ENDED_BACKWARDS.match(text[::-1]) is not None


def _names(text: str) -> bool:
    return not _ended(text) and not ITEM.match(text)


def _is_hard_wrapped(text: str) -> bool:
    """Whether lines are broken at a width: half or more end in mid-sentence, and nearly all of these are as long."""
    lines = [stripped for line in text.splitlines() if (stripped := line.strip())]
    if len(lines) < 4:
        return False
    broken = sorted(len(line) for line in lines[:-1] if _names(line))
    if 2 * len(broken) < len(lines) - 1:
        return False
    return broken[len(broken) // 10] >= max(WRAPPED_CHARACTERS, 0.8 * broken[-1])


def _unwrap(text: str, pieces: list[Sentence]) -> list[Sentence]:
    """Join a piece without an end mark to the next, unless an empty line or a list item lies between them."""
    joined: list[Sentence] = []
    start = pieces[0].start
    for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
        is_open = not _ended(piece.text) and not ITEM.match(text, start, piece.end)
        if after and is_open and not ITEM.match(after.text) and line_breaks(text, piece.end, after.start) == 1:
            continue
        joined.append(Sentence(text[start : piece.end], start, piece.end))
        start = after.start if after else piece.end
    return joined
