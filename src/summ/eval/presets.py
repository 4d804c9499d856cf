"""How texts become words: presets, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..text import apply_steps
from . import tokens
from .tokens import Lines

STEMMERS = ("none", "porter", "light", "isri", "snowball", "snowball-stateful")


@dataclass(frozen=True, slots=True)
class Preset:
    """How texts become words.

    Attributes:
        name: what the user types and the signature prints.
        words: from normalization steps to a function from a text to its lines of words.
        sentence_words: the same for the sentences of ROUGE-Lsum, where a scorer reads them otherwise; None: ``words``.
        norm: the steps of ``summ.text.normalize`` that are applied first.
        stemmers: the stemmers it may be combined with.
        empty_references: ``error``, or ``zero`` where the scorer that it reproduces gives 0.
    """

    name: str
    words: Callable[[tuple[str, ...]], Lines]
    sentence_words: Callable[[tuple[str, ...]], Lines] | None = None
    norm: tuple[str, ...] = ()
    stemmers: tuple[str, ...] = ("none",)
    empty_references: Literal["error", "zero"] = "error"


def _after(words: Lines) -> Callable[[tuple[str, ...]], Lines]:
    """``words`` after normalization."""
    return lambda norm: (lambda text: words(apply_steps(text, norm))) if norm else words


# Spelling that varies between writers of the same word, and signs that only steer how a text is shown.
ARABIC_NORM = ("forms", "invis", "diac", "tatweel", "var", "alef", "ya", "ta", "digits")

PRESETS = {
    preset.name: preset
    for preset in (
        Preset("arabic", tokens.unicode_words, norm=ARABIC_NORM, stemmers=("none", "light", "isri", "snowball")),
        Preset("words", tokens.unicode_words, stemmers=("none", "porter")),
        Preset("google", _after(tokens.google_words), stemmers=("none", "porter"), empty_references="zero"),
        Preset(
            "xlsum",
            _after(tokens.xlsum_words),
            sentence_words=_after(tokens.xlsum_sentence_words),
            stemmers=("none", "porter", "snowball", "snowball-stateful"),
            empty_references="zero",
        ),
    )
}
DEFAULT_PRESET = {"ar": "arabic", "en": "google"}
