"""What can be verified about a translation without a reference. Everything found is a notice, never an error."""

from __future__ import annotations

from ..result import Notice
from .length import check_length
from .names import check_names
from .numbers import check_numbers
from .repetition import check_repetition

__all__ = ["check_length", "check_names", "check_numbers", "check_repetition", "check_translation"]


def check_translation(source: str, target: str, start: int, end: int) -> list[Notice]:
    """Compare a piece of an article with its translation.

    Args:
        source: the characters ``start`` to ``end`` of the article.
        target: their translation; an empty one gives no notices, since whoever made it knows.
        start, end: offsets into the article.

    Returns:
        Notices with the codes ``number-missing``, ``number-unsupported``, ``name-missing``, ``repetition`` and
        ``length-ratio``, those of the source's own place first.
    """
    if not source.strip() or not target.strip():
        return []
    return [
        *check_numbers(source, target, start, end),
        *check_names(source, target, start),
        *check_repetition(source, target, start, end),
        *check_length(source, target, start, end),
    ]
