"""Scoring and comparing what lies in files: what the commands and the scripts in eval/ share."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from .comparing import compare, compare_scores
from .comparison import Comparison
from .files import HYPOTHESIS_FIELDS, REFERENCE_FIELDS, SOURCE_FIELDS, Texts, align, read_texts
from .metrics.rouge_scores import ROUGE_TYPES
from .nearest import nearest
from .neural import bertscore, comet
from .presets import DEFAULT_PRESET, PRESETS
from .scores import RougeScores, TranslationScore
from .summaries import DEFAULT_TYPES, rouge
from .translations import TRANSLATION_METRICS, bleu, chrf, chrfpp, ter
from .without_references import ReferenceFree, reference_free

FILE_METRICS = ("rouge", *ROUGE_TYPES, *TRANSLATION_METRICS, "bertscore", "comet", "free")
Result = RougeScores | TranslationScore | ReferenceFree
logger = logging.getLogger("summ")


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of fields of JSON Lines, CSV and TSV files; None: the usual names are tried."""

    hypothesis: str | None = None
    reference: str | None = None
    source: str | None = None
    id: str = "id"
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hypotheses with what belongs to them, in the order of the hypotheses' file.

    Attributes:
        empty_references: where references without a visible character stand: ``file, line 3: document x``.
    """

    ids: tuple[str, ...] | None
    hypotheses: list[str]
    references: list[list[str]]
    documents: tuple[str, ...] | None
    sources: list[str] | None
    notices: tuple[str, ...]
    empty_references: tuple[str, ...] = ()


def load(
    hypotheses: Path, references: Sequence[Path], *, fields: Fields | None = None, sources: Path | None = None
) -> Loaded:
    """Read and match files; several files of references are several references a document.

    Raises:
        InputError: see ``read_texts`` and ``align``.
    """
    names = fields or Fields()
    ours = read_texts(hypotheses, fields=HYPOTHESIS_FIELDS, field_name=names.hypothesis, id_field=names.id)
    sets: list[Texts] = []
    for index, path in enumerate(references):
        group = names.document if index == 0 else None
        theirs = read_texts(
            path, fields=REFERENCE_FIELDS, field_name=names.reference, id_field=names.id, group_field=group
        )
        sets.append(align(ours, theirs))
    articles = None
    if sources is not None:
        articles = align(ours, read_texts(sources, fields=SOURCE_FIELDS, field_name=names.source, id_field=names.id))
    documents = sets[0].groups if sets and names.document is not None else None
    joined = [[text for group in groups for text in group] for groups in zip(*(s.texts for s in sets), strict=True)]
    ids = ours.ids or next((texts.ids for texts in sets if texts.ids is not None), None)
    notices = tuple(notice for texts in (ours, *sets, *([articles] if articles else [])) for notice in texts.notices)
    empty = tuple(place for texts in sets for place in _empty(texts, ids))
    return Loaded(ids, ours.single(), joined, documents, articles.single() if articles else None, notices, empty)


def _empty(texts: Texts, ids: tuple[str, ...] | None) -> list[str]:
    """Where a file has references without a visible character, or a document without any."""
    return [
        f"{place}: document {ids[number] if ids else number + 1}"
        for number, (group, place) in enumerate(zip(texts.texts, texts.places, strict=True))
        if not group or not all(text.strip() for text in group)
    ]


def _check_references(loaded: Loaded, metrics: Iterable[str], lang: str, preset: str | None) -> None:
    """Refuse empty references, with their line, unless every metric is to score them 0."""
    chosen = PRESETS.get(preset if preset is not None else DEFAULT_PRESET.get(lang, "words"))
    scored_zero = chosen is None or chosen.empty_references == "zero"  # an unknown preset is refused with its name
    if loaded.empty_references and not (scored_zero and set(metrics) <= {*ROUGE_TYPES, "free"}):
        more = f" ({len(loaded.empty_references)} such documents in all)" if len(loaded.empty_references) > 1 else ""
        raise InputError(
            f"{loaded.empty_references[0]} has an empty reference{more}; give it a text, nothing can be scored without"
        )


def parse_metrics(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``rouge,bleu`` as ROUGE types and other metrics.

    Raises:
        InputError: an unknown metric, with the nearest names.
    """
    types: list[str] = []
    others: list[str] = []
    for name in filter(None, (part.strip() for part in value.split(","))):
        if name not in FILE_METRICS:
            raise InputError(f"unknown metric {name!r}{nearest(name, FILE_METRICS)}")
        if name == "rouge":
            types += DEFAULT_TYPES
        else:
            (types if name in ROUGE_TYPES else others).append(name)
    if not types and not others:
        raise InputError(f"no metric named; known: {', '.join(FILE_METRICS)}")
    return tuple(dict.fromkeys(types)), tuple(dict.fromkeys(others))


