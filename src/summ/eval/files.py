"""Hypotheses and references from files: plain text, JSON Lines, CSV, TSV and whatever else ``rows`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import InputError
from .nearest import nearest
from .rows import Row, format_of, read_rows

# Where no field is named: the first of these that a record has.
HYPOTHESIS_FIELDS = ("hypothesis", "prediction", "output", "summary", "translation", "text")
REFERENCE_FIELDS = ("references", "reference", "summaries", "summary", "target", "translation", "text")
SOURCE_FIELDS = ("article", "source", "document", "text")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one file, in file order.

    Attributes:
        path: the file, for messages.
        texts: one list a document; a file of hypotheses has lists of one.
        ids: one a document if every record has an ``id``, else None.
        places: where each document stands, for messages: ``file, line 3``.
        groups: the values of the field that was asked for with ``group_field``.
        notices: what was noticed while reading.
    """

    path: str
    texts: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] | None = None
    places: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

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

    ``.jsonl`` has an object a line, ``.csv`` and ``.tsv`` a header; in these, ``.json`` and ``.parquet`` a field may be
    named, and may hold a list of references. Any other file is plain text, one document a line; lines end at line feeds
    only. ``.gz`` is unpacked.

    Args:
        fields: tried in this order where ``field_name`` is None.
        id_field: names the documents, so that two files can be matched; may be absent from all records.
        group_field: another field to hand out, such as the document of a segment.

    Raises:
        InputError: a missing or empty file, an unknown encoding, a broken line, a missing field or id, an id that
            comes twice.
    """
    path = Path(path)
    rows, notices = read_rows(path)
    if format_of(path) == "text":
        if group_field is not None:
            raise InputError(f"{path}: plain text has no field {group_field!r}; use .jsonl, .csv or .tsv")
        key = "text"
    elif field_name is not None:
        key = field_name
    else:
        first = rows[0]
        key, *more = [name for name in fields if name in first.values] or [""]
        if not key:
            known = ", ".join(first.values)
            raise InputError(f"{first.place}: it has {known}, none of {', '.join(fields)}: name a field")
        if more:
            notices.append(f"{path}: texts are read from the field {key!r}, not from {' or '.join(map(repr, more))}")
    return Texts(
        str(path),
        tuple(_value(row, key) for row in rows),
        _ids(rows, id_field),
        tuple(row.place for row in rows),
        tuple(str(_field(row, group_field)) for row in rows) if group_field is not None else (),
        tuple(notices),
    )


def _ids(rows: Sequence[Row], field: str) -> tuple[str, ...] | None:
    """The ids, or None if no record has one."""
    wanted = field in rows[0].values
    seen: dict[str, str] = {}
    for row in rows:
        if (field in row.values) != wanted:
            found = "has no" if wanted else "is the first with"
            raise InputError(f"{row.place}: {found} {field!r}; give every record one, or none")
        if wanted:
            identity = str(row.values[field])
            if identity in seen:
                raise InputError(f"{row.place}: the id {identity} was that of {seen[identity]}; ids must differ")
            seen[identity] = row.place
    return tuple(seen) or None


def _field(row: Row, key: str) -> object:
    if key not in row.values:
        raise InputError(f"{row.place}: no field {key!r}{nearest(key, row.values)}")
    return row.values[key]


def _value(row: Row, key: str) -> tuple[str, ...]:
    value = _field(row, key)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise InputError(f"{row.place}: field {key!r} is {type(value).__name__}, neither a string nor a list of strings")


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
    return replace(
        other,
        texts=tuple(other.texts[place] for place in order),
        ids=first.ids,
        places=tuple(other.places[place] for place in order) if other.places else (),
        groups=tuple(other.groups[place] for place in order) if other.groups else (),
    )
