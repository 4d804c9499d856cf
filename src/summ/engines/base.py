"""What every engine is: token ids in, token ids out. Tokenizers and languages are a family's affair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

EngineName = Literal["auto", "ctranslate2", "torch"]


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
    """

    beam_size: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    max_new_tokens: int | None = None
    min_new_tokens: int = 0


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
        score: log-probability after the length penalty.
    """

    ids: tuple[int, ...]
    finished: bool
    score: float


class Engine(Protocol):
    """Generates target ids. Output ``i`` depends on piece ``i`` and the options only, not on its batch."""

    @property
    def name(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def dtype(self) -> str: ...

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        """One output a piece, in order. All pieces of a call have the same ``limit``.

        Raises:
            GenerationError: when the engine fails; the message says what to try.
        """
        ...
