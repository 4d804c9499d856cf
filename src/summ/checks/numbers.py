"""Numbers of a source and of its translation: which came from nowhere, which went missing.

A false alarm costs more than a miss here, since readers stop looking. Each text is therefore read for every value it
may express, in digits or in words, Arabic or English, and only a figure in digits that the other text cannot be read to
express is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..result import Notice
from .number_words import SCALES, spoken_values

_ASCII: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬،", "01234567890123456789.,,")
_NUMBER: Final = re.compile(r"(?<!&#)(?<![0-9])[0-9]+(?:[.,][0-9]+)*")  # not &#39;
_SPACED: Final = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])")
_FOLLOWING: Final = re.compile(r"[\s\u00a0-]*([^\W\d_]+)")
_EVERYDAY: Final = 2  # "once", duals, articles: figures up to here are expressed in too many ways to tell


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in digits.

    Attributes:
        text: as it stands in the text.
        values: what it may mean: ``1.250`` is 1.25 or 1250; a scale word after it adds ``5 million``.
        start, end: its characters.
        code: whether it hangs on letters, as in ``MP3`` or ``Il-76``.
    """

    text: str
    values: frozenset[Decimal]
    start: int
    end: int
    code: bool


def find_numbers(text: str) -> list[Number]:
    """All figures of a text, in order; digits may be ASCII, Arabic-Indic or Persian."""
    plain = text.translate(_ASCII)
    numbers = []
    for match in _NUMBER.finditer(plain):
        start, end = match.span()
        code = _hangs_on_letters(plain, start)
        numbers.append(Number(text[start:end], frozenset(_readings(plain, match)), start, end, code))
    return numbers


def check_numbers(source: str, target: str, start: int, end: int) -> list[Notice]:
    """Figures that only one of the two texts has.

    Args:
        source: characters ``start`` to ``end`` of an article.
        target: its translation.

    Returns:
        ``number-missing`` at the figure's own place; ``number-unsupported`` for the whole span.
    """
    missing, unsupported = compare_numbers(find_numbers(source), find_numbers(target), source, target)
    notices = []
    for number in missing:
        message = f"the number {number.text} is missing from the translation"
        notices.append(Notice("number-missing", message, start + number.start, start + number.end))
    for text in dict.fromkeys(number.text for number in unsupported if not number.code):
        message = f"the translation has the number {text}, which the source lacks"
        notices.append(Notice("number-unsupported", message, start, end))
    return notices


def compare_numbers(
    ours: list[Number], theirs: list[Number], source: str, target: str
) -> tuple[list[Number], list[Number]]:
    """The source's figures that the target does not express, and the target's that the source does not.

    Args:
        ours, theirs: ``find_numbers`` of source and target.
    """
    if not ours and not theirs:
        return [], []
    said, kept = _expressed(source, ours), _expressed(target, theirs)
    missing = [number for number in ours if not number.values & kept and not _small(number)]
    return missing, [number for number in theirs if not number.values & said and not _small(number)]


def _small(number: Number) -> bool:
    return all(value <= _EVERYDAY for value in number.values)


def _readings(plain: str, match: re.Match[str]) -> Iterator[Decimal]:
    """What a figure may mean, alone and with the scale word after it."""
    digits = match[0]
    whole = digits.replace(",", "")
    readings = {Decimal(whole if whole.count(".") < 2 else whole.replace(".", ""))}
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+", digits):
        readings.add(Decimal(digits.replace(".", "")))
    if re.fullmatch(r"[0-9]+,[0-9]+", digits):
        readings.add(Decimal(digits.replace(",", ".")))
    yield from readings
    if len(digits) == 4 and re.match(
        "['\u2019]?s\\b", plain[match.end() :]
    ):  # the 1970s, in Arabic the word for seventy
        yield Decimal(digits) % 100
    if found := re.search(r"(?<!\d)(\d\d)\d\d[-\u2013/]$", plain[: match.start()][-6:]):  # 1950-53 is until 1953
        yield Decimal(found[1] + digits) if len(digits) == 2 else Decimal(digits.replace(",", "").replace(".", ""))
    following = _FOLLOWING.match(plain, match.end())
    if following and (scale := SCALES.get(following[1].lower())):
        yield from (value * scale for value in readings)


def _expressed(text: str, numbers: list[Number]) -> set[Decimal]:
    """Every value that a text may express."""
    values = set().union(*(number.values for number in numbers)) if numbers else set()
    plain = text.translate(_ASCII)
    for match in _NUMBER.finditer(plain):  # the parts of 12.5.2020 and of 1,5
        values.update(Decimal(part) for part in re.split("[.,]", match[0]))
    values.update(Decimal(re.sub(r"\D", "", match[0])) for match in _SPACED.finditer(plain))
    return values | spoken_values(text)


def _hangs_on_letters(plain: str, start: int) -> bool:
    before = plain[max(0, start - 2) : start]
    return before[-1:].isalpha() or (before[-1:] in ("-", "\u2011", "\u2013") and before[:1].isalpha())
