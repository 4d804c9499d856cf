"""Baselines of summarization: whole sentences of the article, in its order; what a summarizer is shown beside."""

from __future__ import annotations

import random as chance
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

import numpy as np

from ..text import split_sentences
from .recipe import Recipe
from .resampling import FloatArray

Words = Callable[[str], list[str]]


def lead(source: str, count: int) -> list[str]:
    """The first sentences: hard to beat in news (Nenkova 2005, "Automatic Text Summarization of Newswire")."""
    return _sentences(source)[:count]


def random_sentences(source: str, count: int, *, seed: int, id: str) -> list[str]:
    """Sentences by chance, in article order.

    Args:
        id: of the document; the draw depends on seed, id and number of sentences, not on other documents.
    """
    sentences = _sentences(source)
    draw = chance.Random(f"{seed}\x1f{id}")
    chosen = sorted(draw.sample(range(len(sentences)), min(count, len(sentences))))
    return [sentences[index] for index in chosen]


def oracle(
    source: str, references: Sequence[str], words: Words, *, policy: str = "max", most: int | None = None
) -> list[str]:
    """Sentences chosen greedily by the references: about the best that extraction can do.

    One sentence is added at a time, the one that raises ROUGE-1 F + ROUGE-2 F the most, until none does (Nallapati et
    al. 2017, "SummaRuNNer", section 3; the sum of both as in Liu and Lapata 2019, "Text Summarization with Pretrained
    Encoders"). It is a greedy search, so a better extract may exist.

    Bigrams over the end of a sentence are left out while choosing.

    Args:
        words: from a text to its words, as the scorer sees them.
        policy: over several references: ``max``, ``mean``, or ``jackknife`` (here as ``mean``).
        most: sentences, if there is a limit.
    """
    sentences = _sentences(source)
    tokens = [words(sentence) for sentence in sentences]
    targets = [_Target(words(reference), tokens) for reference in references]
    chosen: list[int] = []
    best = 0.0
    while len(chosen) < min(len(sentences), most or len(sentences)):
        gains = np.stack([target.gains(chosen) for target in targets])
        scores = (gains.max(axis=0) if policy == "max" else gains.mean(axis=0)).sum(axis=0)
        scores[chosen] = -1.0
        place = int(scores.argmax())  # the first of equal ones
        if scores[place] <= best + 1e-12:
            break
        best = float(scores[place])
        chosen.append(place)
    return [sentences[index] for index in sorted(chosen)]


def scorer_words(recipe: Recipe) -> Words:
    """The words, stemmed, that ROUGE counts under a recipe."""
    tokenize, stem = recipe.tokenizer(for_lsum=False), recipe.stem()

    def words(text: str) -> list[str]:
        found = [word for sentence in tokenize(text) for word in sentence]
        return [stemmed for word in found if (stemmed := stem(word))] if stem else found

    return words


class _Target:
    """A reference, and how often each sentence has each of its words and bigrams."""

    def __init__(self, reference: Sequence[str], sentences: Sequence[Sequence[str]]) -> None:
        self.orders = [
            _shares(list(reference), sentences),
            _shares(list(pairwise(reference)), [list(pairwise(sentence)) for sentence in sentences]),
        ]

    def gains(self, chosen: Sequence[int]) -> FloatArray:
        """F of ROUGE-1 and ROUGE-2, a row each, of the chosen sentences with each other sentence added."""
        rows = []
        for wanted, counts, lengths, length in self.orders:
            matches = np.minimum(counts + counts[chosen].sum(axis=0), wanted).sum(axis=1)
            both = lengths + lengths[chosen].sum() + length
            rows.append(np.where(matches > 0, 2 * matches / np.maximum(both, 1), 0.0))
        return np.stack(rows)


def _shares(
    reference: Sequence[Hashable], sentences: Sequence[Sequence[Hashable]]
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Counts in the reference, counts in each sentence (only of what the reference has), and all lengths."""
    number = {item: place for place, item in enumerate(dict.fromkeys(reference))}
    counts = np.zeros((len(sentences) + 1, len(number)))
    for row, sentence in enumerate([*sentences, reference]):
        for item in sentence:
            if item in number:
                counts[row, number[item]] += 1
    lengths = np.array([len(sentence) for sentence in sentences], dtype=np.float64)
    return counts[-1], counts[:-1], lengths, len(reference)


def _sentences(source: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(source)]
