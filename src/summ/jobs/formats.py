"""The files that records come in: JSONL, CSV, TSV, Parquet and plain text, compressed or not, as streams."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from ..errors import InputError
from . import tables
from .failures import JobError
from .records import Problem, Raw, Rules, plain, too_long

FORMATS: Final = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "parquet": (".parquet", ".pq"),
    "text": (".txt", ".text", ".md"),
}
COMPRESSED: Final = (".gz", ".zst", ".bz2", ".xz")
_BYTES_A_CHARACTER: Final = 12  # of JSON at most: an escaped surrogate pair
_OTHER_FIELDS: Final = 1 << 20  # bytes of a record that are not its text
_STEP: Final = 1 << 16
_MAGIC: Final = {
    b"\x1f\x8b": ("compressed with gzip", "end its name in .gz, or give it through zcat"),
    b"\x28\xb5\x2f\xfd": ("compressed with Zstandard", "end its name in .zst, or give it through zstdcat"),
    b"BZh91AY&SY": ("compressed with bzip2", "end its name in .bz2, or give it through bzcat"),
    b"\xfd7zXZ\x00": ("compressed with xz", "end its name in .xz, or give it through xzcat"),
    b"PAR1\x15": ("Parquet", "end its name in .parquet"),
    b"PK\x03\x04": ("a ZIP archive or an Office document", "unpack it, or save it as CSV"),
}
_EVERY: Final = 64  # records between two words about progress

Meter = Callable[[int], None]


def format_of(path: Path) -> str | None:
    """The format that a file's name tells, None for an unknown one."""
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    return next((name for name, known in FORMATS.items() if last in known), None)


def check(path: Path, format: str, rules: Rules, delimiter: str | None) -> None:
    """Look at the head of a file.

    Raises:
        InputError: if no record of it can be read: a missing column, a JSON array, damaged Parquet.
    """
    try:
        if format != "parquet":
            _check_text(path, format)
        if format in ("csv", "tsv"):
            with _opened(path) as (stream, _):
                table = tables.rows(_lines(stream, rules), delimiter or tables.DELIMITERS[format], rules.max_chars)
                _header(table, path, rules)
        elif format == "parquet":
            with path.open("rb") as file:
                _parquet(file, path, rules)
    except _damages() as error:
        raise InputError(f"{path}: cannot be read: {_reason(error)}") from None


def _check_text(path: Path, format: str) -> None:
    """Refuse a table or JSONL that is something else altogether. A file of plain text that is, is one bad record."""
    if format == "text":
        return
    with _opened(path) as (stream, _):
        head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if format == "jsonl" and head.startswith(b"["):
        raise InputError(f"{path}: one JSON array; make one object a line of it: jq -c '.[]' {path.name}")
    for magic, (kind, remedy) in _MAGIC.items():
        if head.startswith(magic):
            raise InputError(f"{path}: not {format.upper()} but {kind}; {remedy}")


def records(
    path: Path, name: str, format: str, start: int, rules: Rules, delimiter: str | None, meter: Meter
) -> Iterator[Raw]:
    """The records of a file, in order; last of all a bad one, if the file is damaged and what follows is lost.

    Args:
        name: what to call the file in errors.
        start: the position of its first record in the whole input.
        meter: told now and then how many bytes of the file are read.

    Raises:
        JobError: where the system cannot read the file, which may be otherwise the next time.
    """
    position, line = start, 0
    try:
        for line, kind, payload, problem in _READERS[format](path, rules, delimiter, meter, format):
            yield Raw(position, name, line, kind, payload, problem)
            position += 1
    except _damages() as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise JobError(f"{path}: cannot be read: {_reason(error)}; run the same command again to go on") from None
        message = f"what follows record {position - start} of this file cannot be read: {_reason(error)}"
        yield Raw(position, name, line + 1, "json", b"", ("damaged-file", message))


Found = Iterator[tuple[int, Any, Any, Problem]]


def _json_lines(path: Path, rules: Rules, delimiter: str | None, meter: Meter, format: str) -> Found:
    with _opened(path) as (stream, raw):
        for number, line, whole in _lines(stream, rules):
            if number % _EVERY == 0:
                meter(raw.tell())
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not whole:
                yield number, "json", line[:1024], ("too-long", tables.LONG_LINE.format(len(line)))
            elif line.strip():
                yield number, "json", line.rstrip(b"\r\n"), None


def _rows(path: Path, rules: Rules, delimiter: str | None, meter: Meter, format: str) -> Found:
    with _opened(path) as (stream, raw):
        table = tables.rows(_lines(stream, rules), delimiter or tables.DELIMITERS[format], rules.max_chars)
        header = _header(table, path, rules)
        for count, (line, cells, problem) in enumerate(table, 1):
            if count % _EVERY == 0:
                meter(raw.tell())
            if isinstance(cells, bytes):
                yield line, "row", cells, problem
                continue
            if len(cells) != len(header):
                problem = ("wrong-columns", f"{len(cells)} columns, but the header has {len(header)}")
            yield line, "row", *_short(dict(zip(header, cells, strict=False)), problem, rules)


