"""Does this mark end a sentence? One question a mark, answered from a bounded stretch of text on both sides.

All functions take the whole text, ``start`` (where the sentence so far begins), the mark's span ``text[a:b]``, and
``end``, the place behind the quotes and brackets that close after the mark.
"""

from __future__ import annotations

import re
from typing import Final

from .abbreviations import (
    AMBIGUOUS_LETTER_NAMES,
    ARABIC_DOMAIN_ENDINGS,
    BRANDS,
    CONJUNCTIONS,
    CONTINUING,
    ENGLISH_OPENERS,
    ET_CETERA,
    FILE_AND_DOMAIN_ENDINGS,
    LATIN_ABBREVIATIONS,
    LETTER_NAMES,
    LETTERED,
    NEVER_LAST,
    OPENERS,
    REPORTING,
    TIME_WORDS,
    TITLES,
    UNITS,
    WORDS_LIKE_LETTERS,
    fold,
)
from .characters import INVISIBLE, VOWEL_MARKS

_LETTER: Final = rf"(?:[^\W\d_]|[{VOWEL_MARKS}{INVISIBLE}])"
_WORD: Final = re.compile(rf"{_LETTER}*+")
_NEXT_WORD: Final = re.compile(rf"[\s{INVISIBLE}«»\"'“”‘’(\[{{]*+({_LETTER}{{1,32}}+)(\.?)")
_LATIN_RUN: Final = re.compile(r"[A-Za-z0-9]{1,12}+(?![A-Za-z0-9])")
_ERA_OR_UNIT: Final = re.compile(r"[\d°]\W?\s?[مهصغل]ـ*\Z|/[سث]\Z")
_CLOCK_TIME: Final = re.compile(r"\d[.:]\d\d\s?[مص]\Z")
_BEFORE_CHRIST: Final = re.compile(r"(?<!\w)ق\s?\.?\s?م\Z|\dق\s?\.\s?م\Z")
_SHORT_NUMBER: Final = re.compile(r"(?:([:؛]\s?)|[^\W\d_]\s)(\d)\Z")
_SECOND_ITEM: Final = re.compile(r"\s[2٢]\.\s")
_ITEM: Final = re.compile(r"(?:\A|\s)(\d)\.\s")
_DATE_AFTER: Final = re.compile(r"[^\W\d_]{3,12}+\.\d")
_INITIAL_BEFORE: Final = re.compile(r"\w\.\w\Z|(?<!\w)\w\.\s\w\Z")
_BRACKET_REACH: Final = 400
_LIST_REACH: Final = 200
_FRONTED: Final = 5
_JOINERS: Final = frozenset("/\\-_@=&%+~")
_CLOSING_BRACKETS: Final = frozenset(")]}")
_QUOTES: Final = frozenset("\"'«»“”„‘’‹›")
_OPENS: Final = OPENERS | ENGLISH_OPENERS
_OPENING: Final = frozenset("،؛,;:([{«“")


def is_rtl(char: str) -> bool:
    """Whether a character belongs to a right-to-left script (letters, marks and signs alike)."""
    return "\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"


def inside_brackets(text: str, start: int, a: int, end: int) -> bool:
    """Whether the mark stands within short round brackets that opened in the middle of the sentence."""
    opened = text.rfind("(", max(start, a - _BRACKET_REACH), a)
    if opened < 0 or text.find(")", opened, a) >= 0 or _begins_with_bracket(text, start, opened):
        return False
    if ")" in text[a:end]:
        return False
    closed = text.find(")", end, end + _BRACKET_REACH)
    return closed >= 0 and text.find("(", end, closed) < 0 and len(text[end:closed].splitlines()) <= 1


