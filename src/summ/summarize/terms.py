"""Words of a text as the ranker counts them: normalised, without function words, light-stemmed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Final

import Stemmer

from ..text import normalize
from ..text.memo import Memo

# Letters and digits of any script, with the Arabic marks that stand on them (combining marks are not in \w).
WORD: Final = re.compile(r"\w[\w\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]*")

# Particles, pronouns, auxiliaries, words that report speech, and calendar words that every news article has. The
# conjunctions wa- and fa- are cut off before the list is asked, so forms with them need no entry.
_FUNCTION_WORDS: Final = """
في من على عن إلى أن إن لا ما لم لن قد لقد هل أو أم بل ثم حتى كي لكي إذ إذا إذن لو لولا لكن لكنه لكنها لكنهم
هذا هذه هذان هذين هاتان هاتين هؤلاء ذلك تلك أولئك الذي التي اللذان اللذين اللتان اللتين الذين اللاتي اللواتي
أنا نحن أنت أنتم هو هي هما هم هن إياه إياها بذلك لذلك كذلك بهذا بهذه لهذا لهذه كهذا كهذه هكذا هنا هناك
كان كانت كانوا كنت كنا يكون تكون يكونوا سيكون ستكون ليس ليست ليسوا أصبح أصبحت ظل ظلت يظل بات باتت زال يزال تزال
فيه فيها فيهم منه منها منهم به بها بهم له لها لهم لنا لي عليه عليها عليهم إليه إليها إليهم عنه عنها عنهم
معه معها معهم لديه لديها لديهم بينه بينها بينهم أنه أنها أنهم إنه إنها إنهم لأن لأنه لأنها لأنهم بأن بأنه بأنها
مع عند عندما عندئذ حين حينما حيث حيثما بعد بعدما قبل قبيل منذ خلال أثناء بين ضمن ضد نحو حول عبر دون بدون كأن
أمام وراء فوق تحت لدى لدن سوى غير عدا خلا مثل مثلما كما كلما طالما بينما فيما مما عما ممن عمن إنما إما أما ألا إلا
كل كلا كلتا بعض أي أية جميع أيضا فقط جدا تماما حاليا سابقا لاحقا أكثر أقل أول أولى آخر أخرى الآخر الأخرى الأول الأولى
نفس نفسه نفسها ذات ذاته ذاتها سوف يتم تم تمت يمكن يجب ينبغي عدة عديد قال قالت قالوا يقول تقول يقولون قائلا قائلة
أضاف أضافت أوضح أوضحت أكد أكدت ذكر ذكرت أشار أشارت صرح صرحت بحسب حسب وفق وفقا بسبب رغم مقابل نتيجة إضافة بالإضافة
أجل بشأن حد سواء يوم أمس اليوم غدا الآن
"""

_stem: Final = Stemmer.Stemmer("arabic").stemWord


def all_terms(text: str) -> list[str]:
    """The words of a text as stems, in order, repeats included; without function words and single letters.

    Snowball's Arabic stemmer (https://snowballstem.org/algorithms/arabic/stemmer.html) is a light one: it cuts the
    article, particles, pronouns and endings. Words of other scripts pass unchanged.
    """
    return list(chain.from_iterable(terms_of(text.split())))


def terms_of(pieces: Iterable[str]) -> list[tuple[str, ...]]:
    """The same for each piece of a text that is split at white space: mostly one term, or none."""
    return list(map(_terms.__getitem__, pieces))


def _terms_in(piece: str) -> tuple[str, ...]:
    return tuple(intern(term) for word in WORD.findall(piece) if (term := _term(word)))


_terms: Final = Memo(_terms_in)


def _term(word: str) -> str:
    plain = normalize(word).lower()
    bare = plain[1:] if len(plain) > 2 and plain[0] in "وف" else plain
    if plain in _function_words() or bare in _function_words() or (len(plain) == 1 and not plain.isdigit()):
        return ""
    # The stemmer needs the letters that normal forms unify: it cuts ة, and knows إعلان by its hamza.
    spelled = normalize(word, alef=False, ya=False, ta_marbuta=False).lower()
    return normalize(_stem(spelled))


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(normalize(_FUNCTION_WORDS).split())
