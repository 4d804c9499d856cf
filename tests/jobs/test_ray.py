"""The same job on a Ray cluster of two nodes, one of which dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ray = pytest.importorskip("ray", reason="needs the extra: pip install 'summ[ray]'")

from batch_helper import article, content, start, summ, write_input  # noqa: E402

from summ.jobs import Mapper, run  # noqa: E402


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_input(tmp_path_factory.mktemp("in") / "in.jsonl", 600, bad_every=10, sentences=12)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the local engine makes of it."""
    folder = tmp_path_factory.mktemp("out") / "whole"
    run(source, folder, config="summary", shard_size=5)
    return folder


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A head of two CPUs and a node of one, all of which actors will take."""
    from ray.cluster_utils import Cluster

    size = {"object_store_memory": 80 * 2**20}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, **size})
    made.other = made.add_node(num_cpus=1, **size)
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


def test_a_node_dies_in_the_middle(source: Path, whole: Path, tmp_path: Path, cluster: Any) -> None:
    folder = tmp_path / "out"
    killed_at: list[int] = []

    def kill() -> None:
        while len(found := list(folder.glob("part-*"))) < 20:
            time.sleep(0.02)
        killed_at.append(len(found))
        cluster.remove_node(cluster.other, allow_graceful=False)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    report = run(source, folder, config="summary", shard_size=5, engine="ray", ray_address=cluster.address)
    killer.join()
    assert killed_at and killed_at[0] < 100
    assert content(folder) == content(whole)
    assert (report.records, report.errors) == (600, 60)
    assert '"workers": 3' in (folder / "job.json").read_text("utf-8")
    assert '"engine": "ray"' in (folder / "job.json").read_text("utf-8")


def test_a_killed_driver_is_resumed_by_either_engine(source: Path, whole: Path, tmp_path: Path, cluster: Any) -> None:
    folder = tmp_path / "out"
    options = ["--config", "summary", "--shard-size", 5, "-q"]
    cloud = ["--engine", "ray", "--ray-address", cluster.address]
    process = start("batch", source, folder, *options, *cloud)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("part-*"))) < 10:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    done = len(list(folder.glob("part-*")))
    assert done < 120
    process = start("batch", source, folder, *options, *cloud)
    while len(list(folder.glob("part-*"))) < done + 10:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.terminate()
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 128 + 15 and "the same command goes on from there" in said
    summ("batch", source, folder, *options, code=3)
    assert content(folder) == content(whole)


def test_an_article_that_kills_actors_is_set_aside(cluster: Any) -> None:
    import test_pool
    from ray import cloudpickle
    from test_pool import Fragile, shards

    from summ.jobs.pool import Worker, pooled
    from summ.jobs.ray import RayWorker, connect
    from summ.jobs.shards import ShardWorker

    cloudpickle.register_pickle_by_value(test_pool)
    connect(cluster.address)

    def start_actor(stop: threading.Event) -> Worker:
        return RayWorker(ShardWorker(Fragile("summary")), cpus=1, gpus=0, stop=stop)

    first = start_actor(threading.Event())
    found = {d.index: d for d in pooled(iter(shards(3, 4, 5)), start_actor, first, 2, lambda a, t: None)}
    assert [[e.position for e in found[i].errors] for i in range(3)] == [[], [5], []]
    assert found[1].data.count(b"\n") == 3


def test_the_mapper_within_ray_data(cluster: Any) -> None:
    from ray import data

    ray.init(address=cluster.address, log_to_driver=False)

    class Summaries:
        def __init__(self) -> None:
            self.mapper = Mapper("summary")

        def __call__(self, batch: Any) -> Any:
            outcomes = self.mapper(batch.to_dict("records"))
            return batch.assign(summary=[getattr(getattr(o, "summary", None), "text", None) for o in outcomes])

    rows = [article(i) for i in range(20)] + [{"id": "bad", "title": "", "text": "", "page": 0}]
    pool = data.ActorPoolStrategy(size=1)
    made = data.from_items(rows).map_batches(Summaries, batch_format="pandas", batch_size=8, compute=pool)
    found = {row["id"]: row["summary"] for row in made.take_all()}
    assert found["bad"] is None
    expected = Mapper("summary")([article(3)])[0]
    assert found["a3"] == getattr(expected, "summary").text  # noqa: B009


def test_wrong_addresses_are_one_line(source: Path, tmp_path: Path) -> None:
    where = ["--engine", "ray", "--ray-address", "127.0.0.1:1"]
    said = summ("batch", source, tmp_path / "out", "--config", "summary", *where, code=2)
    assert "no Ray cluster at 127.0.0.1:1" in said and said.count("\n") == 1
    assert not list(tmp_path.glob("**/part-*"))
