"""Bootstrap resampling and shuffling of documents, as matrix products.

Every corpus metric here is a function of sums over documents: of matches and lengths for BLEU, chrF and TER, of F
values and ones for ROUGE. A resample or a shuffle is then one row of weights, and all of them together one matrix
product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
CELLS = 4_000_000  # weights held at a time: 32 MB


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a corpus score is made of.

    Attributes:
        values: one row of numbers a document.
        score: from sums of rows, shape (..., columns), to scores, shape (...).
    """

    values: FloatArray
    score: Callable[[FloatArray], FloatArray]

    def total(self) -> float:
        """The score of the whole corpus."""
        return float(self.score(self.values.sum(axis=0)))


def mean_statistics(values: FloatArray) -> Statistics:
    """Statistics of a metric that is the mean of its documents' values."""
    return Statistics(np.stack((values, np.ones_like(values)), axis=1), lambda sums: sums[..., 0] / sums[..., 1])


def bootstrap_sums(values: FloatArray, resamples: int, seed: int) -> FloatArray:
    """Sums over ``resamples`` draws of as many documents as there are, with replacement (Efron 1979).

    The draws depend on the number of documents and the seed alone, so that systems and metrics share them.

    Args:
        values: one row a document, any number of columns.

    Returns:
        An array of shape (resamples, columns).
    """
    documents = len(values)
    rng = np.random.default_rng(seed)
    sums = np.empty((resamples, values.shape[1]))
    for start, rows in _chunks(resamples, documents):
        drawn = rng.integers(0, documents, size=(rows, documents))
        drawn += (np.arange(rows) * documents)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=rows * documents).reshape(rows, documents)
        sums[start : start + rows] = weights.astype(np.float64) @ values
    return sums


def shuffle_sums(values: FloatArray, trials: int, seed: int) -> FloatArray:
    """Sums over ``trials`` random halves of the documents, each document taken or not with even chances."""
    documents = len(values)
    rng = np.random.default_rng(seed)
    sums = np.empty((trials, values.shape[1]))
    for start, rows in _chunks(trials, documents):
        taken = rng.integers(0, 2, size=(rows, documents), dtype=np.uint8)
        sums[start : start + rows] = taken.astype(np.float64) @ values
    return sums


def interval(scores: FloatArray, confidence: float = 0.95) -> tuple[float, float]:
    """The percentile interval of bootstrap scores, as rouge_score's aggregator takes it."""
    outside = (1 - confidence) / 2
    low, high = np.percentile(scores, [100 * outside, 100 * (1 - outside)])
    return float(low), float(high)


def bootstrap_interval(
    statistics: Statistics, resamples: int, seed: int, confidence: float = 0.95
) -> tuple[float, float] | None:
    """The interval of a corpus score; None for no resamples."""
    if not resamples:
        return None
    return interval(statistics.score(bootstrap_sums(statistics.values, resamples, seed)), confidence)


def _chunks(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    step = max(1, CELLS // max(1, columns))
    for start in range(0, rows, step):
        yield start, min(step, rows - start)
