"""No summary starts with, or holds, a sentence whose antecedent was left out."""

from __future__ import annotations

import pytest

from summ.summarize.dangling import needs_previous, opens_dangling, quotations
from summ.summarize.extractive import summarize
from summ.text import split_sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "وأضاف أن الخطة ستبدأ قريبا.",
        "وأضاف الوزير كريم سالم أن الخطة ستبدأ قريبا.",
        "وأضافت: نعمل على ذلك.",
        "وَأَضَافَ أَنَّ الخُطَّةَ سَتَبْدَأُ.",
        "كما تشمل الخطة بناء مدرستين.",
        "وكما جرت العادة حضر الأهالي.",
        "هذا القرار أغضب الطلاب.",
        "وهذه ليست المرة الأولى.",
        "هؤلاء يعملون بلا أجر.",
        "وأوضح أن المبلغ لا يكفي.",
        "وأوضحت الشركة أن المبلغ لا يكفي.",
        "لكن السكان رفضوا العرض.",
        "ولكنه لم يحضر.",
        "وهو ما نفته الشركة.",
        "وهي أول امرأة تتولى المنصب.",
        "غير أن المحكمة رفضت الطلب.",
        "إلا أن المحكمة رفضت الطلب.",
        "ومن جهته قال المدير سامي ناصر إن العمل مستمر.",
        "من ناحية أخرى تراجعت الصادرات.",
        "وفي المقابل تراجعت الصادرات.",
        "الأمر الذي أدى إلى تأخير الرحلات.",
        "لذلك أجلت اللجنة التصويت.",
        "ومع ذلك أجلت اللجنة التصويت.",
        "بعد ذلك غادر الوفد المدينة.",
        "وقال إن العمل مستمر.",
        'وقال: "العمل مستمر".',
        'وقالت "العمل مستمر".',
        "وقال الوزير إن العمل مستمر.",
        'وقالت المتحدثة "العمل مستمر".',
        "وأكد أن العمل مستمر.",
        "وتشمل هذه المتطلبات منع الاحتكار.",
        "ويأتي هذا القرار بعد أسبوع من الاحتجاج.",
        "فقد ارتفعت الأسعار مرتين.",
        "وأن الحكومة ستدفع الباقي.",
        "له ثلاثة كتب في التاريخ.",
        "But nobody came.",
        "He left early.",
    ],
)
def test_it_leans_on_the_sentence_before(sentence: str) -> None:
    assert opens_dangling(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "وقال وزير التعليم كريم سالم إن المدارس ستفتح غدا.",
        "وقالت الشرطة إن الحريق متعمد.",
        "وأكد البنك المركزي أن الفائدة باقية.",
        "وأعلنت الشركة أرباحها السنوية.",
        "ووصف بان قونغ شنغ القرار بأنه صعب.",
        "هذا العام زاد المطر.",
        "وفي هذا الأسبوع بدأت الامتحانات.",
        "وفتح القضاء في وقت سابق من هذا الشهر تحقيقا جديدا.",
        "غير المسلمين أقلية في المدينة.",
        "زادت الصادرات بنسبة عشرة في المئة.",
        "عقب اجتماع طويل غادر الوفد المدينة.",
        "من بين المشاركين ثلاثة أطباء.",
        "في القاهرة اجتمع وزراء الخارجية.",
        "وبين عامي 2010 و2015 تضاعف الإنتاج.",
        "وكانت الأسعار ارتفعت في مارس.",
        "عبر آلاف اللاجئين الحدود.",
        "Nobody came.",
        "",
        "!!",
    ],
)
def test_it_stands_alone(sentence: str) -> None:
    assert not opens_dangling(sentence)


def leaning(text: str) -> list[bool]:
    return needs_previous(text, split_sentences(text))


def test_the_first_sentence_leans_on_nothing() -> None:
    assert leaning("لكن المطر لم يتوقف. لكن الناس خرجوا.") == [False, True]


@pytest.mark.parametrize(("opening", "closing"), ['""', "«»", "“”"])
def test_a_quotation_over_sentences_keeps_its_speaker(opening: str, closing: str) -> None:
    text = f"قال الطبيب عمر ناجي: {opening}المرض نادر. العلاج متاح. المرضى يتعافون{closing}. الجمعية رحبت بالتصريح."
    assert leaning(text) == [False, True, True, False]


def test_a_sentence_that_is_nothing_but_a_quotation_leans() -> None:
    assert leaning('تحدث المدرب عن المباراة. "الفريق لعب جيدا اليوم". الجمهور غادر مبكرا.') == [False, True, False]


def test_a_quotation_mark_that_is_missing_does_no_lasting_harm() -> None:
    rest = "وصلت الشاحنات إلى المخزن في الموعد. " * 60
    found = leaning(f'قال المدير سعيد حمدي: "بدأنا العمل. {rest}')
    assert found[1:5] == [True] * 4 and not any(found[-20:])
    assert leaning('قال المدير سعيد حمدي: "بدأنا العمل.\nوصلت الشاحنات إلى المخزن.') == [False, False]


