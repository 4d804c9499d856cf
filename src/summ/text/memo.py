"""Results that are remembered word by word: news has few different words beside its many words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

MOST_WORDS: Final = 1 << 16
"""Different words that are remembered before memory starts afresh; some 15 megabytes."""

LONGEST_WORD: Final = 64
"""Characters; what is longer is no word that comes back."""


class Memo(dict[str, T]):
    """``memo[word]`` is ``work(word)``, worked out when a word is first met. Faster to ask than ``lru_cache``.

    Args:
        work: a pure function of a word.
    """

    def __init__(self, work: Callable[[str], T]) -> None:
        self._work = work

    def __missing__(self, word: str) -> T:
        result = self._work(word)
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = result
        return result
