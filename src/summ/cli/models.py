"""``summ models``: the catalog, and fetching and converting what it declares."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..models.entry import Entry

app = typer.Typer(no_args_is_help=True)

BUILTIN = "Arabic to English, a rough gist, and extractive Arabic summaries; no network"


@app.command("list")
def list_models(
    task: Annotated[str | None, typer.Option(help="translation, summarization or cross-lingual-summarization.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with every key.")] = False,
) -> None:
    """List the models of the catalog: shipped ones, and yours in $SUMM_CONFIGS/models."""
    from ..errors import InputError
    from ..models import catalog

    entries = catalog.entries()
    tasks = sorted({entry.task for entry in entries.values()})
    if task is not None and task not in tasks:
        raise InputError(f"--task {task!r} is not one of {', '.join(tasks)}")
    chosen = {name: entry for name, entry in entries.items() if task in (None, entry.task)}
    if as_json:
        for name, entry in chosen.items():
            _write(json.dumps({"name": name} | entry.model_dump(), ensure_ascii=False))
        return
    width = max(map(len, ["builtin", *chosen]))
    if task in (None, "translation", "summarization"):
        _write(f"{'builtin':<{width}}  {BUILTIN}")
    for name, entry in chosen.items():
        _write(f"{name:<{width}}  {entry.description}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A name of the catalog, a hub id that it has, or a YAML file.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what is known of a model: languages, limits, licence, published scores and where they stand."""
    if name == "builtin":
        from ..models.builtin import card

        made = card()
        _write(json.dumps(made, ensure_ascii=False, indent=None if as_json else 2))
        return
    from ..errors import ModelError
    from ..models.load import identify

    _, _, entry = identify(name)
    if entry is None:
        raise ModelError(f"{name}: not in the catalog; see `summ models list`")
    if as_json:
        _write(json.dumps({"name": name} | entry.model_dump(), ensure_ascii=False))
        return
    for label, value in _described(entry):
        _write(f"{label:<16}  {value}")


@app.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="A name of the catalog, a hub id or org/name@revision.")],
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Also fetch pickled weights, where there are no others.")
    ] = False,
) -> None:
    """Fetch a model into the Hugging Face cache, so that it can be used offline; print its folder."""
    from ..models.files import resolve
    from ..models.load import identify, licence_notice

    if name == "builtin":
        from ..models.builtin import FOLDER

        _write(str(FOLDER))
        return
    hub_id, revision, entry = identify(name)
    licence_notice(name, entry)
    _write(str(resolve(hub_id, revision=revision, allow_pickle=allow_pickle).folder))


@app.command("convert")
def convert(
    name: Annotated[str, typer.Argument(help="A name of the catalog, a hub id, or a folder.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new folder, instead of the cache of converted models.")
    ] = None,
    dtype: Annotated[str, typer.Option(help="int8, int8_float32, int8_float16, int16, float16, bfloat16, float32.")] = (
        "int8_float32"
    ),
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the hub.")] = False,
    allow_pickle: Annotated[bool, typer.Option("--allow-pickle", help="Also read pickled weights.")] = False,
) -> None:
    """Convert a model for CTranslate2 before its first use, which would do it; print its folder."""
    from ..errors import ModelError
    from ..models.choice import vocabulary_of
    from ..models.convert import converted
    from ..models.families.base import Wanted
    from ..models.families.choose import family
    from ..models.files import resolve
    from ..models.load import identify, licence_notice

    if name == "builtin":
        raise ModelError("the built-in translator is a CTranslate2 model already; see `summ models fetch builtin`")
    hub_id, revision, entry = identify(name)
    licence_notice(name, entry)
    checkpoint = resolve(hub_id, revision=revision, offline=offline, allow_pickle=allow_pickle)
    # The languages decide what is put around a text, not what is converted.
    wanted = Wanted(None, None, "summarization" if entry and entry.task == "summarization" else "translation")
    vocabulary = vocabulary_of(family(checkpoint, wanted, entry.family if entry else None))
    _write(str(converted(checkpoint, vocabulary, dtype, into=output, allow_pickle=allow_pickle)))


def _described(entry: Entry) -> list[tuple[str, Any]]:
    """Label and value of each line of ``show``."""
    every = "all that it has codes of"
    decoding = ", ".join(f"{k}={v}" for k, v in entry.decode.chosen().items())
    rows: list[tuple[str, Any]] = [
        ("description", entry.description),
        ("hub id", entry.hub_id + (f"@{entry.revision}" if entry.revision else "")),
        ("task", entry.task + (" (pretrained only: fine-tune it first)" if entry.pretrained_only else "")),
        ("from", every if "*" in entry.source_languages else ", ".join(entry.source_languages)),
        ("into", every if "*" in entry.target_languages else ", ".join(entry.target_languages)),
        ("source limit", f"{entry.max_source_tokens} tokens" if entry.max_source_tokens else None),
        ("decoding", decoding or "the checkpoint's own settings"),
        ("prefix", entry.prefix),
        ("parameters", f"{entry.parameters / 1e6:,.0f} million" if entry.parameters else None),
        ("download", f"{entry.size_mb:,} MB" if entry.size_mb else None),
        ("licence", entry.licence),
        ("commercial use", {True: "allowed", False: "forbidden", None: "ask its authors"}[entry.commercial_use]),
        ("citation", entry.citation),
    ]
    rows += [(f"{s.metric}", f"{s.value} on {s.set} ({s.source})") for s in entry.scores]
    return [(label, value) for label, value in rows if value is not None]


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
