"""The greedy choice against a plain one, and the sparse features against dense algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.summarize.features import SHORT, SentenceTerms, sentence_features, sentence_terms
from summ.summarize.ranking import scores
from summ.summarize.selection import ALIKE, LONGEST_CHAIN, Limit, select
from summ.summarize.terms import all_terms

SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["نهر", "جبل", "مدينة", "طريق", "مطر", "ثلج", "قمر", "شمس", "بحر", "سفينة"]),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    min_size=1,
    max_size=14,
)


def vectors_of(sentences: list[str]) -> SentenceTerms:
    return sentence_terms(sentences, np.ones(len(sentences), bool))


def dense(vectors: SentenceTerms) -> np.ndarray:
    matrix = np.zeros((vectors.sentences, len(vectors.rarity)))
    matrix[vectors.row, vectors.column] = vectors.weight
    return matrix


def plain_choice(
    ranks: list[float],
    stands: list[bool],
    antecedents: list[int | None],
    words: list[int],
    vectors: SentenceTerms,
    limit: Limit,
    redundancy: float,
    together: dict[int, list[int]],
) -> list[int]:
    """Every candidate weighed anew at every step."""
    matrix = dense(vectors)
    cosines = matrix @ matrix.T
    chosen: list[int] = []
    while True:
        best: tuple[float, int, list[int]] | None = None
        for i in range(len(ranks)):
            if i in chosen or not stands[i]:
                continue
            links = [i]
            members = list(together.get(i, [i]))
            while (earlier := antecedents[members[-len(together.get(links[-1], [0]))]]) is not None:
                if earlier in chosen:
                    break
                links.append(earlier)
                members += together.get(earlier, [earlier])
            size = sum(words[j] for j in (*chosen, *members))
            if len(links) > LONGEST_CHAIN or not limit.allows(len(chosen) + len(members), size):
                continue
            gains = []
            for j in members:
                alike = max((cosines[j, c] for c in chosen), default=0.0)
                gains.append(ranks[j] - redundancy * max(0.0, alike - ALIKE) / (1 - ALIKE))
            worth = round(float(sum(gains)) / len(gains), 6)
            if best is None or worth > best[0]:
                best = (worth, i, members)
        if best is None:
            return sorted(chosen)
        chosen += best[2]


@given(SENTENCES, st.data())
@settings(max_examples=150, deadline=None)
def test_the_choice_is_that_of_weighing_everything_at_every_step(sentences: list[str], data: st.DataObject) -> None:
    size = len(sentences)
    ranks = [round(r, 1) for r in data.draw(st.lists(st.floats(-1, 1), min_size=size, max_size=size))]
    stands = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    leans = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    antecedents = [i - 1 if lean and i else None for i, lean in enumerate(leans)]
    words = [len(sentence.split()) for sentence in sentences]
    limit = data.draw(st.builds(Limit, sentences=st.integers(1, 8)) | st.builds(Limit, words=st.integers(1, 30)))
    redundancy = data.draw(st.sampled_from([0.0, 0.5, 2.0]))
    together: dict[int, list[int]] = {}
    for start in data.draw(st.sets(st.integers(0, size // 3))):  # quotations of two or three sentences
        bound = list(range(3 * start, min(size, 3 * start + data.draw(st.integers(2, 3)))))
        together |= dict.fromkeys(bound, bound)
        for i in bound[1:]:
            stands[i], antecedents[i] = False, i - 1
    arguments = (ranks, stands, antecedents, words, vectors_of(sentences), limit, redundancy, together)
    assert select(*arguments) == plain_choice(*arguments)


@given(SENTENCES)
@settings(max_examples=60, deadline=None)
def test_sparse_vectors_are_the_dense_ones(sentences: list[str]) -> None:
    vectors = vectors_of(sentences)
    matrix = dense(vectors)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1)
    body = np.arange(len(sentences)) % 3 != 1
    others = np.round(matrix @ matrix[body].sum(axis=0) - body, 9)
    features = sentence_features(vectors, np.array([len(s.split()) for s in sentences]), body, sentences[-1])
    largest = others[body].max()
    assert np.allclose(features[:, 1], np.maximum(others / largest if largest > 0 else others, 0), atol=1e-6)
    assert features[0, 0] == 1 and (np.diff(features[:, 0]) <= 0).all()
    assert (features[:, 2] <= 1 + 1e-9).all() and (features[:, 2] >= 0).all()


def test_weights_are_term_frequency_times_rarity() -> None:
    vectors = vectors_of(["نهر نهر جبل", "نهر طريق", "قمر"])
    river, hill = (vectors.number[all_terms(word)[0]] for word in ("نهر", "جبل"))
    raw = np.array([2 * np.log(4 / 2.5), np.log(4 / 1.5)])
    assert np.allclose(dense(vectors)[0, [river, hill]], raw / np.linalg.norm(raw))


def test_forms_of_a_word_are_one_term() -> None:
    assert set(all_terms("المدرسة مدرسة بالمدرسة للمدرسة")) == set(all_terms("مدرسة"))
    assert set(all_terms("الصين صيني الصينية الصينيون")) == set(all_terms("الصين"))
    assert all_terms("كِتَاب") == all_terms("كتاب") == all_terms("كتـــاب")
    assert all_terms("من إلى على والتي هذه") == []
    assert all_terms("Jack ٢٠٢٤") == ["jack", "2024"]


def test_scores() -> None:
    words = np.array([3, 30])
    vectors = vectors_of(["نهر جبل", "نهر قمر"])
    features = sentence_features(vectors, words, np.ones(2, bool), "")
    assert features[0, 3] == pytest.approx((SHORT - 3) / SHORT) and features[1, 3] == 0
    assert (features[:, 2] == 0).all()
    brief, full = (scores(features, 2, share) for share in (0.01, 1.0))
    assert (brief[1] - brief[0]) < (full[1] - full[0]), "brevity counts where little is asked for"
    assert scores(features, 50, 1.0)[1] > scores(features, 5, 1.0)[1], "centrality counts in long articles"
    assert (np.round(brief, 6) == brief).all()
