"""The counts that ROUGE rests on, of a whole corpus, by chunks of documents and on one or several processes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .corpus import Corpus
from .metrics.batch import IntArray, TokenBatch, Vocabulary
from .metrics.rouge_scores import count
from .recipe import Recipe

CHUNK = 256  # documents at a time: their arrays stay in the processor's cache
CHARACTERS = 500_000  # and so many characters at most, unless one document alone has more: their arrays stay small
MOST_WORDS = 500_000  # different words before the vocabulary starts afresh
Pair = tuple[TokenBatch, TokenBatch]


def count_corpus(corpus: Corpus, recipe: Recipe, names: tuple[str, ...], processes: int) -> dict[str, IntArray]:
    """Counts of each (document, reference) pair, in order."""
    chunks = _chunks(corpus)
    if processes > 1 and len(chunks) > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        share = -(-len(chunks) // processes)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            jobs = [
                pool.submit(_count_chunks, chunks[start : start + share], recipe, names)
                for start in range(0, len(chunks), share)
            ]
            parts = [job.result() for job in jobs]
    else:
        parts = [_count_chunks(chunks, recipe, names)]
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


Chunk = tuple[Sequence[str], Sequence[Sequence[str]]]


def _chunks(corpus: Corpus) -> list[Chunk]:
    """Hypotheses and references of some documents at a time."""
    chunks: list[Chunk] = []
    start = size = 0
    for index, (hypothesis, references) in enumerate(zip(corpus.hypotheses, corpus.references, strict=True)):
        length = len(hypothesis) + sum(map(len, references))
        if index > start and (index - start == CHUNK or size + length > CHARACTERS):
            chunks.append((corpus.hypotheses[start:index], corpus.references[start:index]))
            start, size = index, 0
        size += length
    return [*chunks, (corpus.hypotheses[start:], corpus.references[start:])]


def _count_chunks(chunks: Sequence[Chunk], recipe: Recipe, names: tuple[str, ...]) -> dict[str, IntArray]:
    found: dict[str, list[IntArray]] = {name: [] for name in names}
    vocabulary = Vocabulary(recipe.stem())
    for hypotheses, references in chunks:
        if len(vocabulary.stems) > MOST_WORDS:
            vocabulary = Vocabulary(recipe.stem())
        if recipe.stateful:
            batches = _stateful_batches(hypotheses, references, recipe)
        else:
            batches = _batches(hypotheses, references, recipe, names, vocabulary)
        for name in names:
            found[name].append(count(name, *batches[name == "rougeLsum"]))
    return {name: np.concatenate(rows) for name, rows in found.items()}


def _batches(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    recipe: Recipe,
    names: Sequence[str],
    vocabulary: Vocabulary,
) -> tuple[Pair, Pair]:
    """Hypotheses and references as token numbers: for most measures, and for ROUGE-Lsum."""
    sizes = [len(group) for group in references]
    flat = [text for group in references for text in group]
    repeat = np.repeat(np.arange(len(sizes)), sizes)

    def pair(for_lsum: bool) -> Pair:
        tokenize = recipe.tokenizer(for_lsum=for_lsum)
        ours = TokenBatch.of(map(tokenize, hypotheses), vocabulary)
        theirs = TokenBatch.of(map(tokenize, flat), vocabulary)
        return (ours if len(flat) == len(hypotheses) else ours.take(repeat)), theirs

    wants_lsum = "rougeLsum" in names
    if wants_lsum and not recipe.separate_sentences:
        both = pair(True)
        return both, both
    most = pair(False)
    return most, (pair(True) if wants_lsum else most)


def _stateful_batches(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], recipe: Recipe
) -> tuple[Pair, Pair]:
    """The same with a new stemmer for each pair, fed in the fork's order: both texts, then the sentences of both."""
    rows: list[list[list[list[str]]]] = [[], [], [], []]
    tokenizers = (recipe.tokenizer(for_lsum=False), recipe.tokenizer(for_lsum=True))
    for hypothesis, group in zip(hypotheses, references, strict=True):
        for reference in group:
            stem = recipe.stem()
            assert stem is not None
            texts = [tokenize(text) for tokenize in tokenizers for text in (reference, hypothesis)]
            for row, text in zip(rows, texts, strict=True):
                row.append([[stem(word) for word in words] for words in text])
    vocabulary = Vocabulary()
    theirs, ours, their_sentences, our_sentences = (TokenBatch.of(row, vocabulary) for row in rows)
    return (ours, theirs), (our_sentences, their_sentences)
