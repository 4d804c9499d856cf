"""The journal says what is done, whatever a kill or a full disk left of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.jobs.journal import Entry, Journal
from summ.jobs.records import SetAside

ERRORS = st.lists(
    st.builds(
        SetAside,
        id=st.text(st.characters(exclude_categories=["Cs"])),
        file=st.just("a.jsonl"),
        line=st.integers(1, 9),
        position=st.integers(0, 9),
        reason=st.sampled_from(["not-json", "empty"]),
        message=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=3,
)
STEPS = st.lists(st.tuples(st.integers(0, 30), ERRORS), max_size=12)


def entry(shard: int, errors: int) -> Entry:
    return Entry(shard, shard * 10, f"{shard:064x}", 5, errors, 3, 0.5)


def write(path: Path, steps: list[tuple[int, list[SetAside]]]) -> list[int]:
    """Append the steps; the length of the file after each."""
    journal = Journal(path)
    lengths = [0]
    for shard, errors in steps:
        journal.add(entry(shard, len(errors)), tuple(errors))
        lengths.append(path.stat().st_size)
    journal.close()
    return lengths


@settings(deadline=None, max_examples=60)
@given(steps=STEPS, cut=st.floats(0, 1), junk=st.binary(max_size=40), more=STEPS)
def test_a_torn_journal_is_a_shorter_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list, cut: float, junk: bytes, more: list
) -> None:  # type: ignore[type-arg]
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    lengths = write(path, steps)
    size = round(cut * lengths[-1])
    os.truncate(path, size)
    with path.open("ab") as file:
        file.write(junk.replace(b"\n", b" "))
    kept = sum(length <= size for length in lengths) - 1
    # What follows the last whole line is gone, and appending goes on from there.
    write(path, more)
    journal = Journal(path)
    expected = dict((*steps[:kept], *more))
    assert journal.entries == {shard: entry(shard, len(errors)) for shard, errors in expected.items()}
    assert list(journal.set_aside()) == [error for shard in sorted(expected) for error in expected[shard]]
    journal.close()


def test_lines_after_a_damaged_one_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lengths = write(path, [(0, []), (1, []), (2, [])])
    data = bytearray(path.read_bytes())
    data[lengths[1] + 3] = 0
    path.write_bytes(data)
    assert list(Journal(path).entries) == [0]
    assert path.stat().st_size == lengths[1]


def test_a_full_disk_leaves_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.add(entry(0, 0), ())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            journal.add(entry(1, 0), ())
    assert path.read_bytes() == before and list(journal.entries) == [0]
    journal.add(entry(2, 0), ())
    assert list(Journal(path).entries) == [0, 2]
