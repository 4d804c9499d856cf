"""Summarizer: one interface over the built-in extractive summarizer and seq2seq models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..article import Article
from ..engines.base import EngineName
from ..errors import ModelError
from ..result import Notice, Summary
from ..text import language_notice


class Summarizer:
    """Summarizes texts in their own language.

    Args:
        length: the default length: one of ``sentences``, ``max_words``, ``ratio``.
    """

    def __init__(self, **length: Any) -> None:
        self.length = length

    @classmethod
    def load(
        cls,
        name: str = "builtin",
        *,
        engine: EngineName = "auto",
        device: str = "auto",
        dtype: str = "auto",
        **options: Any,
    ) -> Summarizer:
        """Load ``builtin`` (extractive: whole sentences of the article, chosen), or a model.

        Args:
            options: ``sentences``, ``max_words`` or ``ratio`` as defaults.

        Raises:
            ModelError: one line with what is wrong and what to do.
        """
        if name == "builtin":
            return cls(**{k: v for k, v in options.items() if k in ("sentences", "max_words", "ratio")})
        raise ModelError(f"{name}: abstractive summarizers are not supported yet; there is builtin")

    def __call__(self, text: str | Article, **length: Any) -> Summary:
        """Summarize one text.

        Args:
            length: ``sentences=``, ``max_words=`` or ``ratio=``, instead of the default.

        Raises:
            InputError: for an empty text or a length that makes no sense.
        """
        from .extractive import summarize

        article = Article.of(text, where="text")
        made = summarize(article.text, title=article.title, **(length or self.length))
        notice: Notice | None = language_notice(article.text)
        if notice is None:
            return made
        from dataclasses import replace

        return replace(made, notices=(notice, *made.notices))

    def batch(self, texts: Sequence[str | Article], **length: Any) -> list[Summary]:
        """One summary a text, in order."""
        return [self(text, **length) for text in texts]

    def stream(self, texts: Iterable[str | Article], **length: Any) -> Iterator[Summary]:
        """Summaries in input order, lazily."""
        for text in texts:
            yield self(text, **length)
