from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.report.bidi import direction, isolate

MIXED = st.text(st.sampled_from("ابتث ً،.()abcDE 12٣&<>\"'-/:\n\u200f") | st.characters(exclude_categories=("Cs",)))


@given(MIXED, st.sampled_from(["rtl", "ltr"]))
def test_isolation_changes_no_character(text, base):
    assert html.unescape(re.sub("</?bdi>", "", isolate(text, base))) == text


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("قال Jack Ma، وPan Gongsheng، ذلك", ["Jack Ma", "Pan Gongsheng"]),
        ("انظر https://example.org/a-b?c=1 الآن", ["https://example.org/a-b?c=1"]),
        ("لغة C++ وشركة AT&T.", ["C++", "AT&amp;T"]),
        ("إلى sayana@marj.example.", ["sayana@marj.example"]),
        ("بلغت 27.5% في 2021", []),
    ],
)
def test_latin_runs_within_arabic(text, runs):
    assert re.findall("<bdi>(.*?)</bdi>", isolate(text, "rtl")) == runs


def test_arabic_runs_within_english():
    assert isolate("He said بان قونغ, twice", "ltr") == "He said <bdi>بان قونغ</bdi>, twice"


def test_markup_is_text():
    assert isolate("<b>نص</b>", "rtl") == "&lt;<bdi>b</bdi>&gt;نص&lt;/<bdi>b</bdi>&gt;"


def test_most_letters_decide_not_the_first():
    assert direction("Ant Group شركة تابعة لمجموعة كبيرة") == "rtl"
    assert direction("بان said that it was so") == "ltr"
    assert direction("2021: 5%") == "rtl"
