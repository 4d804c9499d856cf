"""PyTorch through transformers: every checkpoint, every device, the reference that the other engine must equal."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import GenerationError, ModelError, SummError
from .base import DecodeOptions, OutOfMemoryError, Output, Piece
from .devices import cpu_count

DTYPES = ("auto", "float32", "float16", "bfloat16")
SMALLER = "try engine='ctranslate2' with dtype='int8', dtype='float16' on a GPU, or a smaller model (summ models list)"


class TorchEngine:
    """Runs a transformers encoder-decoder model by ``model.generate``.

    Args:
        model: an encoder-decoder model in eval mode, on its device.
    """

    name = "torch"
    workers = 1

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        name: str | None = None,
        generation: Mapping[str, Any] | None = None,
        device: str = "auto",
        dtype: str = "auto",
        threads: int = 0,
        allow_pickle: bool = False,
    ) -> TorchEngine:
        """Load a checkpoint folder.

        Args:
            name: what to call it in messages; the folder if None.
            generation: settings that the checkpoint's files hold, where transformers may not look for them.
            device: ``auto`` (CUDA, then Apple's MPS, then CPU) or any torch device.
            dtype: ``auto`` (float32 on a CPU, half precision on CUDA, elsewhere the checkpoint's own), ``float32``,
                ``float16``, ``bfloat16``.
            threads: CPU threads of the whole process; 0 for its cores.
            allow_pickle: also read ``pytorch_model.bin``, whose unpickling can run code.

        Raises:
            ModelError: when the folder is no readable encoder-decoder model, or the device or dtype is none.
        """
        import torch
        from transformers import AutoModelForSeq2SeqLM

        label = name or str(folder)
        check("cpu", dtype)
        place = _device(device)
        if place.type == "cpu":
            torch.set_num_threads(threads or cpu_count())
        if dtype == "auto":
            dtype = _numbers(folder, place)
        try:
            with quiet():
                model, report = AutoModelForSeq2SeqLM.from_pretrained(
                    folder,
                    dtype=dtype if dtype == "auto" else getattr(torch, dtype),
                    local_files_only=True,
                    trust_remote_code=False,
                    use_safetensors=None if allow_pickle else True,
                    output_loading_info=True,
                    ignore_mismatched_sizes=True,  # _complete says it better
                )
            _complete(report, label, computed=_positions(model, report.get("missing_keys") or ()))
            _intact(model, folder, label)
            model = model.to(place).eval()
        except SummError:
            raise
        except Exception as error:
            if _out_of_memory(error):
                raise ModelError(f"{label}: out of memory on {place} while loading; {SMALLER}") from error
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{label}: not readable as an encoder-decoder model: {reason}") from error
        model.generation_config.update(**{k: v for k, v in (generation or {}).items() if v is not None})
        return cls(model)

    @classmethod
    def of(cls, model: Any, device: str = "auto") -> TorchEngine:
        """An engine of a model that is loaded already; ``auto`` leaves it where it is."""
        return cls((model if device == "auto" else model.to(_device(device))).eval())

    @property
    def model(self) -> Any:
        """The transformers model, for callers who need more of it."""
        return self._model

    @property
    def device(self) -> str:
        return str(self._model.device)

    @property
    def dtype(self) -> str:
        return str(self._model.dtype).removeprefix("torch.")

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        if not pieces:
            return []
        import torch

        # One call has one beginning; a cross-lingual batch may hold several.
        if len({piece.prefix for piece in pieces}) > 1:
            return [output for piece in pieces for output in self.generate([piece], options)]
        settings = self._settings(pieces[0], options)
        width = max(len(piece.ids) for piece in pieces)
        pad = settings.pad_token_id if settings.pad_token_id is not None else 0
        ids = torch.full((len(pieces), width), pad, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, piece in enumerate(pieces):
            ids[row, : len(piece.ids)] = torch.tensor(piece.ids)
            mask[row, : len(piece.ids)] = 1
        device = self._model.device
        try:
            # No scores: they would keep the whole vocabulary's of every step and beam.
            with torch.inference_mode(), quiet():
                found = self._model.generate(
                    input_ids=ids.to(device), attention_mask=mask.to(device), generation_config=settings
                )
        except Exception as error:
            if _out_of_memory(error):
                if device.type == "cuda":
                    torch.cuda.empty_cache()  # what is left in pieces may make room for a smaller batch
                raise OutOfMemoryError(
                    f"out of memory on {device} with {len(pieces)} pieces of up to {width} tokens and "
                    f"{options.beam_size} beams; {SMALLER}, or fewer beams"
                ) from error
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise GenerationError(f"the model failed on {len(pieces)} pieces of {width} tokens: {reason}") from error
        return [self._output(row, piece, settings) for row, piece in zip(found.tolist(), pieces, strict=True)]

    def _settings(self, piece: Piece, options: DecodeOptions) -> Any:
        """The checkpoint's generation configuration with the options in force, and with a length in any case."""
        settings = copy.deepcopy(self._model.generation_config)
        first, *forced = piece.prefix
        if len(forced) > 1:
            raise GenerationError(f"transformers forces one token after the start, not {len(forced)}")
        least = min(options.min_new_tokens, piece.limit)
        settings.update(
            num_beams=options.beam_size,
            length_penalty=options.length_penalty,
            early_stopping=options.early_stopping,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            repetition_penalty=options.repetition_penalty,
            decoder_start_token_id=first,
            forced_bos_token_id=forced[0] if forced else None,
            do_sample=False,
            max_new_tokens=piece.limit + len(forced),
            max_length=None,
            min_length=0,
            min_new_tokens=least + len(forced) if least else None,
            return_dict_in_generate=False,
            output_scores=False,
            num_return_sequences=1,
        )
        return settings

    @staticmethod
    def _output(row: list[int], piece: Piece, settings: Any) -> Output:
        ends = settings.eos_token_id
        end_ids = set(ends) if isinstance(ends, list) else {ends}
        made = row[len(piece.prefix) :]
        length = next((i for i, token in enumerate(made) if token in end_ids), None)
        # An end that the checkpoint's settings force at the limit (BART, Marian) is no end of the model's own.
        forced = settings.forced_eos_token_id is not None and length is not None and length + 1 >= piece.limit
        return Output(tuple(made if length is None else made[:length]), length is not None and not forced)


def check(device: str, dtype: str) -> None:
    """Refuse a device or dtype that is none, before a model is fetched for it.

    Raises:
        ModelError: with what there is instead.
    """
    if dtype not in DTYPES:
        hint = "; int8 needs engine='ctranslate2'" if "int8" in dtype else ""
        raise ModelError(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}{hint}")
    if device not in ("auto", "cpu"):
        _device(device)


def _device(name: str) -> Any:
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ModelError(f"device {name!r} is not one of auto, cpu, cuda (or cuda:1), mps") from None
    if device.type == "cuda" and (not torch.cuda.is_available() or (device.index or 0) >= torch.cuda.device_count()):
        raise ModelError(
            f"device {name!r}: torch {torch.__version__} sees {torch.cuda.device_count()} CUDA devices; use 'cpu'"
        )
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise ModelError(f"device {name!r}: no Apple GPU here; use 'cpu'")
    return device


def sees_cuda() -> bool:
    """Whether torch can compute on a CUDA (or ROCm) device."""
    import torch

    return bool(torch.cuda.is_available())


def _numbers(folder: Path, place: Any) -> str:
    """The numbers that serve a device best.

    Half-precision checkpoints would stay so on a CPU, where that is slow and loses digits. On CUDA half precision is
    twice as fast; T5's activations overflow float16 (https://github.com/huggingface/transformers/issues/9295).
    """
    import torch
    from transformers import AutoConfig

    if place.type != "cuda":
        return "float32" if place.type == "cpu" else "auto"
    kind = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False).model_type
    if "t5" not in kind:
        return "float16"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"


def _out_of_memory(error: Exception) -> bool:
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def _positions(model: Any, missing: Collection[str]) -> set[str]:
    """Compute sinusoidal positions that the file does not hold, as those of google/pegasus-* do not; their names.

    transformers computes them too, but versions of 5 may leave noise there
    (https://github.com/huggingface/transformers/pull/44454).
    """
    import torch

    computed = set()
    for name, module in model.named_modules():
        if f"{name}.weight" in missing and hasattr(module, "create_weight"):
            with torch.no_grad():
                module.weight.copy_(module.create_weight())
            computed.add(f"{name}.weight")
    return computed


def _complete(report: Mapping[str, Any], label: str, computed: Collection[str]) -> None:
    """Refuse weights that lack a tensor: transformers would fill it with random numbers and go on."""
    missing = sorted(set(report.get("missing_keys") or ()).difference(computed))
    wrong = sorted(str(key) for key in report.get("mismatched_keys") or ())
    if missing or wrong:
        what = f"lack {missing[0]}" if missing else f"have another shape than config.json says: {wrong[0]}"
        more = f" and {len(missing) + len(wrong) - 1} other tensors" if len(missing) + len(wrong) > 1 else ""
        raise ModelError(f"{label}: the weights {what}{more}; not a seq2seq checkpoint?")


def _intact(model: Any, folder: Path, label: str) -> None:
    """Refuse a model whose encoder embeds with a table that the file has not.

    transformers 5.15 gave MADLAD-400's encoder the output layer (https://github.com/huggingface/transformers/issues/48154).
    """
    import torch
    from safetensors import safe_open

    encoder = model.get_encoder().get_input_embeddings().weight
    rows = []
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as weights:
            for name in weights.keys():  # noqa: SIM118, the file is no dictionary
                if name.endswith(("shared.weight", "embed_tokens.weight")):
                    table = weights.get_slice(name)
                    # Where each side has a vocabulary of its own, the decoder's table may be the shorter one.
                    if table.get_shape() == list(encoder.shape):
                        rows.append(table[len(encoder) // 2])
    if rows and not any(torch.equal(encoder[len(encoder) // 2], row.to(encoder.dtype)) for row in rows):
        from transformers import __version__

        raise ModelError(
            f"{label}: has other embeddings in its encoder than the file; "
            f"transformers {__version__} reads it wrong, try another transformers 5"
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' progress bars and advice off standard error; what matters is raised."""
    from transformers.utils import logging as theirs

    level, shown = theirs.get_verbosity(), theirs.is_progress_bar_enabled()
    theirs.set_verbosity_error()
    theirs.disable_progress_bar()
    try:
        yield
    finally:
        theirs.set_verbosity(level)
        if shown:
            theirs.enable_progress_bar()
