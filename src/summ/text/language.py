"""Which language a text is in: enough to tell Arabic from what an Arabic model cannot read.

The languages written in Arabic script are told apart word by word: by letters that Arabic does not have, and by their
most frequent words. A Persian letter that slipped into an Arabic article is then one word among hundreds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from summ.result import Notice

from .memo import Memo
from .normalise import apply_steps
from .script import letters_by_script, script_of

NAMES: Final = {
    "ar": "Arabic",
    "fa": "Persian",
    "ur": "Urdu",
    "ckb": "Kurdish (Sorani)",
    "ps": "Pashto",
    "ug": "Uyghur",
    "sd": "Sindhi",
    "he": "Hebrew",
    "en": "English",
    "fr": "French",
    "de": "German",
    "es": "Spanish",
    "tr": "Turkish",
}

_SAMPLE: Final = 200_000  # characters that are read; a language shows long before
_FEWEST: Final = 2  # words that must speak for another language in Arabic script,
_ENOUGH: Final = 0.15  # and the share of the words that they must be
_LATIN_ENOUGH: Final = 0.08  # share of frequent words that makes Latin letters a known language
_ARABIC_PROSE: Final = 0.3  # share of Arabic letters from which a text is Arabic prose full of Latin names
_CLEAN: Final = ("forms", "invis", "diac", "tatweel")
_FOLD: Final = (*_CLEAN, "var", "alef")

# Letters that a language uses and Arabic does not. Shared letters speak for every language that has them.
_LETTERS: Final = {
    "fa": frozenset("پچژگکی"),
    "ur": frozenset("ٹڈڑںےہھگچپکی"),
    "ckb": frozenset("ێۆڕڵەڤپچژگکی"),
    "ps": frozenset("ټډړږښڼځڅېۍګپچژکی"),
    "ug": frozenset("ېۇۆۈۋەڭپچژگ"),
    "sd": frozenset("ڪڳٻڄڃٿڏڌڊڍٽڦڻڱپچگ"),
}

# Frequent words. For languages in Arabic script: only such as are no Arabic words, in the spelling of _FOLD either.
_WORDS: Final = {
    "ar": """
        من في على إلى عن أن إن التي الذي الذين هذا هذه ذلك تلك مع كان كانت قد لم لن لا ما بعد قبل بين كل أو ثم حيث كما
        وقال قال وقد وفي ومن خلال عام عند حتى غير بعض أي ليس لكن هو هي أنا
        اللي مش ده دي عشان علشان بتاع كده كمان احنا زي إيه فيه
        """,
    "fa": """
        در از که را است برای می ها های خود یک تا دارد نیز بود باید کند گفت کشور شود کرده روز پس هر چه نمی اگر شده با وی
        آنها دیگر بسیار نفر همه چند توسط
        """,
    "ur": "کے میں ہے سے کا کو نے اور پر یہ ہیں اس کہ ایک کیا تھا بھی گیا وہ تو کر لیے تھے نہیں جو اپنے رہا ہوئے گی تھی",
    "ckb": "لە بە کە بۆ ئەم ئەو لەگەڵ دەکات بوو یان هەر دوای سەر نێوان هەموو ئەوە زۆر نییە دەبێت هەیە ساڵی",
    "ps": "په چې کې سره ته کړي کړ شوي وي هغه یې نه تر کوي وو لپاره خپل کال",
    "ug": "ۋە بۇ بىلەن ئۈچۈن بىر دەپ ئۇ قىلىش بولۇپ كېرەك يىلى دېگەن بولغان ئەمما ياكى",
    "sd": "۾ جي جو جا سان آهي ته هڪ ۽ آهن لاءِ ٿو ڪري",
    "en": """
        the of and to in a is that for on was with as it by are from at an be this has said he his have not but they
        which will were or its new after who had their been
        """,
    "fr": "le la les de des et en un une du est que qui dans pour sur au par pas plus avec il elle ce cette sont aux",
    "de": "der die das und in den von zu mit ist des auf für nicht dem ein eine im sich auch es als nach bei werden",
    "es": "el la los las de y en que un una del se por con para es al lo su no más como pero fue",
    "tr": "ve bir bu için ile da de olarak çok daha olan gibi en ne kadar sonra var olduğu ise",
}
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_PLAIN_ARABIC: Final = re.compile("[\u0621-\u063a\u0641-\u064a]+")
_FOREIGN_LETTER: Final = re.compile(f"[{''.join(sorted(frozenset[str]().union(*_LETTERS.values())))}]")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """What a text seems to be.

    Attributes:
        code: ISO 639 code; ``und`` if there is no letter, ``und-Script`` where only the script is known.
        confidence: 0 to 1, the share of the evidence that speaks for ``code``.
        shares: the share of each script among the letters.
    """

    code: str
    confidence: float
    shares: dict[str, float]


def detect_language(text: str) -> LanguageGuess:
    """Guess the language of a text from its letters and its frequent words. Never fails; see ``LanguageGuess``."""
    guess = _guess(text[:_SAMPLE])
    return replace(guess, shares=dict(guess.shares))


@lru_cache(maxsize=64)  # summary, translation and job each ask about the same article
def _guess(sample: str) -> LanguageGuess:
    letters: Counter[str] = Counter()
    votes: Counter[str] = Counter()
    words = 0
    for seen, times in Counter(map(_seen.__getitem__, sample.split())).items():
        words += seen.words * times
        for script, number in seen.letters:
            letters[script] += number * times
        for code in seen.votes:
            votes[code] += times
    total = letters.total()
    shares = {name: number / total for name, number in letters.most_common()}
    if not shares:
        return LanguageGuess("und", 0.0, shares)
    script = next(iter(shares))
    if script == "Arabic" or shares.get("Arabic", 0.0) >= _ARABIC_PROSE:
        code, confidence = _in_arabic_script(votes, words)
    elif script == "Latin":
        code, confidence = _in_latin_script(sample)
    else:
        code, confidence = ("he" if script == "Hebrew" else f"und-{script}"), shares[script]
    return LanguageGuess(code, confidence, shares)


def language_notice(text: str, where: str = "the article") -> Notice | None:
    """A notice (``not-arabic``) that says what a text is and what to do, if it is not Arabic; None if it is."""
    guess = detect_language(text)
    if guess.code == "ar":
        return None
    if guess.code == "und":
        found = "has no letters"
    elif guess.code.startswith("und-"):
        found = f"is written in {guess.code[4:]} script"
    else:
        found = f"seems to be in {NAMES[guess.code]}"
    return Notice(
        "not-arabic",
        f"{where} {found}, not in Arabic, so what follows cannot be relied on; "
        "give an Arabic text, or load a model that was trained for that language",
    )


@lru_cache(maxsize=1)
def _frequent() -> dict[str, frozenset[str]]:
    """The words of ``_WORDS``; ``any`` are those of all languages in Arabic script but Arabic."""
    frequent = {
        code: frozenset(apply_steps(words, _FOLD if code in _LETTERS or code == "ar" else ()).split())
        for code, words in _WORDS.items()
    }
    return {**frequent, "any": frozenset[str]().union(*(frequent[code] for code in _LETTERS))}


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a piece of text without white space says. Pieces that say the same share one object, which is counted.

    Attributes:
        letters: how many of which script.
        words: how many in Arabic script.
        votes: the languages in Arabic script that its words speak for, one entry a word and language.
    """

    letters: tuple[tuple[str, int], ...]
    words: int
    votes: tuple[str, ...]


