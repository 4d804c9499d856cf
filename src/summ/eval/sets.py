"""Evaluation sets: documents with their references, checked, from files or the hub."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import hub
from .datasource import Columns, Data, Origin, ReferenceFile
from .rows import Row, read_rows


@dataclass(frozen=True, slots=True)
class Document:
    """An article or a sentence with its references.

    Attributes:
        id: unique within the set.
        references: none of them empty; none at all in a set without references.
        title: a headline that is not part of the source.
        document: what a sentence belongs to.
        group: what scores are reported apart by.
    """

    id: str
    source: str
    references: tuple[str, ...]
    title: str | None = None
    document: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Documents in the order of their file.

    Attributes:
        documents: all of them.
        has_ids: whether the set names its documents; otherwise ids are numbers from 1.
        origin: where the rows come from: files with their digests, or data set and commit of the hub.
        digest: of everything that a score depends on.
        notices: what was noticed while reading, one line each.
    """

    documents: tuple[Document, ...]
    has_ids: bool
    origin: dict[str, Any]
    digest: str
    notices: tuple[str, ...] = ()


def load_set(data: Data, base: Path, *, offline: bool = False) -> EvalSet:
    """Load the set of a plan.

    Args:
        base: the folder that local files are relative to where the plan has no ``root``.
        offline: do not ask the hub.

    Raises:
        InputError: a missing file or column, an unknown encoding, an empty source or reference, ids that come twice,
            unequal counts; with the file and line.
    """
    rows, origin, notices = _load(data, base, offline)
    columns = data.columns
    ids = _ids(rows, columns.id)
    references = [_references(row, columns.references) for row in rows]
    origins = [origin]
    for file in data.references:
        added, from_where, more = _load(file, base, offline)
        for place, text in enumerate(_matched(rows, ids, added, file)):
            references[place] += (text,)
        origins.append(from_where)
        notices += more
    documents = []
    for row, identity, group in zip(rows, ids, references, strict=True):
        for text in group:
            if not text.strip():
                raise InputError(
                    f"{row.place}: document {identity} has an empty reference; nothing can be scored against it"
                )
        if not group and (data.references or columns.references):
            raise InputError(f"{row.place}: document {identity} has no reference")
        documents.append(_document(row, identity, group, columns, data.group_bounds))
    whole = {"sources": origins, "licence": data.licence}
    return EvalSet(tuple(documents), columns.id is not None, whole, _digest(documents), tuple(notices))


def local_path(name: str, base: Path, root: str | None = None) -> Path:
    """A path of a plan: variables and ~ replaced, relative to ``root``, or else to ``base``.

    Raises:
        InputError: an environment variable that is not set.
    """

    def value(found: re.Match[str]) -> str:
        variable = found[1] or found[2]
        if variable not in os.environ:
            place = "/".join(filter(None, (root, name)))
            raise InputError(f"${variable} is not set, and the set lies in {place}: export {variable}=FOLDER first")
        return os.environ[variable]

    def expanded(text: str) -> Path:
        return Path(re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)).expanduser()

    path = expanded(name)
    return path if path.is_absolute() else base / (expanded(root) if root else "") / path


def _load(origin: Origin, base: Path, offline: bool) -> tuple[list[Row], dict[str, Any], list[str]]:
    """Rows, where they come from, and notices."""
    if origin.hub is not None and not origin.files:
        rows, commit = hub.fetch_split(
            origin.hub, origin.config, origin.split or "", revision=origin.revision, offline=offline
        )
        return rows, {"hub": origin.hub, "config": origin.config, "split": origin.split, "commit": commit}, []
    where: dict[str, Any] = {}
    if origin.hub is not None:
        paths, commit = hub.fetch_files(origin.hub, origin.files, revision=origin.revision, offline=offline)
        where = {"hub": origin.hub, "commit": commit}
    else:
        paths = [path for name in origin.files for path in _matching(local_path(name, base, origin.root))]
    rows, notices = [], []
    for path in paths:
        added, noticed = read_rows(path, format=origin.format, names=origin.names, member=origin.member)
        rows += added
        notices += noticed
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}
    return rows, {**where, "files": digests}, notices


def _matching(path: Path) -> list[Path]:
    if not re.search(r"[*?]", path.name):
        return [path]
    found = sorted(path.parent.glob(path.name))
    if not found:
        raise InputError(f"{path}: no file matches")
    return found


def _ids(rows: Sequence[Row], column: str | None) -> list[str]:
    if column is None:
        return [str(number) for number in range(1, len(rows) + 1)]
    seen: dict[str, str] = {}
    for row in rows:
        value = row.get(column)
        if value is None or not str(value).strip():
            raise InputError(f"{row.place}: no id in column {column!r}; give every document one")
        if str(value) in seen:
            raise InputError(f"{row.place}: the id {value} was that of {seen[str(value)]} already; ids must differ")
        seen[str(value)] = row.place
    return list(seen)


def _references(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for column in columns for text in row.texts(column))


def _matched(rows: Sequence[Row], ids: Sequence[str], added: Sequence[Row], file: ReferenceFile) -> list[str]:
    """The references of a file in the order of the sources."""
    if file.id is not None:
        known = dict(zip(_ids(added, file.id), added, strict=True))
        for row, identity in zip(rows, ids, strict=True):
            if identity not in known:
                raise InputError(
                    f"{row.place}: id {identity} is missing from the references in {_file(added)} "
                    f"({len(known)} ids for {len(ids)})"
                )
        return [known[identity].text(file.column) for identity in ids]
    if len(added) != len(rows):
        few, many = sorted((rows, added), key=len)
        raise InputError(
            f"{_file(rows)} has {len(rows)} documents but {_file(added)} has {len(added)}: "
            f"the first without a partner is {many[len(few)].place}"
        )
    return [row.text(file.column) for row in added]


def _file(rows: Sequence[Row]) -> str:
    return rows[0].place.rsplit(",", 1)[0]


def _document(
    row: Row, identity: str, references: tuple[str, ...], columns: Columns, bounds: Sequence[float]
) -> Document:
    source = row.text(columns.source)
    if not source.strip():
        raise InputError(f"{row.place}: document {identity} has an empty source")
    title = row.get(columns.title) if columns.title else None
    document = str(row.get(columns.document)) if columns.document else None
    group = _group(row, columns.group, bounds) if columns.group else None
    return Document(identity, source, references, str(title) if title else None, document, group)


def _group(row: Row, column: str, bounds: Sequence[float]) -> str:
    value = row.get(column)
    if not bounds:
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(
            f"{row.place}: column {column!r} is to be cut at {bounds}, but {value!r} is no number"
        ) from None
    edges = sorted(bounds)
    if number < edges[0]:
        return f"{column} < {edges[0]:g}"
    for low, high in pairwise(edges):
        if number < high:
            return f"{low:g} <= {column} < {high:g}"
    return f"{column} >= {edges[-1]:g}"


def _digest(documents: Sequence[Document]) -> str:
    digest = hashlib.sha256()
    for one in documents:
        for text in (one.id, one.title or "", one.document or "", one.group or "", one.source, *one.references):
            digest.update(text.encode("utf-8", "surrogatepass") + b"\x1e")
        digest.update(b"\x1d")
    return digest.hexdigest()[:16]
