"""Language check: silent on Arabic of every kind, clear on everything else. All texts were written for these tests."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.text import detect_language, language_notice

ARABIC = {
    "news": "أعلنت وزارة الزراعة اليوم خطة لتوزيع البذور على المزارعين في القرى البعيدة، وقالت إنه يبدأ غدا.",
    "headline": "مقتل ثلاثة في حادث سير قرب العاصمة",
    "two words": "محمد علي",
    "vowels": "أَعْلَنَتْ وِزَارَةُ الزِّرَاعَةِ الْيَوْمَ خُطَّةً جَدِيدَةً لِتَوْزِيعِ الْبُذُورِ.",
    "egyptian": "احنا رحنا السوق امبارح عشان نجيب عيش بس لقيناه قافل، والراجل قال مش هيفتح غير بكره الصبح.",
    "levantine": "شو بدك تعمل هلق؟ رح روح عالبيت وبعدين منشوف شو صار معهم، يمكن يجو بكرا.",
    "moroccan": "واش كاين شي حد فالدار؟ غادي نمشيو للسوق دابا باش نشريو شوية ديال الخضرة.",
    "latin names": "أطلقت شركة Example Motors سيارتها Model Zero في معرض Geneva Motor Show بحضور John Smith أمس.",
    "persian letters": "قال المدرب الإسپاني إن الفریق لعب جيدا في العاصمة چنيف، وأن اللاعب گابرييل سجل هدفين.",
    "egyptian yeh": "قال المدير فى تصريح إن المبنى قديم وإن الترميم يبدأ فى الاسبوع القادم على يد خبراء.",
    "digits": "بلغ عدد السكان ١٬٢٣٤٬٥٦٧ في 2020، أي بزيادة 3.5% عن 2010 (1,192,335).",
    "presentation forms": "ﺃﻋﻠﻨﺖ ﺍﻟﻮﺯﺍﺭﺓ ﺍﻟﺨﻄﺔ ﺍﻟﻴﻮﻡ ﻭﻗﺎﻟﺖ ﺇﻥ ﺍﻟﺘﻨﻔﻴﺬ ﻳﺒﺪﺃ ﻏﺪﺍ",
    "no hamza": "اعلنت الوزاره الخطه اليوم وقالت ان التنفيذ يبدا غدا في كل المدن",
}

OTHERS = {
    "fa": [
        "وزارت کشاورزی امروز اعلام کرد که برنامه تازه‌ای برای توزیع بذر میان کشاورزان روستاهای دور آماده شده است.",
        "رئیس جمهور در سخنرانی خود گفت که دولت باید به وعده‌های خود عمل کند و قیمت‌ها را پایین بیاورد.",
        "سه نفر در تصادف نزدیک پایتخت کشته شدند",
        "تیم ملی فوتبال ایران با نتیجه دو بر یک پیروز شد",
        "وزارت كشاورزي امروز اعلام كرد كه برنامه تازه اي براي توزيع بذر در روستاها آماده شده و از فردا آغاز مي شود.",
    ],
    "ur": [
        "وزارت زراعت نے آج اعلان کیا ہے کہ دور دراز کے دیہات میں کسانوں کو بیج تقسیم کرنے کا نیا منصوبہ تیار ہے۔",
        "وزیر اعظم نے کہا کہ حکومت مہنگائی کو کم کرنے کے لیے اقدامات کر رہی ہے اور جلد ہی نتائج سامنے آئیں گے۔",
        "دارالحکومت کے قریب حادثے میں تین افراد ہلاک ہو گئے",
    ],
    "ckb": [
        "وەزارەتی کشتوکاڵ ئەمڕۆ ڕایگەیاند کە پلانێکی نوێ بۆ دابەشکردنی تۆو لە گوندە دوورەکان ئامادە کراوە.",
        "سێ کەس لە ڕووداوێکی هاتوچۆ لە نزیک پایتەخت گیانیان لەدەست دا",
    ],
    "ps": [
        "د کرنې وزارت نن اعلان وکړ چې په لرې کلیو کې د بزګرانو لپاره د تخم وېشلو نوی پلان چمتو شوی دی.",
        "پلازمېنې ته نږدې په ترافیکي پېښه کې درې کسان ووژل شول",
    ],
    "ug": ["يېزا ئىگىلىك مىنىستىرلىقى بۈگۈن دېھقانلارغا ئۇرۇق تارقىتىش ئۈچۈن يېڭى پىلان تۈزگەنلىكىنى ئېلان قىلدى."],
    "he": ["משרד החקלאות הודיע היום על תוכנית חדשה לחלוקת זרעים לחקלאים בכפרים מרוחקים."],
    "en": [
        "The ministry of agriculture announced a new plan for the distribution of seed to farmers in remote villages.",
        "Three people were killed in an accident near the capital",
        "The minister said on Tuesday that it was too early to speak of a success, and the next year would be harder.",
    ],
    "fr": ["Le ministère a annoncé un nouveau plan pour la distribution des semences dans les villages du pays."],
    "tr": ["Bakanlık bugün uzak köylerdeki çiftçiler için yeni bir plan hazırlandı ve bu plan yarın başlayacak."],
    "und-Cyrillic": ["Министерство сельского хозяйства объявило о новом плане."],
    "und-Han": ["农业部今天宣布了一项新计划。"],
    "und": ["2020 3.5% 1,234", "🙂🙂", "--- * ---"],
}


@pytest.mark.parametrize("text", ARABIC.values(), ids=ARABIC.keys())
def test_arabic_brings_no_notice(text: str) -> None:
    assert detect_language(text).code == "ar"
    assert language_notice(text) is None


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in OTHERS.items() for text in texts])
def test_others_bring_a_notice(code: str, text: str) -> None:
    assert detect_language(text).code == code
    notice = language_notice(text, "news/a.txt")
    assert notice is not None
    assert notice.code == "not-arabic"
    assert notice.message.startswith("news/a.txt ")
    assert "give an Arabic text" in notice.message
    assert "\n" not in notice.message


def test_notice_names_the_language() -> None:
    notice = language_notice(OTHERS["fa"][0])
    assert notice is not None and "Persian" in notice.message


def test_one_foreign_paragraph_does_not_decide() -> None:
    assert detect_language(ARABIC["news"] * 4 + "\n" + OTHERS["fa"][0]).code == "ar"
    assert detect_language(ARABIC["news"] + "\n" + OTHERS["en"][0]).code == "ar"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_has_an_answer(text: str) -> None:
    guess = detect_language(text)
    assert 0.0 <= guess.confidence <= 1.0
    assert (language_notice(text) is None) == (guess.code == "ar")


def test_real_articles(shared: Path) -> None:
    with gzip.open(shared / "data" / "articles" / "ar-news.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    assert len(articles) > 200
    assert [text[:80] for text in articles if language_notice(text)] == []
