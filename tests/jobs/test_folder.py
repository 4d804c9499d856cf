"""A crash at each single step of writing: the folder ends up the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from batch_helper import content

from summ import InputError
from summ.jobs.folder import Folder
from summ.jobs.records import SetAside
from summ.jobs.shards import Done

IDENTITY = {"input": {"sha256": "a"}, "run": {"summary": {"sentences": 3}}, "models": {}}
SHARDS = 3


class CrashError(BaseException):
    """The machine stops here."""


def done(index: int) -> Done:
    errors = tuple(SetAside(f"e{index}", "a.jsonl", index, index, "empty", "…") for _ in range(index % 2))
    return Done(index, f"shard {index}\n".encode(), errors, 2 + index % 2, 7, 0.1)


def work(path: Path, *, join: bool) -> None:
    """What a job does with its folder, from wherever it was left."""
    path.mkdir(exist_ok=True)
    (path / "_job").mkdir(exist_ok=True)
    folder = Folder(path, "jsonl")
    folder.agree(IDENTITY)
    with folder.session():
        for index in range(SHARDS):
            if index not in folder.journal.entries:
                folder.commit(done(index))
    folder.finish(join=join)
    folder.close()


@contextmanager
def crashing(patch: pytest.MonkeyPatch, at: int) -> Iterator[list[int]]:
    """Let the ``at``-th call that touches the disk, and each after it, fail as if the power were gone."""
    count = [0]

    def wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] > at:
                raise CrashError
            return original(*args, **options)

        return call

    with patch.context() as inner:
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "open"), (os, "truncate")):
            inner.setattr(owner, name, wrapped(getattr(owner, name)))
        yield count


@pytest.mark.parametrize("join", [False, True], ids=["shards", "joined"])
def test_a_crash_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, join: bool) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the order of steps is what is tested here, not the disk
    with crashing(monkeypatch, 10**9) as count:
        work(tmp_path / "whole", join=join)
    expected, steps = content(tmp_path / "whole"), count[0]
    assert steps > 30
    assert expected["errors.jsonl"].count(b"\n") == 1
    for step in range(steps):
        path = tmp_path / str(step)
        with crashing(monkeypatch, step), pytest.raises(CrashError):
            work(path, join=join)
        assert not (path / "_SUCCESS").exists() or content(path) == expected
        work(path, join=join)
        assert content(path) == expected, step
        assert (path / "_SUCCESS").exists()
        assert not list((path / "_job").glob("*.tmp"))


def test_what_differs_is_named(tmp_path: Path) -> None:
    work(tmp_path / "out", join=False)
    folder = Folder(tmp_path / "out", "jsonl")
    folder.agree(IDENTITY)
    with pytest.raises(InputError, match=r"input\.sha256 was \"a\", is \"b\"; run\.summary\.sentences was 3, is 2"):
        folder.agree({"input": {"sha256": "b"}, "run": {"summary": {"sentences": 2}}})


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not empty, and holds no job"):
        Folder(tmp_path, "jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_lost_or_shortened_shard_is_made_again(tmp_path: Path) -> None:
    work(tmp_path, join=False)
    expected = content(tmp_path)
    (tmp_path / "part-000001.jsonl").unlink()
    os.truncate(tmp_path / "part-000002.jsonl", 3)
    folder = Folder(tmp_path, "jsonl")
    assert folder.remade == [1, 2]
    folder.close()
    work(tmp_path, join=False)
    assert content(tmp_path) == expected


def test_a_finished_job_without_its_journal_is_left_alone(tmp_path: Path) -> None:
    work(tmp_path, join=False)
    expected = content(tmp_path)
    journal = (tmp_path / "_job" / "journal.jsonl").read_bytes()
    for left in (b"", journal.splitlines(keepends=True)[0]):
        (tmp_path / "_job" / "journal.jsonl").write_bytes(left)
        with pytest.raises(InputError, match=r"done, but its journal in _job is gone or damaged \([01] of 3 shards\)"):
            work(tmp_path, join=True)
        assert content(tmp_path) == expected
    (tmp_path / "_SUCCESS").unlink()
    work(tmp_path, join=False)
    assert content(tmp_path) == expected


def test_a_lost_joined_file_is_made_again(tmp_path: Path) -> None:
    work(tmp_path, join=True)
    expected = content(tmp_path)
    (tmp_path / "results.jsonl").unlink()
    work(tmp_path, join=False)
    assert len(list(tmp_path.glob("part-*"))) == SHARDS
    work(tmp_path, join=True)
    assert content(tmp_path) == expected


def test_a_changed_shard_is_not_joined(tmp_path: Path) -> None:
    work(tmp_path, join=False)
    (tmp_path / "part-000001.jsonl").write_bytes(b"shard X\n")
    with pytest.raises(InputError, match=r"part-000001\.jsonl: was changed"):
        work(tmp_path, join=True)
    assert len(list(tmp_path.glob("part-*"))) == SHARDS


def test_a_changed_shard_of_parquet_is_not_joined(tmp_path: Path) -> None:
    from summ.jobs.render import to_bytes

    (tmp_path / "_job").mkdir()
    folder = Folder(tmp_path, "parquet")
    data = to_bytes([], "parquet")
    folder.commit(Done(0, data, (), 0, 0, 0.1))
    folder.part(0).write_bytes(data[:-9] + b"x" + data[-8:])
    with pytest.raises(InputError, match=r"part-000000\.parquet: was changed"):
        folder.finish(join=True)
    folder.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc to name what is flushed")
def test_files_are_flushed_before_their_names_and_names_before_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_job").mkdir()
    flushed: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted(descriptor: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)))
        fsync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        flushed.append(f"= {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", renamed)
    folder = Folder(tmp_path, "jsonl")
    folder.commit(done(0))
    folder.close()
    name = "part-000000.jsonl"
    assert flushed == ["_job", f"_job/{name}.tmp", f"= {name}", ".", "_job/journal.jsonl"]
