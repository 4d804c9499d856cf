"""Normal forms of Arabic text for matching and counting: named pure steps, each a flag of ``normalize``.

These forms are for machines. Text that a reader will see is never passed through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from types import MappingProxyType
from typing import Final

Step = Callable[[str], str]


def _presentation_table() -> dict[int, str]:
    """Arabic presentation forms A and B to letters, by Unicode's compatibility decomposition.

    A vowel mark's isolated form decomposes to a space and the mark; the space is left out.
    """
    table = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain.removeprefix(" ") if unicodedata.combining(plain[-1]) else plain
    return table


_FORMS: Final = _presentation_table()
_INVISIBLE: Final = dict.fromkeys(
    (0x00AD, 0x034F, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF),
    "",
)
_DIACRITICS: Final = dict.fromkeys(
    (
        *range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD), *range(0x06DF, 0x06E5),
        0x06E7, 0x06E8,
        *range(0x06EA, 0x06EE), *range(0x0898, 0x08A0), *range(0x08CA, 0x08E2), *range(0x08E3, 0x0900),
    ),
    "",
)  # fmt: skip
_TATWEEL: Final = {0x0640: ""}
_VARIANTS: Final = str.maketrans({"ک": "ك", "ڪ": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ۀ": "ه"})
_ALEF: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا"})
_HAMZA: Final = str.maketrans({"ؤ": "و", "ئ": "ي", "ء": ""})
_YA: Final = str.maketrans({"ى": "ي"})
_TA: Final = str.maketrans({"ة": "ه"})
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬٪", "01234567890123456789.,%")

# A letter and its combining madda or hamza (U+0653 to U+0655), perhaps with vowel marks: one letter, typed as two.
_DECOMPOSED: Final = re.compile("[اوي][\u064b-\u0655\u0670]*[\u0653-\u0655][\u064b-\u0655\u0670]*")


def expand_presentation_forms(text: str) -> str:
    """``ﻻ`` becomes ``لا``: the shapes of the blocks Arabic Presentation Forms A and B become letters."""
    return text.translate(_FORMS)


def remove_invisible(text: str) -> str:
    """Drop zero-width characters, bidi controls, soft hyphens and byte order marks."""
    return text.translate(_INVISIBLE)


def remove_diacritics(text: str) -> str:
    """Drop vowel marks and Quranic signs; a letter that was typed as base and combining hamza stays that letter."""
    return _compose_hamza(text).translate(_DIACRITICS)


def remove_tatweel(text: str) -> str:
    """Drop the stretching sign ``ـ``."""
    return text.translate(_TATWEEL)


def unify_variants(text: str) -> str:
    """Persian and Urdu keyboard shapes of the same letter (``ک ی ہ``) become the Arabic ones (``ك ي ه``)."""
    return text.translate(_VARIANTS)


def unify_alef(text: str) -> str:
    """``أ إ آ ٱ`` become ``ا``."""
    return text.translate(_ALEF)


def remove_hamza(text: str) -> str:
    """``ؤ`` becomes ``و``, ``ئ`` becomes ``ي``, ``ء`` is dropped."""
    return text.translate(_HAMZA)


def unify_ya(text: str) -> str:
    """``ى`` becomes ``ي``."""
    return text.translate(_YA)


def unify_ta_marbuta(text: str) -> str:
    """``ة`` becomes ``ه``."""
    return text.translate(_TA)


def unify_digits(text: str) -> str:
    """Arabic-Indic digits and their decimal, thousands and percent signs become ``0-9 . , %``."""
    return text.translate(_DIGITS)


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "forms": expand_presentation_forms,
        "invis": remove_invisible,
        "diac": remove_diacritics,
        "tatweel": remove_tatweel,
        "var": unify_variants,
        "alef": unify_alef,
        "hamza": remove_hamza,
        "ya": unify_ya,
        "ta": unify_ta_marbuta,
        "digits": unify_digits,
    }
)
"""Short names, as metric signatures join them with ``+``, and the steps, in the order in which they apply."""

_TABLES: Final = (_FORMS, _INVISIBLE, _DIACRITICS, _TATWEEL, _VARIANTS, _ALEF, _HAMZA, _YA, _TA, _DIGITS)


def normalize(
    text: str,
    *,
    presentation_forms: bool = True,
    invisible: bool = True,
    diacritics: bool = True,
    tatweel: bool = True,
    variants: bool = True,
    alef: bool = True,
    hamza: bool = False,
    ya: bool = True,
    ta_marbuta: bool = True,
    digits: bool = True,
) -> str:
    """Bring Arabic text to a normal form for matching. Idempotent; letters of other scripts are left alone.

    Args:
        presentation_forms, invisible, diacritics, tatweel, variants, alef, hamza, ya, ta_marbuta, digits:
            whether to take the step of that name (see ``STEPS``), always in this order.
    """
    flags = (presentation_forms, invisible, diacritics, tatweel, variants, alef, hamza, ya, ta_marbuta, digits)
    return _flagged(flags)(text)


def apply_steps(text: str, names: Sequence[str]) -> str:
    """Take the named steps, in the order of ``STEPS`` whatever the order of the names.

    Raises:
        ValueError: for a name that is not in ``STEPS``.
    """
    return _all_at_once(tuple(names))(text)


@lru_cache(maxsize=1024)
def _flagged(flags: tuple[bool, ...]) -> Step:
    return _all_at_once(tuple(compress(STEPS, flags)))


@lru_cache(maxsize=256)
def _all_at_once(names: tuple[str, ...]) -> Step:
    """The named steps as one function that goes over the text once.

    It searches for the characters that change: most do not, and a search is many times faster than ``str.translate``,
    which looks each one up.
    """
    if unknown := [name for name in names if name not in STEPS]:
        raise ValueError(f"unknown normalisation step {unknown[0]!r}; known are {', '.join(STEPS)}")
    steps = [step for name, step in STEPS.items() if name in names]

    def one_by_one(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    characters = {chr(code) for table in _TABLES for code in table}
    changed = {character: result for character in characters if (result := one_by_one(character)) != character}
    if not changed:
        return one_by_one
    search = re.compile(f"[{''.join(map(re.escape, sorted(changed)))}]")

    def all_at_once(text: str) -> str:
        if "\u0653" in text or "\u0654" in text or "\u0655" in text:
            return one_by_one(text)  # rare: letters in two pieces, which have to be joined first
        return search.sub(lambda found: changed[found[0]], text)

    return all_at_once


def _compose_hamza(text: str) -> str:
    return _DECOMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
