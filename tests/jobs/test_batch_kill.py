"""Killed at any moment, any number of times: the bytes are those of a run that nobody disturbed."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from batch_helper import content, soak, start, summ, write_input

KILLS = soak(30, "SUMM_KILLS")  # SUMM_KILLS=2000 for a night


@pytest.mark.parametrize("joined", [False, True], ids=["shards", "single file"])
def test_killed_at_random_moments(tmp_path: Path, joined: bool) -> None:
    source = write_input(tmp_path / "in.jsonl", 260, bad_every=9, sentences=12)
    options = ["--config", "summary", "--shard-size", 3, "--quiet", *(["--single-file"] if joined else [])]
    clock = time.monotonic()
    summ("batch", source, tmp_path / "whole", *options, code=3)
    usual = time.monotonic() - clock
    expected = content(tmp_path / "whole")
    assert len(expected) == (2 if joined else 88)
    chance = random.Random(20 + joined)
    kills = jobs = 0
    while kills < KILLS // 2:
        folder = tmp_path / f"killed-{jobs}"
        jobs += 1
        while True:
            process = start("batch", source, folder, *options)
            # Most kills fall between the first shard and the end; some come before there is anything at all.
            try:
                process.wait(timeout=chance.uniform(0.1, 1.1 * usual) if kills < KILLS // 2 else None)
            except Exception:
                process.kill()
                process.communicate()
                kills += 1
                continue
            said = process.communicate()[1].decode()
            assert process.returncode == 3, said
            break
        assert content(folder) == expected
        assert (folder / "_SUCCESS").exists()
        assert not list((folder / "_job").glob("*.tmp"))


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    source = write_input(tmp_path / "in.jsonl", 3000)
    process = start("batch", source, tmp_path / "out", "--config", "summary", "--shard-size", 50, "--workers", 2, "-q")
    workers = _wait_for(lambda: _children(process.pid), 2)
    process.kill()
    process.communicate()
    _wait_for(lambda: [pid for pid in workers if not _alive(pid)], 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    source = write_input(tmp_path / "in.jsonl", 600, bad_every=50)
    options = ["--config", "summary", "--shard-size", 10]
    summ("batch", source, tmp_path / "whole", *options, "-q", code=3)
    folder = tmp_path / "out"
    process = start("batch", source, folder, *options)
    _wait_for(lambda: list(folder.glob("part-*")), 3)
    workers = _children(process.pid)
    process.send_signal(number)
    said = process.communicate(timeout=20)[1].decode()
    assert process.returncode == 128 + number
    assert "the same command goes on from there" in said and "Traceback" not in said
    assert not [pid for pid in workers if _alive(pid)]
    assert (folder / "errors.jsonl").exists() and not (folder / "_SUCCESS").exists()
    summ("batch", source, folder, *options, "-q", code=3)
    assert content(folder) == content(tmp_path / "whole")


def _children(pid: int) -> list[int]:
    if not Path("/proc").is_dir():
        pytest.skip("no /proc to find processes in")
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(look, count: int, seconds: float = 20) -> list:  # type: ignore[no-untyped-def, type-arg]
    end = time.monotonic() + seconds
    while len(found := look()) < count:
        assert time.monotonic() < end, f"{len(found)} of {count} after {seconds} s"
        time.sleep(0.02)
    return found
