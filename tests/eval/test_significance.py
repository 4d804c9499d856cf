"""Bootstrap, approximate randomization, Holm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.eval.resampling import bootstrap_sums, interval, mean_statistics, shuffle_sums
from summ.eval.significance import bootstrap_p, holm, randomization_p


def test_bootstrap_draws_what_numpy_draws_whatever_the_chunk(monkeypatch):
    values = np.random.default_rng(0).random((37, 3))
    drawn = np.random.default_rng(12345).integers(0, 37, size=(200, 37))
    expected = values[drawn].sum(axis=1)
    assert np.allclose(bootstrap_sums(values, 200, 12345), expected, atol=1e-12)
    monkeypatch.setattr("summ.eval.resampling.CELLS", 37 * 7)
    assert np.allclose(bootstrap_sums(values, 200, 12345), expected, atol=1e-12)


def test_shuffles_take_about_half_of_the_documents_whatever_the_chunk(monkeypatch):
    ones = np.ones((400, 1))
    sums = shuffle_sums(ones, 500, 7)
    assert abs(sums.mean() - 200) < 2 and abs(sums.std() - 10) < 1
    monkeypatch.setattr("summ.eval.resampling.CELLS", 4000)
    assert len(np.unique(shuffle_sums(ones, 500, 7))) > 20


def test_the_interval_of_a_mean_is_near_the_normal_one():
    values = np.random.default_rng(3).normal(0.5, 0.1, size=400)
    stats = mean_statistics(values)
    low, high = interval(stats.score(bootstrap_sums(stats.values, 4000, 1)))
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.001)
    assert high == pytest.approx(values.mean() + half, abs=0.001)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_lowers_a_p_value_and_keeps_the_order(values):
    adjusted = holm(values)
    assert all(p <= q <= 1 for p, q in zip(values, adjusted, strict=True))
    order = np.argsort(values, kind="stable")
    assert list(np.array(adjusted)[order]) == sorted(adjusted)


def test_holm_table():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.2]) == [0.2]


def exact_p(ours: np.ndarray, theirs: np.ndarray) -> float:
    """All sign flips of the differences, one by one."""
    differences = ours - theirs
    size = len(differences)
    signs = 1 - 2 * ((np.arange(2**size)[:, None] >> np.arange(size)) & 1)
    means = np.abs((signs * differences).mean(axis=1))
    return float(np.mean(means >= abs(differences.mean()) - 1e-12))


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.15, 0.3])
def test_randomization_agrees_with_all_permutations(shift):
    rng = np.random.default_rng(8)
    theirs = rng.random(12)
    ours = theirs + rng.normal(shift, 0.15, size=12)
    a, b = mean_statistics(ours), mean_statistics(theirs)
    halves = [shuffle_sums(stats.values, 20_000, 5) for stats in (a, b)]
    p = randomization_p(a, b, *halves, a.total() - b.total())
    assert p == pytest.approx(exact_p(ours, theirs), abs=0.015)


def test_a_system_against_itself_is_never_significant():
    stats = mean_statistics(np.random.default_rng(1).random(50))
    half, draws = shuffle_sums(stats.values, 100, 1), stats.score(bootstrap_sums(stats.values, 100, 1))
    assert randomization_p(stats, stats, half, half, 0.0) == 1.0
    assert bootstrap_p(draws, draws, 0.0) == (0.0, 1.0)


def test_koehns_share_of_resamples():
    ours, theirs = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 2.0, 5.0])
    assert bootstrap_p(ours, theirs, 0.5)[0] == 0.75
    assert bootstrap_p(theirs, ours, -0.5)[0] == 0.75


def test_randomization_keeps_its_level_when_nothing_differs():
    rng = np.random.default_rng(4)
    rejected = 0
    for seed in range(200):
        a, b = (mean_statistics(rng.random(40)) for _ in range(2))
        difference = a.total() - b.total()
        halves = [shuffle_sums(stats.values, 200, seed) for stats in (a, b)]
        rejected += randomization_p(a, b, *halves, difference) < 0.05
    assert rejected <= 20  # of 200; 10 are expected
