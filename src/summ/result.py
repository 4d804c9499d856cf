"""What goes out. Frozen records, JSON-ready; ``Result.to_dict`` and ``Result.from_dict`` are inverse."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from .article import Article
from .errors import InputError

SCHEMA_VERSION = 1
_STRICT = {"extra": "forbid"}  # for pydantic, when a record is read back


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know about a result.

    Attributes:
        code: a stable name for programs, such as ``rough-translation`` or ``sentence-split``.
        message: one sentence for people.
        start, end: the characters of the source text that it concerns, or None for the whole.
    """

    __pydantic_config__ = _STRICT

    code: str
    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What produced a text, precisely enough to produce it again.

    Attributes:
        name: catalog name, hub id or folder.
        revision: commit of a hub model or fingerprint of a folder, if known.
        engine: ``extractive``, ``ctranslate2`` or ``torch``.
        options: the decode or selection options that were in force.
        versions: the packages that took part.
    """

    __pydantic_config__ = _STRICT

    name: str
    revision: str | None = None
    engine: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of target text and the source span it came from.

    Attributes:
        source: ``text[start:end]`` of the source text.
        target: what became of it; in an extract, the same words.
        start, end: character offsets into the source text.
    """

    __pydantic_config__ = _STRICT

    source: str
    target: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A whole text in the target language; paragraph breaks are those of the source."""

    __pydantic_config__ = _STRICT

    text: str
    segments: tuple[Segment, ...] = ()
    source_language: str = "ar"
    target_language: str = "en"
    model: ModelInfo | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary. ``segments`` lead back to what it rests on: chosen sentences, or chunks that were read."""

    __pydantic_config__ = _STRICT

    text: str
    segments: tuple[Segment, ...] = ()
    language: str = "ar"
    kind: Literal["extractive", "abstractive", "translated", "cross-lingual"] = "extractive"
    model: ModelInfo | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Everything summ made of one article. Fields that were not asked for are None."""

    __pydantic_config__ = _STRICT

    article: Article
    summary: Summary | None = None
    translation: Translation | None = None
    english_summary: Summary | None = None
    notices: tuple[Notice, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    version: int = SCHEMA_VERSION

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; its schema is ``Result.json_schema()``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Result:
        """The inverse of ``to_dict``.

        Raises:
            InputError: with the path of the first field that does not fit.
        """
        from pydantic import TypeAdapter, ValidationError

        if isinstance(value, dict) and isinstance(version := value.get("version"), int) and version > SCHEMA_VERSION:
            raise InputError(
                f"a result of schema version {version}, made by a newer summ; this one reads {SCHEMA_VERSION}"
            )
        try:
            return TypeAdapter(cls).validate_python(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "(top)"
            raise InputError(f"not a summ result: {where}: {first['msg']}") from None

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of ``to_dict``'s value."""
        from pydantic import TypeAdapter

        return TypeAdapter(cls).json_schema()
