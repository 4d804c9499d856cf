"""``compare``: several systems against the same references, and whether the differences are real."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from ..errors import InputError
from .comparison import Comparison, Pair, System
from .corpus import References
from .metrics.rouge_scores import ROUGE_TYPES
from .metrics.translation_scores import score_from_sums
from .nearest import nearest
from .resampling import FloatArray, Statistics, bootstrap_sums, interval, mean_statistics, shuffle_sums
from .scores import RougeScores, TranslationScore
from .significance import bootstrap_p, holm, randomization_p
from .summaries import rouge
from .translations import TRANSLATION_METRICS, translation_score

logger = logging.getLogger("summ")
METRICS = (*ROUGE_TYPES, *TRANSLATION_METRICS)
Scores = RougeScores | TranslationScore | Mapping[str, Any]


def compare(
    references: References,
    systems: Mapping[str, Sequence[str]],
    metric: str = "rouge1",
    *,
    lang: str = "ar",
    ids: Sequence[str] | None = None,
    test: Literal["randomization", "bootstrap"] = "randomization",
    level: float = 0.05,
    trials: int = 10_000,
    resamples: int = 1000,
    seed: int = 12345,
    quiet: bool = False,
    **options: Any,
) -> Comparison:
    """Score systems against the same references and test every pair.

    Args:
        references: one string a document, or one list of strings a document.
        systems: the hypotheses of each system by its name, two systems or more.
        metric: ``rouge1`` to ``rouge4``, ``rougeL``, ``rougeLsum`` (of F), ``bleu``, ``chrf``, ``chrf++`` or ``ter``.
        lang: language of the texts, for ROUGE.
        test: the test that decides what is significant; both are reported.
        level: of significance, after Holm's correction over all pairs.
        trials: of approximate randomization.
        resamples: of the bootstrap.
        quiet: do not log the notices; they are in the result all the same.
        options: more options of ``rouge`` or ``translation_score``.

    Raises:
        InputError: fewer than two systems, an unknown metric, unequal counts.
    """
    _check_metric(metric)
    scores: dict[str, Scores] = {}
    common = {"ids": ids, "resamples": resamples, "seed": seed, "quiet": True, **options}
    for name, hypotheses in systems.items():
        try:
            if metric in ROUGE_TYPES:
                scores[name] = rouge(hypotheses, references, lang, types=[metric], **common)
            else:
                scores[name] = translation_score(metric, hypotheses, references, **common)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
    comparison = compare_scores(scores, metric, test=test, level=level, trials=trials, resamples=resamples, seed=seed)
    if not quiet:
        for notice in comparison.notices:
            logger.warning(notice)
    return comparison


def compare_scores(
    scores: Mapping[str, Scores],
    metric: str = "rouge1",
    *,
    test: Literal["randomization", "bootstrap"] = "randomization",
    level: float = 0.05,
    trials: int = 10_000,
    resamples: int = 1000,
    seed: int = 12345,
    force: bool = False,
) -> Comparison:
    """Compare what ``rouge``, ``bleu``, ``chrf`` and the like gave, or their stored ``to_dict()``; see ``compare``.

    Args:
        force: compare although signatures or references differ.

    Raises:
        InputError: fewer than two systems, different signatures, references or documents, a result without documents'
            rows.
    """
    _check_metric(metric)
    if test not in ("randomization", "bootstrap"):
        raise InputError(f"unknown test {test!r}{nearest(test, ('randomization', 'bootstrap'))}")
    if len(scores) < 2:
        raise InputError(f"a comparison needs two systems or more, not {len(scores)}")
    entries = {name: _entry(name, value, metric) for name, value in scores.items()}
    notices = (*_check_comparable(entries, force), *_gathered(entries))
    sign = -1.0 if metric == "ter" else 1.0
    names = sorted(entries, key=lambda name: -sign * entries[name].total)
    width = {name: entries[name].statistics.values.shape[1] for name in names}
    stacked = np.concatenate([entries[name].statistics.values for name in names], axis=1)
    ends = np.cumsum([width[name] for name in names])[:-1]
    draws = dict(zip(names, np.split(bootstrap_sums(stacked, resamples, seed), ends, axis=1), strict=True))
    halves = dict(zip(names, np.split(shuffle_sums(stacked, trials, seed), ends, axis=1), strict=True))
    drawn = {name: entries[name].statistics.score(draws[name]) for name in names}

    tested = []
    for better, worse in combinations(names, 2):
        ours, theirs = entries[better], entries[worse]
        difference = ours.total - theirs.total
        wins, by_bootstrap = bootstrap_p(drawn[better], drawn[worse], difference)
        by_shuffling = randomization_p(ours.statistics, theirs.statistics, halves[better], halves[worse], difference)
        span = sorted(sign * end for end in interval(drawn[better] - drawn[worse]))
        tested.append((better, worse, sign * difference, (span[0], span[1]), wins, by_bootstrap, by_shuffling))
    corrected = list(zip(holm([row[5] for row in tested]), holm([row[6] for row in tested]), strict=True))
    deciding = 0 if test == "bootstrap" else 1
    pairs = tuple(Pair(*row, *p, significant=p[deciding] < level) for row, p in zip(tested, corrected, strict=True))
    beats = {name: tuple(pair.worse for pair in pairs if pair.better == name and pair.significant) for name in names}
    tiers = _tiers(names, beats)
    return Comparison(
        metric, entries[names[0]].signature, test, level, trials, resamples, seed,
        tuple(System(name, entries[name].total, interval(drawn[name]), tiers[name], beats[name]) for name in names),
        pairs, entries[names[0]].ids, {name: entries[name].values for name in names}, notices,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    signature: str
    references: str
    ids: tuple[str, ...]
    statistics: Statistics
    total: float
    values: tuple[float, ...]
    notices: tuple[str, ...]


def _entry(name: str, scores: Scores, metric: str) -> _Entry:
    """What a comparison needs, from a result or a stored one."""
    if isinstance(scores, TranslationScore):
        if scores.metric != metric:
            raise InputError(f"{name} has {scores.metric}, not {metric}")
        head, tail = (scores.signature, scores.references, scores.ids), scores.notices
        return _Entry(*head, scores.statistics, scores.score, scores.per_document, tail)
    if isinstance(scores, RougeScores):
        if metric not in scores:
            raise InputError(f"{name} has no {metric}; it has {', '.join(scores)}")
        head, tail = (scores.signature, scores.references, scores.ids), scores.notices
        return _mean_entry(*head, scores.rows[metric][:, 2], tail)
    return _stored_entry(name, scores, metric)


def _stored_entry(name: str, stored: Mapping[str, Any], metric: str) -> _Entry:
    """The same from what ``to_dict`` gave."""
    rows = stored.get("per_document")
    if not rows:
        raise InputError(f"{name}: the stored result has no rows of documents; score again with --per-document")
    head = stored["signature"], stored["references"], tuple(row["id"] for row in rows)
    tail = tuple(stored["notices"])
    if stored["kind"] == "rouge" and metric in rows[0]:
        return _mean_entry(*head, np.array([row[metric]["fmeasure"] for row in rows]), tail)
    if stored["kind"] == metric:
        statistics = Statistics(np.array([row["counts"] for row in rows], dtype=np.float64), score_from_sums(metric))
        return _Entry(*head, statistics, statistics.total(), tuple(row["score"] for row in rows), tail)
    raise InputError(f"{name}: the stored result has {stored['kind']}, not {metric}")


def _mean_entry(
    signature: str, references: str, ids: tuple[str, ...], values: FloatArray, notices: tuple[str, ...]
) -> _Entry:
    statistics = mean_statistics(values)
    return _Entry(signature, references, ids, statistics, float(values.mean()), tuple(values.tolist()), notices)


def _gathered(entries: Mapping[str, _Entry]) -> list[str]:
    """What all systems have in common once, what concerns some of them with their names."""
    owners: dict[str, list[str]] = {}
    for name, entry in entries.items():
        for notice in entry.notices:
            owners.setdefault(notice, []).append(name)
    return [text if len(names) == len(entries) else f"{', '.join(names)}: {text}" for text, names in owners.items()]


def _check_metric(metric: str) -> None:
    if metric not in METRICS:
        raise InputError(f"unknown metric {metric!r}{nearest(metric, METRICS)}")


def _check_comparable(entries: Mapping[str, _Entry], force: bool) -> tuple[str, ...]:
    first_name, first = next(iter(entries.items()))
    notices = []
    for name, entry in entries.items():
        if entry.ids != first.ids:
            raise InputError(
                f"{first_name} and {name} have different documents ({len(first.ids)} and {len(entry.ids)})"
            )
        if entry.signature != first.signature:
            problem = f"{first_name} and {name} have different signatures: {first.signature} and {entry.signature}"
        elif entry.references != first.references:
            problem = f"{first_name} and {name} were scored against different references"
        else:
            continue
        if not force:
            raise InputError(f"{problem}; score them alike, or compare with force (--force)")
        notices.append(problem)
    return tuple(notices)


def _tiers(names: Sequence[str], beats: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Tier numbers of ranked systems: a new tier begins where all systems above beat all systems from there on."""
    tiers, tier = {}, 1
    for rank, name in enumerate(names):
        if rank and all(set(names[rank:]) <= set(beats[above]) for above in names[:rank]):
            tier += 1
        tiers[name] = tier
    return tiers
