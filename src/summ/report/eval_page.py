"""One self-contained page of an evaluation: systems, intervals, significance, spread, lengths, documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .bidi import isolate
from .eval_charts import Line, distribution_chart, interval_chart
from .eval_examples import examples
from .eval_names import display_name, ranked, scale
from .letters import letters

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..eval.harness import Evaluation, SystemResult
    from ..eval.measures import Part

RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "ur", "he", "ps", "ckb", "arz", "ary"})
FREE_NAMES: Final = {
    "words": "words", "sentences": "sentences", "compression": "compression", "coverage": "coverage",
    "density": "density",
    "novel_1": "novel 1-grams", "novel_2": "novel 2-grams", "novel_3": "novel 3-grams", "novel_4": "novel 4-grams",
    "repeated_3": "repeated 3-grams", "loops": "loops", "numbers_kept": "numbers kept",
    "numbers_supported": "numbers supported", "names_kept": "names kept",
    "names_supported": "names supported", "in_language": "in language",
}  # fmt: skip
SHARES: Final = frozenset(FREE_NAMES) - {"words", "sentences", "compression", "density"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table, and how strongly it is shaded, 0..1."""

    text: str
    detail: str = ""
    shade: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """One measure: charts, pairs of systems, parts of the set."""

    name: str
    anchor: str
    lower_is_better: bool
    intervals: Markup
    spread: Markup
    pairs: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    columns: tuple[str, ...]
    parts: tuple[tuple[str, tuple[tuple[str, int], ...], tuple[tuple[str, tuple[Cell, ...]], ...]], ...]


def render_page(done: Evaluation) -> str:
    """The page of an evaluation, as a string. The same evaluation gives the same page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("summ.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolate"] = isolate
    order = ranked(done)
    target, source = (_language(code) for code in (done.plan.target_language, done.plan.source_language))
    return environment.get_template("eval.html.j2").render(
        done=done,
        title=done.name,
        systems=[(system, significance_letters(done).get(system.name, ""), _cells(done, system)) for system in order],
        measures=[display_name(name) for name in done.measures],
        sections=[_section(done, name, order, number) for number, name in enumerate(done.measures, 1)],
        free=_free_table(order),
        examples=examples(done, order),
        shown=next((s.name for s in order if "oracle" not in str(s.info.get("baseline"))), ""),
        first=display_name(done.measures[0]) if done.measures else "",
        target=target,
        source=source,
        configuration=json.dumps(done.to_dict()["config"], ensure_ascii=False, indent=1),
        made_by=[(system.name, _flat(system.info), system.notices()) for system in done.systems],
        words=sum(len(document.source.split()) for document in done.documents),
        references=sorted({len(document.references) for document in done.documents}),
        notices=_notices(done),
    )


def write_page(done: Evaluation) -> Path:
    """Write report.html into the folder of an evaluation, atomically."""
    from ..atomic import write_atomically

    path = done.folder / "report.html"
    # A lone surrogate, which JSON can carry, has no UTF-8; as a reference it is shown as the replacement character.
    write_atomically(path, render_page(done).encode("utf-8", "xmlcharrefreplace"))
    return path


def _language(code: str) -> dict[str, str]:
    return {"code": code, "way": "rtl" if code in RIGHT_TO_LEFT else "ltr"}


def significance_letters(done: Evaluation) -> dict[str, str]:
    """Letters by the first measure: systems that share one are not told apart. Empty where nothing was compared."""
    if not done.measures or done.measures[0] not in done.comparisons:
        return {}
    comparison = done.comparisons[done.measures[0]]
    return letters(
        [system.name for system in comparison.systems],
        [(pair.better, pair.worse) for pair in comparison.pairs if pair.significant],
    )


def _cells(done: Evaluation, system: SystemResult) -> list[Cell]:
    cells = []
    for name in done.measures:
        measure = system.measures[name]
        everyone = [other.measures[name].score for other in done.systems]
        low, high = min(everyone), max(everyone)
        share = (measure.score - low) / (high - low) if high > low else 0.0
        cells.append(
            _cell(measure.score, measure.interval, scale(measure), 1 - share if measure.kind == "ter" else share)
        )
    return cells


def _cell(score: float, interval: tuple[float, float], scale: float, shade: float) -> Cell:
    low, high = (end * scale for end in interval)
    return Cell(f"{score * scale:.1f}", f"{low:.1f} to {high:.1f}", round(shade, 2))


def _section(done: Evaluation, name: str, ranked: Sequence[SystemResult], number: int) -> Section:
    first = ranked[0].measures[name]
    factor, title = scale(first), display_name(name)
    lower = first.kind == "ter"
    ordered = sorted(ranked, key=lambda system: (1 if lower else -1) * system.measures[name].score)
    lines = [
        Line(
            system.name,
            measure.score * factor,
            measure.interval[0] * factor,
            measure.interval[1] * factor,
            tuple(value * factor for value in measure.values),
        )
        for system in ordered
        for measure in (system.measures[name],)
    ]
    kind = "document" if done.plan.task != "translation" else "segment"
    return Section(
        title,
        str(number),
        lower,
        interval_chart(lines, title=f"{title} of each system with its interval"),
        distribution_chart(lines, title=f"{title} by {kind}: histogram, median and middle half"),
        *_pairs(done, name, [system.name for system in ordered], factor),
        _parts(ordered, name, factor),
    )


def _pairs(
    done: Evaluation, name: str, ordered: Sequence[str], scale: float
) -> tuple[tuple[tuple[str, tuple[Cell | None, ...]], ...], tuple[str, ...]]:
    """Each system's lead over each later one, with the corrected p-value; shaded where it is significant."""
    comparison = done.comparisons.get(name)
    if comparison is None:
        return (), ()
    rows = []
    for place, better in enumerate(ordered[:-1]):
        cells: list[Cell | None] = [None] * place
        for worse in ordered[place + 1 :]:
            pair = comparison.pair(better, worse)
            p = pair.randomization_p_holm if comparison.test == "randomization" else pair.bootstrap_p_holm
            told = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
            sign = "" if pair.better == better else "−"
            cells.append(Cell(f"{sign}{abs(pair.difference) * scale:.1f}", told, 1.0 if pair.significant else 0.0))
        rows.append((better, tuple(cells)))
    return tuple(rows), tuple(ordered[1:])


