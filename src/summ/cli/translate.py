"""``summ translate``: English translations only."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .console import progress_bar, show_json, show_notices, show_text
from .inputs import finish, read_articles


def translate(
    articles: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, or - for standard input.")],
    translator: Annotated[str, typer.Option(help="builtin, a catalog name, a hub id or a folder.")] = "builtin",
    source: Annotated[str, typer.Option(help="Language of the articles.")] = "ar",
    target: Annotated[str, typer.Option(help="Language wanted.")] = "en",
    engine: Annotated[str, typer.Option(help="auto, ctranslate2 or torch.")] = "auto",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    dtype: Annotated[str, typer.Option(help="auto, float32, float16, bfloat16, int8.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the hub.")] = False,
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Read pickled weights of a model you trust.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notices.")] = False,
) -> None:
    """Translate whole articles, sentence by sentence, paragraphs kept."""
    from typing import cast

    from ..engines.base import EngineName
    from ..errors import InputError
    from ..translate.translator import Translator

    if engine not in ("auto", "ctranslate2", "torch"):
        raise InputError(f"--engine {engine!r} is not one of auto, ctranslate2, torch")
    inputs = read_articles(articles)
    taken = inputs.articles
    model = Translator.load(
        translator,
        source_language=source,
        target_language=target,
        engine=cast(EngineName, engine),
        device=device,
        dtype=dtype,
        offline=offline,
        allow_pickle=allow_pickle,
    )
    with progress_bar("sentences", quiet=quiet) as progress:
        for start in range(0, len(taken), model.window):
            group = taken[start : start + model.window]
            for (article, notices), made in zip(
                group, model.batch([a for a, _ in group], progress=progress), strict=True
            ):
                if as_json:
                    show_json({"id": article.id} | asdict(made))
                else:
                    show_text(made.text, heading=article.id if len(taken) > 1 else None)
                if not quiet:
                    show_notices((*notices, *made.notices), article)
    finish(inputs)
