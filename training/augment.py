"""More pairs from those there are: joined sentences, spelling and punctuation as news has them, names written twice."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence

Pair = tuple[str, str]
_FINAL = ".!؟?"
# After these letters Arabic script leaves a gap anyway, so a missing blank is hardly seen by who types.
_GLUED = re.compile("(?<=[اأدذرزوةى]) (?=[\u0621-\u064a]{3})")


def joined(pairs: Sequence[Pair], rng: random.Random, share: float) -> Iterator[Pair]:
    """Neighbouring pairs as one segment of two or three sentences, now and then glued as Arabic news glues them."""
    i = 0
    while i + 1 < len(pairs):
        k = rng.choice((2, 2, 3))
        group = pairs[i : i + k]
        i += k
        whole = all(a[-1:] in _FINAL and e[-1:] in ".!?" and len(e.split()) >= 4 for a, e in group)
        if whole and rng.random() < share and sum(len(e.split()) for _, e in group) < 70:
            yield ("" if rng.random() < 0.25 else " ").join(a for a, _ in group), " ".join(e for _, e in group)


def with_latin_name(names: Sequence[Pair], pairs: Sequence[Pair], rng: random.Random, count: int) -> Iterator[Pair]:
    """``(جاك ما) Jack Ma``: a name written twice, as news sites do, becomes the Latin one."""
    people = [(a, e) for a, e in names if 2 <= len(e.split()) <= 3]
    hosts = [(a, e) for a, e in pairs if 4 <= len(e.split()) <= 25]
    for _ in range(count):
        (a, e), (name_a, name_e) = rng.choice(hosts), rng.choice(people)
        shown = rng.choice((f"({name_a}) {name_e}", f"{name_a} ({name_e})", name_e))
        yield f"{shown}: {a}", f"{name_e}: {e}"


def _one_gap(text: str, rng: random.Random) -> str:
    gaps = [m.start() for m in _GLUED.finditer(text)]
    at = rng.choice(gaps) if gaps else len(text)
    return text[:at] + text[at + 1 :]


def _quotes(text: str, rng: random.Random) -> str:
    """Paired quotation marks of one kind turned into another kind."""
    plain = re.sub("[«»“”]", '"', text)
    if plain.count('"') % 2:
        return text
    sides = itertools.cycle(rng.choice(("«»", "“”", '""', "''")))
    return re.sub('"', lambda _: next(sides), plain)


# (chance that a text has it, what is done). A writer is consistent, so a habit holds for the whole text.
_HABITS: tuple[tuple[float, Callable[[str, random.Random], str]], ...] = (
    (0.30, lambda t, _: re.sub(r"ة\b", "ه", t)),  # ta marbuta without its dots
    (0.15, lambda t, _: t.replace("ؤ", "و")),  # مسوول
    (0.10, lambda t, _: t.replace("ؤ", "ئ")),  # مسئول, شئون
    (0.15, lambda t, _: t.replace("ئ", "ي")),  # هيية, نايب
    (0.15, lambda t, _: re.sub(r"(?<=[ايو])ء\b", "", t)),  # اعضا, شي
    (0.30, lambda t, _: t.rstrip(" .")),  # no final mark
    (0.15, lambda t, _: t.replace("،", ",")),
    (0.10, lambda t, _: t.replace("،", "")),
    (0.15, lambda t, _: re.sub(r"([،؛.؟!]) (?=[\u0621-\u064a])", r"\1", t)),  # كلمة،كلمة and جملة.جملة
    (0.10, lambda t, _: re.sub(r"(?<=\w)([،؛.؟!])(?= |$)", r" \1", t)),
    (0.10, lambda t, _: re.sub(r"(?<=[\u0621-\u064a]) (?=\d)", "", t)),  # عام2024
    (0.15, lambda t, _: re.sub(r"(?<![\d%.,])(\d[\d.,]*)%", r"%\1", t)),
    (0.60, _quotes),
    (0.10, _one_gap),
)  # fmt: skip


def noisy(arabic: str, rng: random.Random) -> str:
    """``arabic``, which is in the model's source form, with the loose spelling and marks of news sites.

    Diacritics, tatweel, Arabic-Indic digits, the variants of alef and of final ya, and repeated blanks need no noise:
    ``source_form`` makes them one, in training and in use. Punctuation and ta marbuta it leaves, so they vary here.
    """
    for chance, habit in _HABITS:
        if rng.random() < chance:
            arabic = habit(arabic, rng)
    return arabic


def with_noise(pairs: Sequence[Pair], rng: random.Random, share: float) -> Iterator[Pair]:
    """Noisy copies of ``share`` of ``pairs``; a text that came out unchanged is left out."""
    for arabic, english in pairs:
        if rng.random() < share and (changed := noisy(arabic, rng)) != arabic:
            yield changed, english
