"""``summ run``: summary, translation and English summary of articles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .console import progress_bar, show_json, show_notices, show_result
from .inputs import Taken, finish, read_articles

if TYPE_CHECKING:
    from ..runs import Run


def run(
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="Files, folders, or - for standard input.")
    ],
    config: Annotated[str, typer.Option(help="A run: a name in configs/runs or a YAML file.")] = "default",
    summarizer: Annotated[str | None, typer.Option(help="builtin, a catalog name, a hub id or a folder.")] = None,
    translator: Annotated[str | None, typer.Option(help="builtin, a catalog name, a hub id or a folder.")] = None,
    sentences: Annotated[int | None, typer.Option(help="Sentences of the summary.")] = None,
    max_words: Annotated[int | None, typer.Option(help="Most words of the summary.")] = None,
    ratio: Annotated[float | None, typer.Option(help="Share of the article's sentences in the summary.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="PAGE", help="Also write one self-contained HTML page.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the hub.")] = False,
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Read pickled weights of a model you trust.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notices.")] = False,
) -> None:
    """Make the Arabic summary, English translation and English summary of articles."""
    from ..flow import Pipeline

    # Everything is read before a model is loaded: a bad name costs a moment, not minutes.
    inputs = read_articles(articles)
    taken = inputs.articles
    if html:
        _check_page(html, taken)
    length = {k: v for k, v in (("sentences", sentences), ("max_words", max_words), ("ratio", ratio)) if v is not None}
    pipe = Pipeline.load(_plan(config, summarizer, translator, length, allow_pickle), offline=offline)
    results = []
    with progress_bar("sentences", quiet=quiet) as progress:
        for start in range(0, len(taken), pipe.window):
            group = taken[start : start + pipe.window]
            made = pipe.batch([article for article, _ in group], progress=progress)
            for (_, notices), result in zip(group, made, strict=True):
                whole = replace(result, notices=(*notices, *result.notices))
                if as_json:
                    show_json(whole.to_dict())
                else:
                    show_result(whole, named=len(taken) > 1)
                if not quiet:
                    show_notices(whole.notices, whole.article)
                if html:
                    results.append(whole)
    if html:
        from ..report.article_page import write_page

        write_page(results, html)
        if not quiet:
            typer.echo(f"page: {html}", err=True)
    finish(inputs)


def _check_page(page: Path, articles: list[Taken]) -> None:
    """Refuse a page that could not be written, or would take the place of an article, before any work is done."""
    if page.is_dir():
        raise InputError(f"{page}: is a folder; give --html the name of a file")
    if any("path" in a.metadata and page.exists() and page.samefile(a.metadata["path"]) for a, _ in articles):
        raise InputError(f"{page}: is one of the articles; give --html another name")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{page}: its folder cannot be made: {error.strerror}") from None


def _plan(
    config: str, summarizer: str | None, translator: str | None, length: dict[str, Any], allow_pickle: bool
) -> Run:
    """The run of a configuration with the command line's changes put in."""
    from .. import runs, settings

    plan = runs.read(config)
    parts: dict[str, Any] = plan.model_dump()
    trusted = {"allow_pickle": True} if allow_pickle else {}
    if length:
        length = {"sentences": None, "max_words": None, "ratio": None} | length
    for part, model, changes in (("summary", summarizer, length | trusted), ("translation", translator, trusted)):
        if model:
            changes = changes | {"model": model}
        if changes and (parts[part] is not None or model or (part == "summary" and length)):
            parts[part] = (parts[part] or {}) | changes
    return settings.validate(parts, runs.Run, "command line") if parts != plan.model_dump() else plan
