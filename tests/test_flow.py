"""The pipeline: article to result, whole and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from summ import Article, InputError, Pipeline, Result

ARTICLE = (
    "افتتاح جسر جديد في الميناء\n\n"
    "افتتحت بلدية الميناء صباح الأحد جسرا جديدا يربط الحي القديم بالسوق. "
    "وقالت رئيسة البلدية سلمى الخطيب إن الجسر كلف 12 مليون دينار. "
    "واستغرق البناء ثلاث سنوات بعد تأخر المواد. "
    "ويتوقع أن تعبره 5000 سيارة كل يوم. "
    "وأبدى التجار ارتياحهم للمشروع الذي طال انتظاره."
)


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return Pipeline.load()


def test_an_article_becomes_three_texts(pipe: Pipeline, example: str) -> None:
    result = pipe(example)
    assert result.summary and result.translation and result.english_summary
    assert len(result.summary.segments) == 3
    for part in (result.summary, result.translation, result.english_summary):
        assert part.text
        for segment in part.segments:
            assert example[segment.start : segment.end] == segment.source
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_the_english_summary_is_the_translation_of_the_summary(pipe: Pipeline) -> None:
    result = pipe(ARTICLE)
    assert result.summary and result.translation and result.english_summary
    by_start = {s.start: s.target for s in result.translation.segments}
    assert result.english_summary.text == " ".join(by_start[s.start] for s in result.summary.segments)
    assert [s.start for s in result.english_summary.segments] == [s.start for s in result.summary.segments]
    assert result.english_summary.kind == "translated"


def test_the_other_route_summarizes_the_translation() -> None:
    from summ.runs import Run

    run = {"summary": {}, "translation": {}, "english_summary": {"route": "translate-then-summarize"}}
    result = Pipeline.load(Run.model_validate(run))(ARTICLE)
    assert result.translation and result.english_summary
    assert result.english_summary.language == "en"
    for segment in result.english_summary.segments:
        assert segment.target in result.translation.text
        assert ARTICLE[segment.start : segment.end]


def test_a_stream_is_lazy_and_in_order(pipe: Pipeline) -> None:
    taken: list[int] = []

    def articles() -> Iterator[dict[str, str]]:
        for i in range(50):
            taken.append(i)
            yield {"text": f"قال الوزير رقم {i} ذلك.", "id": str(i)}

    stream = pipe.stream(articles())
    assert next(stream).article.id == "0"
    assert len(taken) <= pipe.window
    assert [result.article.id for result in stream] == [str(i) for i in range(1, 50)]


def test_a_batch_equals_single_articles(pipe: Pipeline) -> None:
    articles = [ARTICLE, Article("قال الوزير ذلك.", id="b"), {"text": "هل بدأ العمل؟"}]
    together = pipe.batch(articles)
    for article, result in zip(articles, together, strict=True):
        alone = pipe(article)
        assert (alone.summary, alone.translation, alone.english_summary) == (
            result.summary,
            result.translation,
            result.english_summary,
        )


def test_parts_not_asked_for_are_none(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("summary: {sentences: 1}", "utf-8")
    result = Pipeline.load(path)(ARTICLE)
    assert result.summary and len(result.summary.segments) == 1
    assert result.translation is None and result.english_summary is None


def test_a_bad_article_in_a_batch_is_named(pipe: Pipeline) -> None:
    with pytest.raises(InputError, match="article 2: the article is empty"):
        pipe.batch([ARTICLE, " "])
