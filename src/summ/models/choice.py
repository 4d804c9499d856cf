"""Which engine runs a checkpoint, on what device and with what numbers."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ..engines.base import Engine, EngineName, UnusableDeviceError
from ..errors import ModelError
from .convert import DTYPES as CONVERTED
from .convert import NotConvertibleError, Vocabulary, converted, obstacle

if TYPE_CHECKING:
    from .checkpoint import Checkpoint
    from .families.base import HubFamily

log = logging.getLogger("summ")


def check(engine: EngineName, device: str, dtype: str) -> None:
    """Refuse an engine, device or dtype that is none, or that do not go together, before a model is fetched for it.

    Raises:
        ModelError: with what there is instead.
    """
    from ..engines import torch

    if engine not in ("auto", "ctranslate2", "torch"):
        raise ModelError(f"engine {engine!r} is not one of auto, ctranslate2, torch")
    if engine == "torch" or (engine == "auto" and not _only_converted(dtype)):
        # torch without CUDA goes well with a CTranslate2 that has it.
        torch.check("auto" if engine == "auto" and _can_place(device) else device, dtype)
        return
    if dtype != "auto" and dtype not in CONVERTED:
        raise ModelError(f"dtype {dtype!r} is not one of auto, {', '.join(CONVERTED)}")
    _place(device)


def make_engine(
    checkpoint: Checkpoint,
    family: HubFamily,
    *,
    engine: EngineName = "auto",
    device: str = "auto",
    dtype: str = "auto",
    threads: int = 0,
    allow_pickle: bool = False,
) -> Engine:
    """The engine of a checkpoint. ``auto`` is CTranslate2 where it can run the model, else torch, which is said.

    Device ``auto`` is a GPU wherever one of the engines that may be taken can use it.

    Raises:
        ModelError: when the chosen engine cannot run it, or, with ``auto``, neither can.
    """
    from ..engines.torch import TorchEngine, sees_cuda

    why = obstacle(checkpoint)
    torch_may = engine == "auto" and not _only_converted(dtype)
    if engine == "auto" and device.startswith("mps"):
        why = "CTranslate2 has no Apple GPU"
    elif torch_may and why is None and device == "auto" and _place(device) == "cpu" and _has_gpu() and sees_cuda():
        why = "CTranslate2 does not see the GPU that torch sees"
    if engine == "ctranslate2" or (engine == "auto" and why is None):
        try:
            return _converted(checkpoint, family, device, dtype, threads, allow_pickle)
        except NotConvertibleError as error:
            if engine == "ctranslate2" or _only_converted(dtype):
                raise
            why = str(error).removeprefix(f"{checkpoint.name}: ").removesuffix("; use engine torch")
        except UnusableDeviceError as error:
            if torch_may and sees_cuda():
                why = str(error)
            elif device == "auto":
                log.warning("%s: %s; the CPU is used", checkpoint.name, error)
                return _converted(checkpoint, family, "cpu", dtype, threads, allow_pickle)
            else:
                raise
    if why and _only_converted(dtype):
        raise ModelError(f"{checkpoint.name}: dtype {dtype!r} needs CTranslate2, and {why}; use float32")
    if why:
        log.warning("%s: torch runs it, which is slower: %s", checkpoint.name, why)
    return TorchEngine.load(
        checkpoint.folder,
        name=checkpoint.name,
        generation=checkpoint.generation,
        device=device,
        dtype=dtype,
        threads=threads,
        allow_pickle=allow_pickle,
    )


def vocabulary_of(family: HubFamily) -> Vocabulary:
    """What a converted model must know of its tokens."""
    targets = family.target_vocabulary
    start = None if family.start_is_language else targets[family.begin[0]]
    return Vocabulary(family.vocabulary, targets, start, targets[family.ends[0]])


def _has_gpu() -> bool:
    """Whether a driver of NVIDIA or AMD is here: known at once, where torch takes seconds to be imported."""
    return any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd"))


def _only_converted(dtype: str) -> bool:
    return dtype in CONVERTED and dtype.startswith("int")


def _converted(
    checkpoint: Checkpoint, family: HubFamily, device: str, dtype: str, threads: int, allow_pickle: bool
) -> Engine:
    from ..engines.ctranslate2 import CTranslate2Engine

    place = _place(device)
    wanted = _dtype(checkpoint, place) if dtype == "auto" else dtype
    kinds = _dtypes(place)
    if wanted not in kinds:  # said now: a conversion takes minutes
        raise NotConvertibleError(
            f"{checkpoint.name}: CTranslate2 has no {wanted} on {place} here, but {', '.join(kinds)}; use engine torch"
        )
    vocabulary = vocabulary_of(family)
    folder = converted(checkpoint, vocabulary, wanted, allow_pickle=allow_pickle)
    settings = checkpoint.generation
    never = [ids[0] for ids in settings.get("bad_words_ids") or () if len(ids) == 1]
    return CTranslate2Engine(
        folder,
        vocabulary.source,
        family.ends,
        targets=vocabulary.target,
        never=[*never, *(settings.get("suppress_tokens") or ())],
        forced_end=settings.get("forced_eos_token_id") is not None,
        device=place,
        dtype=wanted,
        threads=threads,
    )


def _place(device: str) -> str:
    """The device for CTranslate2.

    Raises:
        ModelError: for one that is not here.
    """
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if device == "auto":
        return "cuda" if count else "cpu"
    kind, _, number = device.partition(":")
    if kind not in ("cpu", "cuda") or (number and not number.isdecimal()):
        raise ModelError(f"device {device!r} is not one of auto, cpu, cuda (or cuda:1) for CTranslate2")
    if kind == "cuda" and int(number or 0) >= count:
        raise ModelError(f"device {device!r}: CTranslate2 sees {count} CUDA devices; use 'cpu'")
    return device


def _can_place(device: str) -> bool:
    try:
        return bool(_place(device))
    except ModelError:
        return False


def _dtype(checkpoint: Checkpoint, place: str) -> str:
    """The numbers that serve best: int8 on a CPU, half precision on a GPU."""
    if place == "cpu":
        return "int8_float32"
    kinds = _dtypes(place)
    # T5's activations overflow float16 (https://github.com/huggingface/transformers/issues/9295).
    order = ("bfloat16", "float32") if "t5" in checkpoint.config["model_type"] else ("float16", "bfloat16", "float32")
    return next(kind for kind in order if kind in kinds)


def _dtypes(place: str) -> list[str]:
    """The numbers that CTranslate2 can compute with on a device."""
    import ctranslate2

    kind, _, number = place.partition(":")
    return sorted(ctranslate2.get_supported_compute_types(kind, int(number or 0)))
