"""Scores and comparisons as tables for people (rich)."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import TYPE_CHECKING

from .comparison import Comparison
from .from_files import Result
from .metrics.rouge_scores import ROUGE_TYPES
from .scores import Part, RougeScores, TranslationScore
from .without_references import ReferenceFree

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def console() -> Console:
    """Standard output; elsewhere than on a terminal, wide enough that no table is cut."""
    import sys

    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def _print(out: Console, table: Table) -> None:
    """Print a table whole: on a narrow terminal words of a cell fold, but no figure and no name is cut."""
    needed = out.measure(table, options=out.options.update(width=10_000)).minimum
    out.width = max(out.width, needed + 2)  # rich forgets the padding at the edges
    out.print(table)


def print_results(results: Mapping[str, Result]) -> None:
    """A table a kind of metric, each followed by its signature. ROUGE is printed in percent, as papers have it."""
    out = console()
    for name, result in results.items():
        if isinstance(result, RougeScores):
            _print(out, _rouge_table(result))
        elif isinstance(result, ReferenceFree):
            _print(out, _free_table(result))
        else:
            _print(out, _translation_table(name, result))
            if result.by_document:
                _print(out, _parts_table("document", result.by_document, name))
        print(result.signature)


def print_comparisons(comparisons: Mapping[str, Comparison], documents: int = 0) -> None:
    """A table of systems and a table of pairs a metric, with the documents on which the best two differ most."""
    out = console()
    for comparison in comparisons.values():
        _print(out, _systems_table(comparison))
        _print(out, _pairs_table(comparison))
        if documents:
            _print(out, _documents_table(comparison, documents))
        print(comparison.signature)
        tests = f"bootstrap {comparison.resamples} resamples, approximate randomization {comparison.trials} trials"
        decision = f"{comparison.test} decides, Holm-corrected, level {comparison.level:g}"
        print(f"paired tests: {tests}, seed {comparison.seed}; {decision}")


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right", overflow="fold")
    return table


def _count(items: Sized, noun: str) -> str:
    return f"{len(items):,} {noun}{'' if len(items) == 1 else 's'}"


def _rouge_table(scores: RougeScores) -> Table:
    table = _table(f"{_count(scores.ids, 'document')}, percent", "", "precision", "recall", "F", "interval of F")
    for name, score in scores.items():
        span = f"{100 * score.interval[0]:.2f}-{100 * score.interval[1]:.2f}" if score.interval else ""
        figures = (score.precision, score.recall, score.fmeasure)
        table.add_row(name, *(f"{100 * figure:.2f}" for figure in figures), span)
    return table


def _translation_table(name: str, score: TranslationScore) -> Table:
    table = _table(_count(score.ids, "segment"), "", "score", "interval", "segments")
    digits = 4 if name in ("bertscore", "comet") else 2
    span = "-".join(f"{end:.{digits}f}" for end in score.interval or ())
    table.add_row(name, f"{score.score:.{digits}f}", span, str(len(score.ids)))
    for bucket, part in score.by_length.items():
        table.add_row(f"  {bucket} words", f"{part.score:.2f}", "", str(part.segments))
    return table


def _parts_table(heading: str, parts: Mapping[str, Part], name: str) -> Table:
    table = _table("", heading, name, "segments")
    for key, part in parts.items():
        table.add_row(key, f"{part.score:.2f}", str(part.segments))
    return table


def _free_table(result: ReferenceFree) -> Table:
    table = _table(f"{_count(result.per_document, 'document')}, without references", "", "mean", "documents")
    for name, mean in result.means.items():
        table.add_row(name, f"{mean:.3f}", str(sum(row[name] is not None for row in result.per_document)))
    return table


def _scale(metric: str) -> tuple[float, int]:
    return (100, 2) if metric in ROUGE_TYPES else (1, 2)


def _systems_table(comparison: Comparison) -> Table:
    factor, digits = _scale(comparison.metric)
    unit = ", percent" if factor == 100 else ", lower is better" if comparison.metric == "ter" else ""
    title = f"{comparison.metric}{unit}: {_count(comparison.ids, 'document')}"
    table = _table(title, "system", "score", "interval", "tier", "beats")
    for system in comparison.systems:
        low, high = (f"{factor * end:.{digits}f}" for end in system.interval)
        beats = ", ".join(system.beats) if len(system.beats) < len(comparison.systems) - 1 else "all others"
        score = f"{factor * system.score:.{digits}f}"
        table.add_row(system.name, score, f"{low}-{high}", str(system.tier), beats or "-")
    return table


def _pairs_table(comparison: Comparison) -> Table:
    factor, digits = _scale(comparison.metric)
    heads = ("pair", "differs", "interval", "wins", "p\nboot.", "p\nrand.", "Holm\nboot.", "Holm\nrand.", "")
    table = _table("pairs", *heads)
    for pair in comparison.pairs:
        low, high = (f"{factor * end:.{digits}f}" for end in pair.interval)
        difference = f"{factor * pair.difference:.{digits}f}"
        p = (pair.bootstrap_p, pair.randomization_p, pair.bootstrap_p_holm, pair.randomization_p_holm)
        row = (f"{pair.better} > {pair.worse}", difference, f"{low}..{high}", f"{pair.wins:.3f}")
        table.add_row(*row, *(f"{value:.4f}" for value in p), "*" if pair.significant else "")
    return table


def _documents_table(comparison: Comparison, count: int) -> Table:
    factor, digits = _scale(comparison.metric)
    first, second = comparison.systems[0].name, comparison.systems[1].name
    table = _table(f"documents on which {first} and {second} differ most", "document", first, second, "difference")
    for row in comparison.most_different(first, second, count):
        table.add_row(row.id, *(f"{factor * value:.{digits}f}" for value in (row.first, row.second, row.difference)))
    return table
