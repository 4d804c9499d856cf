"""Evaluate on one set or many, and write the table of baselines.

    python eval/run_benchmark.py sample                                # one set, as `summ eval run sample`
    python eval/run_benchmark.py --all --docs docs/baselines.md        # every local set, and the page of baselines

Hypotheses are kept in runs/eval, so that a second run only scores; --fresh makes them again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from summ import settings
from summ.atomic import write_atomically
from summ.errors import SummError
from summ.eval.harness import Evaluation, SystemResult, evaluate
from summ.eval.plan import read
from summ.report.eval_names import display_name, ranked, scale
from summ.report.eval_page import significance_letters, write_page

HEAD = """# Baselines

What simple systems and the built-in models score on each local set, so that a new system has something to be shown
beside. This page is written by a program; to make it again (`SUMM_SHARED` names the folder that holds `data/`):

    python eval/run_benchmark.py --all --docs docs/baselines.md

Each row gives the score, its {confidence} % bootstrap interval in brackets, and the command that makes it. Within a
set, systems that share a letter are not told apart by the first measure (paired approximate randomization,
Holm-corrected over all pairs of the set). ROUGE is F in percent. *oracle* chooses sentences by their ROUGE with the
references: a bound of extraction, not a system. *random* draws three sentences, *random-N* N of them, by a fixed seed.
How the figures are to be read and reported: [evaluation.md](evaluation.md).
"""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help="names in configs/eval, or YAML files")
    parser.add_argument("--all", action="store_true", help="every set that needs no hub: sample* and local-*")
    parser.add_argument("--docs", type=Path, metavar="PAGE", help="also write a Markdown page with the tables")
    parser.add_argument("--runs", type=Path, default=Path("runs/eval"), help="where runs are kept (%(default)s)")
    parser.add_argument("--fresh", action="store_true", help="make all hypotheses again")
    parser.add_argument("--limit", type=_positive, help="the first so many documents of each set only")
    options = parser.parse_args()
    names = list(options.sets)
    if options.all:
        names += [name for name, _ in settings.files("eval") if name.startswith(("sample", "local-"))]
    if not names:
        parser.error("name a set, or give --all")
    done = [run(name, options) for name in names]
    if options.docs:
        confidence = f"{100 * done[0].plan.bootstrap.confidence:g}"
        write_atomically(options.docs, "\n".join([HEAD.format(confidence=confidence), *map(section, done)]))
        print(f"page: {options.docs}", file=sys.stderr)
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def run(name: str, options: argparse.Namespace) -> Evaluation:
    """Evaluate on one set; the same as ``summ eval run NAME``."""
    plan, path = read(name)
    if options.limit:
        plan = plan.model_copy(update={"limit": options.limit})
    print(f"{path.stem}:", file=sys.stderr)
    done = evaluate(
        plan,
        name=path.stem,
        base=path.resolve().parent,
        runs=options.runs,
        fresh=options.fresh,
        say=lambda message: print(f"  {message}", file=sys.stderr),
    )
    write_page(done)
    print(section(done), flush=True)
    return done


def section(done: Evaluation) -> str:
    """One set's table in Markdown."""
    measures = list(done.measures)
    free = [] if measures else ["words", "compression", "coverage", "density", "novel_2"]
    columns = ["system", *map(display_name, measures), *free, "command"]
    letters = significance_letters(done)
    rows = [columns, ["---"] * len(columns)]
    for system in ranked(done):
        row = [f"{system.name} {letters[system.name]}" if system.name in letters else system.name]
        for name in measures:
            measure = system.measures[name]
            low, high = (end * scale(measure) for end in measure.interval)
            row.append(f"{measure.score * scale(measure):.2f} [{low:.1f}, {high:.1f}]")
        row += [f"{system.free[name]:.2f}" if name in system.free else "" for name in free]
        row.append(f"`summ eval run {done.name} --system {system.name}`")
        rows.append(row)
    lines = [f"## {done.name}", "", done.plan.description, ""]
    lines.append(f"{len(done.documents):,} {'segments' if done.plan.task == 'translation' else 'documents'}.")
    lines += ["", *("| " + " | ".join(row) + " |" for row in rows), ""]
    groups = by_group(done)
    if groups:
        lines += [*groups, ""]
    lines += [f"- `{signature}`" for signature in done.signatures.values()]
    lines += [f"- {model}" for model in dict.fromkeys(map(model_of, done.systems)) if model]
    return "\n".join(lines) + "\n"


def model_of(system: SystemResult) -> str:
    """The model, with its revision, that made or translated a system's hypotheses; empty for a baseline."""
    info = system.info.get("translation", system.info)
    return f"{info['name']}, revision `{info['revision']}`" if "revision" in info else ""


def by_group(done: Evaluation) -> list[str]:
    """The first measure by group, where the set is to be reported apart by a few."""
    if not done.measures or not done.plan.data.group_bounds:
        return []
    first = done.measures[0]
    groups = done.systems[0].measures[first].by_group
    heads = [f"{label} ({part.documents})" for label, part in groups.items()]
    lines = [f"{display_name(first)} by group:", "", "| system | " + " | ".join(heads) + " |"]
    lines.append("| --- " * (len(heads) + 1) + "|")
    for system in ranked(done):
        measure = system.measures[first]
        cells = [f"{part.score * scale(measure):.2f}" for part in measure.by_group.values()]
        lines.append("| " + " | ".join([system.name, *cells]) + " |")
    return lines


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SummError as error:
        print(f"run_benchmark: {error}", file=sys.stderr)
        sys.exit(2)