def _look_at(piece: str) -> _Seen:
    if _PLAIN_ARABIC.fullmatch(piece):  # as most
        return _shared((("Arabic", len(piece)),), 1, tuple(_votes(piece)))
    words, votes = 0, list[str]()
    for word in _TOKEN.findall(apply_steps(piece, _CLEAN)):
        if script_of(word[0]) == "Arabic":
            words += 1
            votes += _votes(word)
    return _shared(tuple(letters_by_script(piece).items()), words, tuple(votes))


_seen: Final = Memo(_look_at)
_shared: Final = lru_cache(maxsize=None)(_Seen)


def _votes(word: str) -> Iterator[str]:
    """The languages in Arabic script that a word speaks for, by its letters or as one of their frequent words."""
    frequent, folded = _frequent(), apply_steps(word, _FOLD)
    if folded in frequent["ar"] or _looks_arabic(word):
        yield "ar"
    if folded in frequent["any"] or _FOREIGN_LETTER.search(word):
        for code, letters in _LETTERS.items():
            if folded in frequent[code] or not letters.isdisjoint(word):
                yield code


def _in_arabic_script(votes: Counter[str], words: int) -> tuple[str, float]:
    scores = {code: votes[code] for code in ("ar", *_LETTERS)}
    best = max(scores, key=lambda code: scores[code])  # Arabic, where all are equal
    if scores[best] < max(_FEWEST, _ENOUGH * words):
        best = "ar"
    other = max(score for code, score in scores.items() if code != best)
    return best, scores[best] / (scores[best] + other) if scores[best] else 0.0


def _looks_arabic(word: str) -> bool:
    """The article, with a particle before it or without, or a letter that is frequent in Arabic only."""
    return (
        word.startswith(("ال", "وال", "بال", "لل", "فال", "كال", "ولل"))
        or word[-1] in "ةى"
        or "أ" in word
        or "إ" in word
    )


def _in_latin_script(text: str) -> tuple[str, float]:
    words = Counter(word for word in _TOKEN.findall(text.lower()) if script_of(word[0]) == "Latin")
    total = max(words.total(), 1)
    frequent = _frequent()
    rates = {
        code: sum(number for word, number in words.items() if word in frequent[code]) / total
        for code in ("en", "fr", "de", "es", "tr")
    }
    best = max(rates, key=lambda code: rates[code])
    if rates[best] < _LATIN_ENOUGH:
        return "und-Latin", 1.0 - rates[best]
    return best, rates[best] / sum(rates.values())
