"""Measures without references, and the optional metrics."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.errors import InputError, SummError
from summ.eval import bertscore, comet, reference_free
from summ.eval.metrics.fragments import coverage, density, extractive_fragments, novel_ngrams, repeated_ngrams

WORDS = st.lists(st.sampled_from("abcd"), max_size=14)


def literal_fragments(article: list[str], summary: list[str]) -> list[int]:
    """The procedure of the paper, word for word."""
    found, i = [], 0
    while i < len(summary):
        longest, j = 0, 0
        while j < len(article):
            if summary[i] == article[j]:
                i2, j2 = i, j
                while i2 < len(summary) and j2 < len(article) and summary[i2] == article[j2]:
                    i2, j2 = i2 + 1, j2 + 1
                longest, j = max(longest, i2 - i), j2
            else:
                j += 1
        i += max(longest, 1)
        if longest:
            found.append(longest)
    return found


@given(WORDS, WORDS)
def test_fragments_follow_the_paper(article, summary):
    assert extractive_fragments(article, summary) == literal_fragments(article, summary)


def test_coverage_density_novelty_and_repetition():
    article, summary = list("abcdefgh"), list("abxcdeyh")
    lengths = extractive_fragments(article, summary)
    assert lengths == [2, 3, 1]
    assert coverage(lengths, 8) == 6 / 8 and density(lengths, 8) == (4 + 9 + 1) / 8
    assert novel_ngrams(article, summary, 1) == 2 / 8 and novel_ngrams(article, summary, 2) == 4 / 7
    assert novel_ngrams(article, ["a"], 2) is None
    assert repeated_ngrams(list("abcabca")) == 1 - 3 / 5 and repeated_ngrams(["a"]) == 0.0
    assert extractive_fragments(list("aaab"), list("aab")) == [
        2,
        1,
    ]  # the longer match begins inside the first: passed over


ARTICLE = (
    "أعلنت شركة Google أمس خطة بقيمة ١٢٠ مليون دولار لبناء 3 مراكز في القاهرة. وقالت الشركة إن العمل يبدأ في 2025."
)


def test_summaries_in_the_same_language():
    outputs = ["أعلنت شركة Google خطة بقيمة 120 مليون دولار.", "خطة بقيمة 250 مليون من Meta.", ""]
    result = reference_free([ARTICLE] * 3, outputs, ids=["a", "b", "c"])
    first, second, third = result.per_document
    assert first["coverage"] == 1.0 and first["novel_1"] == 0.0 and first["compression"] > 2
    assert first["numbers_supported"] == 1.0 and first["numbers_kept"] == pytest.approx(1 / 3)
    assert first["names_kept"] == first["names_supported"] == 1.0
    assert second["numbers_supported"] == 0.0 and second["names_supported"] == 0.0 and second["novel_2"] > 0.5
    assert third["coverage"] is None and third["in_language"] == 0.0
    assert result.means["in_language"] == pytest.approx(2 / 3) and result.means["coverage"] < 1.0
    assert result.signature.startswith("reference-free|lang:ar|src:ar|norm:forms+invis+diac")
    assert json.loads(json.dumps(result.to_dict()))["documents"] == 3


def test_outputs_in_another_language_have_no_copied_words():
    result = reference_free([ARTICLE], ["Google announced a plan of 120 million dollars."], "en")
    assert "coverage" not in result.means and result.means["in_language"] == 1.0
    assert result.means["numbers_supported"] == 1.0 and result.means["names_kept"] == 1.0
    # An English text writes every name in Latin letters: that the Arabic has none of them says nothing.
    assert "names_supported" not in reference_free([ARTICLE], ["Google and Nile Bank announced a plan."], "en").means


def test_optional_packages_are_called_as_they_document_it(monkeypatch):
    class Values(list):
        tolist = list.copy

    def bert_score(hypotheses, references, *, lang, model_type, return_hash):
        assert (hypotheses, references) == (["a", "b"], [["a", "c"], ["d"]])
        assert lang == "ar" and model_type is None and return_hash
        return (Values(), Values(), Values([0.5, 1.0])), "some-model_L9"

    class Scorer:
        def predict(self, rows, *, batch_size, gpus):
            assert rows[1] == {"src": "s2", "mt": "b", "ref": "d"} and gpus == 0 and batch_size
            return SimpleNamespace(scores=[0.2, 0.4])

    comet_package = SimpleNamespace(download_model=str, load_from_checkpoint=lambda path: Scorer())
    monkeypatch.setitem(__import__("sys").modules, "bert_score", SimpleNamespace(score=bert_score))
    monkeypatch.setitem(__import__("sys").modules, "comet", comet_package)
    monkeypatch.setattr("summ.eval.neural.version", lambda package: "9")
    score = bertscore(["a", "b"], [["a", "c"], ["d"]], resamples=50)
    assert score.score == 0.75 and score.per_document == (0.5, 1.0) and score.interval == (0.5, 1.0)
    assert score.signature == "bertscore|some-model_L9|bs:50|seed:12345"
    narrow = comet(["s1", "s2"], ["a", "b"], ["c", "d"], resamples=50, confidence=0.5)
    assert narrow.score == pytest.approx(0.3) and narrow.signature.endswith("|version:9|bs:50|seed:12345|conf:0.5")
    assert comet(["s1", "s2"], ["a", "b"], ["c", "d"], resamples=0).interval is None


def test_bad_input_and_missing_packages(monkeypatch):
    with pytest.raises(InputError, match="1 sources but 2 outputs"):
        reference_free(["a"], ["a", "b"])
    with pytest.raises(InputError, match="2 ids for 1 sources"):
        reference_free(["a"], ["a"], ids=["x", "y"])
    monkeypatch.setitem(__import__("sys").modules, "bert_score", None)
    monkeypatch.setitem(__import__("sys").modules, "comet", None)
    with pytest.raises(SummError, match="BERTScore is not installed: pip install bert-score"):
        bertscore(["a"], ["a"])
    with pytest.raises(SummError, match="COMET is not installed: pip install unbabel-comet"):
        comet(["a"], ["a"], ["a"])
