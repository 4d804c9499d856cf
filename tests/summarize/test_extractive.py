"""The built-in summarizer, from text to summary."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ import InputError, Summary
from summ.summarize.extractive import summarize
from summ.text import split_sentences

BODY = (
    "افتتحت بلدية الميناء صباح الأحد جسرا جديدا يربط الحي القديم بالسوق المركزي. "
    "وقالت رئيسة البلدية سلمى الخطيب إن الجسر كلف 12 مليون دينار ودفعت الحكومة نصفها. "
    "واستغرق بناء الجسر ثلاث سنوات بعد تأخر وصول المواد من الخارج. "
    "وتتوقع البلدية أن تعبر الجسر خمسة آلاف سيارة كل يوم. "
    "وأبدى تجار السوق المركزي ارتياحهم للمشروع الذي طال انتظاره. "
    "وغنت فرقة محلية في الحفل."
)
HEADLINE = "افتتاح جسر جديد في الميناء"


def chosen(text: str, **limit: Any) -> list[str]:
    return [segment.source for segment in summarize(text, **limit).segments]


def test_a_summary_is_sentences_of_the_article_in_order() -> None:
    text = f"{HEADLINE}\n\n{BODY}"
    summary = summarize(text)
    assert isinstance(summary, Summary)
    assert (summary.kind, summary.language, summary.notices) == ("extractive", "ar", ())
    assert len(summary.segments) == 3
    assert summary.text == " ".join(segment.target for segment in summary.segments)
    for segment in summary.segments:
        assert segment.source == segment.target == text[segment.start : segment.end]
    assert all(before.end <= after.start for before, after in pairwise(summary.segments))
    assert {segment.source for segment in summary.segments} <= {sentence.text for sentence in split_sentences(text)}


def test_the_summary_names_what_made_it() -> None:
    model = summarize(BODY, ratio=0.5).model
    assert model is not None
    assert (model.name, model.engine, model.options) == ("builtin", "extractive", {"ratio": 0.5})
    assert list(model.versions) == ["summ"]
    default = summarize(BODY).model
    assert default is not None and default.options == {"sentences": 3}


@pytest.mark.parametrize("count", range(1, 9))
def test_sentences(count: int) -> None:
    assert len(chosen(BODY, sentences=count)) == min(count, 6)


@pytest.mark.parametrize(("ratio", "count"), [(0.01, 1), (0.5, 3), (0.7, 4), (1, 6), (1.0, 6)])
def test_ratio(ratio: float, count: int) -> None:
    assert len(chosen(BODY, ratio=ratio)) == count
    assert len(chosen(f"{HEADLINE}\n\n{BODY}", ratio=ratio)) == count, "the headline is not counted"


@pytest.mark.parametrize("most", [5, 12, 13, 25, 40, 1000])
def test_max_words(most: int) -> None:
    summary = summarize(BODY, max_words=most)
    assert summary.notices == ()
    assert 0 < len(summary.text.split()) <= most


def test_no_sentence_is_cut_to_fit() -> None:
    summary = summarize(BODY, max_words=3)
    assert [notice.code for notice in summary.notices] == ["summary-over-limit"]
    assert "3 words" in summary.notices[0].message and "\n" not in summary.notices[0].message
    (segment,) = summary.segments
    assert segment.source in [sentence.text for sentence in split_sentences(BODY)]
    assert len(segment.source.split()) < 12


@pytest.mark.parametrize(
    "limit",
    [
        {"sentences": 0},
        {"sentences": -1},
        {"sentences": 2.0},
        {"sentences": True},
        {"max_words": 0},
        {"max_words": "9"},
        {"ratio": 0},
        {"ratio": 1.01},
        {"ratio": -0.5},
        {"ratio": float("nan")},
        {"ratio": True},
        {"sentences": 2, "ratio": 0.5},
        {"sentences": 2, "max_words": 50, "ratio": 0.5},
    ],
    ids=str,
)
def test_a_limit_that_makes_no_sense(limit: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        summarize(BODY, **limit)
    assert "\n" not in str(error.value)
    assert all(name in str(error.value) for name in limit)


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200f\u200e"])
def test_nothing_to_summarize(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        summarize(text)


def test_the_headline_ranks_and_is_never_chosen() -> None:
    about_traders = "تجار السوق المركزي مرتاحون لمشروع طال انتظاره"
    assert chosen(f"{about_traders}\n{BODY}", ratio=1) == chosen(BODY, ratio=1)
    wanted = "وأبدى تجار السوق المركزي ارتياحهم للمشروع الذي طال انتظاره."
    assert wanted not in chosen(BODY, sentences=2)
    assert wanted in chosen(f"{about_traders}\n{BODY}", sentences=2)
    assert wanted in chosen(BODY, title=about_traders, sentences=2)
    assert chosen(f"{about_traders}\n{BODY}", title=about_traders, ratio=1) == chosen(BODY, ratio=1)


def test_a_first_line_is_no_headline_if_the_title_is_another() -> None:
    first = "أغلقت السلطات المطار الدولي صباح اليوم بسبب الضباب الكثيف الذي غطى المدينة كلها"
    text = f"{first}\n\n{BODY}"
    assert first not in chosen(text, ratio=1)
    assert chosen(text, title="الضباب يغلق المطار", ratio=1)[0] == first


def test_section_headings_are_not_chosen() -> None:
    text = f"{BODY[:75]}.\nتكلفة المشروع\n{BODY[76:]}\nخلفية\nبنت المدينة جسرها الأول قبل مئة عام."
    assert "تكلفة المشروع" not in chosen(text, ratio=1)
    assert "خلفية" not in chosen(text, ratio=1)


def test_equal_sentences_are_taken_once() -> None:
    assert chosen("هبت عاصفة قوية على الساحل. " * 40) == ["هبت عاصفة قوية على الساحل."]


def test_sentences_that_say_the_same_are_not_both_taken() -> None:
    twice = BODY.replace(
        "واستغرق", "افتتحت بلدية الميناء صباح الأحد الماضي جسرا جديدا يربط الحي القديم بالسوق المركزي. واستغرق"
    )
    assert sum("افتتحت" in sentence for sentence in chosen(twice, sentences=4)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("جملة واحدة فقط هنا.", ["جملة واحدة فقط هنا."]),
        ("عنوان وحيد بلا جسم", ["عنوان وحيد بلا جسم"]),
        ("عنوان قصير\n\nوصل القطار متأخرا.", ["وصل القطار متأخرا."]),
        ("سطر أول\nسطر ثان\nسطر ثالث", ["سطر ثان", "سطر ثالث"]),
        ("- خبز طازج\n- حليب كامل\n- سكر ناعم", ["- خبز طازج", "- حليب كامل", "- سكر ناعم"]),
        (
            "Trains ran late. Buses stopped. Nobody knew why.",
            ["Trains ran late.", "Buses stopped.", "Nobody knew why."],
        ),
        ("!!! ؟؟", ["!!! ؟؟"]),
        ("😀 😀", ["😀 😀"]),
    ],
)
def test_odd_articles(text: str, expected: list[str]) -> None:
    assert chosen(text) == expected


def test_hard_wrapped_lines_are_read_as_sentences() -> None:
    words = BODY.split()
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    text = "\n".join(lines)
    summary = summarize(text)
    assert [" ".join(segment.source.split()) for segment in summary.segments] == chosen(BODY)
    assert all(text[segment.start : segment.end] == segment.source for segment in summary.segments)


def test_lines_without_end_marks_are_not_joined() -> None:
    lines = [f"{' '.join(['كلمة'] * (6 + 4 * (i % 3)))} رقم {i}" for i in range(12)]
    assert set(chosen("\n".join(lines), sentences=2)) <= set(lines)


def test_a_long_article_is_more_than_its_lead() -> None:
    """Where an article digresses first, the words that come back decide; in a short one, the lead does."""
    digressions = [
        "تذكر العجوز بيته القديم قرب النهر.",
        "لعب الأولاد كرة في الساحة حتى الغروب.",
        "طبخت الجارات حساء العدس للضيوف.",
    ]
    places = "دمشق حلب حمص حماة درعا إدلب الرقة طرطوس".split()  # noqa: SIM905
    subject = [
        f"وزعت وزارة الصحة لقاح الحصبة على مدارس {place} {how} بعد انتشار الحصبة بين التلاميذ."
        for how in ("صباحا", "مساء", "مرتين", "مجانا", "سريعا", "أمس", "سرا")
        for place in places
    ]
    assert "الحصبة" not in summarize("\n".join(digressions + subject[:3]), sentences=1).text
    long = [segment.source for segment in summarize("\n".join(digressions + subject), sentences=2).segments]
    assert any("الحصبة" in sentence for sentence in long)


def test_the_example_reads_as_a_summary(example: str) -> None:
    first, second, third = chosen(example)
    assert first.startswith("يبدو أن الحملة الصينية ضد إمبراطورية")
    assert "بالعودة إلى أصولها" in second
    assert "بنك الشعب الصيني" in third and third.endswith("الامتثال.")


def test_five_thousand_sentences_in_two_seconds() -> None:
    rng = random.Random(7)
    words = ["".join(rng.choices("ابتثجحخدذرزسشصضطعغفقكلمنهوي", k=rng.randint(3, 8))) for _ in range(8000)]
    weights = [1 / rank for rank in range(1, 8001)]
    text = " ".join(" ".join(rng.choices(words, weights, k=22)) + "." for _ in range(5000))
    for limit, count in (({"sentences": 3}, 3), ({"ratio": 0.3}, 1500)):
        start = time.process_time()
        assert len(chosen(text, **limit)) == count
        assert time.process_time() - start < 2


def test_time_does_not_grow_with_the_square() -> None:
    def seconds(sentences: int) -> float:
        text = " ".join(
            f"قالت الجهة {i} إن المشروع {i % 97} في المدينة {i % 31} سينتهي قريبا." for i in range(sentences)
        )
        start = time.process_time()
        summarize(text, ratio=0.5)
        return time.process_time() - start

    seconds(500)
    assert seconds(8000) < 32 * min(seconds(1000), seconds(1000)), "eight times the length; 64 times were quadratic"


WORDS = st.sampled_from(
    [
        "مدينة",
        "رئيس",
        "كما",
        "هذا",
        "وأضاف",
        "لكن",
        "قال",
        "نهر",
        "سوق",
        "كتاب",
        "مدرسة",
        "2024",
        "Jack",
        "هؤلاء",
        "،",
        ":",
        "«",
        "»",
        '"',
        "(",
        ")",
        "-",
    ]
)
MARKS = st.sampled_from([". ", "؟ ", "! ", "\n", ".\n\n", "... ", " "])
TEXTS = st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=9), MARKS), min_size=1, max_size=25).map(
    lambda parts: "".join(" ".join(words) + mark for words, mark in parts)
)
LIMITS = st.one_of(
    st.fixed_dictionaries({"sentences": st.integers(1, 12)}),
    st.fixed_dictionaries({"max_words": st.integers(1, 60)}),
    st.fixed_dictionaries({"ratio": st.floats(0.01, 1)}),
)


@given(TEXTS | st.text(min_size=1).filter(lambda text: bool(split_sentences(text))), LIMITS)
@settings(max_examples=150, deadline=None)
def test_whatever_the_text(text: str, limit: dict[str, Any]) -> None:
    summary = summarize(text, **limit)
    assert summary.segments
    assert all(segment.source == text[segment.start : segment.end] == segment.target for segment in summary.segments)
    assert all(before.end <= after.start for before, after in pairwise(summary.segments))
    assert len({segment.source for segment in summary.segments}) == len(summary.segments)
    if "sentences" in limit:
        assert len(summary.segments) <= limit["sentences"]
    if "max_words" in limit and not summary.notices:
        assert len(summary.text.split()) <= limit["max_words"]
    assert summarize(text, **limit) == summary


def test_the_same_on_any_hash_seed_and_history() -> None:
    code = (
        "import sys; from summ.summarize.extractive import summarize;"
        "text = sys.stdin.buffer.read().decode();"
        "[summarize(text[i:]) for i in range(0, int(sys.argv[1]) * 40, 40)];"
        "sys.stdout.buffer.write(summarize(text).text.encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, history],
            input=BODY.encode(),
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed, history in (("1", "0"), ("2", "5"))
    }
    assert outputs == {summarize(BODY).text.encode()}


@pytest.mark.parametrize(("name", "count"), [("easc", 3), ("easc", 5), ("ant-france24", 3), ("arwiki-lead", 5)])
def test_it_does_not_lose_to_the_lead(shared: Path, name: str, count: int) -> None:
    from summ.eval import rouge
    from summ.summarize.layout import read_layout

    with gzip.open(shared / "data" / "summarization" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    references = [record["summaries"] for record in records]
    leads = []
    for record in records:
        layout = read_layout(record["article"])
        body = [s.text for s, is_body in zip(layout.sentences, layout.is_body, strict=True) if is_body]
        leads.append(" ".join(body[:count]))
    ours = [summarize(record["article"], title=record["title"], sentences=count).text for record in records]
    options: dict[str, Any] = {"types": ("rouge1",), "multi_reference": "mean", "resamples": 0}
    found, lead = (rouge(texts, references, **options)["rouge1"].fmeasure for texts in (ours, leads))
    assert found > lead - 0.002


@pytest.mark.parametrize("length", [{"sentences": 1}, {"ratio": 0.3}])
def test_a_list_item_given_alone_says_why(length: dict[str, float]) -> None:
    made = summarize("قالت البلدية ما يلي:\n1. أغلق الصنبور.\n2. أصلح التسرب.", **length)  # type: ignore[arg-type]
    assert [n.code for n in made.notices] == ["summary-leans"]
    assert "None" not in made.notices[0].message
