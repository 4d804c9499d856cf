"""From a record, as a file has it, to an article, or to the reason why it is none."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, Literal
from unicodedata import category

from ..article import Article
from ..errors import InputError
from ..result import Notice

MAX_CHARS: Final = 500_000  # about 400 printed pages; the built-in translator needs two minutes for them on one core
_HEAD: Final = 300  # characters
_DEEPEST: Final = 100  # objects and lists in one another; Python's own readers and writers end below a thousand
_FLAT: Final = (str, int, float, type(None))

Problem = tuple[str, str] | None  # reason code and message


@dataclass(frozen=True, slots=True)
class Rules:
    """How records are read and which are taken.

    Attributes:
        text, id, title: the names of the fields.
        max_chars: the longest text that is taken, in characters.
        any_language: take texts that are not in Arabic too.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    max_chars: int = MAX_CHARS
    any_language: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it was read.

    Attributes:
        position: its number among all records of the input, from 0.
        file: the file it is in, relative to what the user named.
        line: the line of a text format, the row of Parquet or a data set, from 1.
        kind: how ``payload`` is to be read: a JSON object, a row of values, or the bytes of a text file.
        problem: reason code and message if the reader could not take it.
    """

    position: int
    file: str
    line: int
    kind: Literal["json", "row", "text"]
    payload: bytes | Mapping[str, Any]
    problem: Problem = None

    @property
    def size(self) -> int:
        """About how much memory it takes, in bytes; depends on its content only."""
        if isinstance(self.payload, bytes):
            return len(self.payload)
        return sum(len(v) if isinstance(v, str | bytes) else 8 for v in self.payload.values())

    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        payload = self.payload
        if not isinstance(payload, bytes):
            payload = json.dumps(plain(payload), ensure_ascii=True, sort_keys=True).encode()
        return sha256(payload).hexdigest()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be used: a line of errors.jsonl.

    Attributes:
        id: as given, or made from position and content.
        file, line, position: see ``Raw``.
        reason: a stable code, see docs/batch.md.
        message: one sentence.
    """

    id: str
    file: str
    line: int
    position: int
    reason: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that is an article, and what was noticed while it was read."""

    article: Article
    notices: tuple[Notice, ...] = field(default_factory=tuple)


def read(raw: Raw, rules: Rules) -> Taken | SetAside:
    """The article of a record, or why it has none. Never raises for a bad record."""
    identity: str | None = None

    def refuse(reason: str, message: str) -> SetAside:
        made = identity if identity is not None else f"{raw.position}-{raw.digest()[:12]}"
        safe = made.encode("utf-8", "backslashreplace").decode("utf-8")
        clean = message.encode("utf-8", "backslashreplace").decode("utf-8")
        return SetAside(safe, raw.file, raw.line, raw.position, reason, clean)

    notices: tuple[Notice, ...] = ()
    row: Mapping[str, Any] = {}
    if isinstance(raw.payload, Mapping):
        row = raw.payload
        identity = _identity(row, rules)
    if raw.problem:
        return refuse(*raw.problem)
    if raw.kind == "text":
        from ..text import decode_bytes

        assert isinstance(raw.payload, bytes)
        identity = raw.file
        try:
            decoded, notice = decode_bytes(raw.payload, raw.file)
        except InputError as error:
            return refuse("not-text", str(error))
        row = {rules.text: decoded, rules.id: raw.file}
        notices = (notice,) if notice else ()
    elif raw.kind == "json":
        assert isinstance(raw.payload, bytes)
        value = _object(raw.payload)
        if isinstance(value, tuple):
            return refuse(*value)
        row = value
        identity = _identity(row, rules)
    if _deeper(row, _DEEPEST):
        return refuse("too-deep", f"more than {_DEEPEST} objects and lists in one another")
    given = row.get(rules.id)
    if given is not None and (isinstance(given, bool) or not isinstance(given, str | int | float)):
        return refuse("wrong-type", f'"{rules.id}" must be a string or a number, but it is {_kind(given)}')
    identity = str(given) if given not in (None, "") else None
    title = row.get(rules.title)
    if title is not None and (isinstance(title, bool) or not isinstance(title, str | int | float)):
        return refuse("wrong-type", f'"{rules.title}" must be a string, but it is {_kind(title)}')
    text = row.get(rules.text)
    if text is None:
        there = ", ".join(f'"{key}"' for key in list(row)[:8]) or "nothing"
        return refuse("no-text", f'no "{rules.text}"; there is {there} (name the field with --text-field)')
    if not isinstance(text, str):
        return refuse("wrong-type", f'"{rules.text}" must be a string, but it is {_kind(text)}')
    if problem := _unusable(raw, text, str(title or ""), identity or "", rules):
        return refuse(*problem)
    if identity is None:
        identity = f"{raw.position}-{sha256(text.encode()).hexdigest()[:12]}"
    rest = {str(k): plain(v) for k, v in row.items() if k not in (rules.text, rules.id, rules.title)}
    try:
        if not _without_surrogates(raw):
            json.dumps(rest, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return refuse("lone-surrogate", "half of a surrogate pair in a field; the text cannot be written as UTF-8")
    return Taken(Article(text, str(title) if title not in (None, "") else None, identity, rest), notices)


def _identity(row: Mapping[str, Any], rules: Rules) -> str | None:
    """The id of a record that may turn out to be a bad one."""
    given = row.get(rules.id)
    return str(given) or None if isinstance(given, str | int) and not isinstance(given, bool) else None


def too_long(rules: Rules) -> tuple[str, str]:
    """The problem of a text that is too long."""
    return "too-long", f"more than {rules.max_chars:,} characters; split the text, or raise --max-chars"


def _deeper(value: Any, levels: int) -> bool:
    """Whether lists and mappings are in one another more than ``levels`` times."""
    if isinstance(value, _FLAT) or not isinstance(value, Mapping | list | tuple | set | frozenset):
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return levels == 0 or any(_deeper(v, levels - 1) for v in inner)


def plain(value: Any) -> Any:
    """A value as JSON has it: dates in ISO 8601, decimals as strings, bytes in base64, NaN and infinities as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "tolist"):  # numpy
        return plain(value.tolist())
    return str(value)


def _object(line: bytes) -> dict[str, Any] | tuple[str, str]:
    """The object of a JSON line, or reason and message."""
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        return "not-utf-8", f"byte 0x{line[error.start]:02x} at {error.start} is not UTF-8"
    except json.JSONDecodeError as error:
        return "not-json", f"not JSON: {error.msg} at character {error.pos + 1}"
    except (ValueError, RecursionError) as error:
        return "not-json", f"not usable as JSON: {str(error).split(';')[0]}"
    if not isinstance(value, dict):
        return "not-an-object", f"a JSON object is needed, but this is {_kind(value)}"
    return value


def _without_surrogates(raw: Raw) -> bool:
    """Whether that is certain: UTF-8 cannot have any, so that in JSON they can only be escaped."""
    return raw.kind == "json" and b"\\ud" not in raw.payload and b"\\uD" not in raw.payload


def _unusable(raw: Raw, text: str, title: str, identity: str, rules: Rules) -> Problem:
    """Reason and message if a text is not to be given to a model."""
    if len(text) > rules.max_chars:
        return too_long(rules)
    if not any(not c.isspace() and category(c) not in ("Cc", "Cf") for c in text):
        return "empty", "no visible character in the text"
    if "\x00" in text or "\x00" in title or "\x00" in identity:
        return "nul", "a NUL character; the text is damaged or was never text"
    try:
        for part in () if _without_surrogates(raw) else (text, title, identity):
            part.encode("utf-8")
    except UnicodeEncodeError as error:
        if 0xDC80 <= ord(error.object[error.start]) <= 0xDCFF:  # how undecodable bytes of CSV are kept
            return "not-utf-8", f"byte 0x{ord(error.object[error.start]) - 0xDC00:02x} is not UTF-8"
        return "lone-surrogate", "half of a surrogate pair; the text cannot be written as UTF-8"
    if not rules.any_language:
        from ..text import language_notice

        # The whole text first: summary and translation ask the same of it, and what is known is not found out again.
        if (notice := language_notice(text, "the text")) and language_notice(text[:_HEAD]):
            return notice.code, notice.message
    return None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number"}
    return names.get(type(value), "null" if value is None else type(value).__name__)
