"""Summarizer: one interface over the built-in extractive summarizer and seq2seq models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..article import Article, numbered, read_all
from ..engines.base import EngineName
from ..errors import InputError, ModelError
from ..models.languages import is_arabic
from ..models.seq2seq import Seq2SeqModel
from ..result import Summary
from ..streaming import checked_window, pipelined
from ..text import detect_language, language_notice
from .length import LENGTHS, Length


class Summarizer:
    """Summarizes texts.

    Args:
        model: a seq2seq model, or None for the built-in summarizer, which chooses whole sentences of the article.
        source_language: of the articles; an article in another is noticed if it is Arabic.
        language: of the summaries; not that of the articles for a cross-lingual model.
        window: with a model, the most texts that ``stream`` generates together.
        overlap: with a model, repeat whole sentences of up to so many tokens at the head of an article's next chunk.
        length: the default length: one of ``sentences``, ``max_words``, ``ratio``; 3 sentences for the built-in
            summarizer, what the model was trained for otherwise.
    """

    def __init__(
        self,
        model: Seq2SeqModel | None = None,
        *,
        source_language: str = "ar",
        language: str = "ar",
        window: int = 16,
        overlap: int = 0,
        **length: Any,
    ) -> None:
        self.model, self.source_language, self.language, self.length = model, source_language, language, length
        self.window, self.overlap = checked_window(window), overlap

    @classmethod
    def load(
        cls,
        name: str = "builtin",
        *,
        source_language: str = "ar",
        target_language: str = "ar",
        engine: EngineName = "auto",
        device: str = "auto",
        dtype: str = "auto",
        **options: Any,
    ) -> Summarizer:
        """Load ``builtin``, a catalog name, a hub id (``org/name``, ``org/name@revision``) or a folder.

        Args:
            options: ``sentences``, ``max_words`` or ``ratio`` as the default length; ``overlap``; all others are passed
                to ``summ.models.load.load_model``.

        Raises:
            ModelError: one line with what is wrong and what to do.
        """
        length = {key: options.pop(key) for key in LENGTHS if key in options}
        Length(**length)  # what makes no sense is said before anything is loaded
        overlap = options.pop("overlap", 0)
        if overlap < 0 or (overlap and name == "builtin"):
            raise ModelError(f"overlap is a number of tokens for models that read an article in chunks, not {overlap}")
        if name == "builtin":
            for key in options:
                if key not in ("offline", "allow_pickle", "threads"):
                    raise ModelError(f"the built-in summarizer has no option {key!r}; there are {', '.join(LENGTHS)}")
            if engine != "auto":
                raise ModelError(
                    f"the built-in summarizer chooses sentences and runs on no engine; leave out {engine!r}"
                )
            return cls(source_language=source_language, language=target_language, **length)
        from ..models.load import load_model

        model = load_model(
            name,
            source_language=source_language,
            target_language=target_language,
            task="summarization",
            engine=engine,
            device=device,
            dtype=dtype,
            **options,
        )
        return cls(model, source_language=source_language, language=target_language, overlap=overlap, **length)

    def __call__(self, text: str | Article, **length: Any) -> Summary:
        """Summarize one text.

        Args:
            length: ``sentences=``, ``max_words=`` or ``ratio=``, instead of the default.

        Raises:
            InputError: for an empty text or a length that makes no sense.
        """
        return self.batch([text], **length)[0]

    def batch(self, texts: Sequence[str | Article], **length: Any) -> list[Summary]:
        """Summarize texts together; summary ``i`` is what ``self(texts[i])`` gives."""
        articles = read_all(texts, "text")
        for key in length:
            if key not in LENGTHS:
                raise InputError(f"unknown length {key!r}; there are {', '.join(LENGTHS)}")
        wanted = {k: v for k, v in (length or self.length).items() if v is not None}
        notices = [language_notice(a.text) if is_arabic(self.source_language) else None for a in articles]
        if self.model is None:
            from .extractive import summarize as extract

            made = [
                # An extract is in the language of its article, whatever was expected.
                replace(
                    extract(a.text, title=a.title, **wanted),
                    language=detect_language(a.text).code if notice else self.language,
                )
                for a, notice in zip(articles, notices, strict=True)
            ]
        else:
            from .abstractive import summarize as abstract

            made = abstract(
                self.model,
                [a.text for a in articles],
                Length(**wanted),
                source_language=self.source_language,
                language=self.language,
                overlap=self.overlap,
            )
        return [
            replace(summary, notices=(notice, *summary.notices)) if notice else summary
            for summary, notice in zip(made, notices, strict=True)
        ]

    def stream(self, texts: Iterable[str | Article], **length: Any) -> Iterator[Summary]:
        """Summaries in input order, lazily: extracts one by one, a model's up to ``window`` at a time.

        While a model generates a window, the caller's code uses the one before it, and the next is read.
        """
        articles, window = numbered(texts, "text"), self.window if self.model else 1
        return pipelined(articles, window, lambda group: group, lambda group: self.batch(group, **length))
