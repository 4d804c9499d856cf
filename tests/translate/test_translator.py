"""Whole texts through the built-in model: nothing lost, nothing moved, offsets true."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ import InputError, ModelError, Translator
from summ.text import split_sentences

SENTENCES = (
    "أعلنت وزارة الصحة افتتاح مستشفى جديد في المدينة.",
    "وقال الوزير إن المشروع كلف 30 مليون دولار.",
    "هل تنتهي الأزمة قريبا؟",
    "Ant Group",
    "افتتح المعرض أمس وسط حضور كبير!",
    "1234",
    "…",
)
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map(" ".join) | st.lists(
    st.sampled_from(SENTENCES), min_size=1, max_size=6
).map("\n\n".join)


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator.load()


def test_every_sentence_has_its_segment(translator: Translator, example: str) -> None:
    made = translator(example)
    assert [(s.start, s.end) for s in made.segments] == [(s.start, s.end) for s in split_sentences(example)]
    for segment in made.segments:
        assert example[segment.start : segment.end] == segment.source
        assert segment.target
    assert made.text.count("\n\n") == 1


def test_paragraphs_and_lines_are_kept(translator: Translator) -> None:
    text = "العنوان هنا\r\n\r\nقال الوزير ذلك. وأضاف أن العمل بدأ.\nسطر جديد هنا.\n\n\nفقرة أخيرة."
    made = translator(text)
    assert [len(gap) for gap in re.findall(r"\n+", made.text)] == [2, 1, 3]


@settings(max_examples=15, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5), st.integers(1, 400), st.integers(1, 4))
def test_a_batch_gives_what_single_texts_give(
    translator: Translator, group: list[str], budget: int, window: int
) -> None:
    alone = [translator(text).text for text in group]
    usual = translator.model.budget, translator.window
    try:
        translator.model.budget, translator.window = budget, window
        assert [t.text for t in translator.batch(group)] == alone
        assert [t.text for t in translator.stream(iter(group))] == alone
        assert [t.text for t in translator.batch(group[::-1])] == alone[::-1]
    finally:
        translator.model.budget, translator.window = usual


def test_what_is_not_arabic_is_kept_as_it_is(translator: Translator) -> None:
    made = translator("Ant Group\nقال الوزير ذلك.\n12.5%")
    assert made.segments[0].target == "Ant Group"
    assert made.segments[2].target == "12.5%"


def test_a_sentence_over_the_limit_is_split_and_said(translator: Translator) -> None:
    text = "وقال الوزير إن العمل في المشروع الجديد بدأ، " * 60
    made = translator(text)
    assert len(made.segments) > 1
    assert [n.code for n in made.notices].count("sentence-split") == 1
    covered = "".join(s.source for s in made.segments)
    assert covered.replace(" ", "") == text.replace(" ", "")


def test_a_rough_model_says_so_and_names_a_strong_one(translator: Translator) -> None:
    first = translator("قال الوزير ذلك.").notices[0]
    assert first.code == "rough-translation"
    assert "--translator opus-mt-ar-en" in first.message


def test_an_english_article_is_noticed(translator: Translator) -> None:
    made = translator("The minister said on Monday that the work had begun and would end next year.")
    assert "not-arabic" in [n.code for n in made.notices]


def test_the_model_that_made_it_is_named(translator: Translator) -> None:
    info = translator("قال الوزير ذلك.").model
    assert info is not None
    assert (info.name, info.engine, info.options["beam_size"]) == ("builtin", "ctranslate2", 4)
    assert info.revision and info.versions["ctranslate2"]


@pytest.mark.parametrize("text", ["", " \n "])
def test_empty_texts_are_refused(translator: Translator, text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        translator(text)
    with pytest.raises(InputError, match="text 2"):
        translator.batch(["قال الوزير ذلك.", text])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "opus-mt-ar-eng"}, "did you mean opus-mt-ar-en"),
        ({"name": "./nowhere"}, "no such folder"),
        ({"name": "builtin", "target_language": "fr"}, "from ar to en"),
        ({"name": "builtin", "engine": "torch"}, "ctranslate2 only"),
        ({"name": "builtin", "beams": 3}, "unknown decode option 'beams'"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_one_line(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        Translator.load(**arguments)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_an_english_article_is_noticed_under_any_code_of_arabic(translator: Translator) -> None:
    text = "The minister said on Monday that the work had begun and would end next year."
    made = Translator(translator.model, source_language="arb_Arab", target_language="eng_Latn")(text)
    assert (made.text, made.source_language) == (text, "arb_Arab")
    assert [n.code for n in made.notices][:2] == ["not-arabic", "not-translated"]


def test_a_bad_text_in_a_stream_costs_no_good_one(translator: Translator) -> None:
    made = []
    with pytest.raises(InputError, match="text 5: the article is empty"):
        for one in translator.stream(["وصل الوزير.", "عاد الوزير.", "غادر الوزير.", "تحدث الوزير.", " ", "نص."]):
            made.append(one.text)
    assert len(made) == 4
