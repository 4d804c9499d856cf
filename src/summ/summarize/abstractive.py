"""Abstractive summaries of articles of any length: map and reduce over chunks that the model can read.

Every sentence of the article is in a chunk (in one, unless an overlap is asked for), every chunk is summarized (map).
While the partial summaries together are longer than what is wanted, they are summarized in turn (reduce).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Literal, TypeVar

from ..models.careful import Careful, generate_carefully, said
from ..models.languages import is_arabic, same
from ..models.seq2seq import Seq2SeqModel
from ..result import Notice, Segment, Summary
from ..text import Chunk, pack, split_sentences
from .extractive import summarize as extract
from .length import Length

Made = TypeVar("Made")
# Yields the chunks that it wants summarized, is sent what became of them, and returns its last value.
Work = Generator[list[Chunk], list[Careful], Made]

Kind = Literal["abstractive", "cross-lingual"]

FINEST = 48  # tokens: chunks smaller than this hold no more than a sentence or two


def summarize(
    model: Seq2SeqModel,
    texts: Sequence[str],
    length: Length,
    *,
    source_language: str = "ar",
    language: str = "ar",
    overlap: int = 0,
) -> list[Summary]:
    """Summarize texts with a seq2seq model; what they all need next is generated together.

    Args:
        model: trained to summarize; ``model.family.limit`` bounds a chunk.
        length: what is wanted. A model's summary has about the length it was trained for, so more sentences are had
            by summarizing smaller chunks, fewer by summarizing the summaries; what is still too long is cut down to
            its best whole sentences.
        source_language, language: of the articles, and of the summaries.
        overlap: repeat whole sentences of up to so many tokens at the head of the next chunk.

    Returns:
        One summary a text, in order. Its segments are the chunks that were read, each with what the model made of it.
    """
    alike = (
        source_language == language
        or same(source_language, language)
        or (is_arabic(source_language) and is_arabic(language))
    )
    kind: Kind = "abstractive" if alike else "cross-lingual"
    works = [_work(model, text, length, language, kind, overlap) for text in texts]
    asked = {i: next(work) for i, work in enumerate(works)}
    done: dict[int, Summary] = {}
    while asked:
        flat = [chunk.text for chunks in asked.values() for chunk in chunks]
        made = iter(generate_carefully(model, flat, lengths=False))
        for i, chunks in list(asked.items()):
            try:
                asked[i] = works[i].send([next(made) for _ in chunks])
            except StopIteration as end:
                done[i] = end.value
                del asked[i]
    return [done[i] for i in range(len(works))]


def _work(model: Seq2SeqModel, text: str, length: Length, language: str, kind: Kind, overlap: int) -> Work[Summary]:
    sentences = split_sentences(text)
    wanted = length.of(len(sentences))
    limit = model.family.limit
    chunks, made = yield from _mapped(model, text, limit, overlap)
    while wanted.missed(_joined(made)) and len(chunks) < len(sentences) and limit > FINEST:
        limit = max(FINEST, min(limit, max(model.family.count([chunk.text for chunk in chunks]))) // 2)
        chunks, made = yield from _mapped(model, text, limit, overlap)
    segments = tuple(
        Segment(chunk.text, one.generated.text, chunk.start, chunk.end) for chunk, one in zip(chunks, made, strict=True)
    )
    notices = [notice for chunk in chunks for notice in chunk.notices]
    for chunk, one in zip(chunks, made, strict=True):
        notices += said(one, chunk.start, chunk.end)
        if not one.generated.text:
            notices.append(Notice("empty-summary", "the model gave no words for this part", chunk.start, chunk.end))
    if model.licence_notice:
        notices.append(Notice("licence", model.licence_notice))
    whole, rounds = yield from _reduced(model, _joined(made), len(chunks), wanted)
    if wanted.exceeded(whole):
        whole = extract(whole, sentences=wanted.sentences, max_words=wanted.max_words).text
    if rounds:
        notices.append(
            Notice(
                "map-reduce",
                f"the article was read in {len(chunks)} chunks, their summaries summarized in {rounds} rounds",
            )
        )
    elif len(chunks) > 1:
        notices.append(Notice("map-reduce", f"the article was read in {len(chunks)} chunks, each summarized by itself"))
    return Summary(
        whole,
        segments,
        language,
        kind,
        model.info,
        tuple(notices),
    )


def _mapped(model: Seq2SeqModel, text: str, limit: int, overlap: int = 0) -> Work[tuple[list[Chunk], list[Careful]]]:
    # An overlap of more than half a chunk would read most of it twice over.
    chunks = pack(text, split_sentences(text), model.family.count, limit, overlap=min(overlap, limit // 2))
    made = yield chunks
    return chunks, made


def _joined(made: Sequence[Careful]) -> str:
    return " ".join(one.generated.text for one in made if one.generated.text)


def _reduced(model: Seq2SeqModel, whole: str, pieces: int, wanted: Length) -> Work[tuple[str, int]]:
    """Summarize the summaries until they are as short as wanted, or come from one chunk if no length is given."""
    rounds = 0
    given = wanted != Length()
    while (wanted.exceeded(whole) if given else pieces > 1) and pieces > 1:
        chunks, made = yield from _mapped(model, whole, model.family.limit)
        shorter = _joined(made)
        if len(shorter) >= len(whole) or (given and wanted.missed(shorter)):
            break
        whole, pieces, rounds = shorter, len(chunks), rounds + 1
    return whole, rounds
