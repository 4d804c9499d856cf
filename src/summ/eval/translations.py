"""``bleu``, ``chrf``, ``chrfpp`` and ``ter``: sacrebleu's metrics with intervals, rows and length buckets."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from ..errors import InputError
from .corpus import Corpus, References, make_corpus
from .metrics.translation_scores import bleu_score, sacrebleu_metric, statistics
from .nearest import nearest
from .resampling import Statistics, bootstrap_interval
from .scores import Part, TranslationScore

TRANSLATION_METRICS = ("bleu", "chrf", "chrf++", "ter")
BUCKETS = (10, 20, 30, 40)  # words of the reference, inclusive upper bounds; one more bucket holds what is longer
logger = logging.getLogger("summ")


def bleu(
    hypotheses: Sequence[str], references: References, *, tokenize: str = "13a", lowercase: bool = False, **options: Any
) -> TranslationScore:
    """BLEU (Papineni et al. 2002) by sacrebleu (Post 2018).

    Args:
        hypotheses: one a segment.
        references: one string a segment, or one list of strings a segment.
        tokenize: sacrebleu's name of a tokenizer, such as ``13a``, ``intl`` or ``char``.
        lowercase: ignore case.
        options: ``ids``, ``documents``, ``resamples``, ``seed`` and ``confidence``, see ``translation_score``.

    Raises:
        InputError: unequal counts, empty references, an unknown tokenizer.
    """
    from sacrebleu.metrics import BLEU

    if tokenize not in BLEU.TOKENIZERS:
        raise InputError(f"unknown BLEU tokenizer {tokenize!r}{nearest(tokenize, BLEU.TOKENIZERS)}")
    settings = {"tokenize": tokenize, "lowercase": lowercase}
    return translation_score("bleu", hypotheses, references, settings=settings, **options)


def chrf(hypotheses: Sequence[str], references: References, **options: Any) -> TranslationScore:
    """chrF (Popović 2015) by sacrebleu: character 1- to 6-grams, recall twice as heavy. See ``translation_score``."""
    return translation_score("chrf", hypotheses, references, **options)


def chrfpp(hypotheses: Sequence[str], references: References, **options: Any) -> TranslationScore:
    """chrF++ (Popović 2017) by sacrebleu: chrF with word 1- and 2-grams. See ``translation_score``."""
    return translation_score("chrf++", hypotheses, references, **options)


def ter(hypotheses: Sequence[str], references: References, **options: Any) -> TranslationScore:
    """TER (Snover et al. 2006) by sacrebleu; lower is better. See ``translation_score``."""
    return translation_score("ter", hypotheses, references, **options)


def translation_score(
    metric: str,
    hypotheses: Sequence[str],
    references: References,
    *,
    ids: Sequence[str] | None = None,
    documents: Sequence[Hashable] | None = None,
    resamples: int = 1000,
    seed: int = 12345,
    confidence: float = 0.95,
    settings: dict[str, Any] | None = None,
    quiet: bool = False,
) -> TranslationScore:
    """Score translations with one of sacrebleu's metrics.

    Args:
        metric: ``bleu``, ``chrf``, ``chrf++`` or ``ter``.
        ids: one a segment, for messages and rows.
        documents: the document of each segment, for scores by document.
        resamples: bootstrap resamples; 0 for no interval.
        settings: options of sacrebleu's class.
        quiet: do not log the notices; they are in the result all the same.

    Raises:
        InputError: an unknown metric, unequal counts, empty references.
    """
    if metric not in TRANSLATION_METRICS:
        raise InputError(f"unknown metric {metric!r}{nearest(metric, TRANSLATION_METRICS)}")
    corpus = make_corpus(hypotheses, references, ids=ids)
    if documents is not None and len(documents) != len(corpus.ids):
        raise InputError(f"{len(documents)} documents for {len(corpus.ids)} segments: give each segment's document")
    if not quiet:
        for notice in corpus.notices:
            logger.warning(notice)
    scorer = sacrebleu_metric(metric, **(settings or {}))
    stats = statistics(metric, scorer, corpus.hypotheses, _as_sets(corpus))
    if resamples:
        scorer.n_bootstrap, scorer.seed = resamples, seed
    return TranslationScore(
        metric=metric,
        score=stats.total(),
        interval=bootstrap_interval(stats, resamples, seed, confidence),
        signature=str(scorer.get_signature()) + (f"|conf:{confidence:g}" if confidence != 0.95 else ""),
        ids=corpus.ids,
        statistics=stats,
        per_document=tuple(segment_scores(metric, stats)),
        by_length=_parts(stats, [_bucket(len(group[0].split())) for group in corpus.references], _bucket_names()),
        by_document=_parts(stats, list(documents), list(dict.fromkeys(documents))) if documents is not None else {},
        details=str(scorer._compute_score_from_stats(_plain(stats.values.sum(axis=0)))),
        empty_hypotheses=corpus.empty_hypotheses,
        references=corpus.fingerprint(),
        notices=corpus.notices,
    )


def segment_scores(metric: str, stats: Statistics) -> list[float]:
    """The score of each segment alone; BLEU with effective order, as sacrebleu's ``sentence_bleu``."""
    scores = bleu_score(stats.values, effective_order=True) if metric == "bleu" else stats.score(stats.values)
    values: list[float] = scores.tolist()
    return values


def _as_sets(corpus: Corpus) -> list[list[str | None]]:
    """One list a set of references, as sacrebleu wants them, filled up with None."""
    return [list(group) for group in zip_longest(*corpus.references)]


def _plain(sums: Any) -> list[int | float]:
    return [int(value) if value.is_integer() else value for value in sums.tolist()]


def _bucket(words: int) -> str:
    low = 1
    for high in BUCKETS:
        if words <= high:
            return f"{low}-{high}"
        low = high + 1
    return f"{low}+"


def _bucket_names() -> list[str]:
    return [_bucket(high) for high in (*BUCKETS, BUCKETS[-1] + 1)]


def _parts(stats: Statistics, labels: Sequence[Hashable], order: Sequence[Hashable]) -> dict[str, Part]:
    """The corpus score of each group of segments, empty groups left out."""
    number = {label: index for index, label in enumerate(order)}
    groups = np.array([number[label] for label in labels])
    parts = {}
    for label, index in number.items():
        chosen = groups == index
        if chosen.any():
            parts[str(label)] = Part(int(chosen.sum()), float(stats.score(stats.values[chosen].sum(axis=0))))
    return parts
