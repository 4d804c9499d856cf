"""PyTorch through transformers: every checkpoint, every device, the reference that the other engine must equal."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import GenerationError, ModelError
from .base import DecodeOptions, Output, Piece
from .devices import cpu_count


class TorchEngine:
    """Runs a transformers encoder-decoder model by ``model.generate``.

    Args:
        model: an encoder-decoder model in eval mode, on its device.
    """

    name = "torch"

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def load(
        cls, folder: Path, *, device: str = "auto", dtype: str = "auto", threads: int = 0, allow_pickle: bool = False
    ) -> TorchEngine:
        """Load a checkpoint folder.

        Args:
            device: ``auto`` (CUDA, then Apple's MPS, then CPU) or any torch device.
            dtype: ``auto`` (float32 on a CPU; elsewhere the checkpoint's own), ``float32``, ``float16`` or ``bfloat16``.
            allow_pickle: also read ``pytorch_model.bin``, whose unpickling can run code.

        Raises:
            ModelError: when the folder is no readable encoder-decoder model.
        """
        import torch
        from transformers import AutoModelForSeq2SeqLM
        from transformers.utils import logging

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        if device == "cpu":
            torch.set_num_threads(threads or cpu_count())
            # Half-precision checkpoints would stay so on a CPU, where that is slow and loses digits.
            dtype = "float32" if dtype == "auto" else dtype
        if dtype not in ("auto", "float32", "float16", "bfloat16"):
            raise ModelError(
                f"dtype {dtype!r} is not one of auto, float32, float16, bfloat16 (int8 needs engine ctranslate2)"
            )
        if not allow_pickle and not any(folder.glob("*.safetensors")):
            raise ModelError(f"{folder}: no safetensors weights; pass allow_pickle=True to read pickled ones you trust")
        chosen = dtype if dtype == "auto" else getattr(torch, dtype)
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            model = AutoModelForSeq2SeqLM.from_pretrained(
                folder,
                dtype=chosen,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=not allow_pickle or None,
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder}: not readable as an encoder-decoder model: {str(error).splitlines()[0]}"
            ) from error
        finally:
            if shown:
                logging.enable_progress_bar()
        return cls(model.to(device).eval())

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

        settings = copy.deepcopy(self._model.generation_config)
        first, *forced = pieces[0].prefix
        limit = pieces[0].limit + len(forced)
        settings.update(
            num_beams=options.beam_size,
            length_penalty=options.length_penalty,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            repetition_penalty=options.repetition_penalty,
            decoder_start_token_id=first,
            forced_bos_token_id=forced[0] if forced else None,
            do_sample=False,
            max_new_tokens=limit,
            max_length=None,
            min_length=0,
            min_new_tokens=options.min_new_tokens + len(forced) if options.min_new_tokens else None,
        )
        pad = settings.pad_token_id if settings.pad_token_id is not None else 0
        width = max(len(piece.ids) for piece in pieces)
        ids = torch.full((len(pieces), width), pad, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, piece in enumerate(pieces):
            ids[row, : len(piece.ids)] = torch.tensor(piece.ids)
            mask[row, : len(piece.ids)] = 1
        device = self._model.device
        try:
            with torch.inference_mode():
                found = self._model.generate(
                    input_ids=ids.to(device),
                    attention_mask=mask.to(device),
                    generation_config=settings,
                    return_dict_in_generate=True,
                    output_scores=options.beam_size > 1,
                )
        except torch.OutOfMemoryError as error:
            raise GenerationError(
                f"out of memory on {device} with {len(pieces)} pieces of up to {width} tokens; "
                "try fewer beams, dtype float16, engine ctranslate2 with int8, or a smaller model"
            ) from error
        ends = settings.eos_token_id
        end_ids = set(ends) if isinstance(ends, list) else {ends}
        scores = found.sequences_scores.tolist() if options.beam_size > 1 else [0.0] * len(pieces)
        outputs = []
        for row, score in zip(found.sequences.tolist(), scores, strict=True):
            made = row[1 + len(forced) :]
            length = next((i for i, token in enumerate(made) if token in end_ids), None)
            # An end forced at the limit (BART's forced_eos_token_id) is no end of the model's own.
            finished = length is not None and length + 1 < pieces[0].limit
            outputs.append(Output(tuple(made if length is None else made[:length]), finished, score))
        return outputs
