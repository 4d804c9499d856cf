"""What can be measured of an output with its source alone, without a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..checks.names import find_latin_names, missing_names
from ..checks.numbers import compare_numbers, find_numbers
from ..checks.repetition import find_loop
from ..errors import InputError
from ..text import detect_language, split_sentences
from ..version import __version__
from .languages import check_language
from .metrics.fragments import coverage, density, extractive_fragments, novel_ngrams, repeated_ngrams
from .presets import ARABIC_NORM
from .tokens import unicode_words

Values = dict[str, float | None]


@dataclass(frozen=True, eq=False)
class ReferenceFree:
    """Means over documents, and one row a document; a value that a document cannot have is None and left out of its
    mean.

    - ``words``, ``sentences``: length of the output.
    - ``compression``: words of the source for each of the output (Grusky et al. 2018, equation 3).
    - ``coverage``, ``density``: extractive fragments (Grusky et al. 2018); only where source and output share a
      language.
    - ``novel_1`` to ``novel_4``: shares of n-grams that the source lacks (See et al. 2017); likewise.
    - ``repeated_3``: share of trigrams said before (Paulus et al. 2017); ``loops``: share of outputs that loop.
    - ``numbers_supported``: share of the output's figures that the source expresses; ``numbers_kept``: share of the
      source's figures that the output expresses; ``names_supported``, ``names_kept``: the same of names in Latin
      letters (supported: only in one language, since a translation writes names of its own in Latin letters).
    - ``in_language``: share of outputs in the wanted language.

    Attributes:
        signature: what the figures depend on.
        per_document: one dictionary a document, with its ``id``.
    """

    signature: str
    per_document: tuple[dict[str, Any], ...]

    @cached_property
    def means(self) -> dict[str, float]:
        """The mean of each value over the documents that have it."""
        names = [name for name in self.per_document[0] if name != "id"]
        found = {name: [row[name] for row in self.per_document if row[name] is not None] for name in names}
        return {name: sum(values) / len(values) for name, values in found.items() if values}

    def to_dict(self, *, per_document: bool = True) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        value: dict[str, Any] = {"kind": "reference-free", "signature": self.signature}
        value |= {"documents": len(self.per_document), "scores": self.means}
        return {**value, "per_document": list(self.per_document)} if per_document else value


def reference_free(
    sources: Sequence[str],
    outputs: Sequence[str],
    lang: str = "ar",
    *,
    source_lang: str = "ar",
    ids: Sequence[str] | None = None,
) -> ReferenceFree:
    """Measure summaries or translations against their sources.

    Args:
        sources: the articles.
        outputs: what was made of them, one each.
        lang: the language that the outputs should be in.
        source_lang: the language of the sources.

    Raises:
        InputError: unequal counts, no document, an unknown language.
    """
    for code in (lang, source_lang):
        check_language(code)
    if len(sources) != len(outputs) or not sources:
        raise InputError(f"{len(sources)} sources but {len(outputs)} outputs: give one output a source, at least one")
    names = ids if ids is not None else [str(number) for number in range(1, len(sources) + 1)]
    if len(names) != len(sources):
        raise InputError(f"{len(names)} ids for {len(sources)} sources: give one id a document")
    rows = []
    for identity, source, output in zip(names, sources, outputs, strict=True):
        words = _words(output, lang)
        row: dict[str, Any] = {"id": str(identity), "words": len(words), "sentences": len(split_sentences(output))}
        row |= _copied(_words(source, source_lang), words, same_language=lang == source_lang)
        row |= {"repeated_3": repeated_ngrams(words), "loops": float(find_loop(output) is not None)}
        row |= _facts(source, output, same_language=lang == source_lang)
        row["in_language"] = float(detect_language(output).code == lang) if output.strip() else 0.0
        rows.append(row)
    norm = "+".join(ARABIC_NORM) if lang == "ar" else "none"
    signature = f"reference-free|lang:{lang}|src:{source_lang}|norm:{norm}|summ:{__version__}"
    return ReferenceFree(signature, tuple(rows))


def _words(text: str, lang: str) -> list[str]:
    lines = unicode_words(ARABIC_NORM if lang == "ar" else ())
    return [word for line in lines(text) for word in line]


def _copied(source: list[str], words: list[str], *, same_language: bool) -> Values:
    values: Values = {"compression": len(source) / len(words) if words else None}
    if same_language:
        lengths = extractive_fragments(source, words)
        values["coverage"] = coverage(lengths, len(words)) if words else None
        values["density"] = density(lengths, len(words)) if words else None
        values |= {f"novel_{n}": novel_ngrams(source, words, n) for n in range(1, 5)}
    return values


def _facts(source: str, output: str, *, same_language: bool) -> Values:
    ours, theirs = find_numbers(source), find_numbers(output)
    missing, unsupported = compare_numbers(ours, theirs, source, output)
    our_names, their_names = find_latin_names(source), find_latin_names(output)
    return {
        "numbers_kept": _share(len(ours), len(missing)),
        "numbers_supported": _share(len(theirs), len(unsupported)),
        "names_kept": _share(len(our_names), len(missing_names(source, output))),
        "names_supported": (
            _share(len(their_names), len(missing_names(output, source))) if our_names and same_language else None
        ),
    }


def _share(total: int, failed: int) -> float | None:
    return (total - failed) / total if total else None
