"""Sentences: a table of hard cases, a hand-made gold for the example article, and laws over arbitrary text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summ.text import Sentence, split_sentences

# One string a case; "|" stands where a sentence ends. White space around "|" is part of the text.
CASES = {
    "plain": "أعلنت الوزارة الخطة اليوم. | وقال الوزير إن التنفيذ يبدأ غدا.",
    "question and exclamation": "متى تعود المياه؟ | لا أحد يعرف! | هكذا قال السكان.",
    "latin question": "متى تعود المياه? | لا أحد يعرف.",
    "urdu stop": "انتهى الاجتماع۔ | وغادر الجميع.",
    "ellipsis sign": "طال الانتظار… | ثم وصلت القافلة.",
    "three dots": "طال الانتظار كثيرا... | ثم وصلت القافلة.",
    "spaced dots": "طال الانتظار كثيرا . . . | ثم وصلت القافلة.",
    "several marks": "هل هذا معقول؟! | نعم، معقول!! | ماذا ؟ | لا شيء.",
    "comma colon semicolon": "وقال المصرف، وهو الأكبر: إن الأرباح ارتفعت؛ فقد زاد الطلب، وانخفضت الكلفة.",
    "latin commas": "وصل الوفد, وهو من عشرة أعضاء, إلى المطار; ثم غادر.",
    "no stop at the end": "انتهت الجلسة. | ولم يصدر بيان",
    # Glued, as Arabic news has it.
    "glued": "استجابت لمتطلبات الامتثال.|ووصف الخبير القرار بالمفاجئ.",
    "glued short word": "هذا كل ما يحتاج إليه.|لا أكثر من ذلك.",
    "glued after blank": "نجا السائق من الحادث .|ونقل إلى المستشفى.",
    "glued question": "لماذا تأخر القطار؟|قال المسؤول إن السبب عطل.",
    "glued exclamation": "يا له من يوم!|ثم ضحك الجميع.",
    "glued latin": "انتهت العملية.|Ant Group ردت ببيان.",
    "glued latin product": "بدأ البيع أمس.|iPhone الجديد نفد في ساعة.",
    "glued after quote": 'وصف القرار بأنه "تاريخي".|وأضاف أن التنفيذ قريب.',
    "glued after bracket": "حضر المدير (وهو المؤسس).|ثم بدأ الحفل.",
    "glued after number": "انتهت الحرب عام 1192.|عقد الصلح بعد شهر.",
    "glued after percent": "بلغت النسبة 3%.|للنفط أثر في ذلك.",
    "latin before arabic": "تصنع الأجهزة شركة IBM.|سمحت الصفقة بذلك.",
    # Numbers.
    "decimals": "ارتفع السعر 3.5 بالمئة إلى 12.75 دولار. | وبلغ الحجم 1.234.567 طنا.",
    "arabic-indic decimals": "ارتفع ٣٫٥ في المئة، ثم ٣.٥ في المئة. | وبلغ ١٬٠٠٠ طن.",
    "thousands": "حضر 1,000 شخص. | وغاب 2،500 شخص.",
    "version": "صدرت النسخة 1.2.3 من البرنامج. | وهي مجانية.",
    "date and time": "في 12.11.2026 عند الساعة 10.30 بدأ العرض. | وانتهى 11:45.",
    "year at the end": "تأسست الشركة عام 1977. | ودرس مؤسسها في القاهرة.",
    "score": "فاز الفريق 3-1. | وسجل الهدف الأول أحمد في الدقيقة 60. | فماذا بعد؟",
    "number after preposition": "تقدر الثروة بـ.530 مليون دولار في عام.1966 وحده.",
    # Addresses and names of files.
    "url": "زوروا https://www.example.org/a.b/c.html?x=1.2&y=3#top الآن. | والدخول مجاني.",
    "url at the end": "المزيد على https://example.org/news. | وقد نشر أمس.",
    "bare domain": "نشر الخبر على bbc.com/arabic وعلى www.example.net أيضا. | وتناقله الناس.",
    "domain at the end": "نشر الخبر على موقع example.com. | وتناقله الناس.",
    "mail": "راسلونا على info.desk@example.com.sa الآن. | نرد خلال يوم.",
    "file": "أرفقنا الملف report.final.pdf بالرسالة. | وفيه التفاصيل.",
    "arabic file name": "حمل الملف تقرير.pdf من الموقع. | وهو قصير.",
    "arabic domain": 'قال لموقع "العربية.نت" إنه باع متجره على سوق.كوم أمس. | وانتهى.',
    "library name": "كتب البرنامج بلغة Node.js وASP.NET معا. | ثم نشره.",
    "hashtag and handle": "كتب @user.name على منصته #عاجل. | وحذف التغريدة.",
    # Latin abbreviations and initials.
    "U.S.": "زار وزير الخارجية U.S. أمس العاصمة. | وغادر اليوم.",
    "U.S. at the end": "سافر إلى U.S. | وقال إنه سيعود.",
    "Inc.": "أعلنت شركة Apple Inc. أرباحها أمس. | وارتفع السهم.",
    "Inc. at the end": "رفعت الدعوى على Example Inc. | وقالت الشركة إنها سترد.",
    "initials": "كتبت J. K. Rowling الرواية. | وترجمت إلى العربية.",
    "title": "التقى Dr. Smith و Mr. Jones في لندن. | ثم سافرا.",
    "latin letter as a name": "يعيش المصابون بالنوع G. | يمكن علاجهم.",
    "e.g.": "الأجهزة (e.g. phones) غالية. | والطلب كبير.",
    "english inside": "He left at 5 p.m. on Monday. | The talks failed.",
    "english glued": "The talks failed.|The minister left.",
    # Arabic abbreviations and initials.
    "doctor": "قال د. أحمد سالم إن النتائج جيدة. | وأيده أ. د. محمود علي، وكذلك م. سعيد.",
    "doctor glued": "قال د.أحمد سالم وأ.د.منى حسن إن النتائج جيدة. | وانتهى المؤتمر.",
    "titles with particles": "حضر د. سالم ود. منى وم. علي أمس. | وغاب الباقون.",
    "blank before the stop": "قال د . أحمد سالم إن النتائج جيدة . | وأيده غيره سنة 2003 م . | وكذلك قيل .",
    "page": "انظر ص. 15 من الكتاب، ج. 2، ط. 3. | وفيه المزيد.",
    "post box": "العنوان ص.ب. 1234 الرياض. | والهاتف معروف.",
    "country": "زار ج.م.ع. وفد كبير. | واستمرت الزيارة يومين.",
    "country at the end": "ولد في ج.م.ع. | وقال إنه يحبها.",
    "hijri": "ولد سنة 1320 هـ. في دمشق ودرس فيها. | ثم سافر.",
    "hijri and gregorian": "وفي عام 505 هـ. توفي العالم الكبير. | ودفن في مدينته.",
    "gregorian at the end": "ظلت المدينة تحت الحكم نفسه حتى سنة 1602 م. | وقد تغير ذلك لاحقا.",
    "clock time": "يبدأ العرض الساعة 5.30 م. | ثم يخرج الجمهور. | يفتح الباب عند 9:05 ص. | ثم يغلق.",
    "clock time and more": "يبدأ العرض الساعة 5.30 م. في القاعة الكبرى. | والدخول مجاني.",
    "year and then": "حكم الملك البلاد كلها من 1097 م. ثم خلفه ابنه. | ودام حكمه عاما.",
    "before christ": "وفي القرن السادس ق.م. أنشأ الملك دولته. | ثم انهارت.",
    "before christ glued": "دخلوا المدينة سنة 332ق.م وأقاموا فيها. | ثم رحلوا.",
    "et cetera": "باع الخضار والفواكه واللحوم إلخ. | ثم أغلق المتجر.",
    "et cetera in brackets": "باع كل شيء (خضار، فواكه، إلخ.) في يوم واحد. | ثم أغلق.",
    "et cetera after dots": "باع الخضار والفواكه ... إلخ في يوم واحد. | ثم أغلق.",
    "arabic initial": "انتخب جون ف. كينيدي رئيسا. | وعين و. سميث وزيرا.",
    "spelled letters": "قالت شبكة إن.بي.سي الأمريكية وقناة بي.بي.سي إن الخبر صحيح. | وأكدته إيه.بي.سي أيضا.",
    "spelled letters apart": "تقع واشنطن دي. سي. على النهر. | وهي العاصمة.",
    "spelled initial": "كتب جون سي. ميسنجر المقال. | ونشره أمس.",
    "spelled letters at the end": "نقلت الخبر بي بي سي. | لكن الشركة نفته.",
    "vitamin": "يحتاج الجسم إلى فيتامين د. | يوجد في السمك.",
    "doctor with marks": "قَالَ د. أَحْمَدُ إِنَّ النَّتَائِجَ جَيِّدَةٌ. | وَانْصَرَفَ.",
    # Quotes and brackets.
    "closing guillemet": "قال: «انتهى الأمر.» | وغادر القاعة.",
    "stop after quote": 'قال إنه "انتهى". | وغادر القاعة.',
    "stop inside quote": 'قال: "انتهى الأمر." | وغادر القاعة.',
    "both": 'سأل: "متى نعود؟". | ولم يجبه أحد.',
    "quoted question inside": 'سأل: "متى نعود؟" قبل أن يرحل. | ولم يجبه أحد.',
    "quoted question and comma": 'سأل: "متى نعود؟"، ثم رحل. | ولم يجبه أحد.',
    "quotation of several sentences": "قال: «وصلنا أمس. | سنبقى شهرا. | ثم نعود». | وشكر مضيفيه.",
    "reported after": '"هذه خطوة مهمة." قال الوزير للصحفيين. | وغادر.',
    "detached quote": 'قال إنه " انتهى " . | وغادر القاعة.',
    "detached closing quote": 'قال: " انتهى الأمر . " | وغادر القاعة.',
    "next opens": 'انتهت الجلسة. | "لن نعود إليها". | هكذا قال.',
    "next opens glued": "انتهت الجلسة.|«لن نعود إليها».",
    "curly": "قال: “انتهى الأمر.” | وغادر ’القاعة.’ | ثم عاد.",
    "brackets after": "نشر الخبر أمس (ثم حذف). | وغضب الناس.",
    "sentence in brackets": "نشر الخبر أمس. | (لكنه حذف لاحقا.) | وغضب الناس.",
    "stop in short brackets": "نشر الخبر (وقد أثار ضجة. كثر الكلام فيه) ثم حذف. | وغضب الناس.",
    "question in brackets": "كتب روايته الأولى (1605؟) في سجنه. | ثم خرج.",
    "cry in brackets": "خرج من سجنه (أخيرا!) بعد عام. | ثم سافر.",
    "cut in a quotation": "قال: «إن القرار (...) غير مقبول (…) اليوم». | وغادر.",
    "footnote": "انتشر المرض في المدينة.[3] | ثم تراجع.[بحاجة لمصدر]",
    "footnote in round brackets": "انتشر المرض في المدينة.(2) | ثم تراجع.",
    # Dots that are a pause.
    "label": "مصر.. مقتل ثلاثة في حادث. | وإصابة عشرة.",
    "pause after a function word": "هل.. سنعود إلى هناك؟ | ربما.",
    "and so on": "زار تونس والجزائر و... ثم عاد. | وانتهت الرحلة.",
    "leading dots": "...كما قال الراوي. | وانتهت الحكاية.",
    "glued dots": "انتهى كل شيء في تلك الليلة...|لكنه عاد في الصباح.",
    "dots and question": "من يستطيع أن يمنعه..؟ | لا أحد.",
    "after comma": "أرز، سكر، ... وغير ذلك. | انتهت القائمة.",
    # Lists.
    "numbered": "الشروط:\n|1. الخبرة\n|2. اللغة\n|٣. العمر.",
    "numbered glued": "1.كوكا كولا.\n|2.بيبسي.",
    "numbered by dash": "١- الخبرة.\n|٢- اللغة.",
    "lettered": "أ. الخبرة.\n|ب. اللغة.",
    "numbered in line": "الشروط هي: 1. الخبرة في العمل. | 2. إتقان اللغة.",
    "numbered in line without marks": "الخطوات 1. افتح الملف 2. غير السطر 3. احفظ الملف. | ثم أغلقه.",
    "score at the end": "انتهت المباراة بنتيجة 1. | وغضب الجمهور.",
    "ordinal words with marks": "أولًا. الخبرة.\n|ثانيًا. اللغة.",
    "ordinal words": "أولا. الخبرة.\n|ثانيا. اللغة.",
    "bullets": "الشروط:\n|• الخبرة.\n|- اللغة.\n|* العمر.",
    # Line ends.
    "newlines": "عنوان الخبر\n\n|نص الخبر هنا. | وهنا بقيته\n|سطر جديد",
    "kinds of line ends": "أول\r\n|ثان\r|ثالث\u2028|رابع\u2029|خامس\x85|سادس",
    "invisible after stop": "انتهت الجلسة.\u200f | \u200fوغادر الجميع.",
    "english": "He works at Apple Inc. | The company is big. | J. K. Rowling lives in the U.S. | She writes.",
    "doctorate": "حصل على Ph.D. في الفيزياء. | ثم عاد.",
    "unit by the hour": "بلغت السرعة 100 كم/س. | تتحرك السحب ببطء.",
    "group": "تأهل فريقان من المجموعة أ. | فاز الأول بهدفين.",
    "closing bracket and list": "(هذا رأيه.) | ثم 2) قال غيره.",
    "brand": "قالت شركة Yahoo! إنها ستبيع. | ثم باعت.",
}


# The example article, read by hand: first and last words of each sentence, and what stands between it and the next.
EXAMPLE = [
    ("الصين تدفع جاك ما", "حجم أعماله المالية", " \n\n "),
    ("يبدو أن الحملة الصينية", "بتقليص نشاطها التجاري.", " "),
    ("وأمر المنظمون الصينيون الشركة", "Ant Group باسم Alipay.", " "),
    ("وأصبحت Alipay المنصة الرقمية", "والتأمين وإدارة الثروات.", " "),
    ("وقال بنك الشعب الصيني، البنك المركزي في البلاد: إن", "عن متطلبات الامتثال.", ""),
    ("ووصف (بان قونغ شنغ) Pan Gongsheng، نائب", "تصحح بدقة هذه الأنشطة.", " "),
    ("وكما لاحظت صحيفة الجارديان", "مجموعة (جاك ما) Jack Ma.", " "),
    ("وأدرج نائب محافظ البنك", "عبر الموقع الرسمي للبنك.", " "),
    ("وتشمل هذه المتطلبات حظر", "تفعله يتوافق مع القانون.", " "),
    ("أما بالنسبة للشركة، فقد", "أجل تنفيذ تلك المتطلبات.", "  "),
    ("وقالت المتحدث الرسمي: نوسع", "بالمسؤولية الاجتماعية بشكل شامل.", " "),
    ("وأضاف: تضع Ant Group خطة", "المنظمين في هذه العملية.", ""),
    ("ومنع المنظمون الصينيون في", "يجمع 34 مليار دولار.", " "),
    ("وقدمت السلطات أيضًا مسودات", "تهدف إلى حماية المستهلكين.", " "),
    ("وفتحت الجهات التنظيمية في", "ضد شركة على بابا.", ""),
    ("ويبدو أن النشاط التجاري", "شنغهاي في شهر أكتوبر.", " "),
    ("ووفقًا لوكالة بلومبرغ، جرى", "الحكومية على أساس يومي.", ""),
]


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES.keys())
def test_case(marked: str) -> None:
    expected = [piece.strip() for piece in marked.split("|")]
    assert [sentence.text for sentence in split_sentences(marked.replace("|", ""))] == expected


def test_example_article(example: str) -> None:
    found = split_sentences(example)
    assert len(found) == len(EXAMPLE)
    place = 0
    for sentence, (first, last, gap) in zip(found, EXAMPLE, strict=True):
        assert (sentence.start, sentence.text[: len(first)]) == (place, first)
        assert sentence.text.endswith(last)
        place = sentence.end + len(gap)
        assert example[sentence.end : place] == gap
    assert place == len(example.rstrip())


INVISIBLE = set("\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff") | {
    chr(code) for code in range(0x2061, 0x2070)
}
NASTY = st.text(
    st.sampled_from("ا وق.م.د.هـ؟!…\"'«»“”()[]{}،؛:,1٢3AbZ\n\r\u2028 \t\u200f\u064b\ud800\x00-/@·•"), max_size=60
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), NASTY, st.text(st.characters(codec=None, exclude_categories=()))))
def test_laws(text: str) -> None:
    place = 0
    rebuilt = ""
    for sentence in split_sentences(text):
        assert place <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert all(char.isspace() or char in INVISIBLE for char in text[place : sentence.start])
        assert len(sentence.text.splitlines()) == 1
        rebuilt += text[place : sentence.start] + sentence.text
        place = sentence.end
    assert all(char.isspace() or char in INVISIBLE for char in text[place:])
    assert rebuilt + text[place:] == text


@settings(max_examples=200, deadline=None)
@given(NASTY)
def test_lines_do_not_influence_one_another(text: str) -> None:
    whole = [sentence.text for sentence in split_sentences(text)]
    by_line = [sentence.text for line in text.splitlines() for sentence in split_sentences(line)]
    assert whole == by_line


def test_nothing_in_nothing_out() -> None:
    assert split_sentences("") == split_sentences(" \n\t\u200f\n") == []
    assert split_sentences("نص") == [Sentence("نص", 0, 2)]


WORST = {
    "no stop": "قال المتحدث إن الاجتماع انعقد في العاصمة وحضره عدد من الخبراء ",
    "dots": ".",
    "quotes": '"',
    "stop and quote": '."',
    "numbers": "1.",
    "brackets": "(",
    "open bracket and stop": "(نص. ",
    "doctor": "د.",
    "doctor apart": "د. ",
    "letters": "بي.",
    "question": "ا؟",
    "pause": "نص.. ",
    "blanks": " ",
}


@pytest.mark.parametrize("unit", WORST.values(), ids=WORST.keys())
def test_time_is_linear(unit: str) -> None:
    """A long line takes as long per character as a quarter of it, whatever it is made of."""
    small = unit * (100_000 // len(unit.encode()))

    def seconds(text: str) -> float:
        start = time.process_time()
        split_sentences(text)
        return time.process_time() - start

    assert seconds(small * 4) < 10 * seconds(small) + 0.05


def test_twenty_megabytes_a_minute() -> None:
    article = "أعلنت الوزارة الخطة اليوم، وقال الوزير إن التنفيذ يبدأ غدا. وأضاف د. سالم أن 3.5 بالمئة منها جاهز.\n"
    text = article * (2_000_000 // len(article.encode()))
    start = time.process_time()
    split_sentences(text)
    assert time.process_time() - start < 6.0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("تقع القرية على بعد 5 كم. من المدينة القديمة.", 1),
        ("طوله 20 سم. في المتوسط.", 1),
        ("قطع العداء مسافة 10 كم. وفاز بالمركز الأول.", 2),
        ("نصت الفقرة 3.أ من القانون على ذلك.", 1),
        ("بلغ السعر 3.5 دولار عام 2020.وارتفع بعد ذلك.", 2),
    ],
)
def test_units_and_clauses_of_laws(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count
