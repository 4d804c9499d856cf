"""Sentences of news kind made from frames: names, places, dates, money, quotations drawn at random.

``frames.tsv`` holds Arabic TAB English with ``{slots}``; ``fillers.tsv`` holds slot TAB Arabic TAB English, where a
filler may hold slots of its own. A digit after a slot's name (``{place2}``) asks for another draw of the same kind.
Slots that are numbers or come from data are functions of this module: ``{n}`` is always 11 to 99, which Arabic
follows by an accusative singular, ``{few}`` 3 to 10 (plural), ``{big}`` and ``{hundreds}`` multiples of a hundred
(genitive singular).
The frames inflect with no name: a noun that is known (a minister, a city, a government) carries every agreement.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

Pair = tuple[str, str]
FOLDER = Path(__file__).resolve().parent
_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")
_CONSONANTS, _VOWELS = "bcdfghklmnprstvxz", "aeiou"
# Ways to write a percentage, and how English answers: a sign for a sign, a word for a word.
_PERCENT = (
    ("{}%", "{}%"), ("%{}", "{}%"), ("{} %", "{}%"), ("{} في المئة", "{} percent"), ("{} في المائة", "{} percent"),
    ("{} بالمئة", "{} percent"), ("{} بالمائة", "{} percent"),
)  # fmt: skip


def same(text: object) -> Pair:
    """What is copied: written alike on both sides."""
    return str(text), str(text)


def latin(rng: random.Random) -> Pair:
    """An invented name in Latin letters, to be copied: a brand, an acronym, two words or a name with a number."""
    words = [
        "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 2, 2, 3)))).capitalize()
        + rng.choice(("", "", "n", "r", "x", "s"))
        for _ in range(2)
    ]
    acronym = "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVWX") for _ in range(rng.choice((2, 3, 3, 4))))
    return same(rng.choice((words[0], words[0], " ".join(words), "".join(words), acronym, f"{acronym} {words[0]}")))


def product(rng: random.Random) -> Pair:
    return same(f"{latin(rng)[0]} {rng.choice(('', 'X', 'S', 'T'))}{rng.randint(1, 30)}{rng.choice(('', '', ' Pro'))}")


def number(low: int, high: int, unit: int = 1) -> Callable[[random.Random], Pair]:
    return lambda rng: same(rng.randint(low, high) * unit)


def big(rng: random.Random) -> Pair:
    value = rng.randint(1, 99) * rng.choice((100, 1000, 1000, 10_000))
    thousands = value // 1000
    if value % 1000 == 0 and thousands >= 3 and rng.random() < 0.5:
        return f"{thousands} {'آلاف' if 3 <= thousands <= 10 else 'ألف'}", f"{value:,}"
    return f"{value:,}" if rng.random() < 0.5 else str(value), f"{value:,}"


def percent(rng: random.Random) -> Pair:
    value = str(rng.randint(2, 99)) if rng.random() < 0.6 else f"{rng.randint(0, 40)}.{rng.randint(1, 9)}"
    arabic, english = rng.choice(_PERCENT)
    return arabic.format(value), english.format(value)


def minute(rng: random.Random) -> Pair:
    value = rng.randint(2, 90)
    ending = "th" if value in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return str(value), f"{value}{ending}"


def score(rng: random.Random) -> Pair:
    lost = rng.randint(0, 3)
    return same(f"{lost + rng.randint(1, 3)}-{lost}")


def draw_score(rng: random.Random) -> Pair:
    goals = rng.randint(0, 4)
    return same(f"{goals}-{goals}")


class Frames:
    """Draws pairs. ``names`` are name pairs, ``quotes`` whole sentences to put between quotation marks."""

    def __init__(self, names: Sequence[Pair], quotes: Sequence[Pair], folder: Path = FOLDER) -> None:
        frames = (folder / "frames.tsv").read_text("utf-8").splitlines()
        self.frames: list[Pair] = [(a, e) for a, e in (line.split("\t") for line in frames)]
        self.fillers: dict[str, list[Pair]] = {}
        for line in (folder / "fillers.tsv").read_text("utf-8").splitlines():
            slot, arabic, english = line.split("\t")
            self.fillers.setdefault(slot, []).append((arabic, english))
        # News in English writes names without marks (Kolobrzeg), so the names that have them stay out.
        capital = [(a, e) for a, e in names if e[:1].isupper() and e.isascii()]
        self.words = [(a, e) for a, e in capital if " " not in a and " " not in e]
        self.places = [(a, e) for a, e in capital if len(e.split()) <= 2]
        self.quotes = [
            (a.rstrip(". "), e.rstrip(". ")) for a, e in quotes
            if e.endswith(".") and 4 <= len(e.split()) <= 18 and not set("\"'()") & set(a + e[1:])
        ]  # fmt: skip
        self.made: dict[str, Callable[[random.Random], Pair]] = {
            "person": self.person, "place": lambda rng: rng.choice(self.places),
            "quote": lambda rng: rng.choice(self.quotes), "latin": latin, "product": product, "big": big,
            "percent": percent, "money": self.money, "date": lambda rng: self.date(rng, 2001, 2030),
            "date_old": lambda rng: self.date(rng, 1850, 2005), "minute": minute, "score": score, "draw": draw_score,
            "hundreds": number(3, 60, 100),
            "n": number(11, 99), "few": number(3, 10), "points": number(1, 4, 25), "seconds": number(11, 59),
            "temperature": number(11, 48), "age": number(41, 98), "year": number(1995, 2029),
            "year_old": number(1800, 2015), "year_next": number(2025, 2035), "day_number": number(1, 14),
            "day_number_late": number(15, 28), "decimal": lambda rng: same(f"{rng.randint(3, 8)}.{rng.randint(1, 9)}"),
            "time": lambda rng: same(f"{rng.randint(1, 23)}:{rng.randint(0, 59):02}"), "money_small": self.price,
        }  # fmt: skip

    def person(self, rng: random.Random) -> Pair:
        """A name of two or three words. Now and then in Latin letters too, as news sites do."""
        parts = [rng.choice(self.words) for _ in range(rng.choice((2, 2, 2, 3)))]
        arabic, english = (" ".join(side) for side in zip(*parts, strict=True))
        shown = rng.choices(
            (arabic, f"({arabic}) {english}", f"{arabic} ({english})", english), weights=(80, 6, 8, 6)
        )[0]  # fmt: skip
        return shown, english

    def money(self, rng: random.Random) -> Pair:
        """Millions or billions, with the form of the Arabic noun that the number asks for."""
        (one, several), english = rng.choice(((("مليون", "ملايين"), "million"), (("مليار", "مليارات"), "billion")))
        value = rng.choice(
            (str(rng.randint(3, 10)), str(rng.randint(11, 900)), f"{rng.randint(1, 30)}.{rng.randint(1, 9)}")
        )
        noun = several if value.isdigit() and int(value) <= 10 else one
        coin, coins = rng.choice(self.fillers["currency"])
        return f"{value} {noun} {coin}", f"${value} {english}" if coin == "دولار" else f"{value} {english} {coins}"

    def price(self, rng: random.Random) -> Pair:
        value = rng.randint(1, 90) * 100
        coin, coins = rng.choice(self.fillers["currency"])
        return f"{value} {coin}", f"${value:,}" if coin == "دولار" else f"{value:,} {coins}"

    def date(self, rng: random.Random, first: int, last: int) -> Pair:
        day, year, (arabic, english) = rng.randint(1, 28), rng.randint(first, last), rng.choice(self.fillers["month"])
        return f"{day} {arabic} {year}", f"{english} {day}, {year}"

    def draw(self, slot: str, rng: random.Random) -> Pair:
        return self.made[slot](rng) if slot in self.made else self.fill(*rng.choice(self.fillers[slot]), rng)

    def fill(self, arabic: str, english: str, rng: random.Random) -> Pair:
        """Both sides with every slot filled alike.

        Raises:
            KeyError: for a slot that is neither in fillers.tsv nor made here.
        """
        for whole in dict.fromkeys(m[0] for m in _SLOT.finditer(arabic)):
            slot = _SLOT.fullmatch(whole)
            assert slot
            a, e = self.draw(slot[1], rng)
            arabic, english = arabic.replace(whole, a), english.replace(whole, e)
        return arabic, english

    def sentence(self, rng: random.Random) -> Pair:
        arabic, english = self.fill(*rng.choice(self.frames), rng)
        return arabic, english[:1].upper() + english[1:]
