"""From a name to a model: ``builtin``, a catalog name, a hub id (``org/name`` or ``org/name@revision``) or a folder."""

from __future__ import annotations

import difflib
import json
from dataclasses import replace
from typing import Any

from ..engines.base import DecodeOptions, Engine, EngineName
from ..errors import ModelError
from . import catalog
from .files import HUB_ID, Checkpoint, is_folder, resolve
from .seq2seq import Seq2SeqModel


def load_model(
    name: str,
    *,
    source_language: str = "ar",
    target_language: str = "en",
    engine: EngineName = "auto",
    device: str = "auto",
    dtype: str = "auto",
    threads: int = 0,
    offline: bool = False,
    allow_pickle: bool = False,
    **decode: Any,
) -> Seq2SeqModel:
    """Load a seq2seq model.

    Args:
        name: ``builtin``, a name of the catalog (``summ models list``), a hub id or a folder.
        engine: ``ctranslate2``, ``torch`` or ``auto``.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        dtype: ``auto``, ``float32``, ``float16``, ``bfloat16``; with CTranslate2 also ``int8`` and its other types.
        threads: CPU threads; 0 for the cores of this process.
        offline: do not ask the hub, as HF_HUB_OFFLINE=1.
        allow_pickle: read weights that are no safetensors. Unpickling can run code: only for files you trust.
        decode: fields of DecodeOptions that replace the model's defaults.

    Raises:
        ModelError: one line with what is wrong and what to do.
    """
    options = _decode_options(decode)
    if name == "builtin":
        return _builtin(source_language, target_language, engine, device, dtype, threads, options)
    hub_id, revision = _identify(name)
    checkpoint = resolve(hub_id, revision=revision, offline=offline, allow_pickle=allow_pickle)
    family = _family(checkpoint, target_language)
    if engine == "ctranslate2":
        raise ModelError(f"{name}: engine ctranslate2 converts no checkpoints yet; use engine torch")
    from ..engines.torch import TorchEngine

    running: Engine = TorchEngine.load(
        checkpoint.folder, device=device, dtype=dtype, threads=threads, allow_pickle=allow_pickle
    )
    return Seq2SeqModel(
        family, running, name=name, revision=checkpoint.revision, options=replace(family.defaults, **options)
    )


def _decode_options(changes: dict[str, Any]) -> dict[str, Any]:
    known = set(DecodeOptions.__dataclass_fields__)
    for key in changes:
        if key not in known:
            raise ModelError(f"unknown decode option {key!r}; there are {', '.join(sorted(known))}")
    return {k: v for k, v in changes.items() if v is not None}


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
    running = CTranslate2Engine(FOLDER, family.vocabulary, END, device=device, dtype=wanted, threads=threads)
    about = card()
    return Seq2SeqModel(
        family,
        running,
        name="builtin",
        revision=about["revision"],
        options=replace(family.defaults, **options),
        rough=bool(about["rough"]),
    )


def _identify(name: str) -> tuple[str, str | None]:
    """Hub id or folder, and revision, of a name."""
    if is_folder(name):
        return name, None
    entries = catalog.entries()
    if name in entries:
        entry = entries[name]
        return entry.hub_id, entry.revision
    hub_id, _, revision = name.partition("@")
    if HUB_ID.fullmatch(hub_id):
        return hub_id, revision or None
    near = difflib.get_close_matches(name, [*entries, "builtin"], n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "see `summ models list`"
    raise ModelError(f"unknown model {name!r}: {hint} (a hub id is written org/name, a folder ./name)")


def _family(checkpoint: Checkpoint, target_language: str) -> Any:
    from transformers import AutoConfig

    try:
        kind = json.loads((checkpoint.folder / "config.json").read_text("utf-8")).get("model_type")
    except (OSError, ValueError) as error:
        raise ModelError(f"{checkpoint.name}: config.json is not readable: {error}") from None
    if kind == "marian":
        from .families.marian import Marian

        return Marian(checkpoint.folder, AutoConfig.from_pretrained(checkpoint.folder), target_language=target_language)
    raise ModelError(f"{checkpoint.name}: model type {kind!r} is not supported; there is marian")
