"""Clipped n-gram matches (Lin 2004, section 2) of many pairs of texts at once."""

from __future__ import annotations

import numpy as np

from .batch import IntArray, TokenBatch


def ngram_matches(hypotheses: TokenBatch, references: TokenBatch, n: int) -> IntArray:
    """For each pair of texts, how many n-grams they share, each counted as often as the text that has fewer of it.

    Args:
        hypotheses, references: as many texts each; text ``i`` is compared with text ``i``, by one vocabulary.
        n: tokens an n-gram, 1 or more.
    """
    texts = len(hypotheses.texts) - 1
    ours, our_text = _ngrams(hypotheses, n)
    theirs, their_text = _ngrams(references, n)
    grams = np.concatenate((ours, theirs))
    if n > 1:
        grams = _pack(grams)
    size = len(ours)
    base = int(grams.max()) + 1 if len(grams) else 1
    return shared(our_text * base + grams[:size], their_text * base + grams[size:], base, texts)


def shared(ours: IntArray, theirs: IntArray, base: int, texts: int) -> IntArray:
    """Multiset intersection a text of two lists of keys ``text * base + item``."""
    both = np.sort(np.concatenate((ours * 2, theirs * 2 + 1)))
    if not len(both):
        return np.zeros(texts, dtype=np.int64)
    keys = both >> 1
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    in_theirs = np.add.reduceat(both & 1, starts)
    in_ours = np.diff(np.append(starts, len(both))) - in_theirs
    counts = np.bincount(keys[starts] // base, weights=np.minimum(in_ours, in_theirs), minlength=texts)
    return counts.astype(np.int64)


def _ngrams(batch: TokenBatch, n: int) -> tuple[IntArray, IntArray]:
    """All n-grams as rows of token numbers, and the text of each; none reaches over the end of a text."""
    owner = batch.text_of_token()
    if n == 1:
        return batch.ids, owner
    count = max(len(batch.ids) - n + 1, 0)
    rows = np.stack([batch.ids[k : k + count] for k in range(n)], axis=1)
    inside = owner[:count] == owner[n - 1 : n - 1 + count]
    return rows[inside], owner[:count][inside]


def _pack(rows: IntArray) -> IntArray:
    """One number a row, equal where rows are equal, small enough that a text's number can be put before it."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    base = int(rows.max()) + 1
    packed = rows[:, 0]
    for column in range(1, rows.shape[1]):
        if (int(packed.max()) + 1) * base >= 1 << 42:
            packed = np.unique(packed, return_inverse=True)[1]
        packed = packed * base + rows[:, column]
    return packed
