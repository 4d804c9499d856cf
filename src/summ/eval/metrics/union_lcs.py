"""Summary-level LCS (ROUGE-Lsum, Lin 2004 section 3.2) for many pairs of texts at once.

For each reference sentence, ROUGE-Lsum takes *one* longest common subsequence with each hypothesis sentence and joins
the reference positions found. Which one is taken matters when several are longest. This module takes the one that
``rouge_score`` takes: from the ends of both sentences backwards, a match whenever the two tokens are equal, otherwise
drop the hypothesis token if that keeps the length, otherwise the reference token.

The table of lengths is kept as bits (Hyyrö 2004, "Bit-parallel LCS-length computation revisited"): after hypothesis
token ``j``, bit ``i`` of ``V`` is 0 where the length grows from ``i`` to ``i + 1`` reference tokens. Without a match at
(i, j), the rule above drops the hypothesis token exactly where that bit is 0, so the walk back needs nothing but ``V``
and the matches. NumPy runs one pair of sentences a 64-bit lane, and hypothesis tokens that match nothing in the
reference sentence, most of them, are never touched; sentences of more than 64 reference tokens go through the same
steps on Python's long integers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .batch import IntArray, TokenBatch, ranges
from .overlap import shared

Bits = npt.NDArray[np.uint64]
ONE = np.uint64(1)
FULL = np.uint64(2**64 - 1)
LANE = 64
DENSE = 32  # matches a token beyond which a list of matches costs more than long integers


def summary_level_matches(hypotheses: TokenBatch, references: TokenBatch) -> IntArray:
    """For each pair of texts, the tokens of the union LCS, each counted at most as often as the hypothesis has it."""
    texts = len(references.texts) - 1
    chosen = _union(hypotheses, references)
    base = 1 + int(max(hypotheses.ids.max(initial=0), references.ids.max(initial=0)))
    ours = hypotheses.text_of_token() * base + hypotheses.ids
    theirs = references.text_of_token() * base + references.ids
    return shared(ours, theirs[chosen], base, texts)


def _union(hypotheses: TokenBatch, references: TokenBatch) -> npt.NDArray[np.bool_]:
    """Which reference tokens are in the union LCS of their sentence."""
    chosen = np.zeros(len(references.ids), dtype=bool)
    ref_lengths = np.diff(references.sentences)
    ref_sentence = np.repeat(np.arange(len(ref_lengths)), ref_lengths)
    left, order, counts = _join(hypotheses, references)
    hyp_tokens, ref_tokens = hypotheses.lengths, references.lengths
    matches = np.bincount(hypotheses.text_of_token(), weights=counts, minlength=len(hyp_tokens))
    slow = matches > DENSE * (hyp_tokens + ref_tokens)
    slow[references.owner[ref_lengths > LANE]] = True
    for text in np.flatnonzero(slow).tolist():
        _union_of_text(hypotheses, references, text, chosen)
    counts[slow[hypotheses.text_of_token()]] = 0
    listed, hyp_position = ranges(left, left + counts)
    if not len(listed):
        return chosen
    ref_position = order[listed]

    # One sorted number a match: reference sentence, hypothesis token, place in the reference sentence.
    place = ref_position - references.sentences[ref_sentence[ref_position]]
    key = np.sort(((ref_sentence[ref_position] * len(hypotheses.ids) + hyp_position) << 6) | place)
    column_key = key >> 6
    starts = np.flatnonzero(np.concatenate(([True], column_key[1:] != column_key[:-1])))
    masks = np.bitwise_or.reduceat(ONE << (key & 63).astype(np.uint64), starts)
    column_ref, column_hyp = np.divmod(column_key[starts], len(hypotheses.ids))

    hyp_lengths = np.diff(hypotheses.sentences)
    hyp_sentence = np.repeat(np.arange(len(hyp_lengths)), hyp_lengths)[column_hyp]
    lane_starts = np.flatnonzero(
        np.concatenate(([True], (column_ref[1:] != column_ref[:-1]) | (hyp_sentence[1:] != hyp_sentence[:-1])))
    )
    sentence_end = hypotheses.sentences[hyp_sentence + 1]
    last = np.append(lane_starts[1:], len(column_hyp)) - 1
    next_column = np.append(column_hyp[1:], 0)
    next_column[last] = sentence_end[last]
    gap = next_column > column_hyp + 1

    lane_ref = column_ref[lane_starts]
    taken = _walk(masks, gap, lane_starts, ref_lengths[lane_ref])
    sentence_starts = np.flatnonzero(np.concatenate(([True], lane_ref[1:] != lane_ref[:-1])))
    union = np.zeros(len(ref_lengths), dtype=np.uint64)
    union[lane_ref[sentence_starts]] = np.bitwise_or.reduceat(taken, sentence_starts)
    offset = np.minimum(np.arange(len(chosen)) - references.sentences[:-1][ref_sentence], LANE - 1).astype(np.uint64)
    chosen |= ((union[ref_sentence] >> offset) & ONE).astype(bool)
    return chosen


def _join(hypotheses: TokenBatch, references: TokenBatch) -> tuple[IntArray, IntArray, IntArray]:
    """Equal tokens of each pair: for each of ours, its first place in a list of reference positions, and how many."""
    base = 1 + int(max(hypotheses.ids.max(initial=0), references.ids.max(initial=0)))
    theirs = references.text_of_token() * base + references.ids
    order = np.argsort(theirs, kind="stable")
    theirs = theirs[order]
    ours = hypotheses.text_of_token() * base + hypotheses.ids
    left = np.searchsorted(theirs, ours, "left")
    return left, order, np.searchsorted(theirs, ours, "right") - left


def _walk(masks: Bits, gap: npt.NDArray[np.bool_], starts: IntArray, lengths: IntArray) -> Bits:
    """The positions of one LCS a lane, as bits.

    Args:
        masks: for each column (a hypothesis token with a match), the reference positions it equals.
        gap: whether hypothesis tokens without a match follow the column.
        starts: the first column of each lane.
        lengths: reference tokens of each lane, 1 to 64.
    """
    columns = np.diff(np.append(starts, len(masks)))
    order = np.argsort(-columns, kind="stable")
    starts, columns, lengths = starts[order], columns[order], lengths[order]
    active = np.searchsorted(-columns, -np.arange(1, int(columns[0]) + 1), "right")

    rows = np.empty_like(masks)
    current = np.full(len(starts), FULL)
    for step, lanes in enumerate(active.tolist()):
        at = starts[:lanes] + step
        row = current[:lanes]
        used = row & masks[at]
        current[:lanes] = rows[at] = (row + used) | (row - used)

    below = FULL >> (LANE - lengths).astype(np.uint64)
    taken = np.zeros(len(starts), dtype=np.uint64)
    for step, lanes in enumerate(active.tolist()):
        at = starts[:lanes] + columns[:lanes] - 1 - step
        grows, mask, limit = ~rows[at], masks[at], below[:lanes]
        limit = np.where(gap[at], _fill(grows & limit), limit)
        limit = _fill((grows | mask) & limit)
        top = limit ^ (limit >> ONE)
        match = (top & mask) != 0
        taken[:lanes] |= np.where(match, top, 0)
        below[:lanes] = np.where(match, limit >> ONE, limit)
    result = np.empty_like(taken)
    result[order] = taken
    return result


def _fill(bits: Bits) -> Bits:
    """All ones from the highest set bit down."""
    for shift in (1, 2, 4, 8, 16, 32):
        bits = bits | (bits >> np.uint64(shift))
    return bits


def _union_of_text(hypotheses: TokenBatch, references: TokenBatch, text: int, chosen: npt.NDArray[np.bool_]) -> None:
    """Mark the union LCS of one text in ``chosen``, whatever its length."""
    hyp_sentences = _sentences(hypotheses, text)
    for sentence in np.flatnonzero(references.owner == text).tolist():
        start, end = int(references.sentences[sentence]), int(references.sentences[sentence + 1])
        reference = references.ids[start:end].tolist()
        union = 0
        for hypothesis in hyp_sentences:
            union |= lcs_positions(reference, hypothesis)
        for place in range(end - start):
            chosen[start + place] = bool(union >> place & 1)


def _sentences(batch: TokenBatch, text: int) -> list[list[int]]:
    numbers = np.flatnonzero(batch.owner == text).tolist()
    return [batch.ids[batch.sentences[k] : batch.sentences[k + 1]].tolist() for k in numbers]


def lcs_positions(reference: Sequence[int], hypothesis: Sequence[int]) -> int:
    """The reference positions of one longest common subsequence, as the bits of an integer."""
    matches: dict[int, int] = {}
    for place, token in enumerate(reference):
        matches[token] = matches.get(token, 0) | 1 << place
    full = (1 << len(reference)) - 1
    row, rows = full, []
    masks = [matches.get(token, 0) for token in hypothesis]
    for mask in masks:
        used = row & mask
        row = ((row + used) | (row - used)) & full
        rows.append(row)
    taken, below = 0, full
    for mask, row in zip(reversed(masks), reversed(rows), strict=True):
        top = ((mask | ~row) & below).bit_length()
        if not top:
            break
        bit = 1 << top - 1
        below = (bit << 1) - 1
        if mask & bit:
            taken |= bit
            below = bit - 1
    return taken
