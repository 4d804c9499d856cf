"""A result laid out for a reader: article and translation in rows, the summaries led back to the rows they rest on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..article import Article
from ..errors import InputError
from ..result import Notice, Result, Summary
from ..text import split_sentences

_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_HEADLINE = 160  # characters; a longer first line is a paragraph


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an article, and whether a summary rests on it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence or chunk of the article beside its translation.

    Attributes:
        number: counted from 1 within the article.
        start, end: offsets into the article's text.
        pieces: the article's own characters ``start`` to ``end``.
        target: the translation, or None where there is none.
        opens: whether a paragraph begins here.
        notices: what concerns this row.
        cited: numbers of the passages of the Arabic, and of the English, summary that rest on it.
    """

    number: int
    start: int
    end: int
    pieces: tuple[Piece, ...]
    target: str | None
    opens: bool
    notices: tuple[Notice, ...]
    cited: tuple[int, ...]
    cited_in_english: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a summary's text and the numbers of the rows that it rests on; none for what lies between."""

    text: str
    number: int | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A summary as passages, which together are its text, and the rows of segments whose words are not in the text."""

    passages: tuple[Passage, ...]
    read: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that a page shows of one result, in reading order."""

    headline: str
    headline_row: int | None
    notices: tuple[Notice, ...]
    rows: tuple[Row, ...]
    summary: Digest | None
    english_summary: Digest | None


def lay_out(result: Result, *, place: str = "result") -> Layout:
    """Lay a result out.

    Every visible character of the article is in exactly one row, whether it was translated or not.

    Args:
        place: what to call the result in an error.

    Raises:
        InputError: for translation segments that do not fit the article, as in an edited file.
    """
    text = result.article.text
    spans = _spans(result, place)
    own, english = result.summary, result.english_summary
    digest = _digest(own, spans) if own else None
    english_digest = _digest(english, spans) if english else None
    cited = _cited(digest)
    # A translated summary rests on the sentences of the summary that it translates: one mark is enough.
    cited_in_english = _cited(english_digest) if english and not (digest and english.kind == "translated") else {}
    marks: dict[int, list[tuple[int, int]]] = {}
    for segment in (s for summary in (own, english) if summary for s in summary.segments):
        for number in _touched(segment.start, segment.end, spans):
            marks.setdefault(number, []).append((segment.start, segment.end))
    at_row: dict[int, list[Notice]] = {}
    whole: list[Notice] = []
    for notice in _notices(result):
        touched = _touched(notice.start, notice.end, spans)
        (at_row.setdefault(touched[0], []) if touched else whole).append(notice)
    rows: list[Row] = []
    for number, (start, end, target) in enumerate(spans, 1):
        before = text[spans[number - 2][1] : start] if number > 1 else "\n"
        rows.append(
            Row(
                number,
                start,
                end,
                tuple(_pieces(text, start, end, marks.get(number, ()))),
                target,
                not _BREAKS.isdisjoint(before),
                tuple(at_row.get(number, ())),
                tuple(cited.get(number, ())),
                tuple(cited_in_english.get(number, ())),
            )
        )
    headline, row = _headline(result.article, rows)
    return Layout(headline, row, tuple(whole), tuple(rows), digest, english_digest)


def _notices(result: Result) -> list[Notice]:
    """The notices of a result and of its parts, each once."""
    found = list(result.notices)
    for part in (result.summary, result.translation):
        found += part.notices if part else ()
    if result.english_summary:
        # These offsets, if any, would be into the text that was summarized or translated, not into the article.
        found += (n for n in result.english_summary.notices if n.start is None)
    return list(dict.fromkeys(found))


def _spans(result: Result, place: str) -> list[tuple[int, int, str | None]]:
    """Where the rows lie in the article, with their translation; what no segment covers is a row without one."""
    text = result.article.text
    if not result.translation or not result.translation.segments:
        return [(s.start, s.end, None) for s in split_sentences(text)]
    spans: list[tuple[int, int, str | None]] = []
    done = 0
    for number, segment in enumerate(result.translation.segments, 1):
        if segment.start < done or text[segment.start : segment.end] != segment.source:
            raise InputError(
                f"{place}: translation segment {number} (characters {segment.start} to {segment.end}) is not what the"
                " article has there; was the file edited?"
            )
        spans += _uncovered(text, done, segment.start)
        spans.append((segment.start, segment.end, segment.target))
        done = segment.end
    return [*spans, *_uncovered(text, done, len(text))]


def _uncovered(text: str, start: int, end: int) -> list[tuple[int, int, None]]:
    return [(start + s.start, start + s.end, None) for s in split_sentences(text[start:end])]


def _touched(start: int | None, end: int | None, spans: Sequence[tuple[int, int, str | None]]) -> tuple[int, ...]:
    """Numbers of the rows that a stretch of the article touches."""
    if start is None or end is None:
        return ()
    first = last = bisect_right(spans, start, key=lambda span: span[1])
    while last < len(spans) and spans[last][0] < end:
        last += 1
    return tuple(range(first + 1, last + 1))


def _digest(summary: Summary, spans: Sequence[tuple[int, int, str | None]]) -> Digest:
    passages: list[Passage] = []
    read: list[int] = []
    done = number = 0
    for segment in summary.segments:
        rows = _touched(segment.start, segment.end, spans)
        at = summary.text.find(segment.target, done) if segment.target else -1
        if at < 0:
            read += rows
            continue
        if at > done:
            passages.append(Passage(summary.text[done:at], None, ()))
        done = at + len(segment.target)
        number += 1
        passages.append(Passage(segment.target, number, rows))
    if done < len(summary.text):
        passages.append(Passage(summary.text[done:], None, ()))
    return Digest(tuple(passages), tuple(dict.fromkeys(read)))


def _cited(digest: Digest | None) -> dict[int, list[int]]:
    """For each row, the passages that rest on it."""
    cited: dict[int, list[int]] = {}
    for passage in digest.passages if digest else ():
        if passage.number is not None:
            for row in passage.rows:
                cited.setdefault(row, []).append(passage.number)
    return cited


def _pieces(text: str, start: int, end: int, marks: Iterable[tuple[int, int]]) -> list[Piece]:
    """``text[start:end]``, cut where a mark begins or ends."""
    inside = [(max(a, start), min(b, end)) for a, b in marks]
    cuts = sorted({start, end, *(at for mark in inside for at in mark)})
    return [Piece(text[a:b], any(first <= a and b <= last for first, last in inside)) for a, b in pairwise(cuts)]


def _headline(article: Article, rows: Sequence[Row]) -> tuple[str, int | None]:
    """The title, a short first line before others, the name or the first words; and the row that is it, if any."""
    first = article.text[rows[0].start : rows[0].end] if rows else ""
    alone = len(rows) > 1 and rows[1].opens and len(first) <= _HEADLINE and _BREAKS.isdisjoint(first)
    if article.title:
        return article.title, None
    if alone:
        return first, rows[0].number
    if article.id:
        return article.id, None
    words = first.split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 or len(rows) > 1 else ""), None
