"""What comes in: an article. Offsets anywhere in summ refer to ``Article.text``, which is never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unicodedata import category

from .errors import InputError

T = TypeVar("T")


def _visible(character: str) -> bool:
    return not character.isspace() and category(character) not in ("Cc", "Cf")


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    Attributes:
        text: the article as it was given, headline included where the source has it as its first line.
        title: a headline that is *not* part of ``text``, or None.
        id: the caller's identifier, carried through to the result.
        metadata: anything else that came with the record, carried through untouched.
    """

    text: str
    title: str | None = None
    id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, value: str | Article | Mapping[str, Any], *, where: str = "article") -> Article:
        """Make an article of a string, an article or a mapping with ``text`` (and ``title``, ``id``, others).

        Raises:
            InputError: for any other type, a missing ``text``, or a text without one visible character.
        """
        if isinstance(value, Article):
            article = value
        elif isinstance(value, str):
            article = cls(value)
        elif isinstance(value, Mapping):
            if not isinstance(value.get("text"), str):
                found = type(value["text"]).__name__ if "text" in value else "no such key"
                raise InputError(f'{where}: "text" must be a string, but it is {found}')
            rest = {k: v for k, v in value.items() if k not in ("text", "title", "id")}
            title, identity = value.get("title"), value.get("id")
            article = cls(
                value["text"], None if title is None else str(title), None if identity is None else str(identity), rest
            )
        else:
            raise InputError(
                f'{where}: expected a string, an Article or a dict with "text", not {type(value).__name__}'
            )
        if not any(_visible(c) for c in article.text):
            raise InputError(f"{where}: the article is empty; give it at least one sentence")
        try:
            article.text.encode("utf-8")
        except UnicodeEncodeError as error:
            reason = f"character {error.start} is half of a surrogate pair, which is no text"
            raise InputError(f"{where}: {reason}; mend how it was decoded") from None
        return article


def listed(texts: Iterable[T] | str, what: str) -> Iterable[T]:
    """``texts``, unless it is one string, whose letters nobody means.

    Raises:
        InputError: for a string.
    """
    if isinstance(texts, str):
        raise InputError(f"expected a list of {what}, not one string: give [text], or call the object itself")
    return texts


def read_all(values: Iterable[str | Article | Mapping[str, Any]] | str, what: str) -> list[Article]:
    """All articles at once; what is wrong with one is said with its number, from 1, if there are several.

    Raises:
        InputError: for a string, and for what ``Article.of`` refuses.
    """
    given = list(listed(values, f"{what}s"))
    return [Article.of(v, where=f"{what} {i}" if len(given) > 1 else what) for i, v in enumerate(given, start=1)]


def numbered(values: Iterable[str | Article | Mapping[str, Any]] | str, what: str) -> Iterator[Article]:
    """Articles one by one; what is wrong with one is said with its number, from 1, when it is read.

    Raises:
        InputError: at once for a string, and for what ``Article.of`` refuses.
    """
    return (Article.of(v, where=f"{what} {i}") for i, v in enumerate(listed(values, f"{what}s"), start=1))
