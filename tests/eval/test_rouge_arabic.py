"""preset="arabic", the options of ``rouge``, its signature, rows and errors."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.errors import InputError
from summ.eval import reference_free, rouge
from summ.eval.clitics import split_clitics
from summ.eval.metrics.rouge_scores import ROUGE_TYPES
from summ.eval.presets import ARABIC_NORM
from summ.eval.stemmers import light10
from summ.eval.tokens import _find, unicode_words
from summ.text import apply_steps
from summ.version import __version__

NEWS = "أعلنت الحكومةُ اليومَ زيادة الأجور بنسبة ١٥٪ في عام 2024، وقالت إنّ القرار يشمل ١٬٢٠٠ موظف."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("عام2020م", ["عام", "2020", "م"]),
        ("covid-19 وCOVID19", ["covid", "19", "وcovid", "19"]),
        ("١٬٢٣٤٫٥ و1,234.5", ["1234.5", "و", "1234.5"]),
        ("1,000,000 و 12,5", ["1000000", "و", "12,5"]),
        ("الـحُكُومـة", ["الحكومه"]),
        ("إلى أنّ آخر مستشفى", ["الي", "ان", "اخر", "مستشفي"]),
        ("ﻻ اله", ["لا", "اله"]),
        ("O'Brien's", ["o", "brien", "s"]),
        ("قال.ووصف", ["قال", "ووصف"]),
        ("3.5.", ["3.5"]),
        ("ا\u0655ذا ﷺ", ["اذا", "صلي", "الله", "عليه", "وسلم"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert [word for line in unicode_words(ARABIC_NORM)(text) for word in line] == words


ARABIC_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("ابتةىأإآـَُِّ\u0653\u0654ﻻﷺ٠١٢٫٬.,\n \u200f\u00adΣs")), max_size=40
)


@settings(max_examples=300)
@given(ARABIC_TEXT)
def test_the_fast_table_finds_what_the_steps_one_by_one_find(text):
    for norm in ((), ARABIC_NORM):
        slow = [_find(line) for line in apply_steps(text.lower(), norm).split("\n")]
        assert unicode_words(norm)(text) == slow


@settings(max_examples=100, deadline=None)
@given(st.lists(ARABIC_TEXT.filter(str.strip), min_size=1, max_size=3))
def test_a_text_against_itself_scores_one_unless_it_has_no_word(texts):
    scores = rouge(texts, texts, resamples=0, quiet=True)
    for text, row in zip(texts, scores.per_document, strict=True):
        words = [word for line in unicode_words(ARABIC_NORM)(text) for word in line]
        assert row["rouge1"].fmeasure == row["rougeL"].fmeasure == row["rougeLsum"].fmeasure == (1.0 if words else 0.0)


def test_spelling_variants_of_arabic_match():
    assert rouge([NEWS], [apply_steps(NEWS, ARABIC_NORM)], resamples=0)["rouge2"].fmeasure == 1.0
    plain = rouge(["على الأسرة"], ["علي الاسره"], normalize="none", resamples=0)
    assert plain["rouge1"].fmeasure == 0.0 and "|norm:none|" in plain.signature


def test_google_on_arabic_scores_zero_and_says_why(caplog):
    scores = rouge([NEWS], ["أعلنت الحكومة"], preset="google", resamples=0)
    assert scores["rouge1"].fmeasure == 0.0
    assert "a-z and 0-9" in scores.notices[0] and "a-z and 0-9" in caplog.text


def test_the_signature():
    texts = [NEWS], [[NEWS, NEWS, "نص"]]
    norm = "forms+invis+diac+tatweel+var+alef+ya+ta+digits"
    assert rouge(*texts).signature == (
        f"rouge|lang:ar|preset:arabic|norm:{norm}|stem:none|refs:3|ref:max|boot:1000|seed:12345|summ:{__version__}"
    )
    other = rouge(
        ["a"],
        ["a"],
        "en",
        stemmer="porter",
        multi_reference="mean",
        resamples=50,
        seed=1,
        confidence=0.9,
        sentences="summ",
    )
    assert other.signature == (
        "rouge|lang:en|preset:google|norm:none|stem:porter|sent:summ|refs:1|ref:mean|boot:50|seed:1|conf:0.9|"
        f"summ:{__version__}"
    )
    assert "|refs:var|" in rouge(["a", "b"], [["a"], ["b", "c"]], "en").signature
    assert rouge(["été"], ["ete"], "fr").signature.startswith("rouge|lang:fr|preset:words|norm:none|")
    assert "|stem:light10|clitics:split|" in rouge(["نص"], ["نص"], stemmer="light", clitics=True).signature


def test_references_max_mean_jackknife():
    hypothesis, group = "a b c d", ["a b c d", "a b x y", "z z z z"]
    f = {name: rouge([hypothesis], [group], "en", types="rouge1", multi_reference=name, resamples=0)["rouge1"].fmeasure
         for name in ("max", "mean", "jackknife")}  # fmt: skip
    assert f["max"] == 1.0
    assert f["mean"] == pytest.approx((1.0 + 0.5 + 0.0) / 3)
    assert f["jackknife"] == pytest.approx((1.0 + 1.0 + 0.5) / 3)
    for policy in f:
        assert rouge(["a b"], [["a x"]], "en", types="rouge1", multi_reference=policy)["rouge1"].fmeasure == 0.5


def test_lsum_by_sentences_of_running_text():
    hypothesis, reference = "انتهى الاجتماع. بدأ المطر.", "بدأ المطر. انتهى الاجتماع."
    newline = rouge([hypothesis], [reference], resamples=0)
    summ = rouge([hypothesis], [reference], sentences="summ", resamples=0)
    assert newline["rougeLsum"] == newline["rougeL"]
    assert summ["rougeLsum"].fmeasure == 1.0 and summ["rougeL"].fmeasure == 0.5


@pytest.mark.parametrize(
    ("word", "stem"),
    [("والمدرسة", "مدرس"), ("المدرسون", "مدرس"), ("بالسيارات", "سيار"), ("وقد", "وقد"), ("للطلاب", "طلاب"),
     ("كتابها", "كتاب"), ("سياسية", "سياس"), ("الد", "الد")],
)  # fmt: skip
def test_light10(word, stem):
    assert light10(word) == stem


@pytest.mark.parametrize(
    ("word", "parts"),
    [("وبالمدرسة", ("و+", "ب+", "ال+", "مدرسة")), ("للمدرسة", ("ل+", "ال+", "مدرسة")), ("كتابهم", ("كتاب", "+هم")),
     ("والدته", ("والدته",)), ("وزير", ("وزير",)), ("الكتاب", ("ال+", "كتاب")), ("ولها", ("ولها",)),
     ("2024", ("2024",))],
)  # fmt: skip
def test_clitics(word, parts):
    assert split_clitics(word) == parts


@pytest.mark.parametrize("stemmer", ["light", "isri", "snowball"])
def test_arabic_stemmers_match_inflected_words_and_spare_others(stemmer):
    pair = ["المدرسون covid 2024"], ["مدرسين covid 2024"]
    assert rouge(*pair, resamples=0)["rouge1"].fmeasure == pytest.approx(2 / 3)
    assert rouge(*pair, stemmer=stemmer, resamples=0)["rouge1"].fmeasure == 1.0


def test_rows_interval_and_json():
    hypotheses = [NEWS, "قرار جديد", "", "الحكومة"]
    scores = rouge(hypotheses, [NEWS] * 4, ids=["a", "b", "c", "d"])
    assert [row.id for row in scores.per_document] == ["a", "b", "c", "d"]
    low, high = scores["rouge1"].interval
    mean = sum(row["rouge1"].fmeasure for row in scores.per_document) / 4
    assert scores["rouge1"].fmeasure == pytest.approx(mean) and low <= mean <= high
    assert scores.empty_hypotheses == 1 and "1 of 4 hypotheses are empty and score 0: documents c" in scores.notices
    assert scores.per_document[2]["rougeL"].fmeasure == 0.0
    value = json.loads(json.dumps(scores.to_dict(), ensure_ascii=False))
    assert value["scores"]["rouge1"]["interval"] == [low, high] and value["per_document"][1]["id"] == "b"
    assert "per_document" not in scores.to_dict(per_document=False)
    assert rouge(hypotheses, [NEWS] * 4, ids=["a", "b", "c", "d"]).to_dict() == scores.to_dict()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((["a", "b"], ["a"]), {}, "2 hypotheses but 1 references: document 2 is the first without a reference"),
        ((["a"], ["a", "b"]), {"ids": ["x", "y"]}, "document y is the first without a hypothesis"),
        ((["a", "b", "c"], [["a", "b", "c"], ["a", "b", "c"]]), {}, "look like one list a set of references"),
        ((["a", "b"], ["a", " "]), {}, "document 2 has an empty reference"),
        ((["a"], [[]]), {}, "document 1 has no reference"),
        (([], []), {}, "no hypotheses to score"),
        (("a", "a"), {}, "not one string"),
        (([1], ["a"]), {}, "document 1 is int, not a string"),
        (([None], ["a"]), {}, "document 1 is NoneType"),
        ((["a"], [3]), {}, "document 1 has int, not a string"),
        ((["a"], ["a"]), {"preset": "gogle"}, "unknown preset 'gogle'; did you mean google?"),
        ((["a"], ["a"]), {"types": ["rouge9"]}, "unknown ROUGE type 'rouge9'; did you mean rouge"),
        ((["a"], ["a"]), {"types": []}, "no ROUGE type named"),
        ((["a"], ["a"]), {"stemmer": "lite"}, "unknown stemmer 'lite'; did you mean light"),
        ((["a"], ["a"]), {"stemmer": "porter"}, "preset arabic has no stemmer porter"),
        ((["a"], ["a"]), {"normalize": "diac+alf"}, "unknown normalization step 'alf'; did you mean alef"),
        ((["a"], ["a"]), {"multi_reference": "average"}, "unknown multi_reference"),
        ((["a"], ["a"]), {"lang": "en", "clitics": True}, "preset arabic only"),
        ((["a"], ["a"]), {"preset": "xlsum", "stemmer": "snowball", "lang": "en"}, "is for Arabic"),
        ((["a"], ["a"]), {"resamples": -1}, "0 or more"),
        ((["a"], ["a"]), {"confidence": 1.5}, "between 0 and 1"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(arguments, options, message):
    with pytest.raises(InputError) as error:
        rouge(*arguments, **options)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_empty_references_may_be_scored_zero():
    scores = rouge(["نص", "نص"], ["نص", ""], empty_references="zero", types=ROUGE_TYPES, resamples=0)
    assert scores["rouge1"].fmeasure == 0.5 and "1 empty references score 0: documents 2" in scores.notices


@pytest.mark.parametrize(
    ("lang", "told"), [("arabic", "did you mean ar?"), ("ENG", "did you mean en?"), ("ar-EG", "such as ar or en")]
)
def test_a_language_by_another_name_does_not_silently_get_another_preset(lang, told):
    with pytest.raises(InputError, match=re.escape(told)):
        rouge([NEWS], [NEWS], lang)
    with pytest.raises(InputError, match=re.escape(told)):
        reference_free([NEWS], [NEWS], lang)
