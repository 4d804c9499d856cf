from __future__ import annotations

import os
import re
import stat
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import ENGLISH, ROUGH, TEXT, TRANSLATOR, made, read

import summ.report
from summ.article import Article
from summ.errors import InputError
from summ.report.article_page import render_page, write_page
from summ.result import Notice, Result, Segment, Summary, Translation
from summ.text import split_sentences

CSS = (Path(summ.report.__file__).parent / "templates" / "page.css").read_text("utf-8")
EVIL = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> </style></title><!-- {{ 7*7 }} &amp;"
ELEMENTS = set(
    re.findall(
        r"\w+",
        "page html head meta title style body header nav ol ul li a main article section h1 h2 h3 p div span strong b"
        " bdi mark table thead tbody tr th td footer dl dt dd code",
    )
)


def evil() -> Result:
    """Markup in every field that comes from outside."""
    text = f"{EVIL} نص عربي."
    segments = tuple(Segment(s.text, EVIL, s.start, s.end) for s in split_sentences(text))
    model = replace(TRANSLATOR, name=EVIL, revision=EVIL, engine=EVIL, options={EVIL: EVIL}, versions={EVIL: EVIL})
    notices = (Notice(EVIL, EVIL), Notice("rough-translation", EVIL), Notice(EVIL, EVIL, 0, 5))
    summary = Summary(EVIL, (Segment(EVIL, EVIL, 0, len(EVIL)),), EVIL, "extractive", model, notices)
    translation = Translation(EVIL, segments, EVIL, EVIL, model)
    return Result(Article(text, EVIL, EVIL), summary, translation, summary, notices, {EVIL: 1.0})


