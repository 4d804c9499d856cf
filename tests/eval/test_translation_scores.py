"""BLEU, chrF, chrF++ and TER beside sacrebleu's own functions."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.errors import InputError, SummError
from summ.eval import bleu, chrf, chrfpp, ter
from summ.eval.metrics.translation_scores import bleu_score, chrf_score, sacrebleu_metric

HYPOTHESES = ["The cat sat on the mat.", "It rained all day, they say.", "", "A short one", "Ten of 10 people agree!"]
REFERENCES = [
    "The cat sat on a mat.",
    "They say it rained all day.",
    "Nothing here.",
    "A short one",
    "10 of ten agree.",
]
SECOND = [
    "A cat was sitting on the mat.",
    "All day it rained.",
    "No text at all.",
    "One short text",
    "Everyone agrees.",
]

WORDS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "mat", ".", ",", "naïve", "قط", "10"]), max_size=9).map(
    " ".join
)
PAIRS = st.lists(st.tuples(WORDS, WORDS.filter(str.strip)), min_size=1, max_size=6)
FUNCTIONS = {"bleu": bleu, "chrf": chrf, "chrf++": chrfpp, "ter": ter}


def theirs(name: str, hypotheses, sets) -> float:
    return sacrebleu_metric(name).corpus_score(list(hypotheses), [list(group) for group in sets]).score


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_corpus_scores_equal_sacrebleus(name, pairs):
    hypotheses, references = zip(*pairs, strict=True)
    score = FUNCTIONS[name](hypotheses, references, resamples=0, quiet=True)
    assert score.score == pytest.approx(theirs(name, hypotheses, [references]), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_segment_scores_equal_sacrebleus(pairs):
    hypotheses, references = zip(*pairs, strict=True)
    ours = bleu(hypotheses, references, resamples=0, quiet=True), chrf(hypotheses, references, resamples=0, quiet=True)
    for index, (hypothesis, reference) in enumerate(pairs):
        assert ours[0].per_document[index] == pytest.approx(
            sacrebleu.sentence_bleu(hypothesis, [reference]).score, abs=1e-9
        )
        assert ours[1].per_document[index] == pytest.approx(
            sacrebleu.sentence_chrf(hypothesis, [reference]).score, abs=1e-9
        )


@given(st.lists(st.integers(0, 30), min_size=10, max_size=10), st.integers(0, 2))
def test_bleu_of_any_sums(numbers, missing):
    totals = sorted(numbers[2:6], reverse=True)[: 4 - missing] + [0] * missing
    matches = [min(a, b) for a, b in zip(numbers[6:], totals, strict=True)]
    for effective in (False, True):
        expected = sacrebleu.BLEU.compute_bleu(
            list(matches), list(totals), numbers[0], numbers[1], smooth_method="exp", effective_order=effective
        ).score
        sums = np.array([*numbers[:2], *matches, *totals], dtype=np.float64)
        assert float(bleu_score(sums, effective_order=effective)) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=6, max_size=8))
def test_chrf_of_any_sums(triples):
    numbers = [value for ours, refs, hits in triples for value in (ours, refs, min(ours, refs, hits))]
    expected = sacrebleu.CHRF(word_order=len(triples) - 6)._compute_f_score(numbers)
    assert float(chrf_score(np.array(numbers, dtype=np.float64))) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_several_references_as_many_or_not(name):
    groups = [[a, b] for a, b in zip(REFERENCES, SECOND, strict=True)]
    score = FUNCTIONS[name](HYPOTHESES, groups, resamples=0)
    assert score.score == pytest.approx(theirs(name, HYPOTHESES, [REFERENCES, SECOND]), abs=1e-9)
    assert score.signature.startswith("nrefs:2|")
    groups[1] = groups[1][:1]
    second = [SECOND[0], None, *SECOND[2:]]
    assert FUNCTIONS[name](HYPOTHESES, groups, resamples=0).score == pytest.approx(
        theirs(name, HYPOTHESES, [REFERENCES, second]), abs=1e-9
    )


def test_signature_interval_buckets_documents_and_json():
    score = bleu(HYPOTHESES, REFERENCES, documents=["a", "a", "b", "b", "b"], resamples=300, seed=5)
    assert score.signature == (
        f"nrefs:1|bs:300|seed:5|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}"
    )
    assert score.interval[0] <= score.score <= score.interval[1]
    assert score.by_document["a"].score == pytest.approx(theirs("bleu", HYPOTHESES[:2], [REFERENCES[:2]]), abs=1e-9)
    assert {name: part.segments for name, part in score.by_length.items()} == {"1-10": 5}
    assert score.empty_hypotheses == 1 and score.details.startswith("BLEU = ")
    value = json.loads(json.dumps(score.to_dict()))
    assert len(value["per_document"]) == 5 and value["by_document"]["b"]["segments"] == 3
    long = chrf(["w " * 45, "a b"], ["w " * 45, "a b"], resamples=0)
    assert {name: part.segments for name, part in long.by_length.items()} == {"1-10": 1, "41+": 1}
    assert long.interval is None and long.to_dict()["interval"] is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bleu(["a", "b"], ["a"]), "2 hypotheses but 1 references"),
        (lambda: bleu(["a"], [""]), "empty reference"),
        (lambda: bleu(["a"], ["a"], tokenize="13b"), "unknown BLEU tokenizer '13b'; did you mean 13a"),
        (lambda: chrf(["a"], ["a"], documents=["x", "y"]), "2 documents for 1 segments"),
        (lambda: bleu(["a", "b"], [["a", "b"]]), "look like one list a set of references"),
    ],
)
def test_bad_input_is_one_clear_line(call, message):
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize("error", [RuntimeError("\nneeds\n\n  pip install x\n"), OSError("away"), ImportError("no x")])
def test_a_tokenizer_that_cannot_be_had_is_one_line(monkeypatch, error):
    def refuse(**options):
        raise error

    monkeypatch.setattr("sacrebleu.metrics.BLEU.__init__", lambda self, **options: refuse(**options))
    with pytest.raises(SummError, match=r"BLEU tokenizer ja-mecab cannot be had: .*; 13a needs nothing more") as caught:
        bleu(["a"], ["a"], tokenize="ja-mecab")
    assert "\n" not in str(caught.value)
