"""Results as the bytes of a file, JSONL or Parquet, and back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ..errors import InputError
from ..result import Result

FORMATS: Final = ("jsonl", "parquet")
# What is a mapping with keys of its own in each record is a string of JSON in Parquet, whose columns are fixed.
_FREE: Final = (("article", "metadata"), ("model", "options"), ("model", "versions"))
_PARTS: Final = ("summary", "translation", "english_summary")


def to_bytes(results: Sequence[Result], format: str) -> bytes:
    """The same results give the same bytes (in Parquet: with the same version of pyarrow)."""
    if format == "jsonl":
        lines = (json.dumps(r.to_dict(), ensure_ascii=False, allow_nan=False) + "\n" for r in results)
        return "".join(lines).encode("utf-8")
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_closed(result.to_dict()) for result in results]
    table = pa.Table.from_pylist(rows, schema=schema())
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read_results(folder: str | Path) -> Iterator[Result]:
    """The results in an output folder, in input order, or in one JSONL or Parquet file.

    Raises:
        InputError: if there are none, or a line is no result.
    """
    path = Path(folder)
    found = sorted(p for p in (path.iterdir() if path.is_dir() else [path]) if is_result_file(p))
    if not found:
        raise InputError(f"{path}: no results here; give an output folder of summ batch, or one file of it")
    for file in found:
        yield from (_from_parquet(file) if file.suffix == ".parquet" else _from_jsonl(file))


def is_result_file(path: Path) -> bool:
    """Whether a file's name is that of a shard or of the joined file."""
    return path.suffix in (".jsonl", ".parquet") and path.stem.startswith(("part-", "results"))


def schema() -> Any:
    """The Arrow schema of Parquet output: that of ``Result``, with free mappings as JSON strings."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    notice = pa.struct({"code": text, "message": text, "start": number, "end": number})
    segment = pa.struct({"source": text, "target": text, "start": number, "end": number})
    model = pa.struct({"name": text, "revision": text, "engine": text, "options": text, "versions": text})
    common = {"text": text, "segments": pa.list_(segment)}
    rest = {"model": model, "notices": pa.list_(notice)}
    summary = pa.struct(common | {"language": text, "kind": text} | rest)
    translation = pa.struct(common | {"source_language": text, "target_language": text} | rest)
    return pa.schema(
        {
            "article": pa.struct({"text": text, "title": text, "id": text, "metadata": text}),
            "summary": summary,
            "translation": translation,
            "english_summary": summary,
            "notices": pa.list_(notice),
            "version": number,
        }
    )


def _closed(value: dict[str, Any]) -> dict[str, Any]:
    for holder, key in _places(value):
        holder[key] = json.dumps(holder[key], ensure_ascii=False, allow_nan=False)
    del value["seconds"]
    return value


def _opened(value: dict[str, Any]) -> dict[str, Any]:
    for holder, key in _places(value):
        holder[key] = json.loads(holder[key])
    return value


def _places(value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The free mappings of a result: what holds each, and under which key."""
    for name, key in _FREE:
        holders = [value["article"]] if name == "article" else [(value[part] or {}).get("model") for part in _PARTS]
        yield from ((holder, key) for holder in holders if holder)


def _from_jsonl(path: Path) -> Iterator[Result]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield Result.from_dict(json.loads(line))
            except (InputError, ValueError) as error:
                raise InputError(f"{path}:{number}: {error}") from None


def _from_parquet(path: Path) -> Iterator[Result]:
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=64):
            yield from (Result.from_dict(_opened(row)) for row in batch.to_pylist())
