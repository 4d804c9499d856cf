"""Word lists that decide what a full stop means. Arabic has no capitals, so the words on both sides must tell.

Arabic lists hold the form of ``fold``: no vowel marks, no tatweel, every hamza carrier as a bare letter.
"""

from __future__ import annotations

import re
from typing import Final

from .characters import INVISIBLE, VOWEL_MARKS

_DROPPED: Final = re.compile(f"[\u0640{VOWEL_MARKS}{INVISIBLE}]+")
_CARRIERS: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك"})


def fold(word: str) -> str:
    """The form in which words are compared here: no marks, no tatweel, bare alef, one yeh and one kaf."""
    return _DROPPED.sub("", word).translate(_CARRIERS)


def _words(text: str, *, folded: bool = True) -> frozenset[str]:
    return frozenset(fold(word) if folded else word for word in text.split())


LATIN_ABBREVIATIONS: Final = _words(
    """
    Dr Mr Mrs Ms Messrs Prof St Ste Mt Ft Rev Fr Hon Gov Sen Rep Gen Adm Col Maj Lt Capt Cmdr Sgt Cpl Pvt Jr Sr
    Esq Inc Ltd Co Corp Bros Cie Pty Dept Univ Assn Ave Blvd Rd vs etc al cf ca approx est No Nos Vol vol Fig
    fig pp eds ed Sec Ch resp Jan Feb Apr Aug Sep Sept Oct Nov Tues Thu Thurs Ph Mme Mlle Dipl Ing Tel tel
    """,
    folded=False,
)
"""Latin words that a full stop follows without ending the sentence; case matters (``St.``, but not ``ST.``)."""

LETTER_NAMES: Final = _words(
    """
    إيه أيه بي سي دي إي إف أف جي إتش أتش آي جيه جاي كي كيه كيو إل أل إم أم إن أن أو آر أر إس أس تي
    يو في دبليو إكس واي زد زي
    """
)
"""Names of Latin letters in Arabic: ``بي.بي.سي``, ``جون سي. ميسنجر``."""

AMBIGUOUS_LETTER_NAMES: Final = _words("إل أل إم أم إن أن أو في آي")
"""Those that are also common words, so that one alone proves nothing."""

WORDS_LIKE_LETTERS: Final = _words("إيه")
"""Letter names that end many a sentence as words (Egyptian "what"), so that one alone is no initial."""

FILE_AND_DOMAIN_ENDINGS: Final = _words(
    """
    com net org edu gov mil int info biz io ai app dev co me tv news online site xyz uk us fr de eu ru cn jp in
    ir tr ae bh dz eg iq jo kw lb ly ma mr om ps qa sa sd so sy tn ye pdf doc docx xls xlsx ppt pptx odt rtf txt
    csv tsv xml json yaml yml md html htm php asp aspx jsp js ts py css sql jpg jpeg png gif svg webp bmp tif
    tiff mp3 mp4 wav avi mkv mov zip rar tar gz exe apk iso epub log ini cfg
    """,
    folded=False,
)

ARABIC_DOMAIN_ENDINGS: Final = _words("نت كوم أورغ أورج اورق")

ET_CETERA: Final = _words("إلخ الخ ألخ إتلخ")

NEVER_LAST: Final = _words(
    """
    هل من في إلى على عن أن إن لأن كي لكي حتى لو إذا أو أم ثم بل لكن ولكن و ف ب ل ك قد سوف لن لم ما
    يا أيها بين مع عند منذ التي الذي الذين اللي كل بعض غير مثل إلا سوى إما أما
    """
)
"""Words that cannot close a sentence, so that dots after them are a pause: ``هل.. سنعود``."""

