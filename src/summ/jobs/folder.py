"""An output folder: what it must agree with, how a shard gets into it, how a job is closed.

part-000000.jsonl …   results, in input order (or .parquet, or results.jsonl after --single-file)
errors.jsonl          records that were set aside, in input order
job.json              input, run, models, versions, counts, timings
_SUCCESS              there when all is done
_job/                 lock, journal, spooled standard input, unfinished files: needed for resuming only
"""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError
from . import disk
from .disk import WORK
from .journal import Entry, Journal
from .shards import Done


class Folder:
    """The output folder of one job, locked by the caller.

    Args:
        among: what a folder without job.json may hold all the same.

    Attributes:
        description: what job.json says.
        remade: shards that the journal has, but the folder no more, or in another length.

    Raises:
        InputError: for a folder that holds something else.
    """

    def __init__(self, path: Path, format: str, *, among: Sequence[Path] = ()) -> None:
        self.path, self.format, self.work = path, format, path / WORK
        self.description: dict[str, Any] = {}
        state = path / "job.json"
        if state.exists():
            try:
                self.description = json.loads(state.read_bytes())
            except ValueError as error:
                raise InputError(f"{state}: not readable: {error}") from None
        elif any(p.name != WORK and not p.name.startswith(".") and p not in among for p in path.iterdir()):
            raise InputError(f"{path}: not empty, and holds no job of summ batch; give a new folder")
        for leftover in self.work.glob("*.tmp"):
            leftover.unlink()
        self.journal = Journal(self.work / "journal.jsonl")
        known, done = len(self.journal.entries), self.description.get("counts", {}).get("shards", 0)
        if self.finished and known < done:
            self.journal.close()
            raise InputError(
                f"{path}: done, but its journal in {WORK} is gone or damaged ({known:,} of {done:,} shards), so that "
                "nothing can be joined or made again; remove _SUCCESS to do the whole job again"
            )
        if self.journal.joined and not (path / self.journal.joined).exists():
            self.journal.joined = None
        self.remade = [] if self.journal.joined else self._missing()
        for shard in self.remade:
            self.journal.drop(shard)

    def close(self) -> None:
        self.journal.close()

    @property
    def finished(self) -> bool:
        return (self.path / "_SUCCESS").exists()

    def part(self, shard: int) -> Path:
        return self.path / f"part-{shard:06d}.{self.format}"

    def agree(self, identity: dict[str, Any]) -> None:
        """Take note of what results depend on, and refuse to mix two jobs.

        Args:
            identity: input, run, models …; what it leaves out is not compared.

        Raises:
            InputError: with everything that differs.
        """
        before = self.description.setdefault("identity", {})
        identity = json.loads(json.dumps(identity))
        different = [d for key in identity if key in before for d in _differences(before[key], identity[key], key)]
        if different:
            raise InputError(
                f"{self.path}: holds another job: {'; '.join(different[:6])}; give another folder, "
                "or what this one was started with"
            )
        before |= identity

    @contextmanager
    def session(self, **about: Any) -> Iterator[None]:
        """A stretch of work on the job: job.json tells of it from its beginning, and errors.jsonl is there at its end.

        Args:
            about: what to note, such as the engine and the number of workers.
        """
        clock, before = time.monotonic(), self._counts()["records"]
        note = {"started": time.strftime("%Y-%m-%dT%H:%M:%S%z")} | about
        self.description.setdefault("sessions", []).append(note)
        (self.path / "_SUCCESS").unlink(missing_ok=True)
        self.describe("running")
        try:
            yield
        finally:
            note |= {"seconds": round(time.monotonic() - clock, 3), "records": self._counts()["records"] - before}
            with suppress(OSError):  # the disk may be full; what counts is in the journal
                self.write_errors()
                self.describe("stopped")

    def commit(self, done: Done) -> None:
        """Put a shard into the folder: its file first, then its line in the journal. Raises OSError."""
        disk.write(self.part(done.index), done.data, self.work)
        digest = sha256(done.data).hexdigest()
        numbers = (done.records, len(done.errors), done.tokens, done.seconds)
        self.journal.add(Entry(done.index, len(done.data), digest, *numbers), done.errors)

    def finish(self, *, join: bool) -> Counter[str]:
        """Close a job of which every shard is done; may be called again. The reasons of what was set aside.

        Raises:
            OSError: for a full disk.
            InputError: for a shard that was changed.
        """
        if join:
            self._join()
        reasons = self.write_errors()
        if not self.finished or self.description.get("state") != "done":
            self.describe("done")
            disk.write(self.path / "_SUCCESS", b"", self.work)
        return reasons

    def write_errors(self) -> Counter[str]:
        """Write errors.jsonl from the journal; how many records there are for each reason. Raises OSError."""
        reasons: Counter[str] = Counter()
        with disk.replacing(self.path / "errors.jsonl", self.work) as file:
            for error in self.journal.set_aside():
                reasons[error.reason] += 1
                file.write(json.dumps(error.to_dict(), ensure_ascii=False).encode("utf-8") + b"\n")
        return reasons

    def _counts(self) -> dict[str, int]:
        entries = self.journal.entries.values()
        records, errors = sum(e.records for e in entries), sum(e.errors for e in entries)
        tokens = sum(e.tokens for e in entries)
        return {
            "shards": len(entries),
            "records": records,
            "results": records - errors,
            "errors": errors,
            "tokens": tokens,
        }

    def describe(self, state: str) -> None:
        """Write job.json. Raises OSError."""
        busy = round(sum(e.seconds for e in self.journal.entries.values()), 3)
        self.description |= {"state": state, "counts": self._counts(), "worker_seconds": busy}
        text = json.dumps(self.description, ensure_ascii=False, indent=2) + "\n"
        disk.write(self.path / "job.json", text.encode("utf-8"), self.work)

    def _join(self) -> None:
        """Put all shards into one file, then remove them."""
        target = self.path / f"results.{self.format}"
        if self.journal.joined is None:
            with disk.replacing(target, self.work) as file:
                if self.format == "parquet":
                    _join_parquet(self._checked(), file)
                else:
                    for data in self._checked():
                        file.write(data)
            self.journal.add_joined(target.name)
        for shard in self.journal.entries:
            self.part(shard).unlink(missing_ok=True)

    def _checked(self) -> Iterator[bytes]:
        """The bytes of each shard, when they are what its digest tells; one shard in memory."""
        for shard, entry in sorted(self.journal.entries.items()):
            data = self.part(shard).read_bytes()
            if sha256(data).hexdigest() != entry.sha256:
                raise InputError(f"{self.part(shard)}: was changed after it was written; remove it and run again")
            yield data

    def _missing(self) -> list[int]:
        lost = []
        for shard, entry in self.journal.entries.items():
            try:
                whole = self.part(shard).stat().st_size == entry.bytes
            except FileNotFoundError:
                whole = False
            if not whole:
                lost.append(shard)
        return lost


def slice_name(part: tuple[int, int]) -> str:
    """The folder of one part of a job that was cut into several."""
    return f"slice-{part[0]:04d}-of-{part[1]:04d}"


def _differences(before: Any, after: Any, place: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(before.get(key), after.get(key), f"{place}.{key}")
    elif before != after:
        yield f"{place} was {_shown(before)}, is {_shown(after)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def _join_parquet(parts: Iterator[bytes], file: BinaryIO) -> None:
    import pyarrow.parquet as pq

    from .render import schema

    with pq.ParquetWriter(file, schema(), compression="zstd") as writer:
        for data in parts:
            writer.write_table(pq.ParquetFile(io.BytesIO(data)).read())
