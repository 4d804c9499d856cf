"""Article and Result: what comes in and what goes out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ import Article, InputError, ModelInfo, Notice, Result, Segment, Summary, Translation

words = st.text(max_size=20)
spans = st.builds(Segment, words, words, st.integers(0, 99), st.integers(0, 99))
notices = st.builds(Notice, words, words, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
infos = st.none() | st.builds(
    ModelInfo,
    words,
    st.none() | words,
    words,
    st.dictionaries(words, st.integers() | words),
    st.dictionaries(words, words),
)
summaries = st.none() | st.builds(
    Summary,
    words,
    st.lists(spans, max_size=2).map(tuple),
    words,
    st.sampled_from(["extractive", "abstractive"]),
    infos,
    st.lists(notices, max_size=2).map(tuple),
)
translations = st.none() | st.builds(Translation, words, st.lists(spans, max_size=2).map(tuple), words, words, infos)
articles = st.builds(
    Article, words, st.none() | words, st.none() | words, st.dictionaries(words, st.integers() | words)
)
results = st.builds(
    Result,
    articles,
    summaries,
    translations,
    summaries,
    st.lists(notices, max_size=2).map(tuple),
    st.dictionaries(words, st.floats(0, 9)),
)


@given(results)
def test_result_survives_json(result: Result) -> None:
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_schema_describes_every_field() -> None:
    schema = Result.json_schema()
    assert set(schema["properties"]) == set(Result(Article("نص")).to_dict())


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({}, "article"),
        ({"article": {"text": 3}}, "article.text"),
        ({"article": {"text": "a"}, "notices": [{"code": "x"}]}, "notices.0.message"),
    ],
)
def test_what_is_no_result_is_refused_with_its_place(broken: dict[str, object], place: str) -> None:
    with pytest.raises(InputError, match=place.replace(".", r"\.")):
        Result.from_dict(broken)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "empty"),
        (" \n\t\u200f", "empty"),
        ({"title": "x"}, "no such key"),
        ({"text": None}, "NoneType"),
        (7, "not int"),
        (b"bytes", "not bytes"),
    ],
)
def test_bad_articles_are_refused_in_one_line(value: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        Article.of(value, where="row 3")  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("row 3: ")


def test_a_mapping_keeps_what_it_brought() -> None:
    article = Article.of({"text": "نص", "id": 7, "title": "عنوان", "url": "x"})
    assert (article.id, article.title, article.metadata) == ("7", "عنوان", {"url": "x"})
