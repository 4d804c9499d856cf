"""Verses and the UN's sentences, in the shapes in which they are published; the sentences are written for this test."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

import public

GENESIS = """INSERT INTO genesis (chapter, verse, prefix, suffix, body)
VALUES (1, 1, NULL, NULL, "بَنَى الجَارُ بَيْتاً، وَقَالَ: [هُنَا نَسْكُنُ]. ");
INSERT INTO genesis (chapter, verse, prefix, suffix, body)
VALUES (1, 2, NULL, NULL, "ثُمَّ نَامَ. ");
"""
CONLLU = """# text = وصل القطار.
# original_text = وصل القطار.
# text_en = The train arrived.
1	وصل	_
# text = غادر.
# text_en = It left.
"""
ENGLISH = """Genesis 1:1: <w>The</w> <w>neighbour</w><w>built</w> a house, and said, “Here we live.”<x type="line"/>
A song by nobody.  Genesis 1:2: Then <note>late</note>yahweh let him sleep.<title type="psalm">A song.</title>
Genesis 2:1: A chapter that only one edition has.
I Samuel 1:1: The first.
Revelation of John 1:1: Yahweh spoke. Yahweh slept.
Esther (Greek) 1:1: Left out.
"""


@pytest.fixture
def van_dyck(tmp_path: Path) -> Path:
    folder = tmp_path / "initial"
    for book, text in (("genesis", GENESIS), ("samuel_1", GENESIS.replace("(1, 2,", "(1, 1,"))):
        (folder / book).mkdir(parents=True)
        (folder / book / f"{book}_1.sql").write_text(text, "utf-8")
    return folder


def test_verses_meet_by_book_chapter_and_number(tmp_path: Path, van_dyck: Path) -> None:
    (tmp_path / "web").write_text(ENGLISH, "utf-8")
    english = public.english_verses(tmp_path / "web")
    assert english["genesis", 1, 1] == "The neighbour built a house, and said, “Here we live.”"
    assert english["genesis", 1, 2] == "Then the Lord let him sleep."
    assert english["revelation", 1, 1] == "The Lord spoke. The Lord slept."
    assert ("samuel_1", 1, 1) in english
    assert len(english) == 5
    pairs = public.bible(public.arabic_verses(van_dyck), english)
    assert len(pairs) == 3
    assert pairs[0] == ("بَنَى الجَارُ بَيْتاً، وَقَالَ: «هُنَا نَسْكُنُ».", english["genesis", 1, 1])


def test_chapters_that_count_differently_and_first_verses_of_psalms_are_left_out() -> None:
    arabic = {("psalms", 3, 1): "ا", ("psalms", 3, 2): "ب", ("genesis", 1, 1): "ت", ("genesis", 1, 2): "ث"}
    english = {("psalms", 3, 1): "a", ("psalms", 3, 2): "b", ("genesis", 1, 1): "c"}
    assert public.bible(arabic, english) == [("ب", "b")]


def test_all_sets_are_written_with_their_cards(tmp_path: Path, van_dyck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "web").write_text(ENGLISH, "utf-8")
    for part, arabic, english in (
        ("dev", "نرحب\u2028بالقرار", "We welcome the decision"),
        ("test", "اختبار", "A test"),
    ):
        (tmp_path / f"{part}set").mkdir()
        for side, text in (("ar", arabic), ("en", english)):
            (tmp_path / f"{part}set" / f"UNv1.0.{part}set.{side}").write_text(text + "\n", "utf-8")
    data = tmp_path / "data"
    (tmp_path / "pud").write_text(CONLLU, "utf-8")
    options = [
        "--pud",
        str(tmp_path / "pud"),
        "--van-dyck",
        str(van_dyck),
        "--web",
        str(tmp_path / "web"),
        "--un",
        str(tmp_path),
    ]
    monkeypatch.setattr(sys, "argv", ["public.py", str(data), *options])
    public.main()
    assert json.loads((data / "parallel" / "bible.json").read_text("utf-8"))["pairs"] == 3
    pud = gzip.decompress((data / "parallel" / "pud.tsv.gz").read_bytes()).decode()
    assert pud == "وصل القطار.\tThe train arrived.\nغادر.\tIt left.\n"
    un = gzip.decompress((data / "parallel" / "un.tsv.gz").read_bytes()).decode()
    assert un == "نرحب\u2028بالقرار\tWe welcome the decision\n"
    assert (data / "mt" / "un-test.tsv").read_text("utf-8") == "اختبار\tA test\n"


def test_files_of_another_kind_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "web").write_text("nothing\n", "utf-8")
    with pytest.raises(SystemExit, match=r"Genesis 1:1"):
        public.english_verses(tmp_path / "web")
    with pytest.raises(SystemExit, match=r"text_en"):
        public.pud(tmp_path / "web")
    with pytest.raises(SystemExit, match=r"data/initial"):
        public.arabic_verses(tmp_path)
