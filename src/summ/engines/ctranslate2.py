"""CTranslate2: the fast engine, on CPU and CUDA."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import GenerationError, ModelError
from .base import DecodeOptions, OutOfMemoryError, Output, Piece, UnusableDeviceError
from .devices import cpu_count, cpu_threads, load_library

# Hypotheses that a beam search collects before it ends, in beams. CTranslate2 cannot ask whether a better one is still
# possible, as transformers does for early_stopping=False; once it has a beam full of them, one rarely is.
PATIENCE = {True: 1.0, False: 1.0, "never": 2.0}

SMALLER = "try dtype='int8' or a smaller model (summ models list)"
log = logging.getLogger("summ")


class CTranslate2Engine:
    """Runs a converted model folder (``model.bin`` and its vocabulary).

    Several threads may call ``generate`` at once: ``workers`` of the calls run side by side.

    Args:
        folder: a folder in CTranslate2's format.
        vocabulary: the token of each source id; ids outside the engine are the tokenizer's.
        ends: ids of the end tokens.
        targets: the token of each target id, where it is not ``vocabulary``.
        never: ids that are never generated.
        forced_end: True where the limit's last token must be the end, as the settings of BART and Marian say.
        device: ``cpu``, ``cuda``, ``cuda:1`` or ``auto``: CUDA where that works, else the CPU.
        dtype: CTranslate2's compute type, or ``default`` for that of the saved weights.
        threads: CPU threads in all; 0 for the cores of this process.

    Raises:
        ModelError: when the folder is no such model, or device or dtype cannot be had here.
        UnusableDeviceError: when CTranslate2 sees a CUDA device, but cannot compute on it.
    """

    name = "ctranslate2"

    def __init__(
        self,
        folder: Path,
        vocabulary: Sequence[str],
        ends: Sequence[int],
        *,
        targets: Sequence[str] | None = None,
        never: Sequence[int] = (),
        forced_end: bool = False,
        device: str = "auto",
        dtype: str = "default",
        threads: int = 0,
    ) -> None:
        self._sources, self._targets = list(vocabulary), list(targets or vocabulary)
        self.workers, within = cpu_threads(threads or cpu_count())
        self._translator = _open(folder, device, dtype, self.workers, within)
        if self.device != "cpu":
            try:
                _try(self._translator, self._sources[0], self._targets[0])
                self.workers = 1
            except UnusableDeviceError as error:
                if device != "auto":
                    raise
                log.warning("%s; the CPU is used", error)
                self._translator = _open(folder, "cpu", dtype, self.workers, within)
        self._ids = {token: i for i, token in enumerate(self._targets)}
        self._ends = frozenset(ends)
        self._end_tokens = [self._targets[i] for i in ends]
        self._never = [[self._targets[i]] for i in never]
        self._forced_end = forced_end
        config = json.loads((folder / "config.json").read_text("utf-8"))
        # The start token is part of the converted model, or the first of every prefix.
        self._given = 0 if config.get("decoder_start_token") is None else 1

    @property
    def device(self) -> str:
        return str(self._translator.device)

    @property
    def dtype(self) -> str:
        return str(self._translator.compute_type)

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        if not pieces:
            return []
        prefixes = [[self._targets[i] for i in piece.prefix[self._given :]] for piece in pieces]
        # CTranslate2 counts forced tokens in its lengths, but not the start token.
        forced = len(pieces[0].prefix) - 1
        limit = pieces[0].limit - (1 if self._forced_end and pieces[0].limit > 1 else 0)
        least = min(options.min_new_tokens, limit)
        try:
            found = self._translator.translate_batch(
                [[self._sources[i] for i in piece.ids] for piece in pieces],
                target_prefix=prefixes if prefixes[0] else None,
                beam_size=options.beam_size,
                patience=PATIENCE[options.early_stopping],
                length_penalty=options.length_penalty,
                no_repeat_ngram_size=options.no_repeat_ngram_size,
                repetition_penalty=options.repetition_penalty,
                suppress_sequences=self._never or None,
                end_token=self._end_tokens,
                max_input_length=0,
                max_decoding_length=limit + forced,
                min_decoding_length=least + forced if least else 0,
                return_scores=True,
                return_end_token=True,
            )
        except (RuntimeError, MemoryError) as error:
            if _out_of_memory(error):
                raise OutOfMemoryError(
                    f"out of memory on {self.device} with {len(pieces)} pieces of up to "
                    f"{max(len(piece.ids) for piece in pieces)} tokens and {options.beam_size} beams; "
                    f"{SMALLER}, or fewer beams"
                ) from error
            raise GenerationError(f"CTranslate2 failed: {_reason(error)}") from error
        outputs = []
        for result in found:
            ids = [self._ids[token] for token in result.hypotheses[0][forced:]]
            finished = bool(ids) and ids[-1] in self._ends
            outputs.append(Output(tuple(ids[:-1] if finished else ids), finished, result.scores[0]))
        return outputs


def _open(folder: Path, device: str, dtype: str, side_by_side: int, within: int) -> Any:
    import ctranslate2

    kind, _, number = device.partition(":")
    try:
        return ctranslate2.Translator(
            str(folder),
            device=kind,
            device_index=int(number or 0),
            compute_type=dtype,
            inter_threads=side_by_side,
            intra_threads=within,
        )
    except (RuntimeError, ValueError, MemoryError) as error:
        if _out_of_memory(error):
            raise ModelError(f"{folder}: out of memory on {device} while loading; {SMALLER}") from None
        raise ModelError(f"{folder}: not readable as a CTranslate2 model: {_reason(error)}") from None


def _try(translator: Any, source: str, target: str) -> None:
    """Generate two tokens: CTranslate2 looks for the CUDA libraries when it first computes.

    Its wheels want those of CUDA 12. torch's wheels for CUDA 12 bring them, to a place that the system's loader does
    not know; torch's wheels for CUDA 13 do not (https://github.com/OpenNMT/CTranslate2/issues/1933).
    """
    for attempt in range(2):
        try:
            translator.translate_batch([[source]], target_prefix=[[target]], beam_size=1, max_decoding_length=2)
            return
        except RuntimeError as error:
            reason = _reason(error)
            if attempt == 0 and load_library(reason):
                continue
            hint = "pip install nvidia-cublas-cu12" if "libcublas.so.12" in reason else "try engine torch"
            message = f"CTranslate2 cannot compute on {translator.device}: {reason} ({hint}, or use device cpu)"
            raise UnusableDeviceError(message) from None


def _out_of_memory(error: Exception) -> bool:
    text = str(error)  # C++'s bad_alloc comes as a MemoryError
    return isinstance(error, MemoryError) or "out of memory" in text.lower() or "bad_alloc" in text


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
