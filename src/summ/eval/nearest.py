"""Names that are close to one that does not exist, for error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str:
    """``; did you mean …?`` with the closest names, or all of them where none is close."""
    known = list(names)
    folded = {known_name.lower(): known_name for known_name in known}
    close = [folded[match] for match in get_close_matches(name.lower(), folded, n=3, cutoff=0.5)]
    return f"; did you mean {' or '.join(close)}?" if close else f"; known: {', '.join(known)}"
