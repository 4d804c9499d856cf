"""How a text becomes words before ROUGE counts them: functions from a text to its lines, each a list of words.

The lines are the sentences of ROUGE-Lsum where those stand one a line; for other measures they are put together again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from ..text import apply_steps
from .chartable import make_table, replace

Lines = Callable[[str], list[list[str]]]

ASCII_WORDS = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz0123456789" else 32 for code in range(256))


def google_words(text: str) -> list[list[str]]:
    """The runs of a-z and 0-9 of the lower-cased text, as Google's rouge_score 0.1.2 finds them; all else separates."""
    lines = text.lower().encode("ascii", "replace").split(b"\n")
    return [line.translate(ASCII_WORDS).decode("ascii").split() for line in lines]


@lru_cache(maxsize=16)
def unicode_words(norm: tuple[str, ...] = ()) -> Lines:
    """A function that finds the words of a text, in any script.

    The text is normalized and lower-cased. A word is a run of letters with their marks; digits are words of their own
    (``عام2020م`` is three words, ``covid-19`` two, as ``covid19``). A number keeps its decimal part and loses its
    thousands separators, so that ``1,234.5`` equals ``١٬٢٣٤٫٥`` once digits are normalized. Apostrophes, hyphens and
    the underscore separate; symbols are left out.

    Args:
        norm: steps of ``summ.text.normalize``, by short name.
    """
    table = make_table(lambda char: _kept(apply_steps(char, norm)) if char not in COMBINING_HAMZA else "  ")

    def lines(text: str) -> list[list[str]]:
        lowered = text.lower()
        replaced = replace(lowered, table)
        if replaced is None:
            return [_find(line) for line in apply_steps(lowered, norm).split("\n")]
        return [_words_of(line) for line in replaced.split("\n")]

    return lines


SEPARATORS = ".,\u066b\u066c"
COMBINING_HAMZA = "\u0653\u0654\u0655"  # together with the letter before them they may be one letter
THOUSANDS = re.compile(r"(?<=\d),(?=(?:\d{3}[,.])*\d{3}(?!\d))")


def _kept(char: str) -> str:
    """What of a normalized character can be part of a word, and the line feed; the rest becomes a space."""
    if char in ("", "\n") or char.isalnum() or char in SEPARATORS or unicodedata.category(char[0])[0] == "M":
        return char
    return " "


def _words_of(line: str) -> list[str]:
    """The words of a line in which only letters, marks, digits and separators are left."""
    words = []
    for piece in line.split():
        if piece.isalpha() or (piece := piece.strip(SEPARATORS)).isalpha():  # nearly all of them
            words.append(piece)
        else:
            words += _find(piece)
    return words


def _find(text: str) -> list[str]:
    return [_plain(word) if word[0].isdecimal() else word for word in _pattern().findall(text)]


@cache
def _pattern() -> re.Pattern[str]:
    # Python's \w knows letters and digits of every script but not their combining marks, so the class is built here.
    marks = re.escape("".join(c for c in map(chr, range(0x110000)) if unicodedata.category(c)[0] == "M"))
    return re.compile(rf"\d+(?:[{SEPARATORS}]\d+)*|[^\W\d_]+(?:[{marks}]+[^\W\d_]*)*")


def _plain(number: str) -> str:
    """A number with a decimal point and no thousands separators, in the digits it came in."""
    return THOUSANDS.sub("", number.replace("\u066b", ".").replace("\u066c", ","))


def _clean(char: str) -> str:
    """What xl-sum's cleaning makes of a character: nothing, a space, or itself."""
    category = unicodedata.category(char)
    if char in "\t\n\r":
        return " "
    if category[0] == "C" or char == "\ufffd":
        return ""
    separates = category[0] in "PZ" or (char < "\x80" and category[0] == "S")
    return " " if separates else char


_clean_table = cache(lambda: make_table(_clean))


def _cleaned(text: str) -> list[str]:
    lowered = text.lower()
    cleaned = replace(lowered, _clean_table())
    return (cleaned if cleaned is not None else "".join(map(_clean, lowered))).split()


def xlsum_sentence_words(text: str) -> list[list[str]]:
    """The words of xl-sum's fork for ROUGE-Lsum: lower-cased, without control characters, split at punctuation."""
    return [_cleaned(line) for line in text.split("\n")]


def xlsum_words(text: str) -> list[list[str]]:
    """The words of csebuetnlp/xl-sum's multilingual_rouge_scoring (commit afcd803) for every measure but ROUGE-Lsum.

    After the cleaning of ``xlsum_sentence_words`` the fork runs OpenNMT's tokenizer in its "aggressive" mode, which
    separates letters from digits and makes each symbol a word, and sets each Chinese character apart. The text is one
    line to it.
    """
    words: list[str] = []
    for index, word in enumerate(_cleaned(text)):
        if word.isalpha() and not CHINESE.search(word):  # by far the most common case
            words.append(word)
        else:
            words.extend(CHINESE.sub(r" \g<0> ", " ".join(_aggressive(word, index == 0))).split())
    return [words]


# The blocks that BERT's tokenizer, and the fork after it, counts as Chinese characters.
CHINESE = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f]"
)
# OpenNMT's tokenizer keeps these signs for itself and writes others in their place.
RESERVED = {"\u2581": "_", "\uffed": "\u25a0", "\uffe8": "\u2502"}


def _aggressive(word: str, first: bool) -> list[str]:
    """Cut one word where its letters, digits and symbols meet; marks stay with what they follow.

    Marks at the beginning of a word have only the space before them to follow: OpenNMT's tokenizer then writes that
    space as ``\uff050020``, except at the beginning of the text.
    """
    pieces: list[str] = []
    before = ""
    for char in word:
        kind = unicodedata.category(char)[0]
        if kind == "M" and pieces:
            pieces[-1] += char
            continue
        if kind == "M":
            pieces.append(char if first else "\uff050020" + char)
        elif kind == before and kind in "LN":
            pieces[-1] += char
        else:
            pieces.append(RESERVED.get(char, char))
        before = kind
    return pieces
