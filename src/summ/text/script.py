"""Which script a text is written in."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

_TATWEEL: Final = "\u0640"

# (first, last, script): the blocks of letters that matter here; any other letter counts as "Other".
_BLOCKS: Final = (
    (0x0041, 0x024F, "Latin"), (0x0370, 0x03FF, "Greek"), (0x0400, 0x052F, "Cyrillic"), (0x0530, 0x058F, "Armenian"),
    (0x0590, 0x05FF, "Hebrew"), (0x0600, 0x06FF, "Arabic"), (0x0700, 0x074F, "Syriac"), (0x0750, 0x077F, "Arabic"),
    (0x0780, 0x07BF, "Thaana"), (0x0870, 0x08FF, "Arabic"), (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"), (0x0B80, 0x0BFF, "Tamil"), (0x0E00, 0x0E7F, "Thai"), (0x10A0, 0x10FF, "Georgian"),
    (0x1200, 0x139F, "Ethiopic"), (0x1E00, 0x1EFF, "Latin"), (0x1F00, 0x1FFF, "Greek"), (0x2C60, 0x2C7F, "Latin"),
    (0x3040, 0x30FF, "Kana"), (0x3400, 0x9FFF, "Han"), (0xAC00, 0xD7AF, "Hangul"), (0xFB00, 0xFB06, "Latin"),
    (0xFB1D, 0xFB4F, "Hebrew"), (0xFB50, 0xFDFF, "Arabic"), (0xFE70, 0xFEFC, "Arabic"), (0xFF21, 0xFF5A, "Latin"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of one letter, by its Unicode block: ``Arabic``, ``Latin`` and so on, or ``Other``."""
    code = ord(letter)
    return next((name for first, last, name in _BLOCKS if first <= code <= last), "Other")


def script_shares(text: str) -> dict[str, float]:
    """The share of each script among the letters of a text, largest first; empty if there is none."""
    letters = letters_by_script(text)
    total = letters.total()
    return {name: number / total for name, number in letters.most_common()}


def letters_by_script(text: str) -> Counter[str]:
    """How many letters of each script a text has, in the order in which the scripts first appear."""
    letters: Counter[str] = Counter()
    for char, number in Counter(text).items():
        if char.isalpha() and char != _TATWEEL:
            letters[script_of(char)] += number
    return letters
