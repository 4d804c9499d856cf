"""Everything that a ROUGE figure depends on, as one record with a signature."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ..errors import InputError, SummError
from ..text import STEPS, split_sentences
from ..version import __version__
from . import stemmers
from .clitics import split_clitics
from .languages import check_language
from .nearest import nearest
from .presets import DEFAULT_PRESET, PRESETS, STEMMERS

REFERENCE_POLICIES = ("max", "mean", "jackknife")
SENTENCES = ("newline", "summ", "punkt")
NO_STOP_WORDS = (
    "NLTK's Arabic stop words are not installed, so the stemmer spared none (stop:none in the signature); "
    "xl-sum's scorer has them: python -m nltk.downloader stopwords"
)
Tokenizer = Callable[[str], list[list[str]]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How ROUGE is computed; made and checked by ``make_recipe``.

    Attributes:
        stop: for NLTK's Arabic Snowball stemmer, the stop word list it had: ``nltk-753`` or ``none``; otherwise empty.
    """

    lang: str
    preset: str
    norm: tuple[str, ...]
    stemmer: str
    clitics: bool
    sentences: str
    policy: str
    resamples: int
    seed: int
    confidence: float
    stop: str

    @property
    def stateful(self) -> bool:
        """Whether a stem depends on the words before it, so that pairs must be read in the order of xl-sum's fork."""
        return self.stemmer == "snowball-stateful"

    @property
    def separate_sentences(self) -> bool:
        """Whether ROUGE-Lsum reads other words than the other measures."""
        return PRESETS[self.preset].sentence_words is not None or self.sentences != "newline"

    def signature(self, sizes: Sequence[int]) -> str:
        """The line to report with a score, after sacrebleu's habit.

        Args:
            sizes: references of each document.
        """
        nltk = self.preset == "xlsum" and self.stemmer.startswith("snowball")
        stem = f"nltk-{self.stemmer}" if nltk else self.stemmer.replace("light", "light10")
        parts = {
            "lang": self.lang,
            "preset": self.preset,
            "norm": "+".join(self.norm) or "none",
            "stem": stem,
            "stop": self.stop,
            "clitics": "split" if self.clitics else "",
            "sent": self.sentences if self.sentences != "newline" else "",
            "refs": str(sizes[0]) if len(set(sizes)) == 1 else "var",
            "ref": self.policy,
            "boot": str(self.resamples),
            "seed": str(self.seed),
            "conf": f"{self.confidence:g}" if self.confidence != 0.95 else "",
            "summ": __version__,
        }
        return "|".join(["rouge", *(f"{key}:{value}" for key, value in parts.items() if value)])

    def stem(self) -> stemmers.Stemmer | None:
        """The function that stems one word, or None."""
        match self.stemmer:
            case "none":
                return None
            case "porter":
                return stemmers.porter()
            case "snowball" | "snowball-stateful" if self.preset == "xlsum":
                words = stemmers.nltk_stop_words()[1] if self.stop != "none" else frozenset()
                return stemmers.nltk_snowball(words, stateful=self.stateful)
            case "light":
                return stemmers.arabic_only(stemmers.light10)
            case "isri":
                return stemmers.arabic_only(stemmers.isri())
            case _:
                return stemmers.arabic_only(stemmers.snowball())

    def tokenizer(self, *, for_lsum: bool) -> Tokenizer:
        """From a text to its sentences, each a list of words, not yet stemmed.

        Args:
            for_lsum: for ROUGE-Lsum; otherwise the sentences do not matter.
        """
        preset = PRESETS[self.preset]
        lines = ((preset.sentence_words if for_lsum else None) or preset.words)(self.norm)
        split = _SPLITTERS.get(self.sentences) if for_lsum else None
        clitics = self.clitics

        def tokenize(text: str) -> list[list[str]]:
            if split is None:
                sentences = lines(text)
            else:
                sentences = [[word for line in lines(sentence) for word in line] for sentence in split(text)]
            if clitics:
                return [[part for word in sentence for part in split_clitics(word)] for sentence in sentences]
            return sentences

        return tokenize


def make_recipe(
    *,
    lang: str = "ar",
    preset: str | None = None,
    stemmer: str = "none",
    normalize: Sequence[str] | str | None = None,
    clitics: bool = False,
    sentences: str = "newline",
    multi_reference: str = "max",
    resamples: int = 1000,
    seed: int = 12345,
    confidence: float = 0.95,
) -> tuple[Recipe, tuple[str, ...]]:
    """Check the options of ``rouge`` and fill in what the language and the preset imply.

    Returns:
        The recipe, and notices, one line each.

    Raises:
        InputError: an unknown or unfitting option, with the nearest names.
    """
    name = preset if preset is not None else DEFAULT_PRESET.get(check_language(lang), "words")
    chosen = PRESETS[_known("preset", name, PRESETS)]
    if _known("stemmer", stemmer, STEMMERS) not in chosen.stemmers:
        raise InputError(f"preset {name} has no stemmer {stemmer}; it has {', '.join(chosen.stemmers)}")
    if stemmer.startswith("snowball") and lang != "ar":
        raise InputError(f"stemmer {stemmer} is for Arabic, but lang is {lang}; use stemmer none")
    _known("sentences", sentences, SENTENCES)
    _known("multi_reference", multi_reference, REFERENCE_POLICIES)
    if resamples < 0:
        raise InputError(f"resamples must be 0 or more, not {resamples}")
    if not 0 < confidence < 1:
        raise InputError(f"confidence must be between 0 and 1, not {confidence:g}")
    if clitics and name != "arabic":
        raise InputError(f"clitics can be split with preset arabic only, not with {name}")
    stop, notices = "", []
    if stemmer.startswith("snowball") and name == "xlsum":
        stop = stemmers.nltk_stop_words()[0]
        if stop == "none":
            notices.append(NO_STOP_WORDS)
    norm = chosen.norm if normalize is None else _steps(normalize)
    recipe = Recipe(lang, name, norm, stemmer, clitics, sentences, multi_reference, resamples, seed, confidence, stop)
    return recipe, tuple(notices)


def _known(option: str, value: str, names: Collection[str]) -> str:
    if value not in names:
        raise InputError(f"unknown {option} {value!r}{nearest(value, names)}")
    return value


def _steps(value: Iterable[str] | str) -> tuple[str, ...]:
    """Steps of ``summ.text.normalize`` by short name: ``diac+alef``, a list, or ``none``; in their own order."""
    names = [name for name in value.split("+") if name not in ("", "none")] if isinstance(value, str) else list(value)
    for name in names:
        _known("normalization step", name, STEPS)
    return tuple(name for name in STEPS if name in names)


def _by_summ(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


def _by_punkt(text: str) -> list[str]:
    """What ``split_summaries=True`` of rouge_score does: NLTK's English sentence splitter."""
    from nltk import sent_tokenize

    try:
        sentences: list[str] = sent_tokenize(text)
    except LookupError:
        raise SummError("sentences=punkt needs NLTK's data: python -m nltk.downloader punkt_tab") from None
    return sentences


_SPLITTERS: dict[str, Callable[[str], list[str]]] = {"summ": _by_summ, "punkt": _by_punkt}
