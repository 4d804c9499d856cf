"""A transformers checkpoint as a CTranslate2 model: converted once into a cache folder, found there ever after.

The cache is ``$SUMM_CACHE``, else ``$XDG_CACHE_HOME/summ``, else ``~/.cache/summ``. A model's folder is named by the
SHA-256 of everything that its weights depend on: the checkpoint's files, the type of the weights, and the versions of
CTranslate2, transformers and this module. It appears by one rename, under a lock, so that two processes convert once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from .files import is_folder

log = logging.getLogger("summ")

if TYPE_CHECKING:
    from .checkpoint import Checkpoint


class NotConvertibleError(ModelError):
    """CTranslate2 cannot run a checkpoint, or its converted form cannot be kept; torch can."""


STALE = 24 * 60 * 60  # seconds after which an unfinished folder is nobody's any more
FORMAT = 1  # raised when this module converts otherwise than before
# The types of the weights that CTranslate2 stores.
DTYPES = ("int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32")
# model_type: its loader in ctranslate2.converters.transformers, and what that reads of a config of transformers 4 that
# version 5 no longer has: whether norms come before the layers, and whether one follows the embeddings.
LOADERS: dict[str, tuple[str, dict[str, bool]]] = {
    "bart": ("BartLoader", {"normalize_before": False, "normalize_embedding": True}),
    # Not MarianMTLoader: it drops the start token's embedding and starts from zeros instead, whatever the weights say.
    "marian": ("BartLoader", {"normalize_before": False, "normalize_embedding": False}),
    "mbart": ("MBartLoader", {"normalize_before": True, "normalize_embedding": True}),
    "m2m_100": ("M2M100Loader", {}),
    "pegasus": ("BartLoader", {"normalize_before": True, "normalize_embedding": False}),
    "t5": ("T5Loader", {}),
    "mt5": ("MT5Loader", {}),
    "umt5": ("UMT5Loader", {}),
}
# Settings that CTranslate2 has nothing for: torch must run what its authors decode with these.
BEYOND = ("encoder_no_repeat_ngram_size", "forced_decoder_ids", "num_beam_groups", "sequence_bias")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The token of each id, and the ones with a meaning.

    Attributes:
        source, target: tokens in the order of their ids; no token twice.
        start: the decoder's first token; None where it changes with the language, so that every piece brings it.
        end: the end token.
    """

    source: Sequence[str]
    target: Sequence[str]
    start: str | None
    end: str


def cache_folder() -> Path:
    """Where converted models are kept."""
    own = os.environ.get("SUMM_CACHE")
    base = Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "summ"
    return base.expanduser() / "converted"


def obstacle(checkpoint: Checkpoint) -> str | None:
    """Why CTranslate2 cannot run a checkpoint, None if it can."""
    kind = checkpoint.config.get("model_type")
    if kind not in LOADERS:
        return f"CTranslate2 has no model type {kind!r}"
    beyond = [key for key in BEYOND if checkpoint.generation.get(key) not in (None, 0, 1)]
    return f"CTranslate2 has no {beyond[0]}, which the checkpoint's settings ask for" if beyond else None


def converted(
    checkpoint: Checkpoint,
    vocabulary: Vocabulary,
    dtype: str,
    *,
    into: Path | None = None,
    allow_pickle: bool = False,
) -> Path:
    """The folder of a checkpoint in CTranslate2's format, made now if it is not there yet.

    Args:
        dtype: the type of its weights, one of DTYPES.
        into: a folder of one's own, which must be new or empty, instead of the cache.
        allow_pickle: read weights that are no safetensors.

    Raises:
        NotConvertibleError: for weights that CTranslate2 has no shape for, and when the folder cannot be written.
        ModelError: for weights that are not readable.
    """
    from filelock import FileLock

    if dtype not in DTYPES:
        raise ModelError(f"dtype {dtype!r} is not one that CTranslate2 stores: {', '.join(DTYPES)}")
    why = obstacle(checkpoint)
    if why:
        raise NotConvertibleError(f"{checkpoint.name}: {why}; use engine torch")
    if into is not None and into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise ModelError(f"{into}: is there already and not an empty folder; give another one")
    try:
        folder = into or cache_folder() / _key(checkpoint, vocabulary, dtype)
        if into is None and folder.is_dir():
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if into is None and folder.is_dir():
                return folder
            if into is None:
                for stale in folder.parent.glob(f".{folder.name}.*/"):  # of a process that was killed
                    # A younger one may be at work on a machine that this lock does not reach.
                    if time.time() - stale.stat().st_mtime > STALE:
                        shutil.rmtree(stale, ignore_errors=True)
            room = _memory(checkpoint) / 1e9
            level = logging.WARNING if room > 1 else logging.INFO
            log.log(
                level, "%s: converted to %s, once; that takes about %.1f GB of memory", checkpoint.name, dtype, room
            )
            made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
            try:
                _convert(checkpoint, vocabulary, dtype, made, allow_pickle)
                _settle(made)
                try:
                    made.replace(folder)
                except OSError:
                    # On some network file systems no lock reaches another machine, which may have been first.
                    if into is not None or not folder.is_dir():
                        raise
            finally:
                shutil.rmtree(made, ignore_errors=True)
        if into is not None:
            folder.with_name(f".{folder.name}.lock").unlink(missing_ok=True)
    except OSError as error:
        raise NotConvertibleError(
            f"{checkpoint.name}: cannot be converted into {error.filename or cache_folder()}: "
            f"{error.strerror or error}; set SUMM_CACHE to a folder with room, or use engine torch"
        ) from None
    return folder


