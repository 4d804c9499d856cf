"""Translator: whole texts through a seq2seq model. Every sentence is translated, paragraphs stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..article import Article, numbered, read_all
from ..checks import check_translation
from ..engines.base import EngineName
from ..models.careful import Careful, generate_carefully, said
from ..models.languages import is_arabic
from ..models.seq2seq import Seq2SeqModel
from ..result import Notice, Segment, Translation
from ..streaming import checked_window, pipelined
from ..text import Chunk, language_notice, pack, split_sentences

_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
ROUGH = "a small built-in model translated this: a rough gist, not fit for publication; for a strong one: {command}"
STRONGER = "summ translate --translator opus-mt-ar-en FILE (a 310 MB download)"


KEPT = "the text was kept as it is: it is not in the source language; load the translator with source_language"


@dataclass(frozen=True, slots=True)
class _Plan:
    chunks: list[Chunk]
    letter: re.Pattern[str]
    wrong_language: Notice | None

    def translatable(self, chunk: Chunk) -> bool:
        """Not so for another language, nor for what holds no letter of the source's script: a Latin name, a number."""
        return self.wrong_language is None and self.letter.search(chunk.text) is not None


class Translator:
    """Translates texts with a loaded model.

    Args:
        model: a seq2seq model.
        source_language, target_language: ISO 639-1 codes, for the record.
        window: the most texts that ``stream`` generates together: more fill the batches better, fewer come sooner.
    """

    def __init__(
        self, model: Seq2SeqModel, *, source_language: str = "ar", target_language: str = "en", window: int = 16
    ) -> None:
        self.model, self.window = model, checked_window(window)
        self.source_language, self.target_language = source_language, target_language
        arabic = is_arabic(source_language)
        self._letter = _ARABIC_LETTER if arabic or source_language.endswith("_Arab") else _LETTER
        self._check_language = arabic

    @classmethod
    def load(
        cls,
        name: str = "builtin",
        *,
        source_language: str = "ar",
        target_language: str = "en",
        engine: EngineName = "auto",
        device: str = "auto",
        dtype: str = "auto",
        **options: Any,
    ) -> Translator:
        """Load ``builtin``, a catalog name, a hub id (``org/name``, ``org/name@revision``) or a folder.

        Args:
            options: passed to ``summ.models.load.load_model``: threads, offline, allow_pickle and decode options.

        Raises:
            ModelError: one line with what is wrong and what to do.
        """
        from ..models.load import load_model

        model = load_model(
            name,
            source_language=source_language,
            target_language=target_language,
            engine=engine,
            device=device,
            dtype=dtype,
            **options,
        )
        return cls(model, source_language=source_language, target_language=target_language)

    def __call__(self, text: str | Article) -> Translation:
        """Translate one text. Raises InputError for an empty one."""
        return self.batch([text])[0]

    def batch(
        self, texts: Sequence[str | Article], *, progress: Callable[[int, int], None] | None = None
    ) -> list[Translation]:
        """Translate texts together; translation ``i`` is what ``self(texts[i])`` gives.

        Args:
            progress: called with the numbers of chunks done and in all.
        """
        return self._translated(self._planned(texts), progress)

    def stream(self, texts: Iterable[str | Article]) -> Iterator[Translation]:
        """Translations in input order, lazily: the first by itself, then up to ``window`` texts at a time.

        While a window is generated, the next is read and cut into sentences; with ``window=1`` nothing is read ahead.
        """
        return pipelined(numbered(texts, "text"), self.window, self._planned, self._translated)

    def _planned(self, texts: Sequence[str | Article]) -> list[tuple[str, _Plan]]:
        return [(article.text, self._plan(article.text)) for article in read_all(texts, "text")]

    def _translated(
        self, planned: list[tuple[str, _Plan]], progress: Callable[[int, int], None] | None = None
    ) -> list[Translation]:
        sources = [chunk.text for _, plan in planned for chunk in plan.chunks if plan.translatable(chunk)]
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            if progress:
                progress(done, len(sources))

        generated = iter(generate_carefully(self.model, sources, progress=step))
        return [self._assemble(text, plan, generated) for text, plan in planned]

    def _chunks(self, text: str) -> list[Chunk]:
        """The text in chunks that the model can take: single sentences, or as many as fit if the model reads more."""
        family = self.model.family
        sentences = split_sentences(text)
        if not family.sentence_level:
            return pack(text, sentences, family.count, family.limit, within_paragraphs=True)
        chunks: list[Chunk] = []
        sizes = family.count([s.text for s in sentences])
        for i, (sentence, size) in enumerate(zip(sentences, sizes, strict=True)):
            if size <= family.limit:
                chunks.append(Chunk(sentence.text, sentence.start, sentence.end, (i,), sentence.start))
            else:
                chunks += pack(text, [sentence], family.count, family.limit)
        return chunks

    def _plan(self, text: str) -> _Plan:
        wrong_language = language_notice(text) if self._check_language else None
        return _Plan(self._chunks(text), self._letter, wrong_language)

    def _assemble(self, text: str, plan: _Plan, generated: Iterator[Careful]) -> Translation:
        chunks = plan.chunks
        notices = [notice for chunk in chunks for notice in chunk.notices]
        if plan.wrong_language:
            notices[:0] = [plan.wrong_language, Notice("not-translated", KEPT)]
        elif self.model.rough and any(map(plan.translatable, chunks)):
            notices.insert(0, Notice("rough-translation", ROUGH.format(command=STRONGER)))
        if self.model.licence_notice:
            notices.append(Notice("licence", self.model.licence_notice))
        segments: list[Segment] = []
        parts: list[str] = []
        end = 0
        for chunk in chunks:
            target = chunk.text
            if plan.translatable(chunk):
                made = next(generated)
                target = made.generated.text
                notices += said(made, chunk.start, chunk.end)
                if not target:
                    notices.append(
                        Notice("empty-translation", "the model gave no words for this sentence", chunk.start, chunk.end)
                    )
                notices += check_translation(chunk.text, target, chunk.start, chunk.end)
            segments.append(Segment(chunk.text, target, chunk.start, chunk.end))
            if parts:
                breaks = "".join(
                    c for c in text[end : chunk.start].replace("\r\n", "\n") if c in "\n\r\u2028\u2029\x85"
                )
                parts.append(breaks or " ")
            parts.append(target)
            end = chunk.end
        return Translation(
            "".join(parts), tuple(segments), self.source_language, self.target_language, self.model.info, tuple(notices)
        )
