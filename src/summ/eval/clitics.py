"""Written-together Arabic words cut into the words they are made of, by rule.

Arabic writes conjunctions, prepositions, the article and object pronouns onto the word: ``وبالمدرسة`` is and + in + the
+ school. Cut apart, such words match where only the particle differs. The rules are few and careful, in the manner of
the ATB and D3 schemes (Habash and Sadat 2006) without their morphological analyser:

- the article ``ال`` (written ``ل`` after the preposition ``ل``) is cut off, and with it a preposition ``ب ك ل`` and a
  conjunction ``و ف`` before it, where three letters or more remain;
- the pronouns ``ها هم هن هما كم كما نا`` are cut off the end where three letters or more remain, unless the word has an
  article.

A ``و`` or ``ب`` before a word without article is left alone: nothing but a dictionary tells ``وزير`` from ``و`` and
``زير``.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ARTICLE = re.compile("(?P<conjunction>[وف]?)(?P<preposition>[بك]?)(?P<article>ال)(?P<word>\\w{3,})")
_TO_THE = re.compile("(?P<conjunction>[وف]?)(?P<preposition>ل)(?P<article>ل)(?P<word>\\w{3,})")
_PRONOUN = re.compile("(?P<word>\\w{3,}?)(?P<pronoun>هما|كما|ها|هم|هن|كم|نا)")
_WHOLE = re.compile("والد(?:ه|ة|ي|ته|تها|تي|ها|هم|ين|ان)?")


@lru_cache(maxsize=1 << 16)
def split_clitics(word: str) -> tuple[str, ...]:
    """The parts of a word: particles with ``+`` after them, the word itself, a pronoun with ``+`` before it."""
    if _WHOLE.fullmatch(word):
        return (word,)
    if found := _ARTICLE.fullmatch(word) or _TO_THE.fullmatch(word):
        article = "ال+"
        particles = [part + "+" for part in (found["conjunction"], found["preposition"]) if part]
        return (*particles, article, found["word"])
    if found := _PRONOUN.fullmatch(word):
        return (found["word"], "+" + found["pronoun"])
    return (word,)
