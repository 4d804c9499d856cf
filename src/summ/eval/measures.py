"""The metrics of a plan, run on the hypotheses of one system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..errors import InputError, SummError
from .metrics.rouge_scores import ROUGE_TYPES
from .metrics.translation_scores import sacrebleu_metric
from .nearest import nearest
from .plan import MetricChoice, Plan
from .recipe import make_recipe
from .resampling import FloatArray, Statistics, bootstrap_sums, interval, mean_statistics
from .scores import RougeScores, TranslationScore
from .sets import Document
from .without_references import ReferenceFree, reference_free

Scores = RougeScores | TranslationScore | ReferenceFree
PACKAGES = {"bertscore": ("bert_score", "bert-score"), "comet": ("comet", "unbabel-comet")}
# Words of the source, inclusive; one more bucket for longer ones.
LENGTHS = (5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560)


@dataclass(frozen=True, slots=True)
class Part:
    """The score of some documents: a group, or sources of about one length."""

    documents: int
    score: float
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {"documents": self.documents, "score": self.score, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one system: ROUGE-1 F, BLEU …

    Attributes:
        name: in tables: ``rouge1``, ``rouge1-xlsum``, ``bleu``.
        kind: what ``compare_scores`` calls it.
        label: of the metric in the plan that it comes from.
        score: 0..1 for ROUGE, 0..100 for the others.
        values: the score of each document.
        by_group, by_length: the scores of parts of the set.
    """

    name: str
    kind: str
    label: str
    score: float
    interval: tuple[float, float]
    values: tuple[float, ...] = field(repr=False)
    by_group: Mapping[str, Part] = field(default_factory=dict)
    by_length: Mapping[str, Part] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary, without the documents."""
        value: dict[str, Any] = {"score": self.score, "interval": list(self.interval)}
        for name, parts in (("by_group", self.by_group), ("by_length", self.by_length)):
            if parts:
                value[name] = {label: part.to_dict() for label, part in parts.items()}
        return value


def check_metrics(plan: Plan) -> None:
    """Find wrong options and missing packages before anything is generated.

    Raises:
        InputError: an unknown option of a metric, with the nearest names.
        SummError: an optional metric whose package is not installed, a tokenizer that cannot be had.
    """
    for choice in plan.metrics:
        options = choice.options()
        if choice.metric == "rouge":
            unknown = [kind for kind in options.pop("types", ()) if kind not in ROUGE_TYPES]
            if unknown:
                raise InputError(f"unknown ROUGE type {unknown[0]!r}{nearest(unknown[0], ROUGE_TYPES)}")
            make_recipe(lang=plan.target_language, **options)
        elif choice.metric == "bleu":
            from sacrebleu.metrics import BLEU

            if options.get("tokenize", "13a") not in BLEU.TOKENIZERS:
                name = options["tokenize"]
                raise InputError(f"unknown BLEU tokenizer {name!r}{nearest(name, BLEU.TOKENIZERS)}")
            sacrebleu_metric("bleu", **options)
        elif choice.metric in PACKAGES and find_spec(PACKAGES[choice.metric][0]) is None:
            raise SummError(f"metric {choice.metric} needs a package: pip install {PACKAGES[choice.metric][1]}")


def run_metric(choice: MetricChoice, plan: Plan, documents: Sequence[Document], hypotheses: Sequence[str]) -> Scores:
    """Score hypotheses with one metric of a plan.

    Raises:
        InputError: an option that the metric does not know.
        SummError: an optional metric whose package is not installed.
    """
    from . import neural, summaries, translations

    references = [document.references for document in documents]
    ids = [document.id for document in documents]
    options = choice.options()
    boot = plan.bootstrap
    drawn: dict[str, Any] = {"resamples": boot.resamples, "seed": boot.seed, "confidence": boot.confidence}
    match choice.metric:
        case "rouge":
            return summaries.rouge(
                hypotheses, references, plan.target_language, ids=ids, quiet=True, **drawn, **options
            )
        case "free":
            sources = [document.source for document in documents]
            return reference_free(sources, hypotheses, plan.target_language, source_lang=plan.source_language, ids=ids)
        case "bertscore":
            return neural.bertscore(hypotheses, references, plan.target_language, ids=ids, **drawn, **options)
        case "comet":
            sources, first = [document.source for document in documents], [group[0] for group in references]
            return neural.comet(sources, hypotheses, first, ids=ids, **drawn, **options)
        case metric:
            return translations.translation_score(
                metric, hypotheses, references, ids=ids, quiet=True, settings=options, **drawn
            )


def measures_of(choice: MetricChoice, scores: Scores, plan: Plan, documents: Sequence[Document]) -> list[Measure]:
    """The figures that systems are compared by; none for what needs no reference."""
    if isinstance(scores, ReferenceFree):
        return []
    parts = _Parts(plan, documents)
    if isinstance(scores, TranslationScore):
        by_group, by_length = parts.of(scores.statistics)
        name, whole = choice.label, scores.interval or (scores.score, scores.score)
        return [Measure(name, scores.metric, name, scores.score, whole, scores.per_document, by_group, by_length)]
    found = []
    for kind in (kind for kind in ROUGE_TYPES if kind in scores):
        one, values = scores[kind], scores.rows[kind][:, 2]
        name = kind + choice.label.removeprefix("rouge")
        whole = one.interval or (one.fmeasure, one.fmeasure)
        found.append(
            Measure(
                name,
                kind,
                choice.label,
                one.fmeasure,
                whole,
                tuple(values.tolist()),
                *parts.of(mean_statistics(values)),
            )
        )
    return found


class _Parts:
    """The groups and length buckets of a set, ready to be scored."""

    def __init__(self, plan: Plan, documents: Sequence[Document]) -> None:
        self.plan = plan
        self.groups = np.array([str(document.group) for document in documents])
        self.group_names = sorted({str(d.group) for d in documents if d.group is not None})
        self.lengths = np.array([length_bucket(len(document.source.split())) for document in documents])
        names = [length_bucket(edge) for edge in (*LENGTHS, LENGTHS[-1] + 1)]
        self.length_names = [name for name in names if name in self.lengths]

    def of(self, statistics: Statistics) -> tuple[dict[str, Part], dict[str, Part]]:
        """Scores by group and by length."""
        return (
            {name: self._part(statistics.values[self.groups == name], statistics) for name in self.group_names},
            {name: self._part(statistics.values[self.lengths == name], statistics) for name in self.length_names},
        )

    def _part(self, values: FloatArray, statistics: Statistics) -> Part:
        boot = self.plan.bootstrap
        drawn = statistics.score(bootstrap_sums(values, boot.resamples, boot.seed))
        return Part(len(values), float(statistics.score(values.sum(axis=0))), interval(drawn, boot.confidence))


def length_bucket(words: int) -> str:
    """The name of the bucket of a source with so many words, counted at white space."""
    low = 1
    for high in LENGTHS:
        if words <= high:
            return f"{low}-{high}"
        low = high + 1
    return f"{low}+"
