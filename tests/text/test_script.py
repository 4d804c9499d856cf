"""Script shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.text import script_shares


def test_shares() -> None:
    shares = script_shares("سلام abc 123 ـــ")
    assert list(shares) == ["Arabic", "Latin"]
    assert shares["Arabic"] == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("שלום", "Hebrew"),
        ("мир", "Cyrillic"),
        ("和平", "Han"),
        ("ﺳﻼﻡ", "Arabic"),
        ("ειρήνη", "Greek"),
        ("평화", "Hangul"),
    ],
)
def test_scripts(text: str, script: str) -> None:
    assert script_shares(text) == {script: 1.0}


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_shares_sum_to_one(text: str) -> None:
    shares = script_shares(text)
    assert not shares or sum(shares.values()) == pytest.approx(1.0)
    assert bool(shares) == any(char.isalpha() and char != "ـ" for char in text)