def _parts(ordered: Sequence[SystemResult], name: str, scale: float) -> tuple[Any, ...]:
    """Scores by length of the source, and by group: a table each, if there is more than one part."""
    tables = []
    for caption, attribute in (("words of the source", "by_length"), ("group", "by_group")):
        found: list[tuple[str, dict[str, Part]]] = [
            (s.name, dict(getattr(s.measures[name], attribute))) for s in ordered
        ]
        columns = [(label, part.documents) for label, part in found[0][1].items()]
        if len(columns) < 2:
            continue
        scores = [part.score for _, parts in found for part in parts.values()]
        low, span = min(scores), max(scores) - min(scores) or 1.0
        rows = tuple(
            (system, tuple(_cell(p.score, p.interval, scale, (p.score - low) / span) for p in parts.values()))
            for system, parts in found
        )
        tables.append((caption, tuple(columns), rows))
    return tuple(tables)


def _free_table(ranked: Sequence[SystemResult]) -> dict[str, Any] | None:
    """What needs no reference: a row a measure, a column a system."""
    names = [name for name in FREE_NAMES if any(name in system.free for system in ranked)]
    if not names:
        return None

    def shown(system: SystemResult, name: str) -> str:
        if name not in system.free:
            return "–"
        value = system.free[name]
        return f"{100 * value:.1f} %" if name in SHARES else f"{value:.1f}"

    return {
        "systems": [system.name for system in ranked],
        "rows": [(FREE_NAMES[name], [shown(system, name) for system in ranked]) for name in names],
    }


def _flat(info: Any, place: str = "") -> list[tuple[str, str]]:
    """A nested record as lines of place and value."""
    if isinstance(info, dict):
        return [line for key, value in info.items() for line in _flat(value, f"{place}.{key}" if place else str(key))]
    return [(place, info if isinstance(info, str) else json.dumps(info, ensure_ascii=False))]


def _notices(done: Evaluation) -> list[str]:
    """What a reader of the scores should know, each line once."""
    found = list(done.data.notices)
    for system in done.systems:
        for scores in system.scores.values():
            found += [f"{system.name}: {notice}" for notice in getattr(scores, "notices", ())]
    return list(dict.fromkeys(found))
