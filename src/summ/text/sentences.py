"""Sentences of Arabic news text, with offsets into the original string.

What is decided, and how (rules set by reading news, encyclopaedia and web text; no model, no training):

- A line break of any kind (those of ``str.splitlines``) always ends a sentence, so headlines, list items and bylines
  stand alone. Hard-wrapped text must be unwrapped before.
- ``. ! ? ؟ … ۔`` end a sentence, with the quotes, brackets and footnote numbers that close after them.
  ``، , ؛ : ;`` never do.
- The mark may be glued to the next sentence (``الامتثال.ووصف``), as Arabic news has it, when the word before it is not
  an abbreviation, and what follows is not the rest of a number, address, file name or acronym (``بي.بي.سي``).
- The full stop of an abbreviation (``د.``, ``U.S.``, ``Inc.``, initials) ends a sentence only before a word that opens
  one (``وقال``).
- Dots in a row are one mark. They end a sentence, except within brackets, after a word that cannot end one (``هل..``),
  after a comma, before ``إلخ``, and two dots after a label of one or two words (``مصر.. مقتل``).
- Sentences inside a long quotation are sentences of their own; a question or exclamation that is quoted inside a
  sentence (``سأل: "متى نعود؟" قبل أن يرحل``), or anything inside short round brackets, does not cut the sentence
  around it.
- A numbering (``1.``, ``أ.``) belongs to the item that it numbers.

Time is linear: each mark looks at a bounded stretch of text around it.
"""

from __future__ import annotations

import re
from typing import Final

from .abbreviations import fold
from .boundaries import cry_ends, dots_end, inside_brackets, stop_ends
from .characters import INVISIBLE, LINE_BREAKS
from .types import Sentence

_END: Final = ".!?؟…۔。！？⁇⁈⁉‼"

# A line break, or marks in a row with at most a little space between them. Possessive, so that nothing is read twice.
# Full stops within numbers (1.2.3) and rows of initials (a.b.c) are left out here: text may be made of nothing else.
# The first class says nothing new; with it in front, the search goes from mark to mark without trying every letter.
_MARK: Final = re.compile(
    rf"[{LINE_BREAKS}{_END}](?:(?<=[{LINE_BREAKS}])[{LINE_BREAKS}]*+"
    rf"|(?<=[{_END}])(?!(?<=\d\.)\d|(?<=\W\w\.)\w\.)[{_END}]*+(?:[ \t\xa0{INVISIBLE}]{{0,2}}+[{_END}]++)*+)"
)
_DOTS: Final = re.compile(r"[.…\s]*")
_WORD_CHAR: Final = re.compile(r"\w")
_VISIBLE: Final = re.compile(rf"[^\s{INVISIBLE}]")
_NUMBERING: Final = re.compile(
    r"[\W_]*+(?:\d{1,2}(?:[.\-]\d{1,3})*|[^\W\d_]|[ivxlcIVXLC]{1,5}|اولا|ثانيا|ثالثا|رابعا|خامسا|سادسا)[\s)\-]*"
)
_NOTE: Final = re.compile(r"(?:[ ]?\[[^\[\]\n]{1,24}\])+|\(\d{1,3}\)|[¹²³⁰-⁹]+")
_CLOSED_APART: Final = re.compile(rf"[ \t\xa0]+([\"»”])(?=[\s{_END}،,؛]|\Z)")
_CLOSERS: Final = frozenset("»”’›)]}﴾")
_ENDS: Final = frozenset(_END)
_BREAKS: Final = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")  # LINE_BREAKS, one by one
_UNDECIDED: Final = frozenset("\"'“‘")
_UNFINISHED_BY: Final = frozenset("،؛,;:")
_AFTER_CLOSED: Final = _CLOSERS | _ENDS | _UNDECIDED | _UNFINISHED_BY


def split_sentences(text: str) -> list[Sentence]:
    """Split a text into sentences.

    Sentences are in order, do not overlap, and hold ``text[s.start:s.end] == s.text`` without white space around them.
    What lies between them is white space, or a line of nothing but invisible marks (zero-width and bidi controls), so
    sentences and gaps together rebuild the text. Every string is accepted.

    Args:
        text: any string; offsets count its characters (code points).
    """
    return [Sentence(text[start:end], start, end) for start, end in _Scanner(text).spans()]


