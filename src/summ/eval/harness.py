"""``summ eval run``: load a set, run systems, score, compare, and write it all down."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..version import __version__
from .comparing import METRICS as COMPARABLE
from .comparing import compare_scores
from .comparison import Comparison
from .documents_table import per_document_parquet
from .measures import Measure, Scores, check_metrics, measures_of, run_metric
from .plan import Plan
from .runfolder import RunFolder, fingerprint, to_json
from .scores import RougeScores, TranslationScore
from .sets import Document, EvalSet, load_set
from .systems import Hypothesis, check_systems, load_system
from .without_references import ReferenceFree

SCHEMA = 1
logger = logging.getLogger("summ")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class SystemResult:
    """What one system made and how it scored.

    Attributes:
        info: what made the hypotheses.
        scores: by the label of the metric.
        measures: the figures of all metrics, by name, in the order of the plan.
    """

    name: str
    info: Mapping[str, Any]
    hypotheses: tuple[Hypothesis, ...]
    scores: Mapping[str, Scores]
    measures: Mapping[str, Measure]

    @property
    def free(self) -> Mapping[str, float]:
        """The means of what needs no reference; empty where it was not asked for."""
        found = [scores.means for scores in self.scores.values() if isinstance(scores, ReferenceFree)]
        return found[0] if found else {}

    def comparable(self, label: str) -> RougeScores | TranslationScore:
        """The scores of a metric that systems can be compared by."""
        scores = self.scores[label]
        assert not isinstance(scores, ReferenceFree)
        return scores

    def notices(self) -> dict[str, int]:
        """How many documents its maker noticed what about."""
        codes = [code for made in self.hypotheses for code in made.notices]
        return {code: codes.count(code) for code in dict.fromkeys(codes)}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A finished evaluation.

    Attributes:
        name: of the configuration.
        identity: fingerprint of the configuration, the data and the version.
        documents: those that were evaluated on: all, or the first ``plan.limit``.
        comparisons: by the name of the measure; empty for one system.
    """

    name: str
    identity: str
    plan: Plan
    data: EvalSet
    documents: tuple[Document, ...]
    systems: tuple[SystemResult, ...]
    comparisons: Mapping[str, Comparison]
    folder: Path

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The names of the figures."""
        return tuple(self.systems[0].measures)

    @property
    def signatures(self) -> dict[str, str]:
        """The signature of each metric."""
        return {label: scores.signature for label, scores in self.systems[0].scores.items()}

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary: what results.json holds."""
        systems = {}
        for system in self.systems:
            systems[system.name] = {
                "info": dict(system.info),
                "notices": system.notices(),
                "scores": {label: scores.to_dict(per_document=False) for label, scores in system.scores.items()},
                "measures": {name: measure.to_dict() for name, measure in system.measures.items()},
            }
        return {
            "kind": "evaluation",
            "version": SCHEMA,
            "summ": __version__,
            "name": self.name,
            "fingerprint": self.identity,
            "config": plain(self.plan),
            "data": {
                **self.data.origin,
                "documents": len(self.documents),
                "digest": self.data.digest,
                "notices": list(self.data.notices),
            },
            "signatures": self.signatures,
            "systems": systems,
            "comparisons": {name: comparison.to_dict() for name, comparison in self.comparisons.items()},
        }


def evaluate(
    plan: Plan,
    *,
    name: str,
    base: Path,
    output: Path | None = None,
    runs: Path = Path("runs/eval"),
    offline: bool = False,
    fresh: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda message: None,
) -> Evaluation:
    """Run an evaluation and write hypotheses.jsonl, per_document.parquet and results.json.

    An interrupted run goes on where it stopped, and gives the same files as one that was not. The page is made of what
    this returns, by ``summ.report.eval_page.write_page``.

    Args:
        name: of the configuration, for the folder.
        base: the folder that the plan's local files are relative to.
        output: the folder to write to; ``runs/NAME-fingerprint`` if None.
        fresh: forget what an earlier run stored.
        progress: called with the numbers of hypotheses made and in all.
        say: called with a line on what happens.

    Raises:
        InputError: data or hypotheses that cannot be used, an unknown system; with the place.
        ModelError: a model that cannot be had.
    """
    check_metrics(plan)
    check_systems(plan)
    data = load_set(plan.data, base, offline=offline)
    for notice in data.notices:
        say(notice)
    documents = data.documents[: plan.limit]
    state = {"kind": "evaluation", "summ": __version__, "config": plain(plan), "data": data.digest}
    identity = fingerprint(state)
    folder = RunFolder(output or runs / f"{name}-{identity}")
    with folder.alone():
        folder.open(state, fresh=fresh)
        made = _hypotheses(plan, data, documents, base, folder, offline=offline, progress=progress, say=say)
        say("scoring")
        systems = tuple(_scored(choice.name, *made[choice.name], plan, documents) for choice in plan.systems)
        comparisons = _comparisons(plan, systems)
        done = Evaluation(name, identity, plan, data, documents, systems, comparisons, folder.path)
        _write(done)
    return done


