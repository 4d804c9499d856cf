"""preset="google" beside rouge_score itself."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from summ.eval import rouge
from summ.eval.metrics.rouge_scores import ROUGE_TYPES

FIGURES = ("precision", "recall", "fmeasure")


def difference(hypotheses, references, *, stemmer="none", scorer=None, **options) -> float:
    """The largest difference between summ's figures and rouge_score's."""
    scorer = scorer or rouge_scorer.RougeScorer(ROUGE_TYPES, use_stemmer=stemmer == "porter")
    scores = rouge(
        hypotheses,
        references,
        "en",
        preset="google",
        stemmer=stemmer,
        types=ROUGE_TYPES,
        resamples=0,
        quiet=True,
        **options,
    )
    worst = 0.0
    for hypothesis, reference, row in zip(hypotheses, references, scores.per_document, strict=True):
        theirs = (
            scorer.score(reference, hypothesis)
            if isinstance(reference, str)
            else scorer.score_multi(reference, hypothesis)
        )
        for name in ROUGE_TYPES:
            for figure in FIGURES:
                worst = max(worst, abs(getattr(theirs[name], figure) - getattr(row[name], figure)))
    return worst


# Few different words, so that sentences share them in every order, and many longest common subsequences tie.
SENTENCE = st.lists(st.sampled_from(["a", "b", "c", "dd", "running", "runs", "7"]), max_size=9).map(" ".join)
SUMMARY = st.lists(SENTENCE, max_size=5).map("\n".join)
ANYTHING = st.text(max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SUMMARY, SUMMARY), min_size=1, max_size=6))
def test_equals_rouge_score_where_common_subsequences_tie(pairs):
    assert difference(*zip(*pairs, strict=True)) <= 1e-12


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(ANYTHING, ANYTHING), min_size=1, max_size=4))
def test_equals_rouge_score_on_any_unicode(pairs):
    assert difference(*zip(*pairs, strict=True)) <= 1e-12


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SUMMARY, st.lists(SUMMARY, min_size=1, max_size=4)), min_size=1, max_size=4))
def test_several_references_equal_score_multi(pairs):
    assert difference(*zip(*pairs, strict=True), stemmer="porter") <= 1e-12


@pytest.mark.parametrize("words", [70, 130])
def test_sentences_longer_than_a_machine_word(words):
    rng = random.Random(words)
    vocabulary = [f"w{number}" for number in range(25)]

    def text(sentences: int) -> str:
        return "\n".join(" ".join(rng.choices(vocabulary, k=rng.randint(1, words))) for _ in range(sentences))

    hypotheses, references = [text(3) for _ in range(12)], [text(2) for _ in range(12)]
    assert difference(hypotheses, references) <= 1e-12


def test_a_text_of_one_word_over_and_over():
    assert difference(["no " * 400 + "\n" + "no " * 300], ["no " * 350 + "\nyes"]) <= 1e-12


def test_more_documents_than_a_chunk_and_several_processes_give_the_same_figures():
    rng = random.Random(5)
    words = [f"w{number}" for number in range(40)]
    hypotheses = [" ".join(rng.choices(words, k=12)) for _ in range(600)]
    references = [[" ".join(rng.choices(words, k=12)) for _ in range(rng.randint(1, 3))] for _ in range(600)]
    assert difference(hypotheses, references) <= 1e-12
    one = rouge(hypotheses, references, "en")
    two = rouge(hypotheses, references, "en", processes=2)
    assert one.to_dict() == two.to_dict()


def test_chunks_end_at_documents_and_at_characters(monkeypatch):
    hypotheses, references = ["a b"] * 30, [["a c", "b b"]] * 30
    whole = rouge(hypotheses, references, "en").to_dict()
    monkeypatch.setattr("summ.eval.counting.CHUNK", 7)
    assert rouge(hypotheses, references, "en").to_dict() == whole
    monkeypatch.setattr("summ.eval.counting.CHARACTERS", 10)
    assert rouge(hypotheses, references, "en").to_dict() == whole


def test_more_words_than_there_are_letters(monkeypatch):
    texts = ["a b c d\ne a", "b d f"], ["a c d b", "d b\nf"]
    whole = rouge(*texts, "en").to_dict()
    monkeypatch.setattr("summ.eval.metrics.rouge_scores.LETTERS", 3)
    monkeypatch.setattr("summ.eval.counting.MOST_WORDS", 1)
    assert rouge(*texts, "en").to_dict() == whole


def test_split_summaries_with_nltks_splitter():
    nltk = pytest.importorskip("nltk")
    try:
        nltk.sent_tokenize("One. Two.")
    except LookupError:
        pytest.skip("NLTK's punkt data is not installed")
    scorer = rouge_scorer.RougeScorer(ROUGE_TYPES, split_summaries=True)
    hypotheses = ["The cat sat. Dr. Smith ran away. It rained.", "One line\nand another. End."]
    references = ["It rained. The cat sat down.", "Another line. One end."]
    assert difference(hypotheses, references, sentences="punkt", scorer=scorer) <= 1e-12


def test_table_of_exact_figures():
    scores = rouge(["the cat sat on the mat"], ["the cat was on a mat"], "en", types=ROUGE_TYPES, resamples=0)
    expected = {"rouge1": 4, "rouge2": 1, "rouge3": 0, "rouge4": 0, "rougeL": 4, "rougeLsum": 4}
    units = {"rouge1": 6, "rouge2": 5, "rouge3": 4, "rouge4": 3, "rougeL": 6, "rougeLsum": 6}
    for name, matches in expected.items():
        assert scores[name].precision == scores[name].recall == matches / units[name]


@pytest.mark.parametrize(("column", "stemmer"), [("google_nostem", "none"), ("google_stem", "porter")])
@pytest.mark.parametrize("file", ["google-parity.jsonl", "xlsum-parity.jsonl"])
def test_stored_figures_of_rouge_score(shared: Path, file: str, column: str, stemmer: str):
    rows = [json.loads(line) for line in (shared / "data" / "rouge" / file).read_text("utf-8").splitlines()]
    texts = [row["hypothesis"] for row in rows], [row["reference"] for row in rows]
    scores = rouge(*texts, preset="google", stemmer=stemmer, resamples=0)
    for row, ours in zip(rows, scores.per_document, strict=True):
        for name, figures in row[column].items():
            for figure in FIGURES:
                assert getattr(ours[name], figure) == pytest.approx(figures[figure], abs=1e-12), (row["id"], name)
