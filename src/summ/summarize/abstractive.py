"""Abstractive summaries of articles of any length: map and reduce over chunks that the model can read.

Every sentence of the article is in exactly one chunk, every chunk is summarized (map). While the partial summaries
together are longer than what is wanted, they are summarized in turn (reduce).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..models.careful import Careful, generate_carefully, said
from ..models.seq2seq import Seq2SeqModel
from ..result import Notice, Segment, Summary
from ..text import Chunk, pack, split_sentences
from .extractive import summarize as extract
from .length import Length

FINEST = 48  # tokens: chunks smaller than this hold no more than a sentence or two


def summarize(model: Seq2SeqModel, text: str, length: Length, *, language: str = "ar") -> Summary:
    """Summarize a text with a seq2seq model.

    Args:
        model: trained to summarize; ``model.family.limit`` bounds a chunk.
        length: what is wanted. A model's summary has about the length it was trained for, so more sentences are had
            by summarizing smaller chunks, fewer by summarizing the summaries; what is still too long is cut down to
            its best whole sentences.

    Returns:
        A summary whose segments are the chunks that were read, each with what the model made of it.
    """
    sentences = split_sentences(text)
    wanted = length.of(len(sentences))
    limit = model.family.limit
    chunks, made = _mapped(model, text, limit)
    while wanted.missed(_joined(made)) and len(chunks) < len(sentences) and limit > FINEST:
        limit = max(FINEST, min(limit, max(model.family.count([chunk.text for chunk in chunks]))) // 2)
        chunks, made = _mapped(model, text, limit)
    segments = tuple(
        Segment(chunk.text, one.generated.text, chunk.start, chunk.end) for chunk, one in zip(chunks, made, strict=True)
    )
    notices = [notice for chunk in chunks for notice in chunk.notices]
    for chunk, one in zip(chunks, made, strict=True):
        notices += said(one, chunk.start, chunk.end)
    if model.licence_notice:
        notices.append(Notice("licence", model.licence_notice))
    whole, rounds = _reduced(model, _joined(made), len(chunks), wanted)
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
        "abstractive" if language == "ar" else "cross-lingual",
        model.info,
        tuple(notices),
    )


def _mapped(model: Seq2SeqModel, text: str, limit: int) -> tuple[list[Chunk], list[Careful]]:
    chunks = pack(text, split_sentences(text), model.family.count, limit)
    return chunks, generate_carefully(model, [chunk.text for chunk in chunks], lengths=False)


def _joined(made: Sequence[Careful]) -> str:
    return " ".join(one.generated.text for one in made if one.generated.text)


def _reduced(model: Seq2SeqModel, whole: str, pieces: int, wanted: Length) -> tuple[str, int]:
    """Summarize the summaries until they are as short as wanted, or come from one chunk if no length is given."""
    rounds = 0
    given = wanted != Length()
    while (wanted.exceeded(whole) if given else pieces > 1) and pieces > 1:
        chunks, made = _mapped(model, whole, model.family.limit)
        shorter = _joined(made)
        if len(shorter) >= len(whole) or (given and wanted.missed(shorter)):
            break
        whole, pieces, rounds = shorter, len(chunks), rounds + 1
    return whole, rounds
