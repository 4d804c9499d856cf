"""Rows of data files, each with its place for messages: JSON Lines, JSON, CSV, TSV, Parquet, text, and archives."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..text import decode_bytes

FORMATS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
}  # fmt: skip
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


@dataclass(frozen=True, slots=True)
class Row:
    """A record, and where it stands: ``file, line 3``."""

    values: dict[str, Any]
    place: str

    def get(self, column: str) -> Any:
        """The value of a column; ``a.b`` is field b of column a, unless a column has that whole name.

        Raises:
            InputError: no such column, with those that exist.
        """
        if column in self.values:
            return self.values[column]
        value: Any = self.values
        for part in column.split("."):
            if not isinstance(value, dict) or part not in value:
                known = ", ".join(value) if isinstance(value, dict) else "no fields"
                raise InputError(f"{self.place}: no column {column!r}; it has {known}")
            value = value[part]
        return value

    def text(self, column: str) -> str:
        """The text of a column.

        Raises:
            InputError: no such column, or something else than a string in it.
        """
        value = self.get(column)
        if not isinstance(value, str):
            raise InputError(f"{self.place}: column {column!r} is {type(value).__name__}, not a string")
        return value

    def texts(self, column: str) -> tuple[str, ...]:
        """The text or texts of a column.

        Raises:
            InputError: no such column, or neither a string nor a list of strings in it.
        """
        value = self.get(column)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise InputError(
            f"{self.place}: column {column!r} is {type(value).__name__}, neither a string nor a list of strings"
        )


def format_of(path: Path) -> str:
    """The format that a file's name tells: jsonl, json, csv, tsv, parquet, or else text."""
    name = path.stem if path.suffix.lower() == ".gz" else path.name
    return FORMATS.get(Path(name).suffix.lower(), "text")


def read_rows(
    path: Path, *, format: str | None = None, names: Sequence[str] = (), member: str | None = None
) -> tuple[list[Row], list[str]]:
    """Read a file, or one file within an archive; ``.gz`` is unpacked.

    Args:
        format: jsonl, json, csv, tsv, parquet or text; by the name of the file if None, text for other endings. Text
            has a document a line, in the column ``text``.
        names: the columns of a csv or tsv that has no header.
        member: the file within an archive; * and ? match.

    Returns:
        The rows, and what was noticed while reading.

    Raises:
        InputError: a file that is missing, damaged, empty, in an unknown encoding, or with a broken line.
    """
    data, name, place = _bytes(path, member)
    kind = format or format_of(Path(name))
    if kind == "parquet":
        return list(_parquet(data, place)), []
    text, notice = decode_bytes(data, place)
    if kind == "text":
        rows = [Row({"text": line}, f"{place}, line {number}") for number, line in _lines(text)]
    elif kind == "jsonl":
        rows = list(_jsonl(text, place))
    elif kind == "json":
        rows = list(_json(text, place))
    else:
        rows = list(_table(text, place, "\t" if kind == "tsv" else ",", names))
    if not rows:
        raise InputError(f"{place}: no records in it")
    return rows, [f"{place}: {notice.message}"] if notice else []


def _bytes(path: Path, member: str | None) -> tuple[bytes, str, str]:
    """The bytes, the name that tells the format, and the place for messages."""
    archive = path.name.lower().endswith(ARCHIVES)
    if archive and member is None:
        raise InputError(f"{path}: an archive; name the file within it by `member`")
    try:
        if archive and member is not None:
            name, data = _member(path, member)
            return data, name, f"{path}: {name}"
        data = path.read_bytes()
        if path.suffix.lower() == ".gz":
            return gzip.decompress(data), path.stem, str(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path}: not readable: {getattr(error, 'strerror', None) or error}") from None
    return data, path.name, str(path)


def _member(path: Path, pattern: str) -> tuple[str, bytes]:
    import tarfile
    import zipfile

    def choose(names: list[str]) -> str:
        found = [name for name in names if fnmatch(name.removeprefix("./"), pattern.removeprefix("./"))]
        if len(found) != 1:
            listed = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
            raise InputError(f"{path}: {len(found)} files match {pattern!r}, one is wanted; it holds {listed}")
        return found[0]

    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as pack:
                name = choose([name for name in pack.namelist() if not name.endswith("/")])
                return name, pack.read(name)
        with tarfile.open(path) as tar:
            name = choose([info.name for info in tar.getmembers() if info.isfile()])
            stream = tar.extractfile(name)
            assert stream is not None
            return name, stream.read()
    except (tarfile.TarError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a readable archive: {error}") from None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines by line feeds only: U+2028, form feeds and the like may stand within a text."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, 1):
        yield number, line.removesuffix("\r")


def _jsonl(text: str, place: str) -> Iterator[Row]:
    for number, line in _lines(text):
        if not line.strip():
            continue
        where = f"{place}, line {number}"
        try:
            yield _record(json.loads(line), where)
        except ValueError as error:
            raise InputError(f"{where}: not JSON: {error}") from None


def _json(text: str, place: str) -> Iterator[Row]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InputError(f"{place}: not JSON: {error}") from None
    if isinstance(value, dict):
        value = value.get("data")
    if not isinstance(value, list):
        raise InputError(f"{place}: expected a list of objects, or an object with such a list in `data`")
    for number, item in enumerate(value, 1):
        yield _record(item, f"{place}, record {number}")


def _record(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected an object, not {type(value).__name__}")
    return Row(value, where)


def _table(text: str, place: str, delimiter: str, names: Sequence[str]) -> Iterator[Row]:
    csv.field_size_limit(1 << 30)  # an article may be longer than the 128 KiB that the module allows
    lines = io.StringIO(text, newline="")
    if delimiter == "\t":  # where a quotation mark is just that
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(lines, strict=True)
    header: list[str] = list(names)
    try:
        for fields in reader:
            where = f"{place}, line {reader.line_num}"
            if not fields and len(header) == 1:
                fields = [""]  # an empty text in the only column, not a blank line
            if not fields:
                continue
            if not header:
                header = fields
            elif len(fields) != len(header):
                told = "names" if names else "the header"
                raise InputError(f"{where}: {len(fields)} fields, but {told} has {len(header)}: {', '.join(header)}")
            else:
                yield Row(dict(zip(header, fields, strict=True)), where)
    except csv.Error as error:
        raise InputError(f"{place}, line {reader.line_num}: {error}") from None


def _parquet(data: bytes, place: str) -> Iterator[Row]:
    from pyarrow import ArrowException, BufferReader
    from pyarrow.parquet import read_table

    try:
        table = read_table(BufferReader(data))
    except (ArrowException, OSError) as error:
        raise InputError(f"{place}: not readable as Parquet: {str(error).splitlines()[0]}") from None
    for number, values in enumerate(table.to_pylist(), 1):
        yield Row(values, f"{place}, row {number}")