@pytest.mark.parametrize(("opening", "closing"), ['""', "«»", "“”"])
def test_a_summary_does_not_end_inside_a_quotation(opening: str, closing: str) -> None:
    article = [
        "زار رئيس الوزراء مصنع الزجاج في المنطقة الصناعية صباح أمس.",
        f"قال الرئيس أمام العمال المضربين: {opening}لن نتراجع عن خطة إصلاح الأجور.",
        f"سنمضي قدما حتى نهاية العام مهما كان الثمن{closing}.",
        "ينتج المصنع ألف طن من الزجاج كل شهر.",
        "تشغل المنطقة الصناعية خمسة آلاف عامل وعاملة.",
    ]
    title = "الرئيس أمام العمال المضربين: لن نتراجع عن خطة إصلاح الأجور"
    for count in range(1, 6):
        found = chosen(article, count, title)
        assert len(found) == count
        assert (article[1] in found) == (article[2] in found)
    assert article[1] in chosen(article, 3, title), "worth its rest here"
    alone = summarize(" ".join(article[1:3]), sentences=1)
    assert [segment.source for segment in alone.segments] == [article[1]]
    assert [notice.code for notice in alone.notices] == ["summary-leans"]


def test_quotations_of_several_sentences() -> None:
    def found(text: str) -> list[tuple[int, ...]]:
        return [tuple(run) for run in quotations(text, split_sentences(text))]

    assert found("قال: «وصلنا أمس. سنبقى شهرا. ثم نعود». وشكر مضيفيه. قال: «نعم». ثم رحل.") == [(0, 1, 2)]
    assert found('قال: "وصلنا أمس. ثم نعود" وأضاف: "سنبقى. شكرا". رحل الجميع.') == [(0, 1, 2)], "one in the other's end"
    assert found('قال: "وصلنا أمس. سنبقى شهرا. رحل الجميع.') == [], "never closed"
    assert found('قال: "وصلنا أمس.\nسنبقى شهرا". رحل الجميع.') == [], "a line break closes"
    assert found("وصل الوفد. رحل الجميع.") == []


def test_a_quotation_that_repeats_itself_is_taken_once() -> None:
    text = 'بدأ العرض مساء. هتف الجمهور: "نريد المزيد. نريد المزيد. نريد المزيد الآن". أغلق المسرح أبوابه.'
    for count in range(1, 6):
        found = [segment.source for segment in summarize(text, sentences=count).segments]
        assert len(set(found)) == len(found)


def test_a_list_leans_on_the_line_that_introduces_it() -> None:
    text = "تضم القائمة ثلاثة أسماء:\n- سامي ناصر\n- كريم سالم\n- منى فؤاد\nأعلنت اللجنة القائمة أمس."
    assert leaning(text) == [False, True, True, True, False]
    assert leaning("أعلنت اللجنة الأسماء أمس.\n- سامي ناصر\n- كريم سالم") == [False, False, False]


LEAD = "أعلنت وزارة النقل مشروعا لتوسيع ميناء العاصمة بكلفة مليار دينار."
HIDDEN = "وأضافت أن تعرفة الشحن البحري ستنخفض إلى النصف."
SPEAKER = "وعقدت الوزيرة ليلى حداد مؤتمرا قصيرا."
OTHERS = [
    "وتضم المرحلة الأولى أعمالا كثيرة في الرصيف الشرقي.",
    "وتبنى المخازن القديمة من جديد خلال سنتين.",
    "وينقل سوق السمك إلى الضفة الأخرى.",
    "ويوظف المقاول ألف عامل من الأحياء القريبة.",
]


def chosen(sentences: list[str], count: int, title: str | None = None) -> list[str]:
    return [s.source for s in summarize(" ".join(sentences), sentences=count, title=title).segments]


def test_the_sentence_before_comes_too_or_another_is_taken() -> None:
    article = [LEAD, *OTHERS[:2], SPEAKER, HIDDEN, *OTHERS[2:]]
    title = "تعرفة الشحن البحري ستنخفض إلى النصف"
    for count in range(1, len(article) + 1):
        found = chosen(article, count, title)
        assert len(found) == count
        assert HIDDEN not in found or SPEAKER in found
    assert HIDDEN in chosen(article, 3, title), "worth its antecedent here"
    assert HIDDEN not in chosen(article, 1, title)


def test_a_chain_is_followed_to_its_start() -> None:
    article = [
        "وصل الوفد إلى المدينة صباح أمس.",
        "وتحدث رئيس الوفد هاني مراد عن الحدود.",
        "وقال إن الحدود مغلقة منذ عام.",
        "وأضاف أن فتح الحدود قرار صعب.",
        "وتنتهي الزيارة غدا.",
    ]
    for count in range(1, 6):
        found = chosen(article, count, "فتح الحدود قرار صعب")
        for i in (2, 3):
            assert article[i] not in found or article[i - 1] in found


def test_a_line_that_only_announces_is_not_chosen_alone() -> None:
    text = (
        "أصدرت اللجنة تقريرها السنوي عن التعليم في الأقاليم.\nوجاء في تقرير اللجنة السنوي عن التعليم في الأقاليم:\n"
        "عدد المدارس في الأقاليم زاد هذا العام كثيرا.\nالطلاب في المدن أقل من العام الماضي."
    )
    for count in (1, 2, 3):
        found = [segment.source for segment in summarize(text, sentences=count).segments]
        assert not found[-1].endswith(":")


def test_the_example_keeps_antecedents(example: str) -> None:
    sentences = split_sentences(example)
    leans = needs_previous(example, sentences)
    starts = [sentence.start for sentence in sentences]
    for count in range(1, 17):
        taken = [starts.index(segment.start) for segment in summarize(example, sentences=count).segments]
        assert len(taken) == count
        assert all(i - 1 in taken for i in taken if leans[i] and i > 1)
