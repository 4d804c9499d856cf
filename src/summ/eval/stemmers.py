"""Stemmers that ROUGE can be asked for: each name stands for a function from a word to its stem."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

Stemmer = Callable[[str], str]

STOP_WORDS_ADVICE = "python -m nltk.downloader stopwords (or set NLTK_DATA to a folder with corpora/stopwords/arabic)"


def light10(word: str) -> str:
    """Larkey, Ballesteros and Connell's light10 ("Light Stemming for Arabic Information Retrieval", 2007, table 1).

    Drops و before three letters or more, then one article (ال وال بال كال فال لل) before two or more, then, once each
    and in this order, the endings ها ان ات ون ين يه ية ه ة ي that leave two letters or more.
    """
    if word.startswith("و") and len(word) > 3:
        word = word[1:]
    for article in ("ال", "وال", "بال", "كال", "فال", "لل"):
        if word.startswith(article) and len(word) - len(article) >= 2:
            word = word[len(article) :]
            break
    for ending in ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
    return word


def isri() -> Stemmer:
    """NLTK's ISRI stemmer (Taghva, Elkhoury and Coombs 2005), which reduces a word to a root where it finds one."""
    from nltk.stem.isri import ISRIStemmer

    stem: Stemmer = ISRIStemmer().stem
    return stem


def snowball() -> Stemmer:
    """Snowball's Arabic stemmer, in C (PyStemmer)."""
    from Stemmer import Stemmer as Snowball

    stem: Stemmer = Snowball("arabic").stemWord
    return stem


def porter() -> Stemmer:
    """NLTK's Porter stemmer on words longer than three characters, as rouge_score and xl-sum's fork apply it."""
    from nltk.stem.porter import PorterStemmer

    stem = PorterStemmer().stem
    return lambda word: stem(word) if len(word) > 3 else word


def nltk_snowball(stop_words: frozenset[str], *, stateful: bool = False) -> Stemmer:
    """NLTK's Arabic Snowball stemmer on words longer than three characters, as xl-sum's fork applies it.

    Args:
        stop_words: words to leave as they are.
        stateful: NLTK never resets the flag ``suffixes_verb_step1_success``, so that a stem depends on the words
            stemmed before it. False resets it before every word; True keeps the flag, and so the order of words
            matters.
    """
    from nltk.stem.snowball import ArabicStemmer

    stemmer = ArabicStemmer()
    stemmer.stopwords = stop_words

    def stem(word: str) -> str:
        if len(word) <= 3:
            return word
        if not stateful:
            stemmer.suffixes_verb_step1_success = False
        stemmed: str = stemmer.stem(word)
        return stemmed

    return stem


@cache
def nltk_stop_words() -> tuple[str, frozenset[str]]:
    """NLTK's Arabic stop words from the user's nltk_data, and a name that tells its editions apart by their lines.

    Returns:
        ``nltk-753`` and the words (``nltk-248`` before October 2021), or ``none`` and no words where nltk_data lacks
        them; nothing is downloaded.
    """
    from nltk.corpus import stopwords

    try:
        raw: str = stopwords.raw("arabic")
    except (LookupError, OSError):
        return "none", frozenset()
    return f"nltk-{raw.count(chr(10))}", frozenset(raw.split())


def arabic_only(stem: Stemmer) -> Stemmer:
    """Leave numbers, words of other scripts and the particles of ``split_clitics`` as they are."""
    return lambda word: stem(word) if "\u0620" <= word[0] <= "\u06ff" and "+" not in word else word
