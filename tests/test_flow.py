"""The pipeline: article to result, whole and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import checkpoints
from summ import Article, InputError, Pipeline, Result, Summarizer, Translator

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


def test_what_is_wrong_with_the_english_summary_is_said_of_the_article(pipe: Pipeline) -> None:
    short = Pipeline(pipe.summarizer, Translator.load(max_new_tokens=3), english_summary="summarize-then-translate")(
        ARTICLE
    )
    assert short.summary and short.english_summary
    spans = {(s.start, s.end) for s in short.summary.segments}
    assert {(n.start, n.end) for n in short.english_summary.notices if n.code == "unfinished"} == spans


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A checkpoint that ends every target before its first word."""
    from safetensors.torch import load_file, save_file

    folder = checkpoints.arabart(tmp_path_factory.mktemp("silent") / "arabart").folder
    weights = load_file(folder / "model.safetensors")
    weights["final_logits_bias"][0, 2] = 1e4
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return str(folder)


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("ar", "ar", "abstractive"),
        ("arb_Arab", "ar", "abstractive"),
        ("en", "en", "abstractive"),
        ("ar", "en", "cross-lingual"),
    ],
)
def test_a_summary_of_no_words_is_said_and_of_what_kind_it_is(silent: str, source: str, target: str, kind: str) -> None:
    summarizer = Summarizer.load(silent, source_language=source, target_language=target, engine="torch", threads=1)
    result = Pipeline(None, None, english_summary="cross-lingual", english_summarizer=summarizer)(ARTICLE)
    assert result.english_summary
    assert (result.english_summary.text, result.english_summary.kind) == ("", kind)
    silences = [(n.start, n.end) for n in result.notices if n.code == "empty-summary"]
    assert silences == [(s.start, s.end) for s in result.english_summary.segments]
    assert ARTICLE[silences[0][0] :].startswith("افتتاح جسر")
