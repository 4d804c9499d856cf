"""The second try: what counts as a problem, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.models.careful import generate_carefully, loops, problem, said
from summ.models.load import load_model
from summ.models.seq2seq import Generated


@pytest.mark.parametrize(
    ("ids", "looping"),
    [
        ([5] * 7, False),
        ([5] * 8, True),
        ([1, 2] * 4, True),
        ([1, 2] * 3, False),
        ([9, 9, *[1, 2, 3] * 4, 7], True),
        ([1, 2, 3, 4] * 3, False),
        (list(range(40)), False),
        ([], False),
    ],
)
def test_loops_are_found(ids: list[int], looping: bool) -> None:
    assert loops(ids) is looping


@given(st.lists(st.integers(0, 50), max_size=20), st.lists(st.integers(0, 50), min_size=2, max_size=12))
def test_four_turns_of_anything_are_a_loop(before: list[int], turn: list[int]) -> None:
    assert loops([*before, *turn * 4])


@pytest.mark.parametrize(
    ("source", "tokens", "finished", "part"),
    [
        (30, 30, True, None),
        (30, 92, False, "had not ended after 92 tokens"),
        (30, 4, True, "has 4 tokens for 30"),
        (30, 5, True, None),
        (6, 1, True, None),
        (6, 41, True, "has 41 tokens for 6"),
    ],
)
def test_lengths_and_unfinished_targets_are_problems(
    source: int, tokens: int, finished: bool, part: str | None
) -> None:
    found = problem(source, Generated("x", finished, tokens, tuple(range(tokens))))
    assert (found is None) if part is None else (found is not None and part in found.words)
    if part and finished:
        assert problem(source, Generated("x", finished, tokens, tuple(range(tokens))), lengths=False) is None


def test_an_unfinished_target_is_kept_and_said_when_the_second_try_is_no_better() -> None:
    model = load_model("builtin")
    text = "أعلنت وزارة الصحة افتتاح مستشفى جديد في المدينة بعد عامين من العمل."
    (made,) = generate_carefully(model, [text], max_new_tokens=3)
    assert made.problem and made.problem.words == "had not ended after 3 tokens"
    assert made.generated.text
    (notice,) = said(made, 10, 20)
    assert (notice.code, notice.start, notice.end) == ("unfinished", 10, 20)


def test_careful_generation_depends_on_the_text_alone() -> None:
    model = load_model("builtin", no_repeat_ngram_size=0, beam_size=1)
    texts = [
        "قال الوزير ذلك.",
        "هه هه هه هه هه هه هه هه هه هه",
        "أعلنت الوزارة عن المشروع الجديد في المدينة يوم الأحد.",
    ]
    together = generate_carefully(model, texts)
    assert together == [generate_carefully(model, [text])[0] for text in texts]
    assert together[::-1] == generate_carefully(model, texts[::-1])


def test_the_second_try_never_allows_what_the_model_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    # mT5-XLSum forbids repeated pairs; the second try's triples would allow them again.
    model = load_model("builtin", no_repeat_ngram_size=2)
    asked = []
    real = model.generate

    def recorded(texts: list[str], **changes: Any) -> list[Generated]:
        asked.append(changes.get("no_repeat_ngram_size"))
        return real(texts, **changes)

    monkeypatch.setattr(model, "generate", recorded)
    generate_carefully(model, ["أعلنت وزارة الصحة افتتاح مستشفى جديد في المدينة."], max_new_tokens=3)
    assert asked == [None, 2]
