"""Workers that die, and workers that are ahead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest
from batch_helper import article

from summ.jobs import JobError, Mapper, SetAside
from summ.jobs.failures import JobStopped, WorkerDied
from summ.jobs.local import LocalWorker
from summ.jobs.pool import Events, Worker, pooled
from summ.jobs.records import Raw, read
from summ.jobs.shards import Done, Shard, ShardWorker, Told

DEADLY = "قاتل"


class Fragile(Mapper):
    """A mapper whose process does not survive certain articles, as a bug in native code would have it."""

    def _batch(self, raws: Sequence[Raw], skip: Mapping[int, str]) -> list[Any]:
        for raw in raws:
            assert isinstance(raw.payload, Mapping)
            if DEADLY in raw.payload["text"] and raw.position not in skip:
                os.kill(os.getpid(), signal.SIGSEGV if raw.position % 2 else signal.SIGKILL)
        return super()._batch(raws, skip)


def shards(count: int, size: int, *deadly: int) -> list[Shard]:
    raws = [Raw(i, "x", i + 1, "row", article(i)) for i in range(count * size)]
    for i in deadly:
        raws[i] = Raw(i, "x", i + 1, "row", article(i) | {"text": f"{article(i)['text']} {DEADLY}."})
    return [Shard(k, tuple(raws[k * size : (k + 1) * size])) for k in range(count)]


def run(work: ShardWorker, given: list[Shard], workers: int) -> tuple[dict[int, Done], list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []

    def start(stop: threading.Event) -> Worker:
        return LocalWorker(work, 1)

    first = start(threading.Event())
    with closing(pooled(iter(given), start, first, workers, lambda *c: told.append(c))) as outcomes:
        found = {done.index: done for done in outcomes}
    return found, told


def test_an_article_that_kills_its_worker_is_set_aside() -> None:
    expected, _ = run(ShardWorker(Mapper("summary")), shards(4, 4), 2)
    found, told = run(ShardWorker(Fragile("summary")), shards(4, 4, 5, 14), 2)
    assert sorted(found) == [0, 1, 2, 3]
    aside = [error for done in found.values() for error in done.errors]
    assert sorted((e.position, e.id, e.reason) for e in aside) == [
        (5, "a5", "model-failure"),
        (14, "a14", "model-failure"),
    ]
    assert any("SIGSEGV" in e.message for e in aside)
    for index, position in ((1, 5), (3, 14)):
        lines = expected[index].data.splitlines()
        assert found[index].data.splitlines() == [x for i, x in enumerate(lines) if i + 4 * index != position]
    assert found[0].data == expected[0].data and found[2].data == expected[2].data
    assert sum(articles for articles, _ in told) == 16  # what dead workers had told is taken back


def test_a_machine_that_kills_everything_ends_the_job() -> None:
    with pytest.raises(JobError, match="points at the machine"):
        run(ShardWorker(Fragile("summary")), shards(1, 8, *range(8)), 1)


class Instant:
    """A worker in this process that hands shards back, for what concerns the pool alone."""

    models: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self, shard: Shard, told: Told) -> Done:
        errors = tuple(one for raw in shard.records if isinstance(one := read(raw, Mapper("summary").rules), SetAside))
        return Done(shard.index, b"", errors, len(shard.records), 0, 0.0)

    def close(self) -> None:
        self.closed.set()


class Slow(Instant):
    def __call__(self, shard: Shard, told: Told) -> Done:
        if self.closed.wait(30):
            raise WorkerDied("closed")
        return super().__call__(shard, told)


def endless(seen: list[int]) -> Iterator[Shard]:
    index = 0
    while True:
        seen.append(index)
        yield Shard(index, ())
        index += 1


def test_reading_waits_for_writing() -> None:
    seen: list[int] = []
    outcomes = pooled(endless(seen), lambda stop: Instant(), Instant(), 2, lambda a, t: None)
    with closing(outcomes):
        for count in range(1, 20):
            next(outcomes)
            time.sleep(0.01)
            assert len(seen) <= count + 2 * 3 + 1


@pytest.mark.parametrize("what", [JobStopped(signal.SIGTERM), OSError("disk")])
def test_an_event_ends_it_at_once(what: BaseException) -> None:
    events: Events = Events()
    worker = Slow()
    outcomes = pooled(endless([]), lambda stop: Slow(), worker, 2, lambda a, t: None, events)
    threading.Timer(0.2, events.put, [what]).start()
    clock = time.monotonic()
    with pytest.raises(type(what)):
        next(outcomes)
    assert time.monotonic() - clock < 5
    assert worker.closed.is_set()
    assert not [t for t in threading.enumerate() if t.name.startswith("summ-")]


def test_a_reader_that_fails_ends_it() -> None:
    def broken() -> Iterator[Shard]:
        yield Shard(0, ())
        raise JobError("the disk with the input is gone")

    with pytest.raises(JobError, match="input is gone"):
        list(pooled(broken(), lambda stop: Instant(), Instant(), 2, lambda a, t: None))


def test_workers_with_other_models_are_refused() -> None:
    class Other(Instant):
        models: ClassVar[dict[str, Any]] = {"translation": {"revision": "2"}}

    with pytest.raises(JobError, match="different models"):
        list(pooled(endless([]), lambda stop: Other(), Slow(), 2, lambda a, t: None))


def test_idle_cores_are_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    from summ.jobs import fleet

    def models(device: str) -> dict[str, Any]:
        return {"summary": {"options": {}}, "translation": {"options": {"device": device}}}

    monkeypatch.setattr(fleet, "cpu_count", lambda: 8)
    one = fleet.Fleet(lambda stop: Instant(), 1, chosen=False)
    assert "--workers 8 is faster" in str(one.hint(models("cpu")))
    assert one.hint(models("cuda")) is None
    assert fleet.Fleet(lambda stop: Instant(), 1).hint(models("cpu")) is None
    assert fleet.Fleet(lambda stop: Instant(), 8, chosen=False).hint(models("cpu")) is None


def test_a_worker_that_prints_at_its_start_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.stdout.write('welcome\\n'); sys.stdout.flush()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(WorkerDied, match="does something print when Python starts"):
        LocalWorker(ShardWorker(Mapper("summary")), 1)


class Lasting(Mapper):
    """A mapper that is in the middle of something long, and tells where."""

    def _batch(self, raws: Sequence[Raw], skip: Mapping[int, str]) -> list[Any]:
        print(os.getpid(), file=sys.stderr, flush=True)
        time.sleep(60)
        return []


PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_pool import Lasting, LocalWorker, ShardWorker, shards
LocalWorker(ShardWorker(Lasting("summary")), 1)(shards(1, 1)[0], lambda articles, tokens: None)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to look for processes in")
def test_a_busy_worker_ends_with_its_parent() -> None:
    command = [sys.executable, "-c", PARENT, str(Path(__file__).parent)]
    parent = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert parent.stderr
    pid = int(parent.stderr.readline())
    parent.kill()
    parent.wait()
    parent.stderr.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
