"""``summ batch``: many articles, resumed where they were interrupted; ``summ jobs merge``: parts made one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from ..jobs import Report
    from ..jobs.progress import Progress

jobs_app = typer.Typer(no_args_is_help=True)

_INPUT = "Input"
_OUTPUT = "Output"
_PART = "Part of the input"
_RAY = "Ray"


@jobs_app.callback()
def _jobs() -> None:
    """Jobs that ran in parts."""


def batch(
    input: Annotated[
        str, typer.Argument(metavar="INPUT", help="File, folder, quoted glob, hub data set, or - for standard input.")
    ],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT_DIR", help="A new folder, or that of a job to go on with.")],
    config: Annotated[str, typer.Option(help="A run: a name in configs/runs or a YAML file.")] = "default",
    engine: Annotated[Literal["local", "ray"], typer.Option(help="Processes here, or actors of a cluster.")] = "local",
    workers: Annotated[int, typer.Option(min=0, help="How many; 0 for what suits models and machine.")] = 0,
    max_errors: Annotated[int | None, typer.Option(min=0, help="Stop when more records are set aside.")] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0, not 3, where records were set aside.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the hub.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two lines, where there is no terminal.")] = 30,
    text_field: Annotated[str, typer.Option(rich_help_panel=_INPUT, help="The field with the article.")] = "text",
    id_field: Annotated[str, typer.Option(rich_help_panel=_INPUT, help="The field with its identifier.")] = "id",
    title_field: Annotated[str, typer.Option(rich_help_panel=_INPUT, help="The field with its headline.")] = "title",
    input_format: Annotated[
        str | None, typer.Option(rich_help_panel=_INPUT, help="jsonl, csv, tsv, parquet or text; else by the name.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(rich_help_panel=_INPUT, help="Between columns of CSV.")] = None,
    subset: Annotated[str | None, typer.Option(rich_help_panel=_INPUT, help="Of a hub data set.")] = None,
    split: Annotated[str, typer.Option(rich_help_panel=_INPUT, help="Of a hub data set.")] = "train",
    max_chars: Annotated[int, typer.Option(min=1, rich_help_panel=_INPUT, help="Set longer articles aside.")] = 500_000,
    any_language: Annotated[
        bool, typer.Option("--any-language", rich_help_panel=_INPUT, help="Take texts that are not in Arabic too.")
    ] = False,
    output_format: Annotated[
        Literal["jsonl", "parquet"], typer.Option(rich_help_panel=_OUTPUT, help="Of the shards.")
    ] = "jsonl",
    shard_size: Annotated[int, typer.Option(min=1, rich_help_panel=_OUTPUT, help="Records a shard.")] = 100,
    single_file: Annotated[
        bool, typer.Option("--single-file", rich_help_panel=_OUTPUT, help="Join the shards at the end.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, rich_help_panel=_PART, help="The first N records only.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, rich_help_panel=_PART, help="N records only, always the same ones.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="N/OF", rich_help_panel=_PART, help="3/16: the third of sixteen parts.")
    ] = None,
    ray_address: Annotated[str | None, typer.Option(rich_help_panel=_RAY, help="Of the cluster.")] = None,
    cpus: Annotated[float, typer.Option(min=0, rich_help_panel=_RAY, help="CPUs for each worker.")] = 1,
    gpus: Annotated[float, typer.Option(min=0, rich_help_panel=_RAY, help="GPUs for each worker.")] = 0,
) -> None:
    """Work through many articles. Killed or stopped, the same command goes on where it was.

    OUTPUT_DIR gets part-000000.jsonl and so on with one result a line, errors.jsonl with the records that were set
    aside and why, job.json and, when all is done, _SUCCESS. Exit code 3 means done, with records set aside.
    """
    from ..jobs import run

    with _stoppable(), _progress(quiet, every) as progress:
        report = run(
            input,
            output,
            config=config,
            engine=engine,
            workers=workers,
            text_field=text_field,
            id_field=id_field,
            title_field=title_field,
            input_format=input_format,
            delimiter=delimiter,
            subset=subset,
            split=split,
            output_format=output_format,
            shard_size=shard_size,
            single_file=single_file,
            limit=limit,
            sample=sample,
            shard=shard,
            max_chars=max_chars,
            max_errors=max_errors,
            any_language=any_language,
            offline=offline,
            ray_address=ray_address,
            cpus=cpus,
            gpus=gpus,
            progress=progress,
        )
    _end(report, quiet=quiet, exit_zero=exit_zero)


@jobs_app.command("merge")
def merge(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT_DIR", help="The folder that all parts were given.")],
    single_file: Annotated[bool, typer.Option("--single-file", help="Join the shards.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table.")] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0, not 3, where records were set aside.")
    ] = False,
) -> None:
    """Make the parts of a job, run with --shard 1/16 to 16/16, into one: what the job would be had it not been cut."""
    from ..jobs import merge

    with _stoppable():
        report = merge(output, single_file=single_file)
    _end(report, quiet=quiet, exit_zero=exit_zero)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGINT and SIGTERM as a line and the exit code that shells give them."""
    from ..jobs import JobStopped

    try:
        yield
    except JobStopped as stopped:
        print(f"summ: {stopped}", file=sys.stderr)
        raise typer.Exit(128 + stopped.number) from None


def _progress(quiet: bool, every: float) -> Progress:
    from ..jobs.progress import Bar, Lines, Progress

    if quiet:
        return Progress()
    return Bar() if sys.stderr.isatty() else Lines(every)


def _end(report: Report, *, quiet: bool, exit_zero: bool) -> None:
    """The table, and the exit code."""
    if not quiet:
        from ..jobs.progress import duration, show_table

        rows = {"results": f"{report.results:,}", "set aside": f"{report.errors:,}"}
        rows |= {f"  {reason}": f"{count:,}" for reason, count in report.reasons.items()}
        if report.new:
            if report.records > report.new:
                rows["done before"] = f"{report.records - report.new:,}"
            rows["time"] = duration(report.seconds)
            rows["articles/s"] = f"{report.articles_per_second:,.1f}"
        if report.tokens_per_second:
            rows["tokens/s"] = f"{report.tokens_per_second:,.0f}"
        if report.errors:
            rows["see"] = str(report.folder / "errors.jsonl")
        show_table(str(report.folder), rows)
    if report.errors and not exit_zero:
        raise typer.Exit(3)
