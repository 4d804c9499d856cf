"""Normal forms: each step does one thing, all are idempotent, and the fast table equals the steps one by one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.text import STEPS, apply_steps, normalize

ARABIC = st.text(
    st.one_of(
        st.characters(min_codepoint=0x600, max_codepoint=0x6FF),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFC),
        st.sampled_from("اأإآٱىيةهكک٠۹ـ \u064b\u0651\u0653\u0654\u0655\u0670\u200b\u200f\ufeffab1.é"),
        st.characters(codec=None, exclude_categories=()),
    ),
    max_size=40,
)

ONE_STEP = {
    "forms": ("ﺍﻟﺴﻼﻡ ﷺ", "السلام صلى الله عليه وسلم"),
    "invis": ("س\u200fل\u200cا\ufeffم\u00ad", "سلام"),
    "diac": ("السَّلَامُ عَلَيْكُمْ هٰذا", "السلام عليكم هذا"),
    "tatweel": ("ســـلام", "سلام"),
    "var": ("کتاب یہ", "كتاب يه"),
    "alef": ("أحمد إلى آدم ٱلله", "احمد الى ادم الله"),
    "hamza": ("مسؤول قائل شيء", "مسوول قايل شي"),
    "ya": ("على مصطفى", "علي مصطفي"),
    "ta": ("مدرسة", "مدرسه"),
    "digits": ("٣٫٥٪ ۱۲ ١٬٠٠٠", "3.5% 12 1,000"),
}


@pytest.mark.parametrize("name", STEPS)
def test_one_step(name: str) -> None:
    before, after = ONE_STEP[name]
    assert STEPS[name](before) == after
    assert apply_steps(before, (name,)) == after
    assert normalize("Zoë 12 سلام عليكم.") == "Zoë 12 سلام عليكم."


def test_flags_name_the_steps() -> None:
    flags = {
        "presentation_forms": "forms",
        "invisible": "invis",
        "diacritics": "diac",
        "tatweel": "tatweel",
        "variants": "var",
        "alef": "alef",
        "hamza": "hamza",
        "ya": "ya",
        "ta_marbuta": "ta",
        "digits": "digits",
    }
    everything_off = dict.fromkeys(flags, False)
    for flag, name in flags.items():
        before, after = ONE_STEP[name]
        assert normalize(before, **{**everything_off, flag: True}) == after
        assert normalize(before, **everything_off) == before


def test_defaults_keep_hamza_on_its_seats() -> None:
    assert normalize("سُئِلَ الأستاذُ عن المسؤوليَّة") == "سئل الاستاذ عن المسؤوليه"


def test_decomposed_hamza_is_one_letter() -> None:
    """Decomposed text (NFD) must give what composed text gives, with the alef step and without."""
    for word in ("أَحمد", "إِلى", "آدَم", "مسؤُول", "قائِل"):
        for alef in (True, False):
            assert normalize(unicodedata.normalize("NFD", word), alef=alef) == normalize(word, alef=alef)


def test_vowel_marks_alone_lose_the_space_of_their_decomposition() -> None:
    assert STEPS["forms"]("ﹰﹺ") == "\u064b\u0650"


def test_unknown_step() -> None:
    with pytest.raises(ValueError, match="unknown normalisation step 'stem'"):
        apply_steps("نص", ("stem",))


@settings(max_examples=300, deadline=None)
@given(ARABIC, st.sets(st.sampled_from(tuple(STEPS))))
def test_idempotent_and_equal_to_the_steps_in_order(text: str, names: set[str]) -> None:
    chosen = tuple(names)
    once = apply_steps(text, chosen)
    assert apply_steps(once, chosen) == once
    by_hand = text
    for name in STEPS:
        if name in names:
            by_hand = STEPS[name](by_hand)
    assert once == by_hand


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=0x5FF, exclude_characters="\u00ad\u034f")))
def test_other_scripts_are_left_alone(text: str) -> None:
    assert normalize(text) == text