class _Scanner:
    """One pass over a text, from mark to mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[tuple[int, int]] = []
        self.start = 0  # where the sentence so far begins
        self.line_start = 0
        self.seen = 0  # the sentence so far has no word character before this place
        self.has_word = False
        self.quotes_to = 0  # ASCII quotes of this line are counted up to here
        self.quotes = 0

    def spans(self) -> list[tuple[int, int]]:
        text, done = self.text, 0
        for mark in _MARK.finditer(text):
            a, b = mark.span()
            if text[a] in _BREAKS:
                self._close(a)
                self.start = self.line_start = self.seen = self.quotes_to = b
                self.has_word, self.quotes = False, 0
                continue
            if a < done:
                continue
            done = b
            if b == len(text) or text[b] in _BREAKS:
                continue  # the sentence ends with its line
            if not self.has_word:
                self.has_word = _WORD_CHAR.search(text, self.seen, a) is not None
                self.seen = b
            if not self.has_word or (a - self.start <= 24 and _NUMBERING.fullmatch(fold(text[self.start : a]))):
                continue
            done, last = self._tail(b)
            if done < len(text) and self._ends(a, b, done, last):
                self._close(done)
                self.start = self.seen = done
                self.has_word = False
        self._close(len(text))
        return self.found

    def _ends(self, a: int, b: int, end: int, last: int) -> bool:
        text = self.text
        if text[end] in _UNFINISHED_BY or text[end] in _BREAKS:
            return False  # at a break the sentence ends anyway
        if last > b:  # a second mark after the closing quotes, as in ?". : that one decides
            ends = text[end].isspace() or not text[end].isdigit()
        elif b - a == 1 and text[a] == ".":
            ends = stop_ends(text, self.start, a, b, end)
        elif _DOTS.fullmatch(text, a, b):
            ends = dots_end(text, self.start, a, b, end)
        else:
            ends = cry_ends(text, self.start, a, b, end)
        return ends and not inside_brackets(text, self.start, a, end)

    def _tail(self, b: int) -> tuple[int, int]:
        """Where the quotes, brackets and notes that close after a mark end, and where the last mark among them ends."""
        text, end, last = self.text, b, b
        size = len(text)
        if text[b : b + 1].isspace() and text[b + 1 : b + 2].isalpha():
            return b, b  # nothing closes, as after most marks
        while end < size:
            char = text[end]
            if char in _CLOSERS or (char in _UNDECIDED and self._closes(end)):
                end += 1
            elif char in _ENDS:
                end = last = end + 1
            elif note := _NOTE.match(text, end):
                end = note.end()
            elif not _VISIBLE.match(char) and not char.isspace():
                end += 1
            else:
                apart = _CLOSED_APART.match(text, end)
                if not apart or (apart[1] == '"' and not self._odd(apart.start(1))):
                    break
                end = apart.end()
        return end, last

    def _closes(self, at: int) -> bool:
        """Whether a quotation mark that can open or close does close: nothing to open follows, or one is open."""
        after = self.text[at + 1 : at + 2]
        if not after or after.isspace() or after in _AFTER_CLOSED:
            return True
        return self.text[at] == '"' and self._odd(at)

    def _odd(self, at: int) -> bool:
        if at > self.quotes_to:
            self.quotes += self.text.count('"', self.quotes_to, at)
            self.quotes_to = at
        return self.quotes % 2 == 1

    def _close(self, end: int) -> None:
        """End the sentence so far at ``end``; what has no word in it joins the sentence before it in the same line."""
        text = self.text
        piece = text[self.start : end].lstrip()
        if not _VISIBLE.search(piece):
            return
        begin = end - len(piece)
        stop = begin + len(piece.rstrip())
        if not _WORD_CHAR.search(piece) and self.found and self.found[-1][0] >= self.line_start:
            self.found[-1] = (self.found[-1][0], stop)
        else:
            self.found.append((begin, stop))
