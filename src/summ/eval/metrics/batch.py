"""Texts as arrays of token numbers: what the ROUGE counters work on, many documents at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
LETTERS = 0x110000 - 0xE000


class Vocabulary(dict[str, int]):
    """Numbers words, and stems each different word only once.

    Args:
        stem: maps a word to its stem; a word whose stem is empty gets the number -1, which ``TokenBatch`` leaves out.
    """

    def __init__(self, stem: Callable[[str], str] | None = None) -> None:
        super().__init__()
        self.stem = stem
        self.stems: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        stem = self.stem(word) if self.stem is not None else word
        number = self.stems.setdefault(stem, len(self.stems)) if stem else -1
        self[word] = number
        return number


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """The tokens of several texts, one after the other, cut into sentences.

    Attributes:
        ids: token numbers of all texts.
        texts: offsets into ``ids``; text ``t`` is ``ids[texts[t]:texts[t + 1]]``.
        sentences: offsets into ``ids`` of all sentences, in order.
        owner: for each sentence, the text it belongs to.
    """

    ids: IntArray
    texts: IntArray
    sentences: IntArray
    owner: IntArray

    @classmethod
    def of(cls, texts: Iterable[Sequence[Sequence[str]]], vocabulary: Vocabulary) -> TokenBatch:
        """Number the words of ``texts``, each a list of sentences, each a list of words."""
        ids: list[int] = []
        ends, sentence_ends, owner = [0], [0], []
        number = vocabulary.__getitem__
        for index, text in enumerate(texts):
            for words in text:
                ids.extend(map(number, words))
                sentence_ends.append(len(ids))
                owner.append(index)
            ends.append(len(ids))
        array = np.array(ids, dtype=np.int64)
        text_offsets, sentence_offsets = np.array(ends, dtype=np.int64), np.array(sentence_ends, dtype=np.int64)
        if (array < 0).any():
            kept = np.concatenate(([0], np.cumsum(array >= 0)))
            array, text_offsets, sentence_offsets = array[array >= 0], kept[text_offsets], kept[sentence_offsets]
        return cls(array, text_offsets, sentence_offsets, np.array(owner, dtype=np.int64))

    @property
    def lengths(self) -> IntArray:
        """Tokens a text."""
        return np.diff(self.texts)

    def filled_sentences(self) -> IntArray:
        """Sentences with at least one token, a text."""
        return np.bincount(self.owner[np.diff(self.sentences) > 0], minlength=len(self.texts) - 1)

    def text_of_token(self) -> IntArray:
        """For each token, the text it belongs to."""
        return np.repeat(np.arange(len(self.texts) - 1), self.lengths)

    def as_strings(self) -> list[str]:
        """Each text as a string with one character a token, which C++ code compares without hashing objects.

        Token numbers below ``LETTERS`` only; they stand for the code points past the surrogates.
        """
        letters = (self.ids + 0xE000).astype("<u4").tobytes().decode("utf-32-le")
        bounds = self.texts.tolist()
        return [letters[a:b] for a, b in pairwise(bounds)]

    def as_lists(self) -> list[list[int]]:
        """Each text as a list of token numbers."""
        return [part.tolist() for part in np.split(self.ids, self.texts[1:-1])]

    def take(self, texts: IntArray) -> TokenBatch:
        """The batch of the given texts, in the given order; a text may come more than once."""
        sentence_bounds = np.searchsorted(self.owner, np.arange(len(self.texts)))
        sentences, owner = ranges(sentence_bounds[:-1][texts], sentence_bounds[1:][texts])
        tokens, _ = ranges(self.texts[:-1][texts], self.texts[1:][texts])
        lengths = np.diff(self.sentences)[sentences]
        return TokenBatch(self.ids[tokens], offsets(self.lengths[texts]), offsets(lengths), owner)


def offsets(lengths: IntArray) -> IntArray:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))


def ranges(starts: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """The numbers of all ranges ``start..end`` one after the other, and which range each came from."""
    lengths = ends - starts
    which = np.repeat(np.arange(len(starts)), lengths)
    return np.arange(len(which)) - offsets(lengths)[:-1][which] + starts[which], which