def stop_ends(text: str, start: int, a: int, b: int, end: int) -> bool:
    """Whether a single full stop ends the sentence."""
    before, glued = text[a - 1], not text[end].isspace()
    if glued and not _may_be_glued(text, a, b, end):
        return False
    following, dotted = _word_after(text, end)
    if before.isdigit():
        if glued and len(following) == 1 and is_rtl(following):
            return False  # an article of a law: 3.a
        return not (_numbers_an_item(text, start, a, end) or (glued and _DATE_AFTER.match(text, end)))
    if before.isspace():  # "2003 م ." and "د . سالم"
        a = _before_blanks(text, start, a)
        if is_rtl(text[a - 1]) and len(fold(raw := _word_before(text, start, a))) == 1:
            return _letter_ends(text, start, a, len(raw), following)
        return True
    raw = _word_before(text, start, a)
    word = fold(raw)
    if not word:
        return end == b or following not in REPORTING
    bracketed = _closes_bracket(text, b, end)
    if word in ET_CETERA:
        return not bracketed
    if len(word) == 2 and glued and dotted and len(following) == 1:
        return False  # "wa-A.D." of a professor, with the conjunction before it
    if word in TITLES or (len(word) == 1 and bracketed):
        return not bracketed and following in _OPENS
    if len(word) == 1:
        opens = following in _OPENS
        if is_rtl(word):
            return _letter_ends(text, start, a, len(raw), following)
        if glued or _INITIAL_BEFORE.search(text[max(start, a - 5) : a]):
            return opens
        return opens or (following == "" or is_rtl(following[0]))
    if word in UNITS and text[max(start, a - len(raw) - 2) : a - len(raw)].strip()[-1:].isdigit():
        return following not in CONTINUING
    if word in LETTER_NAMES:
        return _spelled_out_ends(text, start, a, raw, following, dotted, glued)
    if raw in LATIN_ABBREVIATIONS:
        return not bracketed and following in _OPENS
    return end == b or following not in REPORTING


def dots_end(text: str, start: int, a: int, b: int, end: int) -> bool:
    """Whether dots in a row end the sentence."""
    stem = _before_blanks(text, start, a)
    if stem == start or text[stem - 1] in _OPENING or _closes_bracket(text, b, end):
        return False
    if text[stem - 1] in _QUOTES and (stem - 2 < start or text[stem - 2].isspace()):
        return False
    following = _word_after(text, end)[0]
    if following in ET_CETERA or fold(_word_before(text, start, stem)) in NEVER_LAST:
        return False
    if text[a:b] == ".." and stem - start < 40 and len(text[start:stem].split()) <= 2:
        return following[:1] == "و" and following in OPENERS
    return text[end].isspace() or _may_be_glued_mark(text, a, end)


def cry_ends(text: str, start: int, a: int, b: int, end: int) -> bool:
    """Whether question or exclamation marks end the sentence."""
    if text[a - 1] == "(" or not (text[end].isspace() or _may_be_glued_mark(text, a, end)):
        return False
    following = _word_after(text, end)[0]
    if _closes_bracket(text, b, end):
        return _begins_with_bracket(text, start, text.find("(", start, start + 8))
    if b < end and text[b] in _QUOTES:
        return following in CONJUNCTIONS or (following[:1] == "و" and len(following) > 2)
    return following in _OPENS or fold(_word_before(text, start, a)).lower() not in BRANDS


def _before_blanks(text: str, start: int, a: int) -> int:
    while a > start and text[a - 1].isspace():
        a -= 1
    return a


def _numbers_an_item(text: str, start: int, a: int, end: int) -> bool:
    """Whether the full stop belongs to a number that counts the items of a list within the line."""
    found = _SHORT_NUMBER.search(text[max(start, a - 8) : a])
    if not found:
        return False
    if found[1]:
        return True
    number = int(found[2])
    if number == 1:
        return bool(_SECOND_ITEM.search(text, end, end + _LIST_REACH))
    return any(int(each) == number - 1 for each in _ITEM.findall(text, max(start, a - _LIST_REACH), a))


