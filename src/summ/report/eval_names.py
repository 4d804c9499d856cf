"""How measures and systems are named, scaled and ordered for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..eval.harness import Evaluation, SystemResult
    from ..eval.measures import Measure

NAMES: Final = {
    "rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rouge3": "ROUGE-3", "rouge4": "ROUGE-4", "rougeL": "ROUGE-L",
    "rougeLsum": "ROUGE-Lsum", "bleu": "BLEU", "chrf": "chrF", "chrf++": "chrF++", "ter": "TER",
    "bertscore": "BERTScore", "comet": "COMET",
}  # fmt: skip


def display_name(name: str) -> str:
    """What a measure is called: ``ROUGE-1`` for ``rouge1``."""
    kind, _, rest = name.partition("-")
    return NAMES.get(kind, kind) + (f" ({rest})" if rest else "")


def scale(measure: Measure) -> float:
    """ROUGE and BERTScore are shares, shown in percent as papers do."""
    return 100.0 if measure.kind.startswith("rouge") or measure.kind in ("bertscore", "comet") else 1.0


def ranked(done: Evaluation) -> list[SystemResult]:
    """Best first by the first measure; in the order of the plan without one."""
    if not done.measures:
        return list(done.systems)
    first = done.measures[0]
    sign = 1 if done.systems[0].measures[first].kind == "ter" else -1
    return sorted(done.systems, key=lambda system: sign * system.measures[first].score)
