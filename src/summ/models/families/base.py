"""A family knows how one kind of checkpoint wants its source written and its target begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ...engines.base import DecodeOptions, Piece

LIMIT_STEP = 32


class Family(Protocol):
    """Texts to pieces and ids back to text, for one checkpoint and one pair of languages."""

    @property
    def name(self) -> str: ...

    @property
    def limit(self) -> int:
        """The most source tokens of one piece, special tokens included."""
        ...

    @property
    def sentence_level(self) -> bool:
        """True for models trained on single sentences: each sentence is then a chunk of its own."""
        ...

    @property
    def defaults(self) -> DecodeOptions:
        """What the checkpoint's authors recommend."""
        ...

    @property
    def vocabulary(self) -> Sequence[str]:
        """The token of each id, as CTranslate2's vocabulary file has it."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Source tokens of each text, special tokens included. Nothing is truncated."""
        ...

    def encode(self, texts: Sequence[str], options: DecodeOptions) -> list[Piece]:
        """One piece a text.

        Raises:
            GenerationError: for a text of more tokens than ``limit``.
        """
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of target ids, special tokens left out."""
        ...


def target_limit(source_tokens: int, options: DecodeOptions, most: int) -> int:
    """New target tokens allowed for a source: twice its length plus 32, in steps of 32, unless the options say.

    A function of the source alone, so that batching cannot change an output; in steps, so that sources of about the
    same length can share a batch.

    Args:
        source_tokens: length of the source in tokens.
        most: what the decoder's positions allow.
    """
    wanted = options.max_new_tokens
    if wanted is None:
        wanted = -(-(2 * source_tokens + 32) // LIMIT_STEP) * LIMIT_STEP
    return min(wanted, most)
