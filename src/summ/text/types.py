"""The records that the text layer hands out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands: ``text == original[start:end]``, without surrounding white space."""

    text: str
    start: int
    end: int
