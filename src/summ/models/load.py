"""From a name to a model: ``builtin``, a catalog name, a hub id (``org/name`` or ``org/name@revision``) or a folder."""

from __future__ import annotations

import difflib
import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from ..engines.base import DecodeOptions, EngineName
from ..errors import ModelError
from . import catalog, languages
from .choice import check, make_engine
from .files import HUB_ID, is_folder, resolve
from .seq2seq import Seq2SeqModel

log = logging.getLogger("summ")

if TYPE_CHECKING:
    from .entry import Entry
    from .families.base import Task


def load_model(
    name: str,
    *,
    source_language: str = "ar",
    target_language: str = "en",
    task: Task = "translation",
    engine: EngineName = "auto",
    device: str = "auto",
    dtype: str = "auto",
    threads: int = 0,
    offline: bool = False,
    allow_pickle: bool = False,
    prefix: str | None = None,
    **decode: Any,
) -> Seq2SeqModel:
    """Load a seq2seq model.

    Args:
        name: ``builtin``, a name of the catalog (``summ models list``), a YAML file of that kind, a hub id
            (``org/name``, ``org/name@revision``) or a folder.
        source_language, target_language: ISO 639-1 codes, or the model's own (``arz_Arab``).
        task: ``translation`` or ``summarization``; it decides how long a target may be.
        engine: ``ctranslate2``, ``torch``, or ``auto``: CTranslate2 where it can run the model, else torch.
        device: ``auto`` (CUDA where there is any), ``cpu``, ``cuda``, ``cuda:1``; with torch also ``mps``.
        dtype: ``auto``, ``float32``, ``float16``, ``bfloat16``; with CTranslate2 also ``int8`` and its other types.
            ``auto`` is int8 on CTranslate2's CPU, half precision on CUDA, float32 on torch's CPU.
        threads: CPU threads; 0 for the cores of this process.
        offline: do not ask the hub, as HF_HUB_OFFLINE=1.
        allow_pickle: read weights that are no safetensors. Unpickling can run code: only for files you trust.
        prefix: words that the model wants before the source, instead of those that its files or the catalog give.
        decode: fields of DecodeOptions that replace the model's defaults.

    Raises:
        ModelError: one line with what is wrong and what to do.
    """
    changes = {k: v for k, v in decode.items() if v is not None}
    DecodeOptions().changed(**changes)  # a wrong option is said before anything is fetched
    if name == "builtin":
        return _builtin(source_language, target_language, engine, device, dtype, threads, changes)
    from .families.base import Wanted
    from .families.choose import family as choose_family

    check(engine, device, dtype)
    hub_id, revision, entry = identify(name)
    if entry:
        _check_entry(name, entry, task, source_language, target_language)
    notice = licence_notice(name, entry)
    checkpoint = resolve(hub_id, revision=revision, offline=offline, allow_pickle=allow_pickle)
    wanted = Wanted(
        source_language,
        target_language,
        task,
        prefix if prefix is not None or entry is None else entry.prefix,
        entry.max_source_tokens if entry else None,
    )
    family = choose_family(checkpoint, wanted, entry.family if entry else None)
    if entry and entry.pretrained_only:
        log.warning("%s: pretrained only, so it does no %s yet; fine-tune it and load your folder", name, entry.task)
    running = make_engine(
        checkpoint, family, engine=engine, device=device, dtype=dtype, threads=threads, allow_pickle=allow_pickle
    )
    options = family.defaults.changed(**(entry.decode.chosen() if entry else {})).changed(**changes)
    return Seq2SeqModel(
        family, running, name=name, revision=checkpoint.revision, options=options, licence_notice=notice
    )


def _check_entry(name: str, entry: Entry, task: Task, source: str, target: str) -> None:
    """Refuse a catalog model for a task or languages that it was not made for, before anything is fetched."""
    if (entry.task == "translation") != (task == "translation"):
        doing = f"Summarizer.load({name!r})" if task == "translation" else f"Translator.load({name!r})"
        raise ModelError(f"{name}: made for {entry.task}, not for {task}; use {doing}")
    for side, asked, known in (
        ("from", source, entry.source_languages),
        ("into", target, entry.target_languages),
    ):
        if "*" not in known and not any(asked == code or languages.same(asked, code) for code in known):
            raise ModelError(f"{name}: does not go {side} {asked!r}; it knows {', '.join(known[:20])}")


@cache
def licence_notice(name: str, entry: Entry | None) -> str | None:
    """What a licence forbids, said once a process on standard error before the weights are first used."""
    if entry is None or entry.commercial_use:
        return None
    notice = f"{name}: its licence, {entry.licence}, forbids commercial use"
    if entry.commercial_use is None:
        notice = f"{name}: its authors state no licence; ask them before commercial use"
    log.warning(notice)
    return notice


def _builtin(
    source: str, target: str, engine: EngineName, device: str, dtype: str, threads: int, options: dict[str, Any]
) -> Seq2SeqModel:
    from ..engines.ctranslate2 import CTranslate2Engine
    from .builtin import END, FOLDER, Builtin, card

    if (source, target) != ("ar", "en"):
        raise ModelError(
            f"the built-in translator goes from ar to en, not from {source} to {target}; see `summ models list`"
        )
    if engine == "torch":
        raise ModelError("the built-in translator runs on engine ctranslate2 only")
    family = Builtin()
    wanted = "int8_float32" if dtype == "auto" else dtype  # the same arithmetic on every machine
    running = CTranslate2Engine(FOLDER, family.vocabulary, [END], device=device, dtype=wanted, threads=threads)
    about = card()
    return Seq2SeqModel(
        family,
        running,
        name="builtin",
        revision=about["revision"],
        options=family.defaults.changed(**options),
        rough=bool(about["rough"]),
    )


def identify(name: str) -> tuple[str, str | None, Entry | None]:
    """Hub id or folder, revision, and the catalog's entry of a name.

    Raises:
        ModelError: for a name that is none of these, with the nearest names.
    """
    if not name.endswith((".yaml", ".yml")) and is_folder(name):
        return name, None, None
    entry = catalog.find(name)
    if entry:
        return entry.hub_id, entry.revision, entry
    hub_id, _, revision = name.partition("@")
    if HUB_ID.fullmatch(hub_id):
        return hub_id, revision or None, catalog.find(hub_id)
    near = difflib.get_close_matches(name, [*catalog.entries(), "builtin"], n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "see `summ models list`"
    raise ModelError(f"unknown model {name!r}: {hint} (a hub id is written org/name, a folder ./name)")
