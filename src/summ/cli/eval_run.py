"""``summ eval run``: a set, systems, scores, significance, and a page of it all."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..eval.harness import Evaluation
    from ..eval.plan import Plan


def run(
    config: Annotated[
        str | None, typer.Argument(metavar="CONFIG", help="A name in configs/eval, such as sample, or a YAML file.")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the configurations there are.")] = False,
    system: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME or NAME=FILE",
            help="Only this one of the configuration's systems, or another baseline or model, or a file of hypotheses; "
            "may be given again.",
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many documents only.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write to; runs/eval/NAME-FINGERPRINT if left out.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier run stored in the folder.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what results.json holds.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the hub.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Evaluate systems on a set; an interrupted run goes on where it stopped."""
    from ..errors import InputError
    from ..eval import plan as plans

    if show_list:
        _list()
        return
    if config is None:
        raise InputError("give a configuration, such as sample; `summ eval run --list` shows them")
    from ..eval.harness import evaluate
    from ..report.eval_page import write_page
    from .console import progress_bar

    plan, path = plans.read(config)
    plan = _changed(plan, system or [], limit)

    def say(message: str) -> None:
        if not quiet:
            typer.echo(message, err=True)

    with progress_bar("hypotheses", quiet=quiet) as progress:
        done = evaluate(
            plan,
            name=path.stem,
            base=path.resolve().parent,
            output=output,
            offline=offline,
            fresh=fresh,
            progress=progress,
            say=say,
        )
    page = write_page(done)
    if as_json:
        sys.stdout.write(json.dumps(done.to_dict(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(table(done))
    say(f"results: {done.folder}; page: {page}")


def table(done: Evaluation) -> str:
    """The scores with intervals and the signatures as plain text, best system first."""
    from ..report.eval_names import display_name, ranked, scale
    from ..report.eval_page import significance_letters

    names, letters = list(done.measures), significance_letters(done)
    free = [] if names else ["words", "compression", "coverage", "novel_2", "numbers_kept"]
    rows = [["system", *map(display_name, names), *free]]
    for one in ranked(done):
        cells = [f"{one.name} {letters.get(one.name, '')}".rstrip()]
        for name in names:
            measure = one.measures[name]
            low, high = (end * scale(measure) for end in measure.interval)
            cells.append(f"{measure.score * scale(measure):.2f} [{low:.2f}, {high:.2f}]")
        cells += [f"{one.free[name]:.2f}" if name in one.free else "-" for name in free]
        rows.append(cells)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if letters:
        lines += ["", f"Systems that share a letter are not told apart by {display_name(names[0])}."]
    return "\n".join([*lines, "", *(f"{label}: {sign}" for label, sign in done.signatures.items())]) + "\n"


def _changed(plan: Plan, systems: list[str], limit: int | None) -> Plan:
    """A plan with the command line's changes."""
    from .. import settings
    from ..eval.plan import Plan

    changes = plan.model_dump(exclude_defaults=True)
    if systems:
        declared = {choice["name"]: choice for choice in changes["systems"]}
        chosen: list[object] = []
        for text in systems:
            name, equals, file = text.partition("=")
            stored = {"name": name, "hypotheses": str(Path(file).resolve())}
            chosen.append(stored if equals else declared.get(text, text))
        changes["systems"] = chosen
    if limit is not None:
        changes["limit"] = limit
    return settings.validate(changes, Plan, "command line") if systems or limit is not None else plan


def _list() -> None:
    from .. import settings
    from ..eval.plan import Plan

    for name, path in settings.files("eval"):
        plan = settings.load(path, Plan)
        first = re.split(r"(?<!et al)\. ", plan.description)[0].removesuffix(".")
        sys.stdout.write(f"{name:<30} {plan.task:<28} {first}\n")
