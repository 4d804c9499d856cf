"""Is the difference between two systems real? Two paired tests, and a correction for testing many pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .resampling import FloatArray, Statistics

SAME = 1e-9  # differences of scores that are equal but for rounding


def bootstrap_p(ours: FloatArray, theirs: FloatArray, difference: float) -> tuple[float, float]:
    """Paired bootstrap (Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation").

    Args:
        ours, theirs: scores of two systems on the same resamples.
        difference: our score minus theirs on the whole corpus.

    Returns:
        The share of resamples in which the better system is better (Koehn's figure), and the p-value as Riezler and
        Maxwell (2005, figure 2) and sacrebleu compute it: how often the absolute difference, less its mean, is at least
        as large as the one seen, with one added above and below. Riezler and Maxwell found that this test rejects a
        little too easily; randomization does not.
    """
    differences = ours - theirs
    wins = float(np.mean(np.sign(differences) == np.sign(difference))) if abs(difference) > SAME else 0.0
    sizes = np.abs(differences)
    extreme = sizes - sizes.mean() >= abs(difference) - SAME
    return wins, float((extreme.sum() + 1) / (len(extreme) + 1))


def randomization_p(
    ours: Statistics, theirs: Statistics, our_half: FloatArray, their_half: FloatArray, difference: float
) -> float:
    """Paired approximate randomization (Riezler and Maxwell 2005, "On Some Pitfalls in Automatic Evaluation and
    Significance Testing for MT", section 3), two-sided.

    Each trial swaps the two systems' outputs of about half of the documents; p is how often the difference is then at
    least as large as the one seen, with one added above and below.

    Args:
        ours, theirs: statistics of the two systems on the same documents.
        our_half, their_half: ``shuffle_sums`` of both with the same seed, one row a trial.
        difference: our score minus theirs on the whole corpus.
    """
    kept = our_half - their_half
    swapped_ours = ours.score(theirs.values.sum(axis=0) + kept)
    swapped_theirs = theirs.score(ours.values.sum(axis=0) - kept)
    extreme = np.abs(swapped_ours - swapped_theirs) >= abs(difference) - SAME
    return float((extreme.sum() + 1) / (len(extreme) + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment (1979): p-values that can be compared with the level of one single test."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