def _settle(folder: Path) -> None:
    """Bring a new folder to the disk: after a power cut, its final name must not stand over half a file."""
    folder.chmod(0o755)  # mkdtemp's own is for nobody else
    for path in folder.iterdir():
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def _key(checkpoint: Checkpoint, vocabulary: Vocabulary, dtype: str) -> str:
    """A name that is the same for the same content, wherever it lies."""
    content = hashlib.sha256()
    versions = [version(package) for package in ("ctranslate2", "transformers")]
    tokens = [list(vocabulary.source), list(vocabulary.target), vocabulary.start, vocabulary.end]
    content.update(json.dumps([FORMAT, dtype, versions, tokens, dict(checkpoint.config)], sort_keys=True).encode())
    for path in _weights(checkpoint):
        content.update(f"{path.name} {_digest(path)}\n".encode())
    # Of a folder its own name alone, so that a model that was moved is found again.
    name = checkpoint.folder.resolve().name if is_folder(checkpoint.name) else checkpoint.name
    readable = re.sub(r"[^\w.-]+", "--", name)[-60:]
    return f"{readable}-{dtype}-{content.hexdigest()[:16]}"


def _weights(checkpoint: Checkpoint) -> list[Path]:
    return sorted(checkpoint.folder.glob("*.safetensors")) or sorted(checkpoint.folder.glob("*.bin"))


def _memory(checkpoint: Checkpoint) -> float:
    """Bytes that a conversion takes at most: its weights in float32, and half as much again (measured: 1.4 times)."""
    saved = checkpoint.config.get("dtype") or checkpoint.config.get("torch_dtype")
    return 1.5 * (2 if saved in ("float16", "bfloat16") else 1) * sum(p.stat().st_size for p in _weights(checkpoint))


def _digest(path: Path) -> str:
    # The hub's cache names its files by their digest, and links to them.
    if path.is_symlink() and re.fullmatch("[0-9a-f]{40,64}", path.resolve().name):
        return path.resolve().name
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _convert(checkpoint: Checkpoint, vocabulary: Vocabulary, dtype: str, folder: Path, allow_pickle: bool) -> None:
    from ..engines.torch import TorchEngine

    # Loaded by the engine that it is to equal, with its checks of the weights.
    model = TorchEngine.load(
        checkpoint.folder, name=checkpoint.name, device="cpu", dtype="float32", allow_pickle=allow_pickle
    ).model
    try:
        store(model, vocabulary, dtype, folder)
    except OSError:
        raise
    except Exception as error:  # the converter raises whatever its reading of a foreign model meets
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        message = f"{checkpoint.name}: CTranslate2 cannot convert it: {reason}; use engine torch"
        raise NotConvertibleError(message) from error
    about = {
        "name": checkpoint.name,
        "revision": checkpoint.revision,
        "dtype": dtype,
        "versions": {package: version(package) for package in ("ctranslate2", "transformers", "torch")},
    }
    (folder / "summ.json").write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")


def store(model: Any, vocabulary: Vocabulary, dtype: str, folder: Path) -> None:
    """Write a transformers model to an existing folder in CTranslate2's format, its weights as ``dtype``.

    Raises:
        Exception: whatever CTranslate2's converter meets in a model that it does not know.
    """
    import torch
    from ctranslate2.converters import transformers as loaders

    from ..engines.torch import quiet

    loader, settings = LOADERS[model.config.model_type]
    for key, value in settings.items():
        setattr(model.config, key, value)
    with torch.no_grad(), quiet():
        spec = getattr(loaders, loader)().get_model_spec(model)
        _mend(spec, model)
        spec.register_source_vocabulary(list(vocabulary.source))
        spec.register_target_vocabulary(list(vocabulary.target))
        spec.config.decoder_start_token = vocabulary.start
        spec.config.bos_token = vocabulary.start or vocabulary.end
        spec.config.eos_token = vocabulary.end
        spec.config.unk_token = "<unk>" if "<unk>" in vocabulary.target else vocabulary.end
        spec.config.layer_norm_epsilon = _epsilon(model)
        spec.validate()
        spec.optimize(quantization=dtype)
        spec.save(str(folder))


def _mend(spec: Any, model: Any) -> None:
    """Set right what the converter misreads of transformers 5."""
    from ctranslate2.specs import model_spec

    if model.config.model_type in ("t5", "mt5", "umt5"):
        # The converter takes tied embeddings for scaled outputs; in version 5 all are tied, and few scaled.
        scales = getattr(model.config, "scale_decoder_outputs", False)
        spec.decoder.scale_outputs = model.config.d_model**-0.5 if scales else model_spec.OPTIONAL


def _epsilon(model: Any) -> float | None:
    """T5's norms have their epsilon in the config; CTranslate2's own default is that of the others."""
    value = getattr(model.config, "layer_norm_epsilon", None)
    return None if value is None else float(value)
