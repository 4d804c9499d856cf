"""preset="xlsum": how csebuetnlp/xl-sum's scorer reads Arabic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.eval import rouge
from summ.eval.stemmers import nltk_snowball, nltk_stop_words
from summ.eval.tokens import xlsum_sentence_words, xlsum_words

FIGURES = ("precision", "recall", "fmeasure")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("عام2020م", ["عام", "2020", "م"]),
        ("١٬٠٠٠", ["١", "٠٠٠"]),
        ("10²", ["10²"]),
        ("x²y", ["x", "²", "y"]),
        ("€100 و50°م", ["€", "100", "و", "50", "°", "م"]),
        ("قالَ الرَّئيسُ،ثم", ["قالَ", "الرَّئيسُ", "ثم"]),
        ("\ufeffقال\u200f كتاب\u200cها", ["قال", "كتابها"]),
        ("State-of-the-art U.S.", ["state", "of", "the", "art", "u", "s"]),
        ("日本語 test", ["日", "本", "語", "test"]),
        ("a َقال", ["a", "\uff050020َ", "قال"]),
        ("َقال", ["َ", "قال"]),
        ("a\u2581b", ["a", "_", "b"]),
        ("x😀y", ["x", "😀", "y"]),
        ("a\u2028b\x85c", ["a", "bc"]),
        (" \t\n", []),
    ],
)
def test_words(text, words):
    assert xlsum_words(text) == [words]


def test_lsum_skips_the_splitting_of_digits():
    assert xlsum_sentence_words("عام2020م كان\nوفي 15% منه") == [["عام2020م", "كان"], ["وفي", "15", "منه"]]


@given(st.text())
def test_words_have_no_space_and_no_punctuation_of_the_text(text):
    for word in xlsum_words(text)[0]:
        assert word.strip() and not any(char in word for char in " \n.,;:!?،؛؟")


def test_a_clean_stemmer_forgets_and_a_stateful_one_does_not():
    words = ["يكتبها", "كتبوا", "كتبتم"]
    alone = [nltk_snowball(frozenset())(word) for word in words]
    clean, stateful = nltk_snowball(frozenset()), nltk_snowball(frozenset(), stateful=True)
    assert [clean(word) for word in words] == alone
    assert [stateful(word) for word in words] != alone


def test_stop_words_are_spared_and_short_words_left_alone():
    stem = nltk_snowball(frozenset({"الذين"}))
    assert stem("الذين") == "الذين"
    assert stem("المدرسة") == "مدرس"
    assert stem("إلى") == "إلى"


def test_without_stop_words_the_score_says_so(monkeypatch):
    monkeypatch.setattr("summ.eval.stemmers.nltk_stop_words", lambda: ("none", frozenset()))
    scores = rouge(["المدرسة"], ["مدرسة"], preset="xlsum", stemmer="snowball", resamples=0)
    assert "|stem:nltk-snowball|stop:none|" in scores.signature
    assert any("stop words are not installed" in notice for notice in scores.notices)


def test_with_stop_words_the_signature_names_them(monkeypatch):
    monkeypatch.setattr("summ.eval.stemmers.nltk_stop_words", lambda: ("nltk-3", frozenset({"الذين"})))
    scores = rouge(["الذين"], ["الذي"], preset="xlsum", stemmer="snowball", resamples=0)
    assert "|stop:nltk-3|" in scores.signature and not scores.notices
    assert scores["rouge1"].fmeasure == 0


COLUMNS = [
    ("xlsum_arabic_nostem", "none", None),
    ("xlsum_nolang_nostem", "none", None),
    ("xlsum_nolang_stem", "porter", None),
    ("xlsum_arabic_stem_no_stopword_list", "snowball", "none"),
    ("xlsum_arabic_stem_flag_reset", "snowball", "nltk-753"),
    ("xlsum_arabic_stem", "snowball-stateful", "nltk-753"),
]


@pytest.mark.parametrize(("column", "stemmer", "stop"), COLUMNS)
def test_stored_figures_of_the_fork(shared: Path, monkeypatch, column: str, stemmer: str, stop: str | None):
    if stop == "none":
        monkeypatch.setattr("summ.eval.stemmers.nltk_stop_words", lambda: ("none", frozenset()))
    elif stop and nltk_stop_words()[0] != stop:
        pytest.skip("NLTK's Arabic stop words (753 lines) are not installed")
    lines = (shared / "data" / "rouge" / "xlsum-parity.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [row["hypothesis"] for row in rows], [row["reference"] for row in rows]
    scores = rouge(*texts, preset="xlsum", stemmer=stemmer, resamples=0)
    for row, ours in zip(rows, scores.per_document, strict=True):
        for name, figures in row[column].items():
            for figure in FIGURES:
                assert getattr(ours[name], figure) == pytest.approx(figures[figure], abs=1e-12), (row["id"], name)