def _closes_bracket(text: str, b: int, end: int) -> bool:
    """Whether a bracket closes right behind the mark, or behind the quotes after it; a footnote's bracket does not."""
    while b < end and text[b] in _QUOTES:
        b += 1
    return b < end and text[b] in _CLOSING_BRACKETS


def _begins_with_bracket(text: str, start: int, opened: int) -> bool:
    return 0 <= opened - start < 8 and not text[start:opened].strip()


def _word_before(text: str, start: int, a: int) -> str:
    window = text[max(start, a - 32) : a][::-1]
    return _WORD.match(window)[0][::-1]  # type: ignore[index]  # the pattern matches the empty string


def _word_after(text: str, end: int) -> tuple[str, bool]:
    """The next word, folded, past blanks and opening quotes, and whether a full stop is glued to it."""
    found = _NEXT_WORD.match(text, end)
    return (fold(found[1]), bool(found[2])) if found else ("", False)


def _letter_ends(text: str, start: int, a: int, length: int, following: str) -> bool:
    """The full stop after one Arabic letter: a title or initial, an era or unit after a number, the name of a kind."""
    window = text[max(start, a - 12) : a]
    era, before_christ = _ERA_OR_UNIT.search(window), _BEFORE_CHRIST.search(window)
    if not (era or before_christ):
        return following in _OPENS or _of_a_kind(text, start, a - length)
    opening = text[start:a].split() if a - start <= 60 else []
    if 0 < len(opening) <= _FRONTED and fold(opening[0]) in TIME_WORDS:
        return False  # "In the year 1258 AD. Baghdad fell": the date only opens the sentence
    if following in _OPENS and _CLOCK_TIME.search(window):
        return True  # "at 5.30 p.m. Then": after a year, "then" would go on
    if following in _OPENS or (following[:1] == "و" and following[:3] != "وال"):
        return following not in CONTINUING
    return bool(era) and following not in CONTINUING


def _of_a_kind(text: str, start: int, begin: int) -> bool:
    """Whether the word before is one that takes a letter as its name: vitamin D, type B."""
    return begin > start and fold(_word_before(text, start, begin - 1)) in LETTERED


def _spelled_out_ends(text: str, start: int, a: int, raw: str, following: str, dotted: bool, glued: bool) -> bool:
    """The full stop after the Arabic name of a Latin letter: part of an acronym, an initial, or the end."""
    begin = a - len(raw)
    earlier = begin
    while earlier > start and text[earlier - 1] in ". ":
        earlier -= 1
    previous = fold(_word_before(text, start, earlier)) in LETTER_NAMES
    chained = previous and "." in text[earlier:begin]
    if following in LETTER_NAMES and (chained or dotted or following not in AMBIGUOUS_LETTER_NAMES):
        return False
    if chained or not (previous or glued or fold(raw) in WORDS_LIKE_LETTERS):
        return following in _OPENS or following[:1] == "و" or _of_a_kind(text, start, begin)
    return True


def _may_be_glued(text: str, a: int, b: int, end: int) -> bool:
    """Whether a full stop with no blank after it can be the end of a sentence."""
    before, after = text[a - 1], text[end]
    if after.isdigit():
        return False
    if is_rtl(after):
        return end > b or _word_after(text, end)[0] not in ARABIC_DOMAIN_ENDINGS
    if after.isalpha():
        if end > b:
            return True
        if is_rtl(before):
            run = _LATIN_RUN.match(text, end)
            return run is None or run[0].lower() not in FILE_AND_DOMAIN_ENDINGS
        if before.islower():
            word, dotted = _word_after(text, end)
            return word in ENGLISH_OPENERS and not dotted
        return not (before.isspace() or before.isalnum())
    return after not in _JOINERS


def _may_be_glued_mark(text: str, a: int, end: int) -> bool:
    before, after = text[a - 1], text[end]
    if after in _JOINERS:
        return False
    return is_rtl(before) or is_rtl(after) or not after.isalnum()
