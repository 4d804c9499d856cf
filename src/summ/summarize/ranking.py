"""The ranker: a weighted sum of sentence features.

The weights were chosen by ROUGE beside the lead of the same number of sentences, on news, encyclopaedia articles and
reports with reference summaries; docs/summarizer.md has the tables. In short news the order of the text is hard to
beat, so the weights keep close to it there, and leave it as the article grows.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .features import FEATURES, FloatArray

WEIGHTS: Final = {"position": 1.0, "centrality": 0.7, "headline": 0.8, "short": -0.8, "words": -0.15}

LONG_ARTICLE: Final = 50
"""Sentences from which on centrality has its full weight. Below, it counts in proportion: a short article says at its
beginning what it is about, and a handful of sentences are too few to tell what is central."""

REDUNDANCY: Final = 0.5
"""What a sentence loses for being equal to one that is chosen already."""


def scores(features: FloatArray, sentences: int, share: float) -> FloatArray:
    """One score a sentence, rounded to six places, so that the last bits of a machine's arithmetic decide nothing.

    Args:
        features: columns as in ``FEATURES``.
        sentences: how many sentences the body of the article has.
        share: how much of it is asked for, 0 to 1. The less, the more brevity counts.
    """
    weights = dict(WEIGHTS)
    weights["centrality"] *= min(1.0, sentences / LONG_ARTICLE)
    weights["words"] *= (1 - share) ** 2
    total: FloatArray = (features * np.array([weights[name] for name in FEATURES])).sum(axis=1)
    return np.round(total, 6)
