"""A translation far too short or too long for its source."""

from __future__ import annotations

from typing import Final

from ..result import Notice

# Characters of a translation for each of its source. Between human Arabic sources and English references the ratio is
# 0.8 to 1.7 for nine in ten sentences; the bounds are far outside, and wider for short texts.
SHORTEST: Final = 0.35
LONGEST: Final = 3.5
SLACK: Final = 25  # characters


def check_length(source: str, target: str, start: int, end: int) -> list[Notice]:
    """A ``length-ratio`` notice if the target's length is out of all proportion; an empty target gives none."""
    ours, theirs = len(source.strip()), len(target.strip())
    if not ours or not theirs or ours * SHORTEST - SLACK <= theirs <= ours * LONGEST + SLACK:
        return []
    word = "short" if theirs < ours else "long"
    return [Notice("length-ratio", f"the translation looks too {word}: {theirs} characters for {ours}", start, end)]
