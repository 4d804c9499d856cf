"""Sentences that cannot be understood without the one before them.

``وأضاف``, ``لكن`` or ``هؤلاء`` at the start of a summary point at something the reader has not seen, and a quoted
sentence without its speaker is nobody's. The signs are words at the start of a sentence, and quotation marks that are
open when it begins; they were set by reading news. Nothing is parsed: a verb whose subject is hidden (``ويعمل في
باريس``) is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from ..text import Sentence, normalize
from ..text.memo import Memo
from .layout import ITEM, line_breaks
from .terms import WORD

_REACH: Final = 6  # words at the start in which هذا and its like point back
_LONGEST_QUOTATION: Final = 1000  # characters; one that is open for longer was closed by a mark that is missing


def _set(text: str) -> frozenset[str]:
    return frozenset(normalize(text).split())


# Each list holds forms without the conjunctions wa- and fa-.
_DEMONSTRATIVES: Final = _set("هذا هذه هذان هذين هاتان هاتين هؤلاء ذلك تلك أولئك بهذا بهذه لهذا لهذه كهذا كهذه بذلك")
_POINTS_BACK: Final = _set(
    """
    هو هي هما هم هن إنه إنها إنهم إنهما أنه أنها أنهم لأنه لأنها لأنهم لكنه لكنها لكنهم لكنهما كأنه كأنها بأنه بأنها
    فيه فيها فيهم منه منها منهم عنه عنها عنهم عليه عليها عليهم إليه إليها إليهم له لها لهم به بها بهم معه معها معهم
    لديه لديها لديهم عنده عندها بينه بينها بينهم قبله قبلها بعده بعدها خلاله خلالها بدوره بدورها بدورهم الذي التي
    الذين اللذان اللتان اللواتي اللاتي مما ممن كلاهما كلتاهما جميعهم جميعها بعضهم بعضها أحدهم إحداهن أغلبهم معظمهم
    """
)
_CONNECTIVES: Final = _set(
    """
    لكن بل ثم كما كذلك أيضا بالتالي لذا لذلك لهذا هكذا إذن إذ حيث فيما بينما أما أو لأن بيد حينها حينئذ عندها
    عندئذ آنذاك وقتها بعدئذ خصوصا لاسيما علما فضلا علاوة ناهيك بالمقابل بالمثل أخيرا هنالك ثانيا ثالثا رابعا خامسا
    but and or so also however moreover meanwhile therefore thus instead then he she it they this that these those
    his her their
    """
)
# Connectives of two words or more (غير أن, but not غير المسلمين), and the words that may begin one.
_PHRASES: Final = re.compile(
    r"(?:من (?:جهته|جهتها|جهتهم|جانبه|جانبها|جانبهم|ناحيته|ناحيتها|ثم|هنا)|من (?:جهه|ناحيه|جانب) (?:اخري|ثانيه|اخر)|"
    r"في (?:المقابل|الوقت (?:نفسه|ذاته)|السياق (?:نفسه|ذاته)|سياق (?:متصل|اخر|مختلف)|غضون ذلك|المحصله)|"
    r"علي (?:صعيد|جانب) اخر|علي (?:العكس|النقيض|اثر ذلك|ان)|الي (?:ذلك|جانب ذلك)|الا ان|غير ان|ذلك ان|لا سيما|"
    r"(?:الامر|الشيء) الذي|(?:اضافه|بالاضافه) الي (?:ذلك|هذا)|نتيجه (?:ذلك|لذلك|لهذا))\b"
)
_PHRASE_OPENERS: Final = _set("من في على إلى لا إلا غير ذلك الأمر الشيء إضافة بالإضافة نتيجة")
_SO: Final = _set("فقد فإن فلم فلن فلا فكان فكانت")
_THAT: Final = frozenset(("أن", "وأن", "أنّ", "وأنّ"))
# Verbs that go on from what was said before, whoever their subject is.
_GOES_ON: Final = _set("أضاف أضافت أضافوا يضيف تضيف أوضح أوضحت أوضحوا أردف أردفت استطرد استطردت استدرك استدركت")
_REPORTS: Final = _set(
    """
    قال قالت قالوا يقول تقول يقولون أكد أكدت يؤكد تؤكد أشار أشارت يشير تشير ذكر ذكرت يذكر تذكر لفت لفتت نوه نوهت شدد
    شددت أعلن أعلنت بين بينت رأى رأت يرى ترى اعتبر اعتبرت يعتبر تعتبر صرح صرحت أفاد أفادت كشف كشفت أعرب أعربت حذر
    حذرت دعا دعت طالب طالبت نفى نفت كتب كتبت روى روت وصف وصفت أبدى أبدت أقر أقرت اعترف اعترفت تساءل تساءلت رد ردت
    أعاد أعادت أبلغ أبلغت عبر عبرت خلص خلصت تابع تابعت يتابع تتابع يوضح توضح واصل واصلت
    """
)
# What follows a reporting verb whose subject was left out: what was said, to whom, or when.
_NO_SUBJECT: Final = _set(
    """
    أن إن بأن أنه أنها أنهم إنه إنها إنهم إننا إنني بأنه بأنها إلى على عن في من مع بعد قبل خلال عبر أثناء قائلا
    قائلة كذلك أيضا له لها لهم
    """
)
# A speaker by role alone, whose name the sentence before gave.
_ROLES: Final = _set(
    """
    الوزير الوزيرة المتحدث المتحدثة المسؤول المسؤولة الرجل المرأة المدير المديرة الكاتب الكاتبة المصدر الباحث
    الباحثة الباحثون الطبيب الطبيبة الشاب الشابة المخرج المخرجة الممثل الممثلة المحامي المحامية العالم النائب
    النائبة المدرب اللاعب الضابط القاضي التقرير البيان الدراسة المصادر المسؤولون الباحثان المؤلف الصحفي الصحفية
    السفير الأمير الخبير الخبيرة
    """
)
_TIMES: Final = _set(
    """
    العام الأسبوع الشهر اليوم السنة المرة الموسم الصيف الشتاء الربيع الخريف القرن العقد الصباح المساء الليلة الأيام
    الأعوام السنوات الأثناء
    """
)
_KNOWN: Final = _DEMONSTRATIVES | _POINTS_BACK | _CONNECTIVES | _PHRASE_OPENERS | _GOES_ON | _REPORTS
_ALWAYS: Final = _POINTS_BACK | _GOES_ON | _CONNECTIVES
_MORE_IS_ASKED: Final = _DEMONSTRATIVES | _PHRASE_OPENERS | _REPORTS
# Anything that may be a demonstrative, vowel marks or not: a quick look before words are taken apart.
_DEMONSTRATIVE: Final = re.compile(
    r"ه\W*ذ|ه\W*ا\W*ت\W*[اي]|ه\W*[ؤو]\W*ل|ذ\W*ل\W*ك|ت\W*ل\W*ك|أ\W*و\W*ل\W*[ئي]|ا\W*و\W*ل\W*[ئي]"
)
_QUOTES: Final = '«»“”"'
_QUOTE: Final = re.compile(f"[{_QUOTES}]")
_QUOTATION: Final = re.compile(r"[«“\"][^«»“”\"]+[»”\"][\W_]*\Z")
_WORD_FIRST: Final = re.compile(r"[^\W\d_]{2}")
_SPEECH_FOLLOWS: Final = re.compile(r"[:\"«“]")


def needs_previous(text: str, sentences: Sequence[Sentence]) -> list[bool]:
    """For each sentence, whether it leans on the sentence before it. The first never does.

    Args:
        text: the article.
        sentences: its sentences in order, with offsets into ``text``.
    """
    quoted = _inside_quotation(text, sentences)[0]
    found: list[bool] = []
    for i, sentence in enumerate(sentences):
        own = sentence.text
        if i == 0:
            found.append(False)
        elif quoted[i] or introduces(sentences[i - 1].text):
            found.append(True)
        elif _WORD_FIRST.match(own):  # neither a quotation nor an item, as most
            found.append(opens_dangling(own))
        elif _QUOTATION.match(own):
            found.append(True)
        elif ITEM.match(own):  # the items of a list lean on each other, and so on the line that introduces the first
            found.append(found[-1] and ITEM.match(sentences[i - 1].text) is not None)
        else:
            found.append(opens_dangling(own))
    return found


def quotations(text: str, sentences: Sequence[Sentence]) -> list[range]:
    """The sentences that belong to one quotation, from that in which it opens to that in which it is closed.

    Quotations within one sentence are left out, and such as are never closed. Ranges are in order and do not overlap.
    """
    return _inside_quotation(text, sentences)[1]


def introduces(sentence: str) -> bool:
    """Whether a sentence only announces the next (``وقال الوزير:``)."""
    return sentence.endswith((":", "："))


def opens_dangling(sentence: str) -> bool:
    """Whether the first words of a sentence point at something that was said before it."""
    opening = WORD.search(sentence)
    if not opening:
        return False
    plain, first = _forms[opening[0]]
    if first in _ALWAYS or plain in _SO or opening[0] in _THAT:
        return True
    if first not in _MORE_IS_ASKED and not _DEMONSTRATIVE.search(sentence, 0, opening.end() + 80):
        return False
    found = list(islice(WORD.finditer(sentence), _REACH + 2))
    forms = [_forms[match[0]] for match in found]
    rest = [form for form, _ in forms[1:]]
    if first in _DEMONSTRATIVES:
        return not (rest and rest[0] in _TIMES)
    if first in _PHRASE_OPENERS and _PHRASES.match(" ".join([first, *rest[:4]])):
        return True
    return (first in _REPORTS and _hides_its_subject(sentence, found, rest)) or _points_back_early(forms)


def _forms_of(word: str) -> tuple[str, str]:
    """A word in normal form; and without its conjunctions (``و``, ``ف``), if what is left is a word of the lists."""
    plain = normalize(word).lower()
    for letters in (1, 2):
        if plain[:1] in ("و", "ف") and plain[letters:] in _KNOWN:
            return plain, plain[letters:]
    return plain, plain


_forms: Final = Memo(_forms_of)


def _hides_its_subject(sentence: str, found: list[re.Match[str]], rest: list[str]) -> bool:
    """Whether a reporting verb at the start goes without a speaker, or with one who is named by role alone."""

    def speech_after(at: int) -> bool:
        following = found[at + 1].start() if at + 1 < len(found) else len(sentence)
        return _SPEECH_FOLLOWS.search(sentence, found[at].end(), following) is not None

    if len(found) > 1 and found[1][0] == "بان":  # a name (Ban), not بأن
        return False
    if not rest or rest[0] in _NO_SUBJECT or speech_after(0):
        return True
    return rest[0] in _ROLES and (len(rest) < 2 or rest[1] in _NO_SUBJECT or speech_after(1))


def _points_back_early(forms: list[tuple[str, str]]) -> bool:
    """هذا and its like within the first words, before a noun of the sentence before (``وتشمل هذه المتطلبات``)."""
    for at, (_, bare) in enumerate(forms[:_REACH]):
        if bare in _DEMONSTRATIVES:
            following = forms[at + 1][0] if at + 1 < len(forms) else ""
            if following not in _TIMES and all(following != plain for plain, _ in forms[:at]):
                return True
    return False


@lru_cache(maxsize=1)  # both questions about quotations need them
def _quotation_marks(text: str) -> list[tuple[int, str]]:
    if not any(mark in text for mark in _QUOTES):
        return []
    return [(found.start(), found[0]) for found in _QUOTE.finditer(text)]


def _inside_quotation(text: str, sentences: Sequence[Sentence]) -> tuple[list[bool], list[range]]:
    """For each sentence, whether a quotation is open where it begins; and the quotations of several sentences.

    A line break after a sentence closes what is open.
    """
    marks = _quotation_marks(text)
    if not marks:
        return [False] * len(sentences), []
    following = iter([*marks, (len(text), "")])
    place, mark = next(following)
    open_at: list[bool] = []
    closed: list[range] = []
    opened: int | None = None
    opened_in = end = 0
    for i, sentence in enumerate(sentences):
        if opened is not None and (
            sentence.start - opened > _LONGEST_QUOTATION or line_breaks(text, end, sentence.start) > 0
        ):
            opened = None
        open_at.append(opened is not None)
        end = sentence.end
        while place < end:
            opens = opened is None if mark == '"' else mark in "«“"
            if opens:
                opened_in = i if opened is None else opened_in
                opened = place
            else:
                if opened is not None and opened_in < i:
                    first = closed.pop().start if closed and closed[-1].stop > opened_in else opened_in
                    closed.append(range(first, i + 1))
                opened = None
            place, mark = next(following)
    return open_at, closed
