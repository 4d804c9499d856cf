"""Hypotheses and references from files: plain text, JSON Lines, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..text import decode_bytes
from .nearest import nearest

# Where no field is named: the first of these that a record has.
HYPOTHESIS_FIELDS = ("hypothesis", "prediction", "output", "summary", "translation", "text")
REFERENCE_FIELDS = ("references", "reference", "summaries", "summary", "target", "translation", "text")
SOURCE_FIELDS = ("source", "article", "document", "text")
RECORDS = (".jsonl", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one file, in file order.

    Attributes:
        path: the file, for messages.
        texts: one list a document; a file of hypotheses has lists of one.
        ids: one a document if every record has an ``id``, else None.
        groups: the values of the field that was asked for with ``group_field``.
        notices: what was noticed while reading.
    """

    path: str
    texts: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] | None = None
    groups: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=())

    def single(self) -> list[str]:
        """One text a document.

        Raises:
            InputError: a document has several.
        """
        for index, group in enumerate(self.texts):
            if len(group) != 1:
                found = f"record {index + 1} has {len(group)} texts where one is wanted"
                raise InputError(f"{self.path}: {found}; name another field")
        return [group[0] for group in self.texts]


def read_texts(
    path: str | Path,
    *,
    fields: Sequence[str] = HYPOTHESIS_FIELDS,
    field_name: str | None = None,
    id_field: str = "id",
    group_field: str | None = None,
) -> Texts:
    """Read one text a document.

    ``.jsonl`` has an object a line, ``.csv`` and ``.tsv`` a header; in both a field may be named. A field of JSON may
    hold a list of references. Any other file is plain text, one document a line; lines end at line feeds only.

    Args:
        fields: tried in this order where ``field_name`` is None.
        id_field: names the documents, so that two files can be matched; may be absent from all records.
        group_field: another field to hand out, such as the document of a segment.

    Raises:
        InputError: a missing file, an unknown encoding, a broken line, a missing field or id, an id that comes twice.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: not readable: {error.strerror or error}") from None
    text, notice = decode_bytes(data, str(path))
    notices = (notice.message,) if notice else ()
    if path.suffix.lower() not in RECORDS:
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        if group_field is not None:
            raise InputError(f"{path}: plain text has no field {group_field!r}; use .jsonl, .csv or .tsv")
        return Texts(str(path), tuple((line.removesuffix("\r"),) for line in lines), notices=notices)

    texts, ids, groups, key = [], [], [], field_name
    for line, record in _records(path, text):
        where = f"{path}, line {line}"
        if key is None:
            key = next((name for name in fields if name in record), None)
            if key is None:
                raise InputError(f"{where}: it has {', '.join(record)}, none of {', '.join(fields)}: name a field")
        texts.append(_value(record, key, where))
        if id_field in record:
            ids.append(str(record[id_field]))
        if ids and len(ids) < len(texts):
            found = "has no" if id_field not in record else "is the first with"
            raise InputError(f"{where}: {found} {id_field!r}; give every record one, or none")
        if group_field is not None:
            if group_field not in record:
                raise InputError(f"{where}: no field {group_field!r}{nearest(group_field, record)}")
            groups.append(str(record[group_field]))
    if len(set(ids)) < len(ids):
        twice = next(identity for identity in ids if ids.count(identity) > 1)
        raise InputError(f"{path}: the id {twice} comes {ids.count(twice)} times; ids must differ")
    return Texts(str(path), tuple(texts), tuple(ids) if ids else None, tuple(groups), notices)


def _records(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and record of each line; blank lines of JSON Lines are left out."""
    if path.suffix.lower() == ".jsonl":
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}, line {number}: not JSON: {error}") from None
            if not isinstance(record, dict):
                raise InputError(f"{path}, line {number}: expected an object, not {type(record).__name__}")
            yield number, record
        return
    lines = io.StringIO(text, newline="")
    csv.field_size_limit(1 << 30)  # an article may be longer than the 128 KiB that the module allows
    if path.suffix.lower() == ".tsv":  # where a quotation mark is just that
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.DictReader(lines, strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise InputError(f"{path}, line {reader.line_num}: the record has not as many fields as the header")
            yield reader.line_num, dict(row)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from None


def _value(record: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    if key not in record:
        raise InputError(f"{where}: no field {key!r}{nearest(key, record)}")
    value = record[key]
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise InputError(f"{where}: field {key!r} is {type(value).__name__}, neither a string nor a list of strings")


def align(first: Texts, other: Texts) -> Texts:
    """``other`` in the order of ``first``: by id where both have ids, else by place.

    Raises:
        InputError: unequal counts with the first document that differs, or an id that only one of them has.
    """
    if first.ids is None or other.ids is None:
        if len(first.texts) != len(other.texts):
            short, many = sorted((first, other), key=lambda texts: len(texts.texts))
            number = len(short.texts)
            identity = f" (id {many.ids[number]})" if many.ids else ""
            raise InputError(
                f"{first.path} has {len(first.texts)} documents but {other.path} has {len(other.texts)}: "
                f"document {number + 1}{identity} is missing from {short.path}"
            )
        return other
    places = {identity: place for place, identity in enumerate(other.ids)}
    counts = f"{first.path} has {len(first.ids)} documents and {other.path} {len(other.ids)}"
    for identity in first.ids:
        if identity not in places:
            raise InputError(f"{counts}: id {identity} is missing from {other.path}")
    if len(other.ids) > len(first.ids):
        known = set(first.ids)
        extra = next(identity for identity in other.ids if identity not in known)
        raise InputError(f"{counts}: id {extra} is missing from {first.path}")
    order = [places[identity] for identity in first.ids]
    groups = tuple(other.groups[place] for place in order) if other.groups else ()
    return Texts(other.path, tuple(other.texts[place] for place in order), first.ids, groups, other.notices)
