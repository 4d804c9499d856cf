"""Numbers, names, repetition and length of a translation beside its source."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.checks import check_translation
from summ.checks.numbers import find_numbers
from summ.checks.repetition import find_loop


def codes(source: str, target: str) -> list[str]:
    return [notice.code for notice in check_translation(source, target, 0, len(source))]


FINE = [
    ("بلغ العدد ١٬٢٣٤٫٥ طن", "The amount was 1,234.5 tonnes"),
    ("بلغت النسبة ٪٣٥", "The share was 35 percent"),
    ("حضر ثلاثة وزراء", "3 ministers attended"),
    ("حضر 3 وزراء", "Three ministers attended"),
    ("عمره خمسة وعشرون عاما", "He is 25 years old"),
    ("عمره 25 عاما", "He is twenty-five years old"),
    ("أكثر من 5 ملايين شخص", "More than 5,000,000 people"),
    ("أكثر من 5000000 شخص", "More than five million people"),
    ("ثلاثمئة ألف نازح", "300,000 displaced people"),
    ("تسعة آلاف جندي", "9,000 soldiers"),
    ("في 21/3/2005", "On March 21, 2005"),
    ("في 21 آذار 2005", "On 21/3/2005"),
    ("في السبعينيات", "In the 1970s"),
    ("عند الثامنة والنصف", "At 8:30"),
    ("القرن التاسع عشر", "the 19th century"),
    ("منذ عامين", "2 years ago"),
    ("48 قاعدة", "four dozen bases"),
    ("من 1950 حتى 1953", "from 1950-53"),
    ("مساحتها 783،562 كيلومترا", "Its area is 783,562 square kilometres"),
    ("سعره 1.250 دينار", "It costs 1,250 dinars"),
    ("10 000 متظاهر", "10,000 protesters"),
    ("الطائرة إيل ٧٦", "The Il-76"),
    ("ملعب يتسع لـ2.500.000 شخص", "a stadium for 2,500,000 people"),
    ("قالت Google إن iPhone و Barça", "GOOGLE said that the iPhone and Barca"),
    ("شركة U.S. Steel", "US Steel"),
    ("قال إنه لا لا لا يريد", "He said he does not want it"),
    ("الدرجة 2", "Grade B"),
    ("قال &#39;نعم&#39;", "He said &#39;yes&#39; it&#39;s"),
    ("", "anything 55"),
    ("نص فيه 55", "  "),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target"), FINE)
def test_no_alarm_where_the_same_is_said_otherwise(source, target):
    assert codes(source, target) == []


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("قتل 45 شخصا", "54 people were killed", ["number-missing", "number-unsupported"]),
        ("قتل 45 شخصا", "Several people were killed", ["number-missing"]),
        ("قتل عدد من الأشخاص", "45 people were killed", ["number-unsupported"]),
        ("خمسة ملايين دولار", "50 million dollars", ["number-unsupported"]),
        ("بنسبة 2.5 في المئة", "by 25 percent", ["number-missing", "number-unsupported"]),
        ("عام 2019 و2020", "in 2019 and 2021", ["number-missing", "number-unsupported"]),
        ("أعلنت Samsung عن هاتف", "The company announced a phone", ["name-missing"]),
        ("قال نعم مرة", "He said he said he said he said yes", ["repetition"]),
        ("ذهب الرجل", "the the the the the man went", ["repetition"]),
        ("ذهب الولد إلى المدرسة في الصباح الباكر مع أخته الصغيرة وصديقه القديم من حي مجاور", "He", ["length-ratio"]),
        ("ذهب الولد", "The boy went to school early in the morning with his sister and came back", ["length-ratio"]),
    ],
)  # fmt: skip
def test_alarms(source, target, expected):
    assert codes(source, target) == expected


def test_a_notice_points_at_the_place_in_the_article():
    article = "مقدمة. أعلنت Samsung بيع ١٢٣ هاتفا."
    start = article.index("أعلنت")
    notices = check_translation(article[start:], "The company announced sales of 77 phones.", start, len(article))
    spans = {notice.code: article[notice.start : notice.end] for notice in notices}
    assert spans == {"number-missing": "١٢٣", "name-missing": "Samsung", "number-unsupported": article[start:]}
    assert "١٢٣" in notices[0].message


def test_each_problem_is_reported_once():
    assert codes("قالت Samsung وقالت Samsung", "It said 77 and 77 and it said so") == [
        "number-unsupported",
        "name-missing",
    ]


def test_names_are_not_expected_in_an_arabic_translation():
    assert codes("Samsung announced a phone", "أعلنت سامسونغ عن هاتف") == []


@settings(max_examples=200)
@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 50))
def test_any_text_is_checked_and_offsets_stay_inside(source, target, start):
    for notice in check_translation(source, target, start, start + len(source)):
        assert start <= notice.start <= notice.end <= start + len(source)
        assert "\n" not in notice.code and notice.message


@given(st.text(alphabet="0123456789٠١٢٣٤٥٦٧٨٩.,٫٬ abاب", max_size=30))
def test_numbers_are_where_they_say(text):
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.text and number.values


def test_loops():
    assert find_loop("no no no") is None
    assert find_loop("no no no no").times == 4
    assert find_loop("say it loud say it loud say it loud now").phrase == "say it loud"
    assert find_loop("a b a b a b a b a b").times == 5
    assert find_loop("5 5 5 5 5 5") is None
    assert find_loop("ههههههههههههه").times == 13
    assert find_loop("word " * 50_000).times == 50_000


def rows(shared: Path, name: str) -> list[tuple[str, str]]:
    lines = (shared / "data" / "mt" / name).read_text("utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


@pytest.mark.parametrize(("name", "most"), [("flores-dev.tsv", 0.01), ("ntrex-dev.tsv", 0.015)])
def test_human_translations_raise_few_alarms(shared: Path, name, most):
    pairs = rows(shared, name)
    assert sum(bool(codes(*pair)) for pair in pairs) <= most * len(pairs)


def test_a_changed_digit_is_found(shared: Path):
    rng = random.Random(1)
    found = tried = 0
    for source, target in rows(shared, "flores-dev.tsv"):
        figures = list(re.finditer(r"\d{2,}", target))
        if not figures:
            continue
        figure = rng.choice(figures)
        place = rng.randrange(figure.start(), figure.end())
        digit = rng.choice([d for d in "123456789" if d != target[place]])
        tried += 1
        found += "number-unsupported" in codes(source, target[:place] + digit + target[place + 1 :])
    assert tried > 150 and found >= 0.9 * tried
