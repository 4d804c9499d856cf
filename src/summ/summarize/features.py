"""What the ranker looks at: each sentence of an article against its article.

Sentences are not compared pair by pair. The sum of a sentence's cosines with all others is its product with the sum of
all sentence vectors, so that centrality costs time in the number of words, not in that of sentences squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

import numpy as np
import numpy.typing as npt

from .terms import all_terms, terms_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FEATURES: Final = ("position", "centrality", "headline", "short", "words")
SHORT: Final = 9
"""Words; a sentence of fewer rarely makes a statement of its own."""


@dataclass(frozen=True, slots=True)
class SentenceTerms:
    """Sentences as sparse vectors of length 1: entry e gives sentence ``row[e]`` the weight ``weight[e]`` for term
    ``column[e]``. Entries are sorted by row, then column; each pair occurs once.

    Attributes:
        row, column, weight: as above.
        rarity: of each term, its part in the weights.
        number: of each term, its column.
        words: of each sentence, how many words (separated by white space) it has.
    """

    row: IntArray
    column: IntArray
    weight: FloatArray
    rarity: FloatArray
    number: dict[str, int]
    words: IntArray

    @property
    def sentences(self) -> int:
        """How many rows there are."""
        return len(self.words)

    def times(self, vector: FloatArray) -> FloatArray:
        """The product of each sentence with a vector over terms."""
        return _sums(self.row, self.weight * vector[self.column], self.sentences)

    def total(self, of: BoolArray) -> FloatArray:
        """The sum of the sentences for which ``of`` is true: a vector over terms."""
        return _sums(self.column, self.weight * of[self.row], len(self.rarity))

    def sentence(self, number: int) -> FloatArray:
        """One sentence as a vector over terms."""
        own = slice(*np.searchsorted(self.row, (number, number + 1)))
        vector = np.zeros(len(self.rarity))
        vector[self.column[own]] = self.weight[own]
        return vector

    def unit(self, text: str) -> FloatArray:
        """Another text as a vector of length 1 over the same terms; 0 if it shares none."""
        vector = np.zeros(len(self.rarity))
        known = [self.number[term] for term in set(all_terms(text)) if term in self.number]
        vector[known] = self.rarity[known]
        length = float(np.sqrt((vector * vector).sum()))
        return vector / length if length > 0 else vector


def sentence_terms(sentences: Sequence[str], is_body: BoolArray) -> SentenceTerms:
    """Count and weigh the terms of each sentence.

    The weight is tf · isf with isf = ln((n + 1) / (sf + 0.5)), sf being how many of the n body sentences of this
    article have the term (Neto, Santos, Kaestner and Freitas 2000, "Generating Text Summaries through the Relative
    Importance of Topics"); then each sentence is brought to length 1.

    Args:
        sentences: in order.
        is_body: the sentences that count towards n and sf.
    """
    split = [sentence.split() for sentence in sentences]
    words = np.array([len(each) for each in split])
    found = terms_of(chain.from_iterable(split))
    flat = list(chain.from_iterable(found))
    number = dict(zip(dict.fromkeys(flat), count()))
    columns = np.fromiter(map(number.__getitem__, flat), np.int64, len(flat))
    terms = len(number)
    rows = np.repeat(np.repeat(np.arange(len(split)), words), list(map(len, found)))
    pairs, times = np.unique(rows * terms + columns, return_counts=True)
    row, column = np.divmod(pairs, max(1, terms))
    spread = _sums(column, is_body[row].astype(np.float64), terms)
    rarity = np.maximum(np.log((is_body.sum() + 1) / (spread + 0.5)), 0.05)
    weight = times * rarity[column]
    length = np.sqrt(_sums(row, weight * weight, len(split)))
    return SentenceTerms(row, column, weight / length[row], rarity, number, words)


def sentence_features(vectors: SentenceTerms, word_counts: IntArray, is_body: BoolArray, headline: str) -> FloatArray:
    """One row a sentence, one column a name of ``FEATURES``.

    - position: 1 / sqrt(rank of the sentence in the body), 1 for the first. News tells the most important first: the
      lead is what extracts have to beat (Nenkova 2005, "Automatic Text Summarization of Newswire").
    - centrality: the sum of its cosines with all other body sentences, as a share of the largest such sum. That is
      degree centrality in the similarity graph, with weights instead of a threshold (Erkan and Radev 2004, "LexRank",
      section 3.1).
    - headline: its cosine with the headline (Edmundson 1969, "New Methods in Automatic Extracting", the title method);
      0 without one.
    - short: words under 9, as a share of 9.
    - words: the natural logarithm of the number of words.
    """
    shared = np.maximum(np.round(vectors.times(vectors.total(is_body)) - is_body, 9), 0.0)
    largest = shared[is_body].max(initial=0.0)
    columns = (
        1 / np.sqrt(np.maximum(np.cumsum(is_body), 1)),
        shared / largest if largest > 0 else shared,
        vectors.times(vectors.unit(headline)) if headline else np.zeros(len(is_body)),
        np.maximum(SHORT - word_counts, 0) / SHORT,
        np.log(np.maximum(word_counts, 1)),
    )
    return np.array(columns).T


def _sums(groups: IntArray, values: FloatArray, size: int) -> FloatArray:
    """The sum of the values of each group 0 … size - 1."""
    return np.bincount(groups, values, size).astype(np.float64, copy=False)
