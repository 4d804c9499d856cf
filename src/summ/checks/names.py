"""Latin names in an Arabic source: are they still in the translation?"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ..result import Notice

_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f]*(?:['\u2019.&-][A-Za-z0-9\u00c0-\u024f]+)*")


def find_latin_names(text: str) -> list[tuple[str, int, int]]:
    """Words in Latin letters that look like names: two characters or more with a capital. Text, start, end."""
    return [
        (found[0], found.start(), found.end())
        for found in _LATIN.finditer(text)
        if len(found[0]) > 1 and any(char.isupper() for char in found[0])
    ]


def check_names(source: str, target: str, start: int) -> list[Notice]:
    """Names in Latin letters that an Arabic source has and its translation into a Latin script lost.

    Args:
        source: the article's characters from ``start`` on.
        target: its translation.

    Returns:
        ``name-missing`` at each name's own place, once a name.
    """
    if not _mostly_latin(target):
        return []
    missing: dict[str, Notice] = {}
    for name, at, end in _whole_names(source, missing_names(source, target)):
        message = f"the name {name} is missing from the translation"
        missing.setdefault(_fold(name), Notice("name-missing", message, start + at, start + end))
    return list(missing.values())


def _whole_names(source: str, words: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Words that stand side by side made one name: Jack Ma, Ant Group."""
    names: list[tuple[str, int, int]] = []
    for word, start, end in words:
        if names and source[names[-1][2] : start].isspace():
            start = names[-1][1]
            names[-1] = (source[start:end], start, end)
        else:
            names.append((word, start, end))
    return names


def missing_names(source: str, target: str) -> list[tuple[str, int, int]]:
    """The source's names in Latin letters that the target lacks, whatever their case, accents and inner punctuation."""
    plain = _fold(target)

    def kept(name: str) -> bool:
        return _fold(name) in plain or all(_fold(part) in plain for part in re.split(r"\W+", name) if part)

    return [found for found in find_latin_names(source) if not kept(found[0])]


def _mostly_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(char < "\u0250" for char in letters) > len(letters) / 2


def _fold(text: str) -> str:
    """Without case, accents and the marks inside a name: ``Barça`` finds ``BARCA``, ``U.S.`` finds ``US``."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in ".'\u2019-&")
