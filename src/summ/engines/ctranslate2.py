"""CTranslate2: the fast engine, on CPU and CUDA."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import GenerationError, ModelError
from .base import DecodeOptions, Output, Piece


class CTranslate2Engine:
    """Runs a converted model folder (``model.bin`` and its vocabulary).

    Args:
        folder: a folder in CTranslate2's format.
        vocabulary: the token of each id; ids outside the engine are the tokenizer's.
        end: id of the end token.
        device: ``cpu``, ``cuda`` or ``auto``.
        dtype: CTranslate2's compute type, or ``default`` for that of the saved weights.
        threads: CPU threads; 0 for the machine's cores.

    Raises:
        ModelError: when the folder is no such model.
    """

    name = "ctranslate2"

    def __init__(
        self,
        folder: Path,
        vocabulary: Sequence[str],
        end: int,
        *,
        device: str = "auto",
        dtype: str = "default",
        threads: int = 0,
    ) -> None:
        import ctranslate2

        from .devices import cpu_count

        try:
            self._translator = ctranslate2.Translator(
                str(folder), device=device, compute_type=dtype, inter_threads=1, intra_threads=threads or cpu_count()
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{folder}: not readable as a CTranslate2 model: {str(error).splitlines()[0]}") from None
        self._tokens = list(vocabulary)
        self._ids = {token: i for i, token in enumerate(self._tokens)}
        self._end = end

    @property
    def device(self) -> str:
        return str(self._translator.device)

    @property
    def dtype(self) -> str:
        return str(self._translator.compute_type)

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        if not pieces:
            return []
        # The start token is part of the converted model; what follows it is a forced prefix.
        forced = [[self._tokens[i] for i in piece.prefix[1:]] for piece in pieces]
        longest_prefix = max(map(len, forced))
        try:
            found = self._translator.translate_batch(
                [[self._tokens[i] for i in piece.ids] for piece in pieces],
                target_prefix=forced if longest_prefix else None,
                beam_size=options.beam_size,
                length_penalty=options.length_penalty,
                no_repeat_ngram_size=options.no_repeat_ngram_size,
                repetition_penalty=options.repetition_penalty,
                max_input_length=0,
                max_decoding_length=pieces[0].limit + longest_prefix,
                min_decoding_length=options.min_new_tokens + longest_prefix if options.min_new_tokens else 1,
                return_scores=True,
                return_end_token=True,
            )
        except RuntimeError as error:
            raise GenerationError(f"CTranslate2 failed: {str(error).splitlines()[0]}") from error
        outputs = []
        for result, prefix in zip(found, forced, strict=True):
            ids = [self._ids[token] for token in result.hypotheses[0][len(prefix) :]]
            finished = bool(ids) and ids[-1] == self._end
            outputs.append(Output(tuple(ids[:-1] if finished else ids), finished, result.scores[0]))
        return outputs
