from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import ENGLISH, ROUGH, TEXT, made

from summ.article import Article
from summ.errors import InputError
from summ.report.layout import lay_out
from summ.result import Notice, Result, Segment, Summary, Translation
from summ.text import split_sentences


def test_rows_pair_sentences_and_keep_paragraphs():
    layout = lay_out(made())
    assert [row.target for row in layout.rows] == list(ENGLISH)
    assert [row.opens for row in layout.rows] == [True, True, False, True, False]
    assert [TEXT[row.start : row.end] for row in layout.rows] == [
        "".join(p.text for p in r.pieces) for r in layout.rows
    ]
    assert (layout.headline, layout.headline_row) == ("افتتاح مكتبة جديدة في وسط المدينة", 1)


def test_summaries_lead_to_rows_and_back():
    layout = lay_out(made())
    assert [(p.number, p.rows) for p in layout.summary.passages] == [(1, (2,)), (None, ()), (2, (4,))]
    assert [(p.number, p.rows) for p in layout.english_summary.passages] == [(1, (2,)), (None, ()), (2, (4,))]
    assert [row.cited for row in layout.rows] == [(), (1,), (), (2,), ()]
    assert [row.cited_in_english for row in layout.rows] == [()] * 5  # it translates what is marked already
    assert [[p.marked for p in row.pieces] for row in layout.rows] == [[False], [True], [False], [True], [False]]


def test_an_english_summary_of_its_own_is_marked():
    result = made()
    own = replace(
        result.english_summary, kind="abstractive", segments=(result.translation.segments[2],), text=ENGLISH[2]
    )
    assert [row.cited_in_english for row in lay_out(replace(result, english_summary=own)).rows] == [
        (),
        (),
        (1,),
        (),
        (),
    ]
    alone = replace(result, summary=None)
    assert [row.cited_in_english for row in lay_out(alone).rows] == [(), (1,), (), (2,), ()]


def test_a_summary_in_other_words_names_the_rows_that_were_read():
    result = made()
    first, second = result.summary.segments
    chunk = Segment(TEXT[first.start : second.end], "كلمات لا ترد فيه", first.start, second.end)
    layout = lay_out(replace(result, summary=Summary("نص آخر.", (chunk,), kind="abstractive")))
    assert layout.summary.read == (2, 3, 4)
    assert [p.text for p in layout.summary.passages] == ["نص آخر."]


def test_a_mark_may_cover_part_of_a_row():
    text = "جملة أولى. جملة ثانية."
    segment = Segment(text, "One. Two.", 0, len(text))
    chosen = Segment("جملة ثانية.", "جملة ثانية.", 11, len(text))
    [row] = lay_out(Result(Article(text), Summary(chosen.target, (chosen,)), Translation("One. Two.", (segment,)))).rows
    assert [(p.text, p.marked) for p in row.pieces] == [("جملة أولى. ", False), ("جملة ثانية.", True)]


@pytest.mark.parametrize(("start", "end", "row"), [(0, 9, 1), (8, 9, 1), (9, 10, 2), (9, 19, 2), (0, 19, 1)])
def test_sentences_without_space_between_keep_their_own(start, end, row):
    text = "قال نعم.!وقال لا أدري"
    segments = (Segment(text[:9], "Yes.", 0, 9), Segment(text[9:], "No.", 9, len(text)))
    notice = Notice("x", "y", start, end)
    rows = lay_out(Result(Article(text), translation=Translation("Yes. No.", segments), notices=(notice,))).rows
    assert [r.number for r in rows if r.notices] == [row]
    chosen = Summary(text[:9], (Segment(text[:9], text[:9], 0, 9),))
    [passage] = lay_out(Result(Article(text), chosen, Translation("Yes. No.", segments))).summary.passages
    assert passage.rows == (1,)


def test_notices_stand_at_their_row_or_above_all():
    third = made().translation.segments[2]
    here = Notice("numbers", "12 is not in it", third.start + 3, third.end)
    layout = lay_out(made(notices=(ROUGH, here)))
    assert layout.notices == (ROUGH,)  # once, though translation, result and English summary each have it
    assert [row.notices for row in layout.rows] == [(), (), (here,), (), ()]


def test_what_no_segment_covers_is_a_row_without_translation():
    result = made()
    kept = result.translation.segments[1:3]
    rows = lay_out(replace(result, translation=replace(result.translation, segments=kept))).rows
    assert [row.target for row in rows] == [None, *ENGLISH[1:3], None, None]
    assert len(lay_out(replace(result, translation=None)).rows) == 5


@pytest.mark.parametrize("change", [{"source": "غيره"}, {"start": 3}, {"start": 0, "end": 60}])
def test_segments_that_do_not_fit_are_refused(change):
    result = made()
    segments = list(result.translation.segments)
    segments[2] = replace(segments[2], **change)
    wrong = replace(result, translation=replace(result.translation, segments=tuple(segments)))
    with pytest.raises(InputError, match=r"^result 7: translation segment 3 \(characters \d+ to \d+\) is not what"):
        lay_out(wrong, place="result 7")


def test_segments_that_overlap_are_refused():
    segments = (Segment("نص هنا", "a", 0, 6), Segment("هنا.", "b", 3, 7))
    with pytest.raises(InputError, match="translation segment 2"):
        lay_out(Result(Article("نص هنا."), translation=Translation("a b", segments)))


@pytest.mark.parametrize(
    ("article", "headline"),
    [
        (Article("عنوان\nنص المقال هنا.", title="عنوان آخر"), "عنوان آخر"),
        (Article("عنوان\nنص المقال هنا.", id="x"), "عنوان"),
        (Article("نص المقال هنا. وفيه جملتان.", id="x"), "x"),
        (Article("نص قصير"), "نص قصير"),
        (Article("نص المقال هنا. وفيه جملتان."), "نص المقال هنا. …"),
        (Article("كلمة " * 40), "كلمة " * 12 + "…"),
    ],
)
def test_headline(article, headline):
    assert lay_out(Result(article)).headline == headline


WORDS = st.lists(
    st.sampled_from(["نص", "Jack", "12", ".", "؟", " ", " ", "\n", "\u200f", "<b>", "،"]), max_size=40
).map("".join)


@given(WORDS | st.text(), st.data())
def test_every_visible_character_is_in_one_row(text, data):
    sentences = split_sentences(text)
    kept = data.draw(st.lists(st.sampled_from(sentences), unique=True)) if sentences else []
    kept.sort(key=lambda s: s.start)
    segments = tuple(Segment(s.text, s.text[::-1], s.start, s.end) for s in kept)
    summary = Summary(" ".join(s.text for s in kept), tuple(replace(s, target=s.source) for s in segments))
    layout = lay_out(Result(Article(text), summary, Translation("t", segments)))
    assert [(r.start, r.end) for r in layout.rows] == [(s.start, s.end) for s in sentences]
    assert "".join(p.text for r in layout.rows for p in r.pieces) == "".join(s.text for s in sentences)
    assert "".join(p.text for p in layout.summary.passages) == summary.text
    assert [r.target for r in layout.rows] == [s.text[::-1] if s in kept else None for s in sentences]
