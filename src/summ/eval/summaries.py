"""``rouge``: ROUGE of summaries against one or many references."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

import numpy as np

from ..errors import InputError
from .corpus import Corpus, References, make_corpus
from .counting import count_corpus
from .metrics.batch import IntArray
from .metrics.rouge_scores import ROUGE_TYPES, FloatArray, figures, over_references
from .nearest import nearest
from .presets import PRESETS
from .recipe import Recipe, make_recipe
from .resampling import bootstrap_sums, interval
from .scores import RougeScores, Score

DEFAULT_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
logger = logging.getLogger("summ")


def rouge(
    hypotheses: Sequence[str],
    references: References,
    lang: str = "ar",
    *,
    types: Sequence[str] | str = DEFAULT_TYPES,
    preset: str | None = None,
    stemmer: str = "none",
    normalize: Sequence[str] | str | None = None,
    clitics: bool = False,
    sentences: str = "newline",
    multi_reference: str = "max",
    resamples: int = 1000,
    seed: int = 12345,
    confidence: float = 0.95,
    empty_references: Literal["error", "zero"] | None = None,
    ids: Sequence[str] | None = None,
    processes: int = 1,
    quiet: bool = False,
) -> RougeScores:
    """ROUGE (Lin 2004) of a corpus, with bootstrap intervals, rows a document and a signature.

    Args:
        hypotheses: one summary a document.
        references: one string a document, or one list of strings a document.
        lang: language of the texts; chooses the preset where none is given: ``arabic`` for ar, ``google`` for en,
            ``words`` for others.
        types: of ``rouge1`` to ``rouge4``, ``rougeL`` and ``rougeLsum``.
        preset: ``arabic`` (words of any script, spelling variants unified), ``words`` (the same without unifying),
            ``google`` (equal to rouge_score 0.1.2) or ``xlsum`` (equal to csebuetnlp/xl-sum's scorer).
        stemmer: ``none``; ``light``, ``isri`` or ``snowball`` for Arabic; ``porter`` with google, words and xlsum. With
            xlsum, ``snowball`` is NLTK's, its flag reset before each word, and ``snowball-stateful`` is what the scorer
            prints.
        normalize: steps of ``summ.text.normalize`` instead of the preset's, by short name: ``diac+alef``, a list,
            ``none``.
        clitics: cut particles and pronouns off Arabic words (preset arabic).
        sentences: where ROUGE-Lsum splits: ``newline``, ``summ`` (summ.text.split_sentences) or ``punkt`` (NLTK's
            English splitter, as rouge_score's split_summaries).
        multi_reference: ``max``, ``mean`` or ``jackknife`` over the references of a document.
        resamples: bootstrap resamples; 0 for no interval.
        seed: of the resampling.
        confidence: of the interval.
        empty_references: ``error``, or ``zero`` to score 0 with a notice; None: what the preset's model does.
        ids: one a document, for messages and rows.
        processes: worker processes; the figures are the same for any number. They start as new interpreters, so a
            script that asks for several needs ``if __name__ == "__main__":`` around what it does.
        quiet: do not log the notices; they are in the result all the same.

    Raises:
        InputError: unequal counts, empty references, an unknown option.
    """
    recipe, notices = make_recipe(
        lang=lang, preset=preset, stemmer=stemmer, normalize=normalize, clitics=clitics, sentences=sentences,
        multi_reference=multi_reference, resamples=resamples, seed=seed, confidence=confidence,
    )  # fmt: skip
    names = (types,) if isinstance(types, str) else tuple(types)
    if not names:
        raise InputError(f"no ROUGE type named; known: {', '.join(ROUGE_TYPES)}")
    for name in names:
        if name not in ROUGE_TYPES:
            raise InputError(f"unknown ROUGE type {name!r}{nearest(name, ROUGE_TYPES)}")
    policy = empty_references or PRESETS[recipe.preset].empty_references
    corpus = make_corpus(hypotheses, references, ids=ids, empty_references=policy)
    counts = count_corpus(corpus, recipe, names, processes)
    notices = (*notices, *corpus.notices, *_wordless(corpus, recipe, counts))
    if not quiet:
        for notice in notices:
            logger.warning(notice)
    values = {name: over_references(figures(counts[name]), corpus.sizes, recipe.policy) for name in names}
    return RougeScores(
        signature=recipe.signature(corpus.sizes),
        scores=dict(zip(names, _means(values, recipe), strict=True)),
        ids=corpus.ids,
        rows=values,
        empty_hypotheses=corpus.empty_hypotheses,
        references=corpus.fingerprint(),
        notices=notices,
    )


def _means(values: dict[str, FloatArray], recipe: Recipe) -> list[Score]:
    """Corpus means, with intervals of the mean F that share their resamples."""
    means = [(float(p), float(r), float(f)) for p, r, f in (rows.mean(axis=0) for rows in values.values())]
    if not recipe.resamples:
        return [Score(*row) for row in means]
    f_values = np.stack([rows[:, 2] for rows in values.values()], axis=1)
    drawn = bootstrap_sums(f_values, recipe.resamples, recipe.seed) / len(f_values)
    return [
        Score(precision, recall, fmeasure, interval(drawn[:, column], recipe.confidence))
        for column, (precision, recall, fmeasure) in enumerate(means)
    ]


def _wordless(corpus: Corpus, recipe: Recipe, counts: dict[str, IntArray]) -> list[str]:
    """A warning where the preset sees no word in texts that have some: what makes other scorers print 0 for Arabic."""
    unigrams = counts.get("rouge1", counts.get("rougeL"))
    if unigrams is None:
        return []
    visible = np.array([bool(text.strip()) for group in corpus.references for text in group])
    wordless = int((visible & (unigrams[:, 2] == 0)).sum())
    if not wordless:
        return []
    advice = "; it keeps a-z and 0-9 only: use preset arabic or words" if recipe.preset == "google" else ""
    return [f"preset {recipe.preset} finds no word in {wordless} of {len(visible)} references, which score 0{advice}"]
