"""A model that fails on one article costs that article; what comes out does not depend on neighbours."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from batch_helper import BAD, article

from summ import GenerationError, Pipeline, Result
from summ.jobs import Mapper, Rules, SetAside
from summ.jobs.mapper import BATCH
from summ.jobs.records import Raw
from summ.jobs.render import read_results, to_bytes
from summ.jobs.shards import Shard, ShardWorker

TROUBLE = "مشكلة"


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Make pipelines fail, each time or so many times, on batches that hold an article with TROUBLE."""

    def install(times: int) -> list[int]:
        calls: list[int] = []
        original = Pipeline.batch

        def batch(self: Pipeline, articles: Sequence[Any], **options: Any) -> list[Result]:
            if any(TROUBLE in a.text for a in articles):
                calls.append(len(articles))
                if len(calls) <= times:
                    raise GenerationError("the engine failed\nand said more")
            return original(self, articles, **options)

        monkeypatch.setattr(Pipeline, "batch", batch)
        return calls

    return install


def records(count: int, *trouble: int) -> list[dict[str, Any]]:
    found = [article(i) for i in range(count)]
    for i in trouble:
        found[i]["text"] += f" {TROUBLE}."
    return found


def test_only_the_failing_article_is_set_aside(fails: Callable[[int], list[int]]) -> None:
    mapper = Mapper("summary")
    expected = mapper(records(BATCH + 5))
    calls = fails(99)
    found = mapper(records(BATCH + 5, 3, BATCH + 1))
    aside = [one for one in found if isinstance(one, SetAside)]
    assert [(a.id, a.position, a.reason) for a in aside] == [
        ("a3", 3, "model-failure"),
        (f"a{BATCH + 1}", BATCH + 1, "model-failure"),
    ]
    assert aside[0].message == "GenerationError: the engine failed"
    assert calls == [BATCH, 1, 5, 1]  # with its neighbours, then once alone
    kept = [one for one in found if isinstance(one, Result)]
    assert kept == [one for i, one in enumerate(expected) if i not in (3, BATCH + 1)]


def test_what_works_at_the_second_time_is_a_result(fails: Callable[[int], list[int]]) -> None:
    calls = fails(1)
    found = Mapper("summary")(records(4, 2))
    assert all(isinstance(one, Result) for one in found) and calls == [4, 1]


def test_outcomes_stand_where_their_records_stood() -> None:
    given: list[Any] = [article(0), BAD["empty"], article(1)["text"], {"text": 3}, article(2)]
    raws = [Raw(i, "x", i + 1, "json", one) if isinstance(one, bytes) else one for i, one in enumerate(given)]
    found = Mapper("summary")(raws)
    assert [type(one) for one in found] == [Result, SetAside, Result, SetAside, Result]
    assert [one.reason for one in found if isinstance(one, SetAside)] == ["empty", "wrong-type"]
    assert isinstance(found[4], Result) and found[4].article.metadata == {"page": 2}
    assert isinstance(found[2], Result) and str(found[2].article.id).startswith("2-")


def test_a_batch_is_as_good_as_single_articles() -> None:
    mapper = Mapper("all")
    together = mapper([article(i, 2) for i in range(5)])
    assert together == [mapper([article(i, 2)])[0] for i in range(5)]
    assert all(isinstance(one, Result) and not one.seconds for one in together)
    assert mapper.tokens > 0


def test_it_travels() -> None:
    mapper = Mapper("summary", rules=Rules(text="body"))
    far: Mapper = pickle.loads(pickle.dumps(mapper))
    rows = [{"body": article(0)["text"]}]
    assert far(rows) == mapper(rows)
    assert far.pipeline is mapper.pipeline  # loaded once a process


def test_threads_do_not_change_what_comes_out() -> None:
    rows = [article(i, 4) for i in range(3)]
    assert Mapper("translation", threads=1)(rows) == Mapper("translation", threads=2)(rows)


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_results_come_back(tmp_path: Path, format: str) -> None:
    mapper = Mapper("all")
    rows = [article(i, 2) | {"free": {"x": [i, None, "نص"]}} for i in range(3)]
    expected = mapper(rows)
    (tmp_path / f"part-000000.{format}").write_bytes(to_bytes([e for e in expected if isinstance(e, Result)], format))
    (tmp_path / f"part-000001.{format}").write_bytes(to_bytes([], format))
    (tmp_path / "errors.jsonl").write_text("{}\n")
    assert list(read_results(tmp_path)) == expected


def test_a_shard_is_the_same_bytes_each_time() -> None:
    raws = tuple(Raw(i, "x", i + 1, "json", json.dumps(article(i)).encode()) for i in range(5))
    told: list[tuple[int, int]] = []
    worker = ShardWorker(Mapper("summary"))
    first = worker(Shard(0, raws), lambda *counts: told.append(counts))
    assert first.data == worker(Shard(0, raws)).data
    assert first.data.count(b"\n") == 5 and first.records == 5 and told == [(5, 0)]
    skipped = worker(Shard(0, raws, {2: "its worker died"}))
    assert [(e.id, e.reason, e.message) for e in skipped.errors] == [("a2", "model-failure", "its worker died")]
    lines = first.data.splitlines()
    assert skipped.data.splitlines() == lines[:2] + lines[3:]
