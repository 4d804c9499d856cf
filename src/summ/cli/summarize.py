"""``summ summarize``: Arabic summaries only."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .console import progress_bar, show_json, show_notices, show_text
from .inputs import finish, read_articles


def summarize(
    articles: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, or - for standard input.")],
    summarizer: Annotated[str, typer.Option(help="builtin, a catalog name, a hub id or a folder.")] = "builtin",
    sentences: Annotated[int | None, typer.Option(help="Sentences of the summary (3 if no length is given).")] = None,
    max_words: Annotated[int | None, typer.Option(help="Most words of the summary.")] = None,
    ratio: Annotated[float | None, typer.Option(help="Share of the article's sentences.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the hub.")] = False,
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Read pickled weights of a model you trust.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notices.")] = False,
) -> None:
    """Summarize Arabic articles in Arabic."""
    from ..summarize.summarizer import Summarizer

    inputs = read_articles(articles)
    taken = inputs.articles
    length = {k: v for k, v in (("sentences", sentences), ("max_words", max_words), ("ratio", ratio)) if v is not None}
    model = Summarizer.load(summarizer, offline=offline, allow_pickle=allow_pickle)
    with progress_bar("articles", quiet=quiet) as progress:
        for i, (article, notices) in enumerate(taken):
            made = model(article, **length)
            progress(i + 1, len(taken))
            if as_json:
                show_json({"id": article.id} | asdict(made))
            else:
                show_text(made.text, heading=article.id if len(taken) > 1 else None, right_to_left=True)
            if not quiet:
                show_notices((*notices, *made.notices), article)
    finish(inputs)