def plain(plan: Plan) -> dict[str, Any]:
    """A plan as JSON, without what no figure depends on."""
    value: dict[str, Any] = json.loads(plan.model_dump_json(exclude={"description"}, exclude_defaults=True))
    return value


Made = dict[str, tuple[dict[str, Any], tuple[Hypothesis, ...]]]


def _hypotheses(
    plan: Plan,
    data: EvalSet,
    documents: Sequence[Document],
    base: Path,
    folder: RunFolder,
    *,
    offline: bool,
    progress: Progress | None,
    say: Callable[[str], None],
) -> Made:
    """The hypotheses of each system, stored ones first; and what made them."""
    ids = [document.id for document in documents]
    stored = folder.stored({choice.name: ids for choice in plan.systems})
    # Files first, so that a wrong one is found before a model works for hours.
    files = {one.name: load_system(one, plan, data, base) for one in plan.systems if one.hypotheses is not None}
    for name, system in files.items():
        if folder.changed(name, system.info):
            say(f"{name}: its file has changed and is read again")
            stored = folder.forget(name, stored)
    if stored:
        say(f"{len(stored)} hypotheses are there from an earlier run")
    total, count = len(ids) * len(plan.systems), len(stored)
    found: Made = {}
    for choice in plan.systems:
        system = files.get(choice.name) or load_system(choice, plan, data, base, offline=offline)
        folder.agree(choice.name, system.info)
        missing = [document for document in documents if (choice.name, document.id) not in stored]
        if missing:
            say(f"{choice.name}: {len(missing)} documents")
        for start in range(0, len(missing), system.step):
            group = missing[start : start + system.step]
            made = system.run(group)
            folder.append(choice.name, [document.id for document in group], made)
            stored |= {(choice.name, document.id): one for document, one in zip(group, made, strict=True)}
            count += len(group)
            if progress:
                progress(count, total)
        found[choice.name] = (system.info, tuple(stored[choice.name, identity] for identity in ids))
    return found


def _scored(
    name: str, info: dict[str, Any], hypotheses: tuple[Hypothesis, ...], plan: Plan, documents: Sequence[Document]
) -> SystemResult:
    texts = [made.text for made in hypotheses]
    scores = {choice.label: run_metric(choice, plan, documents, texts) for choice in plan.metrics}
    noticed = (notice for one in scores.values() for notice in getattr(one, "notices", ()))
    for notice in dict.fromkeys(noticed):
        logger.warning(f"{name}: {notice}")
    measures = [m for choice in plan.metrics for m in measures_of(choice, scores[choice.label], plan, documents)]
    return SystemResult(name, info, hypotheses, scores, {measure.name: measure for measure in measures})


def _comparisons(plan: Plan, systems: Sequence[SystemResult]) -> dict[str, Comparison]:
    """Every pair of systems tested, by the name of the measure."""
    found: dict[str, Comparison] = {}
    if len(systems) < 2:
        return found
    for name, measure in systems[0].measures.items():
        if measure.kind in COMPARABLE:
            found[name] = compare_scores(
                {system.name: system.comparable(measure.label) for system in systems},
                measure.kind,
                test=plan.significance.test,
                level=plan.significance.level,
                trials=plan.significance.trials,
                resamples=plan.bootstrap.resamples,
                seed=plan.bootstrap.seed,
            )
    return found


def _write(done: Evaluation) -> None:
    write_atomically(done.folder / "per_document.parquet", per_document_parquet(done))
    # Last: where results.json is, all is there.
    write_atomically(done.folder / "results.json", to_json(done.to_dict()))
