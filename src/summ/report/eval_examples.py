"""The documents that a system did best and worst on, with what output and reference share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .eval_names import display_name, scale
from .overlap import Stretch, Words, closest, shared_stretches

if TYPE_CHECKING:
    from ..eval.harness import Evaluation, SystemResult

FEW, MANY_SYSTEMS = 3, 8  # documents of each kind that are shown a system; one of each for more systems than that
LONGEST: Final = 1500  # words of a source that is shown


@dataclass(frozen=True, slots=True)
class Example:
    """A document as a system treated it.

    Attributes:
        hypothesis, reference: cut by what they share.
        references: how many there are; ``reference`` is the closest.
        source: the article, or None if it is too long to be shown.
    """

    id: str
    title: str
    group: str
    figures: str
    hypothesis: tuple[Stretch, ...]
    reference: tuple[Stretch, ...]
    references: int
    source: str | None
    source_words: int
    notices: tuple[str, ...]


def examples(done: Evaluation, ranked: Sequence[SystemResult]) -> list[tuple[str, list[Example], list[Example]]]:
    if not done.measures:
        return []
    words = _words(done)
    few = FEW if len(ranked) <= MANY_SYSTEMS else 1
    few = min(few, len(done.documents) // 2) or 1
    found = []
    for system in ranked:
        values = system.measures[done.measures[0]].values
        sign = -1 if system.measures[done.measures[0]].kind == "ter" else 1
        order = sorted(range(len(values)), key=lambda place: (sign * values[place], place))
        worst = [_example(done, system, place, words) for place in order[:few]]
        best = [_example(done, system, place, words) for place in reversed(order[-few:])]
        found.append((system.name, best, worst))
    return found


def _words(done: Evaluation) -> Words:
    """The words that are counted as the same: those of the plan's ROUGE, or else plain ones."""
    from ..eval.baselines import scorer_words
    from ..eval.recipe import make_recipe

    for metric in done.plan.metrics:
        if metric.metric == "rouge":
            options = {key: value for key, value in metric.options().items() if key != "types"}
            recipe, _ = make_recipe(lang=done.plan.target_language, **options)
            if not recipe.stateful:
                return scorer_words(recipe)
    preset = "arabic" if done.plan.target_language == "ar" else "words"
    return scorer_words(make_recipe(lang=done.plan.target_language, preset=preset)[0])


def _example(done: Evaluation, system: SystemResult, place: int, words: Words) -> Example:
    document, made = done.documents[place], system.hypotheses[place]
    reference = document.references[closest(made.text, document.references, words)]
    figures = ", ".join(
        f"{display_name(name)} {measure.values[place] * scale(measure):.1f}"
        for name, measure in system.measures.items()
    )
    length = len(document.source.split())
    return Example(
        document.id,
        document.title or "",
        document.group or "",
        figures,
        tuple(shared_stretches(made.text, reference, words)),
        tuple(shared_stretches(reference, made.text, words)),
        len(document.references),
        document.source if length <= LONGEST else None,
        length,
        made.notices,
    )
