"""The rows of CSV and TSV. A line that is no row costs that line only, whatever the csv module has read by then."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final

from .records import Problem

DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
LONG_LINE: Final = "a line of more than {:,} bytes; split the record, or raise --max-chars"
_HEAD: Final = 1024  # bytes of an unreadable line that tell it from another one

Line = tuple[int, bytes, bool]
Row = tuple[int, list[str] | bytes, Problem]


class LongLineError(Exception):
    """A line of which only the head was kept."""


class _Lines:
    """Lines as text for a csv.reader, which can be taken back. Bytes that are no UTF-8 become lone surrogates."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._back: deque[Line] = deque()
        self.taken: list[Line] = []  # of the row in hand

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line, whole = self._back.popleft() if self._back else next(self._lines)
        self.taken.append((number, line, whole))
        if not whole:
            raise LongLineError(LONG_LINE.format(len(line)))
        return (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).decode("utf-8", "surrogateescape")

    def give_up(self) -> Line:
        """The first line of the row in hand; those after it come again."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        return first


def rows(lines: Iterator[Line], delimiter: str, max_chars: int) -> Iterator[Row]:
    """Number of the first line, cells and problem of each row, the header included; of what is no row, its first line.

    A quote that is never closed would otherwise swallow the rows below it, up to the next quote or the end of the file:
    the line with that quote is given up, and reading goes on at the next one.

    Args:
        lines: number, bytes and completeness of each line.
        max_chars: twice as many characters may a cell have.
    """
    # The limit is one for the whole process: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * max_chars))
    source = _Lines(lines)
    table = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.taken = []
        try:
            cells = next(table)
        except StopIteration:
            return
        except (csv.Error, LongLineError) as error:
            number, line, whole = source.give_up()
            problem = (
                ("not-csv", f"not readable as a table: {error}") if whole else ("too-long", LONG_LINE.format(len(line)))
            )
            yield number, line[:_HEAD], problem
            table = csv.reader(source, delimiter=delimiter, strict=True)
        else:
            if cells:
                yield source.taken[0][0], cells, None
