"""The journal of a job: which shards are done. One line a shard, appended and flushed to the disk.

A line is the moment at which a shard counts as done: its file has its final name by then, and its line holds the
records that were set aside, so that results and errors are committed together. Whatever a kill leaves behind before
that moment (a temporary file, a file with its final name, half a line) is made again, with the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .disk import flush_folder
from .records import SetAside


@dataclass(frozen=True, slots=True)
class Entry:
    """A shard that is done.

    Attributes:
        bytes, sha256: of its file.
        records, errors: how many it has, and how many of them were set aside.
        tokens, seconds: what it took.
    """

    shard: int
    bytes: int
    sha256: str
    records: int
    errors: int
    tokens: int
    seconds: float


class Journal:
    """A journal file, open for appending.

    Attributes:
        entries: the shards that are done, by number.
        joined: the single file that the shards have been joined into, if they have.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[int, Entry] = {}
        self.joined: str | None = None
        self._offsets: dict[int, int] = {}
        self._end = 0
        for offset, line in self._lines():
            self._note(offset, line)
            self._end = offset + len(line)
        self._file = path.open("ab", buffering=0)
        self._cut()
        flush_folder(path.parent)  # else a power cut could take the whole journal, however often it is flushed

    def close(self) -> None:
        self._file.close()

    def add(self, entry: Entry, errors: tuple[SetAside, ...]) -> None:
        """Write down that a shard is done.

        Raises:
            OSError: then the journal is as it was before.
        """
        self._append(asdict(entry) | {"set_aside": [e.to_dict() for e in errors]})

    def add_joined(self, name: str) -> None:
        """Write down that the shards are joined in a file, and may be missing from now on. Raises OSError."""
        self._append({"joined": name})

    def drop(self, shard: int) -> None:
        """Forget a shard, whose file is not what it was."""
        del self.entries[shard]

    def errors_of(self, shard: int) -> tuple[SetAside, ...]:
        """The records of a shard that were set aside, in order."""
        if not self.entries[shard].errors:
            return ()
        with self.path.open("rb") as file:
            file.seek(self._offsets[shard])
            return tuple(SetAside(**error) for error in json.loads(file.readline())["set_aside"])

    def set_aside(self) -> Iterator[SetAside]:
        """All records that were set aside, in input order, one shard's in memory."""
        for shard in sorted(self.entries):
            yield from self.errors_of(shard)

    def _append(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False).encode("utf-8") + b"\n"
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._cut()
            raise
        self._note(self._end, line)
        self._end += len(line)

    def _cut(self) -> None:
        """Take away what a kill or a full disk left of a line."""
        if self.path.stat().st_size > self._end:
            os.truncate(self.path, self._end)

    def _note(self, offset: int, line: bytes) -> None:
        value = json.loads(line)
        if "joined" in value:
            self.joined = value["joined"]
            return
        del value["set_aside"]
        entry = Entry(**value)
        self.entries[entry.shard] = entry
        self.joined = None  # made after the joined file was lost
        self._offsets[entry.shard] = offset

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Offset and bytes of each whole line. The journal ends before the first that is not; the rest is redone."""
        if not self.path.exists():
            return
        offset = 0
        with self.path.open("rb") as file:
            for line in file:
                if not _whole(line):
                    return
                yield offset, line
                offset += len(line)


def _whole(line: bytes) -> bool:
    try:
        value = json.loads(line)
    except ValueError:
        return False
    if not line.endswith(b"\n") or not isinstance(value, dict):
        return False
    return "joined" in value or ("set_aside" in value and set(Entry.__dataclass_fields__) <= set(value))
