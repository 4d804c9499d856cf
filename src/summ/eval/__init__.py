"""Evaluation: ROUGE that works for Arabic, BLEU, chrF and TER, intervals and significance.

    from summ.eval import rouge, bleu, chrf, compare

Names are imported at first use, so that ``import summ.eval`` loads neither numpy nor sacrebleu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .comparing import compare, compare_scores
    from .comparison import Comparison
    from .neural import bertscore, comet
    from .scores import RougeScores, Score, TranslationScore
    from .summaries import rouge
    from .translations import bleu, chrf, chrfpp, ter
    from .without_references import ReferenceFree, reference_free

_HOMES = {
    "Comparison": "comparison",
    "ReferenceFree": "without_references",
    "RougeScores": "scores",
    "Score": "scores",
    "TranslationScore": "scores",
    "bertscore": "neural",
    "bleu": "translations",
    "chrf": "translations",
    "chrfpp": "translations",
    "comet": "neural",
    "compare": "comparing",
    "compare_scores": "comparing",
    "reference_free": "without_references",
    "rouge": "summaries",
    "ter": "translations",
}

__all__ = [
    "Comparison",
    "ReferenceFree",
    "RougeScores",
    "Score",
    "TranslationScore",
    "bertscore",
    "bleu",
    "chrf",
    "chrfpp",
    "comet",
    "compare",
    "compare_scores",
    "reference_free",
    "rouge",
    "ter",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
