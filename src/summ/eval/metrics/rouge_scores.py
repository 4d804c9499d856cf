"""ROUGE counts and figures of many pairs of texts (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries").

Every figure rests on three whole numbers: matches, tokens or n-grams of the hypothesis, and those of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from .batch import LETTERS, IntArray, TokenBatch
from .overlap import ngram_matches
from .union_lcs import summary_level_matches

FloatArray = npt.NDArray[np.float64]
ROUGE_TYPES = ("rouge1", "rouge2", "rouge3", "rouge4", "rougeL", "rougeLsum")


def count(kind: str, hypotheses: TokenBatch, references: TokenBatch) -> IntArray:
    """Matches, hypothesis units and reference units: an array of shape (pairs, 3).

    Args:
        kind: one of ``ROUGE_TYPES``.
        hypotheses, references: as many texts each; text ``i`` is compared with text ``i``, by one vocabulary.
    """
    ours, theirs = hypotheses.lengths, references.lengths
    if kind == "rougeL":
        matches = lcs_lengths(hypotheses, references)
    elif kind == "rougeLsum":
        matches = _lsum_matches(hypotheses, references)
    else:
        n = int(kind.removeprefix("rouge"))
        matches = ngram_matches(hypotheses, references, n)
        ours, theirs = np.maximum(ours - n + 1, 0), np.maximum(theirs - n + 1, 0)
    return np.stack((matches, ours, theirs), axis=1)


def lcs_lengths(hypotheses: TokenBatch, references: TokenBatch) -> IntArray:
    """Length in tokens of the longest common subsequence of each pair."""
    from rapidfuzz.distance.LCSseq import similarity
    from rapidfuzz.process import cpdist

    if len(hypotheses.texts) == 1:
        return np.zeros(0, dtype=np.int64)
    if max(hypotheses.ids.max(initial=0), references.ids.max(initial=0)) < LETTERS:
        ours, theirs = hypotheses.as_strings(), references.as_strings()
        lengths: IntArray = cpdist(ours, theirs, scorer=similarity, dtype=np.int64)
        return lengths
    pairs = zip(hypotheses.as_lists(), references.as_lists(), strict=True)
    return np.array([similarity(ours, theirs) for ours, theirs in pairs], dtype=np.int64)


def _lsum_matches(hypotheses: TokenBatch, references: TokenBatch) -> IntArray:
    """The union LCS; where both texts are one sentence it is the LCS, which costs less."""
    many = (hypotheses.filled_sentences() > 1) | (references.filled_sentences() > 1)
    matches = np.zeros(len(many), dtype=np.int64)
    for chosen, count_them in ((np.flatnonzero(many), summary_level_matches), (np.flatnonzero(~many), lcs_lengths)):
        if len(chosen):
            matches[chosen] = count_them(hypotheses.take(chosen), references.take(chosen))
    return matches


def figures(counts: IntArray) -> FloatArray:
    """Precision, recall and F (each 0..1) from ``count``'s rows: shape (..., 3) to shape (..., 3)."""
    matches, ours, theirs = (counts[..., k].astype(np.float64) for k in range(3))
    precision, recall = matches / np.maximum(ours, 1), matches / np.maximum(theirs, 1)
    both = precision + recall
    fmeasure = 2 * precision * recall / np.where(both > 0, both, 1.0)
    return np.stack((precision, recall, fmeasure), axis=-1)


def over_references(rows: FloatArray, sizes: Sequence[int], policy: str) -> FloatArray:
    """One row a document from one row a reference.

    Args:
        rows: precision, recall, F of each document's references, one document after the other.
        sizes: references of each document, 1 or more.
        policy: ``max``, the reference with the highest F, the first of equal ones (``score_multi`` of rouge_score);
            ``mean`` over references; ``jackknife``, the mean of the maxima over each set that leaves one reference
            out (Lin 2004, section 2.1; one reference counts as it is).
    """
    if len(rows) == len(sizes):
        return rows
    result = np.empty((len(sizes), 3))
    for index, block in enumerate(_blocks(rows, sizes)):
        if policy == "mean":
            result[index] = block.mean(axis=0)
        elif policy == "max" or len(block) == 1:
            result[index] = block[block[:, 2].argmax()]
        else:
            subsets = (np.delete(block, left_out, axis=0) for left_out in range(len(block)))
            result[index] = np.mean([subset[subset[:, 2].argmax()] for subset in subsets], axis=0)
    return result


def _blocks(rows: FloatArray, sizes: Sequence[int]) -> Iterator[FloatArray]:
    start = 0
    for size in sizes:
        yield rows[start : start + size]
        start += size
