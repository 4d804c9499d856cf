"""Chunks: everything once, in order, within the limit; sentences whole wherever they fit."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.text import Chunk, Sentence, pack, split_sentences

ARTICLE = "\n".join(
    f"أعلنت الوزارة رقم {number} الخطة اليوم. وقال الوزير إن التنفيذ يبدأ غدا، وإن المال جاهز. وسأل كثيرون: متى؟"
    for number in range(12)
)


def words(texts: list[str]) -> list[int]:
    """A model's tokens: words and marks, and two special tokens around each text."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]


def letters(texts: list[str]) -> list[int]:
    return [len(text) for text in texts]


class Counting:
    """Counts how often and how much it was asked to count."""

    def __init__(self) -> None:
        self.calls = self.characters = 0

    def __call__(self, texts: list[str]) -> list[int]:
        self.calls += 1
        self.characters += sum(map(len, texts))
        return words(texts)


def check(text: str, sentences: list[Sentence], chunks: list[Chunk], limit: int, count=words) -> None:  # type: ignore[no-untyped-def]
    covered = [0] * len(text)
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end]
        assert chunk.start <= chunk.fresh_from < chunk.end
        assert count([chunk.text])[0] <= limit
        for place in range(chunk.fresh_from, chunk.end):
            covered[place] += 1
        touched = tuple(i for i, s in enumerate(sentences) if s.start < chunk.end and s.end > chunk.start)
        assert chunk.sentences == touched
    for sentence in sentences:
        for place in range(sentence.start, sentence.end):
            assert covered[place] == 1 or (covered[place] == 0 and text[place].isspace())
    assert [chunk.fresh_from for chunk in chunks] == sorted(chunk.fresh_from for chunk in chunks)


def test_whole_sentences_as_many_as_fit() -> None:
    sentences = split_sentences(ARTICLE)
    chunks = pack(ARTICLE, sentences, words, 60)
    check(ARTICLE, sentences, chunks, 60)
    assert [i for chunk in chunks for i in chunk.sentences] == list(range(len(sentences)))
    for chunk, following in pairwise(chunks):
        first_of_next = sentences[following.sentences[0]]
        assert words([ARTICLE[chunk.start : first_of_next.end]])[0] > 60


def test_one_chunk_if_all_fits() -> None:
    (chunk,) = pack(ARTICLE, split_sentences(ARTICLE), words, 10_000)
    assert chunk.text == ARTICLE and chunk.notices == ()


def test_within_paragraphs() -> None:
    sentences = split_sentences(ARTICLE)
    chunks = pack(ARTICLE, sentences, words, 60, within_paragraphs=True)
    check(ARTICLE, sentences, chunks, 60)
    assert len(chunks) == 12 and not any("\n" in chunk.text for chunk in chunks)


def test_overlap() -> None:
    sentences = split_sentences(ARTICLE)
    chunks = pack(ARTICLE, sentences, words, 60, overlap=12)
    check(ARTICLE, sentences, chunks, 60)
    assert chunks[0].fresh_from == chunks[0].start
    assert any(chunk.fresh_from > chunk.start for chunk in chunks[1:])
    for chunk in chunks[1:]:
        assert words([ARTICLE[chunk.start : chunk.fresh_from].strip()])[0] - 2 <= 12


def test_long_sentence_is_split_at_clauses_and_says_so() -> None:
    text = "قبلها. " + "، ".join(f"وقال المتحدث رقم {n} إن الأمر قيد البحث" for n in range(9)) + ". بعدها."
    sentences = split_sentences(text)
    chunks = pack(text, sentences, words, 25)
    check(text, sentences, chunks, 25)
    pieces = [chunk for chunk in chunks if chunk.sentences == (1,)]
    assert len(pieces) > 1 and all(piece.text.endswith(("،", ".")) for piece in pieces)
    (notice,) = (notice for chunk in chunks for notice in chunk.notices)
    assert (notice.code, notice.start, notice.end) == ("sentence-split", sentences[1].start, sentences[1].end)
    assert chunks[0].text == "قبلها." and chunks[-1].text == "بعدها."


def test_split_between_words_then_characters() -> None:
    text = "كلمة " * 30 + "ط" * 100
    sentences = split_sentences(text)
    chunks = pack(text, sentences, letters, 40)
    check(text, sentences, chunks, 40, letters)
    assert all(set(chunk.text.split()) == {"كلمة"} for chunk in chunks if "ط" not in chunk.text)
    assert len(chunks) <= 12


def test_marks_stay_with_their_letters() -> None:
    text = "بَّ" * 40 + "👩‍🚀" * 20
    chunks = pack(text, split_sentences(text), letters, 10)
    assert "".join(chunk.text for chunk in chunks) == text
    for chunk in chunks:
        assert chunk.text[0] in "ب👩" and chunk.text[-1] not in "\u200d"


def test_counts_in_few_calls() -> None:
    text = ARTICLE * 40 + "\n" + "كلمة طويلة، " * 20_000
    count = Counting()
    sentences = split_sentences(text)
    check_limit = 200
    chunks = pack(text, sentences, count, check_limit)
    assert max(words([chunk.text for chunk in chunks])) <= check_limit
    assert count.calls <= 12
    assert count.characters <= 6 * len(text)


def test_tokens_that_do_not_add_up() -> None:
    """A tokenizer may need more tokens for two sentences together than for each alone: the limit holds all the same."""

    def superadditive(texts: list[str]) -> list[int]:
        return [len(text.split()) + text.count("\n") * 3 for text in texts]

    sentences = split_sentences(ARTICLE)
    chunks = pack(ARTICLE, sentences, superadditive, 50, overlap=8)
    check(ARTICLE, sentences, chunks, 50, superadditive)


def test_impossible_limits() -> None:
    sentences = split_sentences("نص قصير.")
    with pytest.raises(ValueError, match="cannot hold even"):
        pack("نص قصير.", sentences, words, 2)
    with pytest.raises(ValueError, match="overlap must be"):
        pack("نص قصير.", sentences, words, 10, overlap=10)
    assert pack("", [], words, 5) == []


TEXTS = st.text(st.sampled_from("ابت َّ.،؛!؟\n\n  12ab👩\u200d\ud800"), max_size=120)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(4, 40), st.integers(0, 3), st.booleans(), st.sampled_from([words, letters]))
def test_laws(text: str, limit: int, overlap: int, within_paragraphs: bool, count) -> None:  # type: ignore[no-untyped-def]
    sentences = split_sentences(text)
    chunks = pack(text, sentences, count, limit, overlap=overlap, within_paragraphs=within_paragraphs)
    check(text, sentences, chunks, limit, count)
    if within_paragraphs:
        assert not any("\n" in chunk.text for chunk in chunks)
    split = {i for i, s in enumerate(sentences) if count([s.text])[0] > limit}
    assert {n.start for chunk in chunks for n in chunk.notices} == {sentences[i].start for i in split}
