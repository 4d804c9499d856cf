"""Writing direction: which way a text runs, and names in another script kept together within it.

Browsers order mixed text by the Unicode Bidirectional Algorithm (UAX 9). It goes wrong where runs of the other script
meet: in ``Jack Ma، Pan Gongsheng`` within Arabic, the comma joins both names to one left-to-right run and the second is
read first. ``<bdi>`` isolates each run, which changes the order on screen and not one character of the text.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from markupsafe import Markup, escape

Direction = Literal["rtl", "ltr"]

_RTL: Final = "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RTL_LETTER: Final = rf"(?=[{_RTL}])[^\W\d_]"
_LTR_LETTER: Final = rf"(?![{_RTL}])[^\W\d_]"
_MARKS: Final = "\u0300-\u036f\u064b-\u065f\u0670"
_JOINERS: Final = r" .&'’@:/_+?=%~#-"


def _runs(letter: str) -> re.Pattern[str]:
    """Words of a script, and what joins them: spaces, digits, the punctuation of names and addresses."""
    return re.compile(rf"{letter}(?:{letter}|[{_MARKS}]|\d|[{_JOINERS}]{{1,3}}(?={letter}|\d))*[+#]*")


_OTHER: Final[dict[Direction, re.Pattern[str]]] = {"rtl": _runs(_LTR_LETTER), "ltr": _runs(_RTL_LETTER)}
_LETTERS: Final[dict[Direction, re.Pattern[str]]] = {"rtl": re.compile(_RTL_LETTER), "ltr": re.compile(_LTR_LETTER)}
_SAMPLE: Final = 20_000  # characters read; a direction shows long before


def direction(text: str) -> Direction:
    """The direction of most letters; ``rtl`` when there are none.

    A majority, not the first strong character (``dir="auto"``): many Arabic sentences begin with a Latin name.
    """
    sample = text[:_SAMPLE]
    rtl, ltr = (len(_LETTERS[way].findall(sample)) for way in ("rtl", "ltr"))
    return "ltr" if ltr > rtl else "rtl"


def isolate(text: str, base: Direction) -> Markup:
    """A text as HTML: escaped, and each run of the script that runs against ``base`` within ``<bdi>``."""
    parts: list[Markup] = []
    done = 0
    for run in _OTHER[base].finditer(text):
        parts += [escape(text[done : run.start()]), Markup("<bdi>"), escape(run[0]), Markup("</bdi>")]
        done = run.end()
    return Markup("").join([*parts, escape(text[done:])])