OPENERS: Final = _words(
    """
    وقال وقالت وقالوا ويقول وتقول ويقولون وأضاف وأضافت ويضيف وتضيف وأضافوا وتابع وتابعت ويتابع وأكد
    وأكدت وأكدوا ويؤكد وتؤكد وأوضح وأوضحت ويوضح وتوضح وأشار وأشارت وأشاروا ويشير وتشير وذكر وذكرت
    وذكروا ويذكر وتذكر وأعلن وأعلنت وأعلنوا ويعلن وصرح وصرحت وأفاد وأفادت وأعرب وأعربت وشدد وشددت
    ودعا ودعت ويدعو وطالب وطالبت ورأى ورأت ويرى وترى واعتبر واعتبرت ويعتبر وتعتبر وكان وكانت وكانوا
    ويكون وتكون وقد ولقد ولم ولن ولا وليس وليست ولكن ولكنه ولكنها ولو وإذا وإن وأن وإنه وإنها وإنما
    وفي وفيما وفى ومن ومنذ ومع وعلى وعن وإلى وبعد وقبل وعند وعندما وبينما وحين وحينما وخلال وأثناء
    وحاليا واليوم وأمس وغدا وهو وهي وهم وهذا وهذه وهؤلاء وذلك وتلك وهناك وهنا وهكذا وكذلك وأيضا وكما
    وكل وكلما ومثل وبذلك وبهذا ولذلك ولهذا ولأن ولأنه وجاء وجاءت ويأتي وتأتي ووصل ووصلت ويصل وبدأ
    وبدأت ويبدأ وبلغ وبلغت ويبلغ وتبلغ وتم وتمت ويتم وسيتم ووقع ووقعت ويقع وتقع وشهد وشهدت ويشهد
    وتشهد ونقل ونقلت وينقل وتنقل وقرر وقررت وأصبح وأصبحت وأصدر وأصدرت وتوفي وتوفيت وولد وولدت ودفن
    وعاد وعادت وتعد ويعد ويعتقد وتعود ويعود ويبدو وتبدو ويمكن ويجب وينبغي ويحتاج ويحتوي وتحتوي ويضم
    وتضم ووفق ووفقا وبحسب وحسب وبالنسبة وبالإضافة وبسبب ورغم وبرغم ومما وكانا وظل وظلت وسجل وسجلت
    وحقق وحققت وأدى وأدت وطلب وطلبت ورفض ورفضت ونفى ونفت وحذر وحذرت ووافق ووافقت والواقع والحقيقة
    والسؤال والجدير والآن وتعرف ويعرف وتسمى ويسمى وسمي وسميت وحكم وحكمت وانتقل وانتقلت وعمل وعملت
    ودرس ودرست وأسس وأسست وقام وقامت ويقوم وتقوم واستمر واستمرت ويستمر وحصل وحصلت ويحصل وانتهى
    وانتهت وسيطر وسيطرت ودخل ودخلت وخرج وخرجت وفتح وفتحت ثم أما لكن ولكنهم لكنه لكنها غير كما كذلك
    لذلك لهذا هكذا بيد جدير يذكر الجدير حين حينها عندما فيما بينما لقد فقد فقال فقالت فكان فكانت فإن
    فلم فلا فهو فهي فإذا وسيقام وسيكون وستكون وستقام
    """
)
"""Words that open a sentence in Arabic prose; after an abbreviation's full stop only such a word proves a new one."""

ENGLISH_OPENERS: Final = _words(
    "The This These That He She It Its In On We They But And For At As A If When", folded=False
)
"""The same for English, also when glued to the full stop (``failed.The``)."""

REPORTING: Final = _words(
    """
    قال قالت قالوا يقول تقول يقولون قائلا قائلة قائلين أضاف أضافت سأل سألت سأله سألته سألها تساءل
    تساءلت يتساءل تتساءل صاح صاحت هتف هتفت أجاب أجابت يجيب تجيب كتب كتبت يكتب تكتب رد ردت علق علقت
    صرخ صرخت أي حسب بحسب وفق وفقا حسبما وفقما
    """
)
"""What may follow a closed quotation inside the same sentence."""

CONTINUING: Final = _words(
    """
    وحتى وإلى وغيره وغيرها وغيرهم ونحو وأكثر وأقل الموافق والموافق تقريبا أي أو إلى حتى حيث أثناء
    خلال في من على عن مع بين عند تحت فوق قبل ضد لدى نحو حوالي اسم باسم وفق حسب رغم عقب إثر ثم التي
    الذي الذين
    """
)
"""Words that go on with the sentence after a year or a unit: ``1097 م. في عصر السلطان``."""

TITLES: Final = _words("ود وأ وم وص لد")
"""A title's or page's letter with a particle before it: ``ود. سالم``."""

TIME_WORDS: Final = _words(
    "في وفي ففي عام وعام سنة وسنة منذ ومنذ بحلول وبحلول حتى وحتى قبل وقبل بعد وبعد من ومن حوالي وحوالي"
)
"""First words of a date that only opens its sentence: ``في سنة 1258 م. سقطت بغداد``."""

LETTERED: Final = _words(
    """
    فيتامين فيتامينات أشعة فئة الفئة حرف الحرف نوع النوع طراز الطراز الكبد فصيلة الفصيلة المجموعة
    الدرجة المستوى الخيار القسم
    """
)
"""Words that take a letter as a name, so that the letter can be the last word: ``فيتامين د.``"""

CONJUNCTIONS: Final = _words("ثم لكن أما غير إلا بل فقال فقالت فرد فردت")
"""What opens a new sentence after a quoted question, beside words with و."""

BRANDS: Final = frozenset({"yahoo", "ياهو"})
"""Names that are written with an exclamation mark."""

UNITS: Final = _words("كم سم مم ملم كلم كغ كجم كيلو ملغ مل هكتار")
"""Abbreviated units: after a number their full stop may be their own, ``على بعد 5 كم. من المدينة``."""
