"""How long a summary is to be."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputError
from ..text import split_sentences

LENGTHS = ("sentences", "max_words", "ratio")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a summary is to be: at most one is given; none leaves it to the model.

    Raises:
        InputError: for two lengths or one that makes no sense.
    """

    sentences: int | None = None
    max_words: int | None = None
    ratio: float | None = None

    def __post_init__(self) -> None:
        given = [v for v in (self.sentences, self.max_words, self.ratio) if v is not None]
        if len(given) > 1:
            raise InputError("give one of sentences, max_words and ratio, not several")
        if any(v <= 0 for v in given) or (self.ratio or 0) > 1:
            raise InputError("sentences and max_words must be 1 or more, ratio above 0 and at most 1")

    def of(self, article_sentences: int) -> Length:
        """The same length with a ratio turned into sentences."""
        if self.ratio is None:
            return self
        return Length(sentences=max(1, int(self.ratio * article_sentences + 0.5)))

    def exceeded(self, text: str) -> bool:
        if self.sentences is not None:
            return len(split_sentences(text)) > self.sentences
        return self.max_words is not None and len(text.split()) > self.max_words

    def missed(self, text: str) -> bool:
        """Whether fewer sentences came out than were asked for."""
        return self.sentences is not None and len(split_sentences(text)) < self.sentences