def score_loaded(
    loaded: Loaded,
    metrics: str,
    *,
    lang: str = "ar",
    source_lang: str = "ar",
    resamples: int = 1000,
    seed: int = 12345,
    rouge_options: Mapping[str, Any] | None = None,
    tokenize: str = "13a",
) -> dict[str, Result]:
    """Score what ``load`` read.

    Args:
        metrics: names joined by commas; ``rouge`` stands for ROUGE-1, 2, L and Lsum, ``free`` for ``reference_free``.
        rouge_options: more options of ``rouge``.
        tokenize: sacrebleu's tokenizer, for BLEU.

    Returns:
        One result a kind of metric, ROUGE's under ``rouge``.

    Raises:
        InputError: an unknown metric, one that needs sources or references that were not given.
    """
    types, others = parse_metrics(metrics)
    for name in others:
        if name in ("free", "comet") and loaded.sources is None:
            raise InputError(f"metric {name} needs the sources: give them (--sources)")
    if (types or set(others) != {"free"}) and not loaded.references:
        raise InputError("no references: give a file of them (--references); only metric free does without")
    _check_references(loaded, (*types, *others), lang, (rouge_options or {}).get("preset"))
    common: dict[str, Any] = {"ids": loaded.ids, "resamples": resamples, "seed": seed}
    by_document = {**common, "documents": loaded.documents, "quiet": True}
    ours, theirs, sources = loaded.hypotheses, loaded.references, loaded.sources or []
    results: dict[str, Result] = {}
    if types:
        results["rouge"] = rouge(ours, theirs, lang, types=types, quiet=True, **common, **(rouge_options or {}))
    for name in others:
        match name:
            case "bleu":
                results[name] = bleu(ours, theirs, tokenize=tokenize, **by_document)
            case "chrf":
                results[name] = chrf(ours, theirs, **by_document)
            case "chrf++":
                results[name] = chrfpp(ours, theirs, **by_document)
            case "ter":
                results[name] = ter(ours, theirs, **by_document)
            case "bertscore":
                results[name] = bertscore(ours, theirs, lang, **common)
            case "comet":
                results[name] = comet(sources, ours, [group[0] for group in theirs], **common)
            case _:
                results[name] = reference_free(sources, ours, lang, source_lang=source_lang, ids=loaded.ids)
    noticed = (notice for result in results.values() for notice in getattr(result, "notices", ()))
    for notice in dict.fromkeys(noticed):  # several metrics say the same of the same texts
        logger.warning(notice)
    return results


def parse_systems(values: Sequence[str]) -> dict[str, Path]:
    """``NAME=FILE`` arguments.

    Raises:
        InputError: another form, a name that comes twice.
    """
    systems: dict[str, Path] = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not (name and equals and path):
            raise InputError(f"{value}: expected SYSTEM=FILE, such as google=google.txt")
        if name in systems:
            raise InputError(f"the system {name} is named twice")
        systems[name] = Path(path)
    return systems


def compare_files(
    systems: Mapping[str, Path],
    references: Sequence[Path],
    metrics: str = "rouge1",
    *,
    lang: str = "ar",
    fields: Fields | None = None,
    force: bool = False,
    rouge_options: Mapping[str, Any] | None = None,
    tokenize: str = "13a",
    **options: Any,
) -> tuple[dict[str, Comparison], tuple[str, ...]]:
    """Compare systems' files with references, or, without references, stored results (``summ eval score --json``).

    Args:
        options: ``test``, ``level``, ``trials``, ``resamples`` and ``seed`` of ``compare``.

    Returns:
        One comparison a metric, and what was noticed, each line once.

    Raises:
        InputError: an unknown metric or unreadable files, stored results that do not match.
    """
    types, others = parse_metrics(metrics)
    if not references:
        stored = {name: _stored(path) for name, path in systems.items()}
        comparisons = {}
        for metric in (*types, *others):
            scores = {name: _kind(value, metric, systems[name]) for name, value in stored.items()}
            comparisons[metric] = compare_scores(scores, metric, force=force, **options)
        return comparisons, _notices(comparisons)
    loaded = {name: load(path, references, fields=fields) for name, path in systems.items()}
    first = next(iter(loaded.values()))
    _check_references(first, (*types, *others), lang, (rouge_options or {}).get("preset"))
    hypotheses = {name: _in_order(first, value, systems[name]) for name, value in loaded.items()}
    comparisons = {}
    for metric in (*types, *others):
        extra = dict(rouge_options or {}) if metric in types else {}
        if metric == "bleu":
            extra["settings"] = {"tokenize": tokenize}
        shared = {"lang": lang, "ids": first.ids, "quiet": True, **options, **extra}
        comparisons[metric] = compare(first.references, hypotheses, metric, **shared)
    read = [notice for value in loaded.values() for notice in value.notices]
    return comparisons, tuple(dict.fromkeys([*read, *_notices(comparisons)]))


def _notices(comparisons: Mapping[str, Comparison]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notice for comparison in comparisons.values() for notice in comparison.notices))


def _in_order(first: Loaded, other: Loaded, path: Path) -> list[str]:
    """Hypotheses in the order of the first system's documents."""
    if first.ids is None or other.ids is None or first.ids == other.ids:
        return other.hypotheses
    by_id = dict(zip(other.ids, other.hypotheses, strict=True))
    if set(by_id) != set(first.ids):
        raise InputError(f"{path}: its documents are not those of the other systems")
    return [by_id[identity] for identity in first.ids]


def _stored(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a stored result: {error}; to score texts, give --references") from None
    if not isinstance(value, dict) or not isinstance(value.get("results"), dict):
        raise InputError(f"{path}: not a stored result of summ eval score --json; to score texts, give --references")
    return value


def _kind(value: dict[str, Any], metric: str, path: Path) -> dict[str, Any]:
    kind = "rouge" if metric in ROUGE_TYPES else metric
    if kind not in value["results"]:
        raise InputError(f"{path} has no {metric}; it has {', '.join(value['results'])}")
    result: dict[str, Any] = value["results"][kind]
    return result
