"""BLEU, chrF and TER: sacrebleu counts, this module turns sums of its counts into scores, many at a time.

The formulas are those of sacrebleu with its default options; ``tests/eval`` holds them against sacrebleu's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import SummError
from ..resampling import FloatArray, Statistics

BLEU_ORDER = 4
CHRF_CHARACTERS, CHRF_BETA = 6, 2


def sacrebleu_metric(name: str, **options: Any) -> Any:
    """The sacrebleu metric of a name: ``bleu``, ``chrf``, ``chrf++`` or ``ter``.

    Raises:
        SummError: a tokenizer of BLEU that needs a package or a file that is not there; sacrebleu fetches the models
            of ``spm``, ``flores101``, ``flores200`` and ``spBLEU-1K`` when they are first asked for.
    """
    from sacrebleu.metrics import BLEU, CHRF, TER

    if name == "bleu":
        try:
            return BLEU(**options)
        except (ImportError, RuntimeError, OSError) as error:
            wanted = options.get("tokenize", "13a")
            reason = " ".join(str(error).split())
            raise SummError(f"BLEU tokenizer {wanted} cannot be had: {reason}; 13a needs nothing more") from None
    if name == "ter":
        return TER(**options)
    return CHRF(word_order=2 if name == "chrf++" else 0, **options)


def statistics(
    name: str, metric: Any, hypotheses: Sequence[str], references: Sequence[Sequence[str | None]]
) -> Statistics:
    """sacrebleu's counts of each segment.

    Args:
        metric: what ``sacrebleu_metric`` made.
        references: one list a set of references, as sacrebleu wants them; None where a segment has fewer.
    """
    rows = np.array(metric._extract_corpus_statistics(hypotheses, references), dtype=np.float64)
    return Statistics(rows.reshape(len(hypotheses), -1), score_from_sums(name))


def score_from_sums(name: str) -> Callable[[FloatArray], FloatArray]:
    """The formula of a metric."""
    return {"bleu": bleu_score, "chrf": chrf_score, "chrf++": chrf_score, "ter": ter_score}[name]


def bleu_score(sums: FloatArray, *, effective_order: bool = False) -> FloatArray:
    """BLEU (Papineni et al. 2002) with sacrebleu's exponential smoothing, 0..100.

    Args:
        sums: hypothesis length, reference length, matches of order 1..4, n-grams of order 1..4 along the last axis.
        effective_order: leave out orders longer than the hypothesis, as sentence BLEU wants.
    """
    length, wanted = sums[..., 0], sums[..., 1]
    matches, totals = sums[..., 2 : 2 + BLEU_ORDER], sums[..., 2 + BLEU_ORDER :]
    exists, missed = totals > 0, (totals > 0) & (matches == 0)
    halving = np.exp2(np.cumsum(missed, axis=-1))
    precision = np.where(missed, 1 / halving, matches) / np.where(exists, totals, 1)
    orders = exists.sum(axis=-1) if effective_order else np.full(length.shape, BLEU_ORDER)
    logs = np.where(exists, np.log(np.where(exists, precision, 1)), 0.0 if effective_order else -1e10)
    shortness = np.where(length > 0, 1 - wanted / np.maximum(length, 1), -1e10)
    penalty = np.where(length < wanted, shortness, 0.0)
    score = 100 * np.exp(penalty + logs.sum(axis=-1) / np.maximum(orders, 1))
    scored: FloatArray = np.where(matches.any(axis=-1), score, 0.0)
    return scored


def chrf_score(sums: FloatArray) -> FloatArray:
    """chrF and chrF++ (Popović 2015, 2017) with sacrebleu's effective order, 0..100.

    Args:
        sums: hypothesis n-grams, reference n-grams and matches of each order along the last axis.
    """
    triples = sums.reshape(*sums.shape[:-1], -1, 3)
    ours, theirs, matches = triples[..., 0], triples[..., 1], triples[..., 2]
    counted = (ours > 0) & (theirs > 0)
    orders = np.maximum(counted.sum(axis=-1), 1)
    precision = np.where(counted, matches / np.maximum(ours, 1), 0).sum(axis=-1) / orders
    recall = np.where(counted, matches / np.maximum(theirs, 1), 0).sum(axis=-1) / orders
    factor = CHRF_BETA**2
    below = factor * precision + recall
    score: FloatArray = 100 * (1 + factor) * precision * recall / np.where(below > 0, below, 1)
    return score


def ter_score(sums: FloatArray) -> FloatArray:
    """TER (Snover et al. 2006): edits a reference word, in percent; lower is better.

    Args:
        sums: edits and mean reference length along the last axis.
    """
    edits, length = sums[..., 0], sums[..., 1]
    rate: FloatArray = np.where(length > 0, edits / np.where(length > 0, length, 1), (edits > 0).astype(np.float64))
    return 100 * rate