def _columns(path: Path, rules: Rules, delimiter: str | None, meter: Meter, format: str) -> Found:
    with path.open("rb") as file:
        parquet = _parquet(file, path, rules)
        rows, size, line = max(1, parquet.metadata.num_rows), path.stat().st_size, 0
        for batch in parquet.iter_batches(batch_size=_EVERY):
            for row in _values(batch):
                line += 1
                if isinstance(row, UnicodeDecodeError):
                    yield line, "row", {}, ("not-utf-8", "a string of this row is not UTF-8")
                else:
                    yield line, "row", *_short(row, None, rules)
            meter(size * line // rows)


def _whole(path: Path, rules: Rules, delimiter: str | None, meter: Meter, format: str) -> Found:
    with _opened(path) as (stream, _):
        most = 4 * rules.max_chars + 4  # UTF-32 and its mark
        data = stream.read(most + 1)
    if len(data) > most:
        yield 1, "text", data[:1024], too_long(rules)
    else:
        yield 1, "text", data, None


_READERS: Final[dict[str, Callable[[Path, Rules, str | None, Meter, str], Found]]] = {
    "jsonl": _json_lines,
    "csv": _rows,
    "tsv": _rows,
    "parquet": _columns,
    "text": _whole,
}


def short(row: dict[str, Any], rules: Rules) -> tuple[dict[str, Any], Problem]:
    """A row, without its text if that is too long: nobody shall hold in memory what nobody will use."""
    text = row.get(rules.text)
    if isinstance(text, str | bytes) and len(text) > rules.max_chars * (1 if isinstance(text, str) else 4):
        return {rules.id: row.get(rules.id)}, too_long(rules)
    return row, None


def _short(row: dict[str, Any], problem: Problem, rules: Rules) -> tuple[dict[str, Any], Problem]:
    return (row, problem) if problem else short(row, rules)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file as a stream of its uncompressed bytes, and the file itself, whose position tells how far that is."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        kind = path.suffix.lower()
        stream: Any = raw
        if kind == ".gz":
            import gzip

            stream = stack.enter_context(gzip.open(raw))
        elif kind == ".bz2":
            import bz2

            stream = stack.enter_context(bz2.open(raw))
        elif kind == ".xz":
            import lzma

            stream = stack.enter_context(lzma.open(raw))
        elif kind == ".zst":
            import pyarrow as pa

            # The standard library reads Zstandard from Python 3.14 on.
            stream = stack.enter_context(io.BufferedReader(pa.CompressedInputStream(raw, "zstd"), _STEP))
        yield cast(BinaryIO, stream), raw


def _damages() -> tuple[type[Exception], ...]:
    """What readers and decompressors raise: with an errno where the system failed, without one for damaged data."""
    import zlib
    from lzma import LZMAError

    arrow: tuple[type[Exception], ...] = ()
    if "pyarrow" in sys.modules:
        from pyarrow import ArrowException

        arrow = (ArrowException,)
    return (OSError, EOFError, zlib.error, LZMAError, *arrow)


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]


def _lines(stream: BinaryIO, rules: Rules) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes and completeness of each line; of a line that no article can fill, only the head is kept."""
    most = _BYTES_A_CHARACTER * rules.max_chars + _OTHER_FIELDS
    number = 0
    while line := stream.readline(most):
        number += 1
        whole = len(line) < most or line.endswith(b"\n")
        yield number, line, whole
        while not whole:
            rest = stream.readline(_STEP)
            whole = not rest or rest.endswith(b"\n")


def _header(table: Iterator[tables.Row], path: Path, rules: Rules) -> list[str]:
    line, header, problem = next(table, (1, [], None))
    if problem or isinstance(header, bytes):
        raise InputError(f"{path}:{line}: {problem and problem[1]}")
    there = ", ".join(header[:12])[:200].encode("utf-8", "backslashreplace").decode()
    if rules.text not in header:
        raise InputError(f"{path}: no column {rules.text!r}; there is {there or 'nothing'} (--text-field, --delimiter)")
    if len(set(header)) != len(header):
        raise InputError(f"{path}: two columns have the same name; there is {there}")
    return header


def _parquet(file: BinaryIO, path: Path, rules: Rules) -> Any:
    import pyarrow.parquet as pq

    parquet = pq.ParquetFile(file)
    names = parquet.schema_arrow.names
    if rules.text not in names:
        raise InputError(f"{path}: no column {rules.text!r}; there is {', '.join(names[:12])} (--text-field)")
    return parquet


def _values(batch: Any) -> Iterator[dict[str, Any] | UnicodeDecodeError]:
    """The rows of a batch, one by one where a string of it is no UTF-8."""
    try:
        yield from (plain(row) for row in batch.to_pylist())
    except UnicodeDecodeError:
        for i in range(batch.num_rows):
            try:
                yield plain(batch.slice(i, 1).to_pylist()[0])
            except UnicodeDecodeError as error:
                yield error
