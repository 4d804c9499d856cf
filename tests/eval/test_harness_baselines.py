"""Lead, random and oracle: whole sentences, in order, and what each promises."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.eval import rouge
from summ.eval.baselines import lead, oracle, random_sentences, scorer_words
from summ.eval.recipe import make_recipe
from summ.text import split_sentences

TEXT = (
    "افتتحت البلدية حديقة جديدة وسط المدينة. وتضم الحديقة ملعبين ومكتبة صغيرة. "
    "وقال رئيس البلدية إن العمل استغرق عامين. وبلغت التكلفة ثلاثة ملايين دينار. وينتظر السكان افتتاح حديقة ثانية."
)
WORDS = ["سوق", "مدينة", "جسر", "نهر", "عام", "قرية", "ماء", "طريق"]
sentences = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=5)


def text_of(found: list[list[str]]) -> str:
    return " ".join(" ".join(words) + "." for words in found)


def plain(text: str) -> list[str]:
    return scorer_words(make_recipe()[0])(text)


def both(hypothesis: str, references: list[str], policy: str = "max") -> float:
    """ROUGE-1 F + ROUGE-2 F of one document."""
    found = rouge([hypothesis], [references], types=["rouge1", "rouge2"], resamples=0, multi_reference=policy)
    return found["rouge1"].fmeasure + found["rouge2"].fmeasure


def test_lead_takes_the_first_sentences() -> None:
    assert lead(TEXT, 2) == [s.text for s in split_sentences(TEXT)[:2]]
    assert lead(TEXT, 99) == [s.text for s in split_sentences(TEXT)]


def test_random_depends_on_seed_and_document_alone() -> None:
    all_sentences = [s.text for s in split_sentences(TEXT)]
    drawn = {id: random_sentences(TEXT, 2, seed=1, id=id) for id in map(str, range(40))}
    assert drawn == {id: random_sentences(TEXT, 2, seed=1, id=id) for id in drawn}
    assert {tuple(found) for found in drawn.values()} > {tuple(drawn["0"])}
    for found in drawn.values():
        places = [all_sentences.index(sentence) for sentence in found]
        assert places == sorted(set(places)) and len(places) == 2
    assert drawn != {id: random_sentences(TEXT, 2, seed=2, id=id) for id in drawn}


def test_oracle_finds_what_the_reference_was_made_of() -> None:
    found = [s.text for s in split_sentences(TEXT)]
    assert oracle(TEXT, [f"{found[1]} {found[3]}"], plain) == [found[1], found[3]]
    assert oracle(TEXT, [f"{found[3]} {found[1]}"], plain, most=1) in ([found[1]], [found[3]])
    assert oracle(TEXT, ["لا شيء يشبهه"], plain) == []


@settings(max_examples=25, deadline=None)
@given(sentences, st.lists(sentences, min_size=1, max_size=3), st.sampled_from(["max", "mean"]))
def test_oracle_is_at_least_the_best_sentence_and_at_most_the_best_set(
    article: list[list[str]], golds: list[list[list[str]]], policy: str
) -> None:
    source, references = text_of(article), [text_of(gold) for gold in golds]
    whole = [s.text for s in split_sentences(source)]
    one = oracle(source, references, plain, policy=policy, most=1)
    singles = [both(sentence, references, policy) for sentence in whole]
    assert both(" ".join(one), references, policy) == pytest.approx(max(singles))
    many = oracle(source, references, plain, policy=policy)
    subsets = (chosen for size in range(1, len(whole) + 1) for chosen in combinations(whole, size))
    assert (
        both(" ".join(many), references, policy)
        <= max(both(" ".join(chosen), references, policy) for chosen in subsets) + 1e-12
    )
    rest = iter(whole)
    assert all(sentence in rest for sentence in many), "in article order"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["اهلا", "بالمدرسه", "covid", "19"]),
        ({"normalize": "none"}, ["أهلًا", "بالمدرسة", "covid", "19"]),
        ({"preset": "google"}, ["covid", "19"]),
    ],
)
def test_the_words_are_those_of_the_scorer(options: dict[str, Any], words: list[str]) -> None:
    assert scorer_words(make_recipe(**options)[0])("أهلًا بالمدرسة، COVID-19") == words


def test_stems_are_those_of_the_scorer() -> None:
    stemmed = scorer_words(make_recipe(stemmer="light")[0])
    assert stemmed("المدرسة") == stemmed("مدرسة") != stemmed("حديقة")
