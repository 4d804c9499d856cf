"""``compare`` and ``compare_scores``."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest

from summ.errors import InputError
from summ.eval import bleu, compare, compare_scores, rouge

RNG = random.Random(3)
VOCABULARY = [f"w{number}" for number in range(30)]
REFERENCES = [" ".join(RNG.choices(VOCABULARY, k=15)) for _ in range(60)]


def damaged(share: float, seed: int) -> list[str]:
    """The references with a share of their words replaced."""
    rng = random.Random(seed)
    return [
        " ".join(rng.choice(VOCABULARY) if rng.random() < share else word for word in text.split())
        for text in REFERENCES
    ]


SYSTEMS = {"poor": damaged(0.6, 1), "good": damaged(0.1, 2), "twin": damaged(0.1, 3), "fair": damaged(0.3, 4)}


@pytest.mark.parametrize("metric", ["rouge1", "rougeL", "bleu", "chrf", "chrf++", "ter"])
def test_ranks_tiers_and_pairs(metric):
    result = compare(REFERENCES, SYSTEMS, metric, lang="en", trials=2000, resamples=500)
    names = [system.name for system in result.systems]
    assert set(names[:2]) == {"good", "twin"} and names[2:] == ["fair", "poor"]
    assert [system.tier for system in result.systems] == [1, 1, 2, 3]
    assert result.systems[0].beats == ("fair", "poor") and result.systems[3].beats == ()
    assert len(result.pairs) == 6
    twins = result.pair("twin", "good")
    assert not twins.significant and twins.randomization_p > 0.05 and twins.bootstrap_p > 0.05
    apart = result.pair("poor", "good")
    assert (apart.worse, apart.significant, apart.wins) == ("poor", True, 1.0)
    for pair in result.pairs:
        assert pair.difference >= 0 and pair.interval[0] <= pair.difference <= pair.interval[1]
        assert pair.randomization_p <= pair.randomization_p_holm and pair.bootstrap_p <= pair.bootstrap_p_holm


@pytest.mark.parametrize("other", ["twin", "fair"])
def test_p_values_are_those_of_sacrebleu(monkeypatch, other):
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    pair = {"good": SYSTEMS["good"], other: SYSTEMS[other]}
    ours = compare(REFERENCES, pair, "bleu", trials=1000, resamples=1000).pairs[0]

    def theirs(test: str) -> float:
        results = PairedTest(list(pair.items()), {"BLEU": BLEU()}, [REFERENCES], test_type=test, n_samples=1000)()[1]
        return results["BLEU"][1].p_value

    assert ours.bootstrap_p == pytest.approx(theirs("bs"), abs=1e-12)  # the same draws
    assert ours.randomization_p == pytest.approx(theirs("ar"), abs=0.03)  # other draws


def test_documents_that_differ_most():
    systems = {"a": ["x y z", "x y z", "q q q"], "b": ["x y z", "q q q", "x y q"]}
    result = compare(["x y z"] * 3, systems, "rouge1", lang="en", ids=["one", "two", "three"], trials=50, resamples=50)
    rows = result.most_different("a", "b", 2)
    assert [(row.id, row.first, row.second) for row in rows] == [
        ("two", 1.0, 0.0),
        ("three", 0.0, pytest.approx(2 / 3)),
    ]
    assert result.pair("a", "b").significant is False
    value = json.loads(json.dumps(result.to_dict(documents=1)))
    assert value["pairs"][0]["most_different"][0]["id"] == "two" and value["documents"] == 3


def test_identical_systems_share_a_tier():
    result = compare(REFERENCES, {"a": SYSTEMS["good"], "b": SYSTEMS["good"]}, "bleu", trials=100, resamples=100)
    assert [system.tier for system in result.systems] == [1, 1]
    assert result.pairs[0].randomization_p == 1.0 and result.pairs[0].wins == 0.0


@pytest.mark.parametrize("metric", ["rouge2", "bleu"])
def test_stored_results_compare_like_texts(metric):
    def score(texts):
        return rouge(texts, REFERENCES, "en", types=metric) if metric == "rouge2" else bleu(texts, REFERENCES)

    scores = {name: score(texts) for name, texts in SYSTEMS.items()}
    stored = {name: json.loads(json.dumps(value.to_dict())) for name, value in scores.items()}
    fresh = compare(REFERENCES, SYSTEMS, metric, lang="en", trials=300)
    assert compare_scores(scores, metric, trials=300).to_dict() == fresh.to_dict()
    assert compare_scores(stored, metric, trials=300).to_dict() == fresh.to_dict()


def test_other_signatures_references_and_documents_are_refused():
    ours = rouge(SYSTEMS["good"], REFERENCES, "en")
    stemmed = rouge(SYSTEMS["twin"], REFERENCES, "en", stemmer="porter")
    with pytest.raises(InputError, match=r"a and b have different signatures: .*stem:none.*stem:porter.*--force"):
        compare_scores({"a": ours, "b": stemmed})
    forced = compare_scores({"a": ours, "b": stemmed}, force=True, trials=50, resamples=50)
    assert "different signatures" in forced.notices[0]
    elsewhere = rouge(SYSTEMS["twin"], SYSTEMS["fair"], "en")
    with pytest.raises(InputError, match="against different references"):
        compare_scores({"a": ours, "b": elsewhere})
    with pytest.raises(InputError, match="different documents"):
        compare_scores({"a": ours, "b": rouge(["w1"], ["w1"], "en")}, force=True)


def test_notices_name_the_systems_they_concern(caplog):
    systems = {"a": ["", *SYSTEMS["good"][1:]], "b": SYSTEMS["twin"]}
    result = compare(REFERENCES, systems, "rouge1", lang="en", trials=50, resamples=50)
    assert result.notices == ("a: 1 of 60 hypotheses are empty and score 0: documents 1",)
    assert caplog.text.count("are empty and score 0") == 1


@pytest.mark.parametrize(
    ("systems", "options", "message"),
    [
        ({"a": ["x"]}, {}, "two systems or more, not 1"),
        ({"a": ["x"], "b": ["x", "y"]}, {}, "b: 2 hypotheses but 1 references"),
        ({"a": ["x"], "b": ["x"]}, {"metric": "blue"}, "unknown metric 'blue'; did you mean bleu"),
        ({"a": ["x"], "b": ["x"]}, {"test": "bootsrap"}, "unknown test 'bootsrap'; did you mean bootstrap"),
    ],
)
def test_bad_input_is_one_clear_line(systems, options, message):
    with pytest.raises(InputError) as error:
        compare(["x"], systems, **options)
    assert message in str(error.value)
    with pytest.raises(InputError, match="unknown system 'c'"):
        compare(["x"], {"a": ["x"], "b": ["y"]}, trials=10, resamples=10).pair("a", "c")


BLEU_SCORES = {
    "argos": 29.99,
    "opusmt": 33.93,
    "nllb": 37.48,
    "bergamot-base": 39.59,
    "microsoft": 44.03,
    "google": 45.95,
}


def test_six_real_systems_are_ranked_with_sacrebleus_bleu(shared: Path):
    folder = shared / "data" / "mt-systems"

    def read(name: str) -> list[str]:
        return (folder / f"flores-dev.{name}").read_text("utf-8").split("\n")[:-1]

    result = compare(read("en"), {name: read(f"{name}.en") for name in BLEU_SCORES}, "bleu", trials=2000)
    assert {system.name: round(system.score, 2) for system in result.systems} == BLEU_SCORES
    assert [system.name for system in result.systems] == list(reversed(BLEU_SCORES))
    assert [system.tier for system in result.systems] == [1, 2, 3, 4, 5, 6]
