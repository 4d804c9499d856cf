"""Chunks that fit a model: packed from whole sentences, so that nothing is cut that need not be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from summ.result import Notice

from .characters import LINE_BREAKS
from .types import Sentence

TokenCounter = Callable[[list[str]], list[int]]
"""Counts the model's own tokens in each of many texts, special tokens included if the limit includes them."""

# After a clause mark, even one with no blank after it, but not within 2،500; or before a dash.
_CLAUSE: Final = re.compile(r"(?<=[؛،,;:])\s++|(?<=[؛،])(?![\d\s])|(?<!\s)\s++(?=[–—-]\s)")
_SPACE: Final = re.compile(r"\s+")
_BREAK: Final = re.compile(f"[{LINE_BREAKS}]")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a text that fits a model.

    Attributes:
        text: ``original[start:end]``.
        start, end: offsets into the original text.
        sentences: indices of the sentences it holds, wholly or (if one was too long) in part.
        fresh_from: offset where what earlier chunks did not hold begins; equal to ``start`` without overlap.
        notices: ``sentence-split``, on the first piece of a sentence that had to be split.
    """

    text: str
    start: int
    end: int
    sentences: tuple[int, ...]
    fresh_from: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    sentence: int
    size: int
    group: int  # units of different groups never share a chunk
    notice: Notice | None = None
    whole: bool = True


def pack(
    text: str,
    sentences: Sequence[Sentence],
    count: TokenCounter,
    limit: int,
    *,
    overlap: int = 0,
    within_paragraphs: bool = False,
) -> list[Chunk]:
    """Pack sentences into chunks of at most ``limit`` tokens, as many whole sentences to a chunk as fit.

    A sentence that is longer than the limit is split at clause marks, else between words, else between characters
    (never between a letter and its marks), and its pieces stand in chunks of their own.

    Args:
        text: the original text.
        sentences: its sentences, as ``split_sentences`` gives them.
        count: counts tokens, many texts at a time.
        limit: tokens in a chunk at most, by ``count``.
        overlap: repeat whole sentences of up to so many tokens at the head of the next chunk.
        within_paragraphs: never put sentences from both sides of a line break into one chunk.

    Raises:
        ValueError: if ``limit`` is so small that one character does not fit, or ``overlap`` is not in 0..limit-1.
    """
    if not 0 <= overlap < max(limit, 1):
        raise ValueError(f"overlap must be from 0 to below the limit of {limit}, not {overlap}")
    if not sentences:
        return []
    empty, *sizes = count(["", *(sentence.text for sentence in sentences)])
    units: list[_Unit] = []
    group = 0
    for index, (sentence, size) in enumerate(zip(sentences, sizes, strict=True)):
        if index and within_paragraphs and _BREAK.search(text, sentences[index - 1].end, sentence.start):
            group += 1
        if size <= limit:
            units.append(_Unit(sentence.start, sentence.end, index, size - empty, group))
            continue
        group += 1
        units.extend(_split(text, sentence, index, size, count, limit, empty, group))
        group += 1
    return _verified(text, units, _grouped(units, limit - empty, overlap), count, limit)


def _grouped(units: list[_Unit], room: int, overlap: int) -> list[tuple[int, int, int]]:
    """Greedy packing by the sizes of the units: (first unit, first fresh unit, one past the last)."""
    spans: list[tuple[int, int, int]] = []
    first = fresh = 0
    used = 0
    for index, unit in enumerate(units):
        if index > fresh and (used + unit.size > room or unit.group != units[index - 1].group):
            spans.append((first, fresh, index))
            first = fresh = index
            used = 0
            if unit.group == units[index - 1].group and unit.whole:
                while first > spans[-1][1] + 1 and used + units[first - 1].size <= min(overlap, room - unit.size):
                    first -= 1
                    used += units[first].size
        used += unit.size
    spans.append((first, fresh, len(units)))
    return spans


def _verified(
    text: str, units: list[_Unit], spans: list[tuple[int, int, int]], count: TokenCounter, limit: int
) -> list[Chunk]:
    """Count the packed texts as they stand; what is over the limit after all is halved and counted again."""
    done: list[tuple[int, int, int]] = []
    while spans:
        sizes = count([text[units[first].start : units[last - 1].end] for first, _, last in spans])
        again: list[tuple[int, int, int]] = []
        for (first, fresh, last), size in zip(spans, sizes, strict=True):
            if size <= limit or last - first == 1:
                done.append((first, fresh, last))
            elif first < fresh:
                again.append((fresh, fresh, last))  # the overlap is what can be spared
            else:
                middle = (first + last) // 2
                again += [(first, first, middle), (middle, middle, last)]
        spans = again
    chunks = []
    for first, fresh, last in sorted(done, key=lambda span: span[1]):
        start, end = units[first].start, units[last - 1].end
        members = tuple(dict.fromkeys(unit.sentence for unit in units[first:last]))
        notices = tuple(unit.notice for unit in units[fresh:last] if unit.notice)
        chunks.append(Chunk(text[start:end], start, end, members, units[fresh].start, notices))
    return chunks


def _split(
    text: str, sentence: Sentence, index: int, size: int, count: TokenCounter, limit: int, empty: int, group: int
) -> list[_Unit]:
    """The pieces of a sentence that is too long, none of them longer than the limit."""
    notice = Notice(
        "sentence-split",
        f"a sentence of {size} tokens is longer than the {limit} that the model takes, and was split",
        sentence.start,
        sentence.end,
    )
    pieces = [(sentence.start, sentence.end, size)]
    for cut in (_at_clauses, _at_spaces, _at_characters):
        while any(length > limit for _, _, length in pieces):
            finer: list[tuple[int, int, int]] = []
            new: list[int] = []
            for start, end, length in pieces:
                parts = cut(text, start, end) if length > limit else [(start, end)]
                if len(parts) > 1:
                    new.extend(range(len(finer), len(finer) + len(parts)))
                    finer += [(a, b, 0) for a, b in parts]
                else:
                    finer.append((start, end, length))
            if not new:
                break
            for place, length in zip(new, count([text[finer[i][0] : finer[i][1]] for i in new]), strict=True):
                finer[place] = (finer[place][0], finer[place][1], length)
            pieces = finer
    if over := next((text[a:b] for a, b, length in pieces if length > limit), None):
        raise ValueError(f"a limit of {limit} tokens cannot hold even {over!r}")
    return [
        _Unit(a, b, index, length - empty, group, notice if a == sentence.start else None, whole=False)
        for a, b, length in pieces
    ]


def _at_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return _between(_CLAUSE, text, start, end)


def _at_spaces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return _between(_SPACE, text, start, end)


def _between(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts = []
    for gap in pattern.finditer(text, start, end):
        if gap.start() > start and gap.end() < end:
            parts.append((start, gap.start()))
            start = gap.end()
    return [*parts, (start, end)]


def _at_characters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Two halves, at the nearest place that keeps letters and their marks together, if there is one."""
    if end - start < 2:
        return [(start, end)]
    middle = (start + end) // 2
    for place in chain(range(middle, end), range(middle - 1, start, -1)):
        if not _clings(text, place):
            return [(start, place), (place, end)]
    return [(start, middle), (middle, end)]


def _clings(text: str, place: int) -> bool:
    """Whether the character at ``place`` belongs to the one before it."""
    char, before = text[place], text[place - 1]
    return (
        unicodedata.combining(char) != 0
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or "\udc00" <= char <= "\udfff"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )
