"""What every engine is: token ids in, token ids out. Tokenizers and languages are a family's affair."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from ..errors import GenerationError, ModelError

EngineName = Literal["auto", "ctranslate2", "torch"]


# Names of transformers that users try first.
THEIRS = {
    "num_beams": ["beam_size"],
    "max_length": ["max_new_tokens"],
    "min_length": ["min_new_tokens"],
    "load_in_8bit": ["dtype"],
    "torch_dtype": ["dtype"],
}


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How target tokens are searched for. The names are those of transformers' generation configuration.

    Attributes:
        beam_size: hypotheses kept; 1 is greedy search.
        length_penalty: exponent of the length by which a hypothesis' log-probability is divided.
        no_repeat_ngram_size: token n-grams of this size occur once at most; 0 for no such rule.
        repetition_penalty: 1.0 for none (Keskar et al. 2019).
        max_new_tokens: hard limit of target tokens a piece; None for one that grows with the source.
        min_new_tokens: no end before so many target tokens.
        early_stopping: True ends a beam search once ``beam_size`` hypotheses are finished; False once a better one is
            unlikely; ``never`` once it is impossible.

    Raises:
        ModelError: for a value out of range.
    """

    beam_size: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    max_new_tokens: int | None = None
    min_new_tokens: int = 0
    early_stopping: bool | str = False

    def __post_init__(self) -> None:
        rules = (
            ("beam_size", self.beam_size >= 1, "at least 1"),
            ("no_repeat_ngram_size", self.no_repeat_ngram_size >= 0, "at least 0"),
            ("repetition_penalty", self.repetition_penalty > 0, "above 0"),
            ("max_new_tokens", self.max_new_tokens is None or self.max_new_tokens >= 1, "at least 1"),
            ("min_new_tokens", 0 <= self.min_new_tokens <= (self.max_new_tokens or 10**9), "from 0 to max_new_tokens"),
            ("early_stopping", self.early_stopping in (True, False, "never"), "True, False or 'never'"),
        )
        for name, holds, wanted in rules:
            if not holds:
                raise ModelError(f"decode option {name} must be {wanted}, not {getattr(self, name)!r}")

    def changed(self, **changes: Any) -> DecodeOptions:
        """These options with others in their place. A lower ``max_new_tokens`` lowers ``min_new_tokens`` with it.

        Raises:
            ModelError: for an unknown option or a value of the wrong type.
        """
        from pydantic import TypeAdapter, ValidationError

        for key in changes:
            if key not in self.__dataclass_fields__:
                near = THEIRS.get(key) or difflib.get_close_matches(key, self.__dataclass_fields__, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self.__dataclass_fields__)}"
                raise ModelError(f"unknown decode option {key!r}; {hint}")
        most = changes.get("max_new_tokens")
        if isinstance(most, int) and "min_new_tokens" not in changes:
            changes["min_new_tokens"] = min(self.min_new_tokens, most)
        try:
            return TypeAdapter(DecodeOptions).validate_python(asdict(self) | changes)
        except ValidationError as error:
            first = error.errors()[0]
            raise ModelError(f"decode option {first['loc'][0]}: {first['msg'].lower()}") from None


@dataclass(frozen=True, slots=True)
class Piece:
    """One encoded source.

    Attributes:
        ids: source token ids, special tokens included.
        prefix: the decoder's first ids as the checkpoint wants them: start token, then any forced language token.
        limit: the most new target tokens this piece may have. It depends on the piece alone, never on its batch.
    """

    ids: tuple[int, ...]
    prefix: tuple[int, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Output:
    """What became of a piece.

    Attributes:
        ids: target token ids without prefix and end token.
        finished: True if the model ended by itself, False if it ran into the limit.
        score: log-probability after the length penalty, None where the engine does not tell.
    """

    ids: tuple[int, ...]
    finished: bool
    score: float | None = None


class UnusableDeviceError(ModelError):
    """An engine cannot compute on a device that is there; another engine or device may."""


class OutOfMemoryError(GenerationError):
    """A batch was too large for the device; a smaller one may pass."""


class Engine(Protocol):
    """Generates target ids. Output ``i`` depends on piece ``i`` and the options only, not on its batch.

    Attributes:
        workers: how many threads may call ``generate`` at once and gain by it.
    """

    workers: int

    @property
    def name(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def dtype(self) -> str: ...

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        """One output a piece, in order. All pieces of a call have the same ``limit``.

        Raises:
            OutOfMemoryError: when the batch was too large.
            GenerationError: when the engine fails otherwise; the message says what to try.
        """
        ...