def test_one_file_that_loads_nothing_and_runs_nothing():
    page = render_page([made(), evil()])
    root = read(page)
    assert root.tags("script", "link", "img", "iframe", "object") == []
    assert not re.search(r"url\(|@import|@font-face", CSS)
    for element in root.find(lambda e: True):
        assert "src" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.attributes.get("href", "#").startswith("#")
    [policy] = root.find(lambda e: e.attributes.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy.attributes["content"]
    assert "script" not in policy.attributes["content"]


def test_markup_in_any_field_is_shown_as_text():
    for results in ([evil()], [evil(), made()]):
        root = read(render_page(results))
        assert {e.tag for e in root.find(lambda e: True)} <= ELEMENTS
        [source, *_] = root.having("source")
        assert EVIL.split(" ")[0] in source.text
        assert EVIL in root.having("target")[0].text
        assert EVIL in root.having("headline")[0].text
        assert "49" not in root.having("headline")[0].text


@settings(max_examples=60)
@given(st.text(st.sampled_from("نص عربي.؟\n <>&\"'/!-abc") | st.characters(exclude_categories=("Cs", "Cc"))))
def test_the_article_is_whole_whatever_it_holds(text):
    root = read(render_page([Result(Article(text))]))
    assert {e.tag for e in root.find(lambda e: True)} <= ELEMENTS
    shown = "".join(cell.children[0].text for cell in root.having("source"))
    assert shown == "".join(s.text for s in split_sentences(text))


def test_article_and_translation_stand_in_pairs():
    root = read(render_page([made()]))
    sources, targets = root.having("source"), root.having("target")
    assert [cell.tags("div")[0].text for cell in sources] == [s.text for s in split_sentences(TEXT)]
    assert [cell.tags("div")[0].text for cell in targets] == list(ENGLISH)
    assert len(root.tags("tbody")) == 3
    for cells, lang, way in ((sources, "ar", "rtl"), (targets, "en", "ltr")):
        assert {(c.tags("div")[0].attributes["lang"], c.tags("div")[0].attributes["dir"]) for c in cells} == {
            (lang, way)
        }
    assert [b.text for b in sources[2].tags("bdi")] == ["Sara Haddad"]


def test_links_lead_somewhere_and_names_are_unique():
    root = read(render_page([made(), replace(made(), translation=None), evil()]))
    ids = [e.attributes["id"] for e in root.find(lambda e: "id" in e.attributes)]
    assert len(ids) == len(set(ids))
    hrefs = [e.attributes["href"][1:] for e in root.tags("a")]
    assert set(hrefs) <= set(ids)
    labels = [e.attributes["aria-labelledby"] for e in root.find(lambda e: "aria-labelledby" in e.attributes)]
    assert set(labels) <= set(ids)


def test_summary_sentences_and_their_sources_are_linked_both_ways():
    root = read(render_page([made()]))
    arabic, english = root.having("text")
    assert [a.attributes["href"] for a in arabic.tags("a")] == ["#a1-s2", "#a1-s4"]
    assert [a.attributes["href"] for a in english.tags("a")] == ["#a1-s2", "#a1-s4"]
    numbers = re.compile(r"(?<=\.)\d")  # the references
    assert numbers.sub("", arabic.text) == made().summary.text
    assert numbers.sub("", english.text) == made().english_summary.text
    cited = root.having("cited")
    assert [row.attributes["id"] for row in cited] == ["a1-s2", "a1-s4"]
    assert [row.having("tag")[0].attributes["href"] for row in cited] == ["#a1-m1", "#a1-m2"]
    assert all("في الملخص" in row.text and row.tags("mark") for row in cited)


@pytest.mark.parametrize("missing", ["summary", "translation", "english_summary", "all"])
def test_missing_parts(missing):
    names = ["summary", "translation", "english_summary"] if missing == "all" else [missing]
    root = read(render_page([replace(made(notices=()), **dict.fromkeys(names))]))
    assert len(root.having("source")) == 5
    assert len(root.having("target")) == (0 if "translation" in names else 5)
    assert len(root.having("digest")) == 2 - sum(name != "translation" for name in names)
    if missing == "all":
        assert root.tags("dl") == [] and root.having("cited") == []


def test_headings_descend_one_by_one():
    for results in ([made()], [made(), made(), evil()]):
        levels = [int(e.tag[1]) for e in read(render_page(results)).tags("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_several_results_have_a_table_of_contents():
    other = Result(Article("<b>خبر</b> قصير", id="2"))
    root = read(render_page([made(), other]))
    [nav] = root.tags("nav")
    assert [(a.attributes["href"], a.text) for a in nav.tags("a")] == [
        ("#a1", "افتتاح مكتبة جديدة في وسط المدينة"),
        ("#a2", "2"),
    ]
    assert len(root.tags("article")) == 2
    assert read(render_page([made()])).tags("nav") == []


def test_notices():
    sentence = split_sentences(TEXT)[2]
    here = Notice("a-new-code", "Sara is <missing>", sentence.start, sentence.end)
    root = read(render_page([made(notices=(ROUGH, here))]))
    [banner] = root.having("banner")
    assert ROUGH.message in banner.text and "ترجمة آلية تقريبية" in banner.text
    [note] = root.having("note")
    assert "a-new-code" in note.text and "Sara is <missing>" in note.text
    [row] = root.find(lambda e: e.attributes.get("id") == "a1-s3")
    assert row.having("note") == [note]
    [overview] = root.having("overview")
    assert "a-new-code (1)" in overview.text and [a.text for a in overview.tags("a")] == ["3"]


def test_notices_of_one_kind_share_a_box():
    third = split_sentences(TEXT)[2]
    found = [Notice(code, m, third.start, third.end) for code, m in (("x", "one"), ("y", "two"), ("x", "three"))]
    root = read(render_page([made(notices=tuple(found))]))
    assert [note.text.split(" ", 1) for note in root.having("note")] == [["x", "one; three"], ["y", "two"]]


def test_notices_of_an_article_without_translation_stand_at_its_sentences():
    sentence = split_sentences(TEXT)[2]
    here = Notice("odd", "odd letters", sentence.start, sentence.end)
    root = read(render_page([replace(made(notices=(here,)), translation=None)]))
    assert [cell.having("note") != [] for cell in root.having("source")] == [False, False, True, False, False]


def test_an_empty_translation_is_said_in_words():
    result = made()
    segments = (replace(result.translation.segments[0], target=""), *result.translation.segments[1:])
    root = read(render_page([replace(result, translation=replace(result.translation, segments=segments))]))
    [missing] = root.having("missing")
    assert "not translated" in missing.text


def test_provenance():
    footer = read(render_page([made()])).tags("footer")[0].text
    for part in (
        "Summary",
        "Translation, English summary",
        "small-ar-en",
        "abc123",
        "ctranslate2",
        "beam_size=4",
        "4.6.0",
    ):
        assert part in footer
    assert "summarize 0.25 s, translate 1.50 s." in footer
    many = read(render_page([made(), made(), Result(Article("نص."))])).tags("footer")[0].text
    assert many.count("small-ar-en") == 1 and "(2 of 3 articles)" in many
    assert "translate 3.00 s for 3 articles" in many


def test_other_directions():
    text = "An English article. It has two sentences."
    arabic = Translation("مقال إنجليزي. فيه جملتان.", (), "en", "ar")
    segments = tuple(
        Segment(s.text, t, s.start, s.end)
        for s, t in zip(split_sentences(text), ("مقال إنجليزي.", "فيه جملتان."), strict=True)
    )
    root = read(render_page([Result(Article(text), translation=replace(arabic, segments=segments))]))
    assert root.having("source")[0].tags("div")[0].attributes == {"lang": "en", "dir": "ltr"}
    assert root.having("target")[0].tags("div")[0].attributes == {"lang": "ar", "dir": "rtl"}


def test_the_same_results_give_the_same_page():
    assert render_page([made(), evil()]) == render_page([made(), evil()])


def test_no_results_and_results_that_do_not_fit():
    with pytest.raises(InputError, match="no results"):
        render_page([])
    broken = replace(made(), article=Article("نص آخر"))
    with pytest.raises(InputError, match=r"^result 2: translation segment 1"):
        render_page([made(), broken])


# The page itself is written whole or not at all.


def test_written_as_utf_8_with_the_usual_rights(tmp_path):
    path = tmp_path / "page.html"
    write_page([made()], path)
    assert path.read_text("utf-8") == render_page([made()])
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page.html", "plain"]


def test_a_failure_leaves_the_old_page(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(InputError):
        write_page([replace(made(), article=Article("نص آخر"))], path)

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match=r"page\.html: cannot be written: No space left"):
        write_page([made()], path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("page.html", "old")]


def test_places_that_cannot_be_written(tmp_path):
    for path in (tmp_path, tmp_path / "no" / "page.html"):
        with pytest.raises(InputError, match=f"^{re.escape(str(path))}: cannot be written: "):
            write_page([made()], path)


def test_a_pipe_is_written_to_not_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(path.read_text("utf-8")), daemon=True)
    reader.start()
    write_page([made()], path)
    reader.join(5)
    assert got == [render_page([made()])]
    assert path.is_fifo()


def test_half_a_surrogate_pair_does_not_stop_the_page(tmp_path):
    path = tmp_path / "page.html"
    write_page([Result(Article("نص \ud83d هنا."))], path)
    assert "&#55357;" in path.read_text("utf-8")


# Colours: WCAG 2.1, success criterion 1.4.3, asks for a contrast of 4.5 to 1.


def _palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.S)
    light, dark, paper = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", b)) for b in blocks)
    return {"light": light, "dark": light | dark, "print": light | paper}


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(
    ("front", "back"),
    [(f, b) for f in ("ink", "faint", "accent") for b in ("paper", "card", "pair")]
    + [("ink", "mark"), ("accent", "mark"), ("warn", "warn-back")],
)
def test_contrast(scheme, front, back):
    palette = _palettes()[scheme]
    high, low = sorted((_luminance(palette[front]), _luminance(palette[back])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5
