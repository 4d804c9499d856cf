"""Hypotheses beside their references, checked once, before anything is scored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import InputError

References = Sequence[str] | Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Hypotheses and references that belong together.

    Attributes:
        ids: one a document; the document's number, from 1, where none was given.
        hypotheses: one a document.
        references: one list a document, none of them without a reference.
        notices: what the reader of a score should know, one line each.
    """

    ids: tuple[str, ...]
    hypotheses: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    notices: tuple[str, ...] = ()

    @property
    def sizes(self) -> list[int]:
        """References of each document."""
        return [len(references) for references in self.references]

    @property
    def empty_hypotheses(self) -> int:
        """Hypotheses without one visible character."""
        return sum(not text.strip() for text in self.hypotheses)

    def fingerprint(self) -> str:
        """A short digest of the references, so that scores against other references are not taken for comparable."""
        digest = hashlib.sha256()
        for references in self.references:
            digest.update("\x1e".join(references).encode("utf-8", "surrogatepass") + b"\x1d")
        return digest.hexdigest()[:16]


def make_corpus(
    hypotheses: Sequence[str],
    references: References,
    *,
    ids: Sequence[str] | None = None,
    empty_references: Literal["error", "zero"] = "error",
    name: str = "hypotheses",
) -> Corpus:
    """Check and pair hypotheses and references.

    Args:
        references: one string a document, or one list of strings a document (not one list a set of references).
        ids: one a document.
        empty_references: what to do with a reference without a visible character.
        name: what to call the hypotheses in messages.

    Raises:
        InputError: unequal counts, a wrong type, a document without a reference, no document at all.
    """
    if isinstance(hypotheses, str) or isinstance(references, str):
        raise InputError(
            f"{name} and references: expected lists of strings, not one string; put single texts in a list"
        )
    ours = tuple(hypotheses)
    theirs = tuple(tuple(item) if isinstance(item, list | tuple) else (item,) for item in references)
    names = tuple(map(str, ids)) if ids is not None else tuple(map(str, range(1, max(len(ours), len(theirs)) + 1)))
    if len(ours) != len(theirs):
        _unequal(name, ours, theirs, names)
    if len(names) < len(ours):
        raise InputError(f"{len(names)} ids for {len(ours)} {name}: give one id a document")
    if not ours:
        raise InputError(f"no {name} to score: the lists are empty")
    empty = []
    for identity, hypothesis, group in zip(names, ours, theirs, strict=False):
        if not isinstance(hypothesis, str):
            raise InputError(f"{name}: document {identity} is {type(hypothesis).__name__}, not a string")
        if not group:
            raise InputError(f"references: document {identity} has no reference")
        for text in group:
            if not isinstance(text, str):
                raise InputError(f"references: document {identity} has {type(text).__name__}, not a string")
            if not text.strip():
                empty.append(identity)
    notices = []
    if empty:
        if empty_references == "error":
            count = f"{len(empty)} in all" if len(empty) > 1 else "the only one"
            raise InputError(f"references: document {empty[0]} has an empty reference ({count}); give it a text")
        notices.append(f"{len(empty)} empty references score 0: documents {_some(empty)}")
    blank = [identity for identity, text in zip(names, ours, strict=False) if not text.strip()]
    if blank:
        notices.append(f"{len(blank)} of {len(ours)} {name} are empty and score 0: documents {_some(blank)}")
    return Corpus(names[: len(ours)], ours, theirs, tuple(notices))


def _unequal(name: str, ours: Sequence[str], theirs: Sequence[Sequence[str]], ids: Sequence[str]) -> None:
    if theirs and all(len(group) == len(ours) for group in theirs) and len(ours) > 1:
        raise InputError(
            f"references: {len(theirs)} lists of {len(ours)} texts look like one list a set of references; "
            "give one list a document: list(zip(*references))"
        )
    first = min(len(ours), len(theirs))
    missing = "reference" if len(theirs) < len(ours) else "hypothesis"
    where = ids[first] if first < len(ids) else str(first + 1)
    raise InputError(
        f"{len(ours)} {name} but {len(theirs)} references: document {where} is the first without a {missing}"
    )


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
