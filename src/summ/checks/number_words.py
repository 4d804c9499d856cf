"""Number words of Arabic and English, as the values that they may express."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from ..text import apply_steps

_NORM: Final = ("forms", "invis", "diac", "tatweel", "alef", "hamza", "ya", "ta")
_WORD: Final = re.compile(r"[^\W\d_]+")

_ENGLISH_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ENGLISH_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_ENGLISH_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH_OTHERS: Final = {
    2: "half twice double both pair couple",
    3: "triple",
    4: "quarter",
    10: "decade",
    12: "dozen dozens",
    20: "score",
    100: "hundred hundreds hundredth century",
    10**3: "thousand thousands thousandth",
    10**6: "million millions millionth",
    10**9: "billion billions billionth",
    10**12: "trillion trillions trillionth",
}
_ARABIC_UNITS: Final = {
    1: "واحد واحدة أحد إحدى أول أولى حادي حادية",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي ثان ثاني ثانية ثنائي",
    3: "ثلاث ثلاثة ثالث ثالثة ثلاثي",
    4: "أربع أربعة رابع رابعة رباعي",
    5: "خمس خمسة خامس خامسة خماسي",
    6: "ست ستة سادس سادسة سداسي",
    7: "سبع سبعة سابع سابعة",
    8: "ثمان ثماني ثمانية ثامن ثامنة",
    9: "تسع تسعة تاسع تاسعة",
    10: "عشر عشرة عاشر عاشرة عقد",
    20: "عشرون عشرين عقدان عقدين",
    30: "ثلاثون ثلاثين",
    40: "أربعون أربعين",
    50: "خمسون خمسين",
    60: "ستون ستين",
    70: "سبعون سبعين",
    80: "ثمانون ثمانين",
    90: "تسعون تسعين",
    100: "مئة مائة مية مئات مئوي مئوية قرن",
    200: "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي قرنان قرنين",
    1000: "ألف آلاف ألفا",
    2000: "ألفان ألفين ألفا ألفي",
    1_000_000: "مليون ملايين مليونا",
    2_000_000: "مليونان مليونين مليوني",
    1_000_000_000: "مليار مليارات مليارا بليون بلايين",
    2_000_000_000: "ملياران مليارين ملياري",
    1_000_000_000_000: "تريليون تريليونات تريليونا ترليون",
}
_HUNDREDS: Final = {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان", 9: "تسع"}
_DECADES: Final = {
    20: "عشرين", 30: "ثلاثين", 40: "أربعين", 50: "خمسين", 60: "ستين", 70: "سبعين", 80: "ثمانين", 90: "تسعين",
}  # fmt: skip
_MONTHS: Final = (
    "january jan يناير جانفي كانون",
    "february feb فبراير فيفري شباط",
    "march mar مارس آذار",
    "april apr أبريل إبريل أفريل نيسان",
    "may مايو ماي أيار",
    "june jun يونيو جوان حزيران",
    "july jul يوليو جويلية تموز",
    "august aug أغسطس أوت آب",
    "september sep sept سبتمبر أيلول",
    "october oct أكتوبر تشرين",
    "november nov نوفمبر تشرين",
    "december dec ديسمبر كانون",
)


def _arabic(words: str) -> list[str]:
    return apply_steps(words, _NORM).split()


@cache
def _values() -> dict[str, tuple[int, ...]]:
    """Each number word, normalized, and its values."""
    table: dict[str, tuple[int, ...]] = {}

    def add(word: str, value: int) -> None:
        table[word] = (*table.get(word, ()), value)

    for names in (_ENGLISH_UNITS, _ENGLISH_ORDINALS):
        for value, word in enumerate(names.split()):
            add(word, value)
    for index, word in enumerate(_ENGLISH_TENS.split()):
        for form in (word, word[:-1] + "ieth", word[:-1] + "ies"):
            add(form, 20 + 10 * index)
    for value, words in _ENGLISH_OTHERS.items():
        for word in words.split():
            add(word, value)
    for value, words in _ARABIC_UNITS.items():
        for word in _arabic(words):
            add(word, value)
    for value, stem in _HUNDREDS.items():
        for hundred in _arabic("مئة مائة مية"):
            for form in _arabic(f"{stem} {stem}ي"):
                add(form + hundred, 100 * value)
    for value, stem in _DECADES.items():
        for form in _arabic(f"{stem}يات {stem[:-2]}ينات {stem}ات"):
            add(form, value)
    # As fractions, and as the minutes that they are on the clock.
    for word, values in zip(_arabic("نصف ضعف ثلث ربع"), ((2, 30), (2,), (3, 20), (4, 15)), strict=True):
        for value in values:
            add(word, value)
    for index, words in enumerate(_MONTHS):
        for word in _arabic(words):
            add(word, index + 1)
    return table


SCALES: Final[dict[str, int]] = {
    "thousand": 10**3, "k": 10**3, "million": 10**6, "m": 10**6, "mn": 10**6, "billion": 10**9, "b": 10**9,
    "bn": 10**9, "trillion": 10**12, "tn": 10**12, "hundred": 100, "dozen": 12,
    "ألف": 10**3, "آلاف": 10**3, "ألفا": 10**3, "الف": 10**3, "الاف": 10**3, "مليون": 10**6, "ملايين": 10**6,
    "مليونا": 10**6, "مليار": 10**9, "مليارات": 10**9, "مليارا": 10**9, "بليون": 10**9, "تريليون": 10**12,
    "ترليون": 10**12, "مئة": 100, "مائة": 100,
}  # fmt: skip
"""Words that multiply the figure before them."""


def spoken_values(text: str) -> set[Decimal]:
    """Every value that the number words of a text may express: each alone, and each run of them put together.

    ``خمسة وعشرون`` gives 5, 20 and 25; ``three hundred thousand`` 3, 100, 1000, 300 and 300,000.
    """
    found: set[int] = set()
    run: list[int] = []
    for word in _WORD.findall(apply_steps(text, _NORM).lower()):
        values = _lookup(word)
        if values:
            found.update(values)
            run.append(values[0])
            found.update(_composed(run))
        elif word not in ("and", "of", "و", "من"):
            run = []
    return {Decimal(value) for value in found}


def _lookup(word: str) -> tuple[int, ...]:
    """The values of a word, with or without the particles that Arabic writes onto it."""
    table = _values()
    for prefix in ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "فال", "كال", "ولل", "وب", "ول"):
        if word.startswith(prefix) and (values := table.get(word[len(prefix) :])):
            return values
    return ()


def _composed(run: list[int]) -> set[int]:
    """The values of the last words of a run, taken together."""
    values = set()
    for start in range(max(0, len(run) - 8), len(run)):
        total = part = 0
        for value in run[start:]:
            if value >= 1000:
                total += max(part, 1) * value
                part = 0
            elif value in (12, 100) and 0 < part < 10:  # four dozen, three hundred
                part *= value
            else:
                part += value
        values.add(total + part)
    return values
