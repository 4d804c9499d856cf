"""Where records come from: a file, a folder, a glob, standard input, a data set of the hub."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from ..errors import InputError, SummError
from . import formats
from .disk import WORK, flush_folder
from .failures import JobError
from .records import Raw, Rules, plain

_HUB_ID: Final = re.compile(r"[\w.-]+(/[\w.-]+)?")
_BLOCK: Final = 1 << 20
_KNOWN: Final = (
    ", ".join(suffix for suffixes in formats.FORMATS.values() for suffix in suffixes)
    + ", each also with "
    + ", ".join(formats.COMPRESSED)
)


class Source(Protocol):
    """Records in a fixed order.

    Attributes:
        size: bytes of the input, None if unknown.
        consumed: how many of them have been read.
    """

    size: int | None
    consumed: int

    def identity(self) -> dict[str, Any]:
        """What must be equal for two runs to have the same input, JSON-ready."""
        ...

    def records(self) -> Iterator[Raw]:
        """All records, from the first."""
        ...


@dataclass
class Files:
    """Files of known formats under a folder, in order.

    Args:
        base: the folder that names in errors and identifiers are relative to.
        found: the files; None for all under ``base``, found anew at each reading so that millions need no memory.
        format: the format of all; None to go by each name.
        without: a folder whose files are no input: the job's own output, which may be below ``base``.

    Attributes:
        left_out: endings of files below ``base`` that are of no known kind and outputs of jobs, with their numbers.
    """

    base: Path
    found: list[Path] | None
    rules: Rules
    format: str | None = None
    delimiter: str | None = None
    size: int | None = None
    consumed: int = 0
    without: Path | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    _totals: dict[str, Any] = field(default_factory=dict)

    def files(self) -> Iterator[tuple[Path, str, str]]:
        """Path, name and format of each file."""
        self.left_out.clear()
        for path in self.found if self.found is not None else _under(self.base, self.without, self.left_out):
            kind = self.format or formats.format_of(path)
            if kind is None:
                raise InputError(
                    f"{path}: unknown kind of file; known are {_KNOWN} (or say what it is: --input-format)"
                )
            yield path, path.relative_to(self.base).as_posix(), kind

    def check(self) -> None:
        """Look for what would make a whole file useless.

        Raises:
            InputError: naming the file.
        """
        none = True
        for path, _, kind in self.files():
            none = False
            if not path.exists():
                raise InputError(f"{path}: no such file")
            formats.check(path, kind, self.rules, self.delimiter)
        if none:
            raise InputError(f"{self.base}: no files to read in this folder")

    def identity(self) -> dict[str, Any]:
        """Number, bytes and SHA-256 of the files: every byte is read once for it."""
        if not self._totals:
            total, count, size = sha256(), 0, 0
            for path, name, kind in self.files():
                digest, length = hashed(path)
                total.update(f"{name}\0{kind}\0{length}\0{digest}\n".encode("utf-8", "surrogateescape"))
                count, size = count + 1, size + length
            self.size = size
            self._totals = {"files": count, "bytes": size, "sha256": total.hexdigest()}
        return self._totals | {"delimiter": self.delimiter}

    def records(self) -> Iterator[Raw]:
        position, before = 0, 0
        for path, name, kind in self.files():

            def meter(count: int, before: int = before) -> None:
                self.consumed = before + count

            for raw in formats.records(path, name, kind, position, self.rules, self.delimiter, meter):
                yield raw
                position += 1
            before += path.stat().st_size
            self.consumed = before
        if self.size not in (None, before):
            raise JobError(
                f"{self.base}: changed while it was read: {self.size:,} bytes at the start, {before:,} at the end; "
                "give another output folder, and an input that nobody writes to"
            )


@dataclass
class HubDataset:
    """A split of a data set of the Hugging Face hub, streamed."""

    name: str
    revision: str | None
    subset: str | None
    split: str
    rules: Rules
    size: int | None = None
    consumed: int = 0

    @classmethod
    def find(cls, name: str, *, subset: str | None, split: str, rules: Rules, offline: bool) -> HubDataset:
        """Ask the hub for the newest commit of a data set, or for the one that ``name@revision`` names.

        Raises:
            InputError: offline, or if the hub does not have it.
        """
        from ..models.files import offline_wanted

        hub_id, _, wanted = name.partition("@")
        if offline_wanted(offline):
            raise InputError(f"{name}: no such file, and offline mode is on, so it cannot be a data set of the hub")
        try:
            from huggingface_hub import HfApi

            revision = HfApi().dataset_info(hub_id, revision=wanted or None).sha
        except Exception as error:  # the hub client raises a dozen kinds, and those of its transport
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"{name}: no such file, and no data set of the hub could be had: {first}") from None
        return cls(hub_id, revision, subset, split, rules)

    def identity(self) -> dict[str, Any]:
        return {"dataset": self.name, "revision": self.revision, "subset": self.subset, "split": self.split}

    def records(self) -> Iterator[Raw]:
        from datasets import load_dataset

        try:
            rows = load_dataset(self.name, self.subset, split=self.split, streaming=True, revision=self.revision)
            if rows.column_names and self.rules.text not in rows.column_names:
                there = ", ".join(rows.column_names)
                raise InputError(f"{self.name}: no column {self.rules.text!r}; there is {there} (--text-field)")
        except (ValueError, OSError) as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"{self.name}: {first}") from None
        position = 0
        try:
            for position, row in enumerate(rows):
                payload, problem = formats.short(plain(row), self.rules)
                yield Raw(position, self.name, position + 1, "row", payload, problem)
        except SummError:
            raise
        except Exception as error:  # datasets, its readers and its transports have each their own kinds
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise JobError(
                f"{self.name}: cannot be read after record {position + 1}: {first}; run the same command again to go on"
            ) from None


def find(
    name: str | Path,
    rules: Rules,
    *,
    format: str | None = None,
    delimiter: str | None = None,
    subset: str | None = None,
    split: str = "train",
    offline: bool = False,
    without: Path | None = None,
) -> Source:
    """The source that a user named: a path, a glob, or the id of a data set.

    Args:
        without: a folder whose files are no input: the output folder.

    Raises:
        InputError: for a name that is none of these, or files that cannot be read.
    """
    text, path = os.fspath(name), Path(name).expanduser()
    without = without and without.expanduser().resolve()
    if path.exists():
        if not path.is_dir() and not path.is_file():
            raise InputError(f"{text}: a pipe or device, which cannot be read again: give it to summ batch - as input")
        if path.is_dir() and path.resolve() == without:
            raise InputError(f"{text}: input and output are the same folder")
        base, found = (path, None) if path.is_dir() else (path.parent, [path])
    elif any(c in text for c in "*?["):
        # glob, not Path.glob: a pattern may begin anywhere, and ** does not follow links in a circle.
        paths = map(Path, glob.glob(os.fspath(path), recursive=True))  # noqa: PTH207
        found = sorted(p for p in paths if p.is_file() and not (without and p.resolve().is_relative_to(without)))
        if not found:
            raise InputError(f"{text}: no file fits this pattern")
        base = Path(os.path.commonpath([p.parent for p in found]))
    elif _HUB_ID.fullmatch(text.partition("@")[0]) and not formats.format_of(path):
        return HubDataset.find(text, subset=subset, split=split, rules=rules, offline=offline)
    else:
        raise InputError(f"{text}: no such file or folder")
    files = Files(base, found, rules, format, delimiter, without=without)
    files.check()
    return files


def spooled(
    stream: BinaryIO, target: Path, rules: Rules, *, format: str | None, delimiter: str | None, begun: bool
) -> Files:
    """Standard input, kept in a file, since a stream cannot be read again after a kill.

    What is there from an earlier start stays if the stream brings the same bytes or none at all.

    Args:
        begun: whether results rest on what is there, so that other bytes must not take its place.

    Raises:
        InputError: for an empty stream at the first start, other bytes at a later one, or what cannot be read.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".tmp")
    with fresh.open("wb") as file:
        while block := stream.read(_BLOCK):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    brought = fresh.stat().st_size > 0
    if not brought and not target.exists():
        fresh.unlink()
        raise InputError("standard input is empty")
    if brought and begun and target.exists() and hashed(fresh) != hashed(target):
        fresh.unlink()
        raise InputError(f"standard input is not what this job was started with ({target}); give another output folder")
    if brought:
        try:
            formats.check(fresh, format or "jsonl", rules, delimiter)
        except InputError as error:
            fresh.unlink()
            raise InputError(str(error).replace(str(fresh), "standard input")) from None
        fresh.replace(target)
        flush_folder(target.parent)
    else:
        fresh.unlink()
    return Files(target.parent, [target], rules, format or "jsonl", delimiter)


def hashed(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file.

    Raises:
        InputError: if it cannot be read.
    """
    digest, length = sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                length += len(block)
    except OSError as error:
        raise InputError(f"{path}: not readable: {error.strerror}") from None
    return digest.hexdigest(), length


def _under(folder: Path, without: Path | None, left_out: Counter[str]) -> Iterator[Path]:
    """The files of known formats in a folder and those below, in the order of their names, one folder in memory.

    Names that begin with a dot or an underscore are left out, as Spark, Arrow and Hive do. So are outputs of jobs and
    files of other kinds, which are counted.
    """
    with os.scandir(folder) as entries:
        names = sorted((e.name, e.is_dir()) for e in entries if not e.name.startswith((".", "_")))
    for name, is_folder in names:
        path = folder / name
        if is_folder:
            if path.resolve() == without:
                continue
            if (path / WORK).is_dir():
                left_out["output folder of a job"] += 1
            else:
                yield from _under(path, without, left_out)
        elif formats.format_of(path):
            yield path
        else:
            left_out[path.suffix or path.name] += 1
