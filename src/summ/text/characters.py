"""Character classes that several modules use inside ``[]`` of a pattern."""

from __future__ import annotations

from typing import Final

INVISIBLE: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Zero-width characters, bidi controls, soft hyphen and byte order mark."""

VOWEL_MARKS: Final = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
"""Vowel marks and Quranic signs, which stand on letters."""

LINE_BREAKS: Final = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` takes for the end of a line."""
