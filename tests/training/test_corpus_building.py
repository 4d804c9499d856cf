"""Cleaning, decontamination, noise, frames, and the corpus they make, on texts written for this test."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augment
import clean
import corpus
from clean import source_form
from frames import FOLDER, Frames

NAMES = [("سلمى", "Salma"), ("مراد", "Murad"), ("فالنتينا", "Valentina"), ("بن عرعور", "Ben Arour"), ("زوبعة", "Žuba")]
QUOTES = [("وصلنا قبل الغروب بقليل.", "We arrived shortly before sunset."), ("لا أدري.", "No idea.")]
TEXTS = [
    "قالت مسؤولة في هيئة المياه إن المياه عادت، وإن الأعضاء وافقوا. بلغت النسبة 25.5% في 2024.",
    "زار رئيس البلدية الأحياء الجديدة، ثم عاد.",
    'قال الجار: "سنزرع الحديقة" غدا؟',
]
DEV = (
    "يقطع القطار الجبلي القديم الوادي كله في أقل من ساعتين",
    "The old mountain train crosses the whole valley in two hours",
)


def write_data(folder: Path, sets: dict[str, list[tuple[str, str]]], dev: list[tuple[str, str]]) -> Path:
    (folder / "parallel").mkdir(parents=True)
    (folder / "mt").mkdir()
    for name in corpus.MIX:
        rows = "".join(f"{a}\t{e}\n" for a, e in sets.get(name, []))
        (folder / "parallel" / f"{name}.tsv.gz").write_bytes(gzip.compress(rows.encode()))
    (folder / "mt" / "news-dev.tsv").write_text("".join(f"{a}\t{e}\n" for a, e in dev), "utf-8")
    (folder / "mt" / "tatoeba-test.tsv").write_text("صباح الخير يا جدتي\tGood morning, Grandma\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (("جملة أخرى", f"Yesterday {DEV[1].lower()}, they say"), True),
        ((f"ويقال: {DEV[0]}!", "Another sentence"), True),
        (("كلام", "the old mountain train crosses the whole"), False),  # seven words
        (("صَباح الخير، يا جدَّتي", "Morning"), True),
        (("كلام", "good morning grandma"), True),
        (("صباح الخير يا جدتي العزيزة", "Good morning, dear Grandma"), False),  # whole sentences only
    ],
)
def test_development_sentences_are_found_on_either_side(tmp_path: Path, pair: tuple[str, str], found: bool) -> None:
    held = clean.held_out(write_data(tmp_path, {}, [DEV]) / "mt")
    assert clean.is_held_out((source_form(pair[0]), clean.target_form(pair[1])), held) is found


@pytest.mark.parametrize(
    ("arabic", "english", "kept"),
    [
        ("افتح الملف", "Open the file", True),
        ("OK", "OK", False),
        ("افتح", "Open the file that you saved on your other computer last night", False),
        ("عام 2024", "In 2023", False),
        ("عام 2024", "In 2024", True),
    ],
)
def test_implausible_pairs_are_dropped(arabic: str, english: str, kept: bool) -> None:
    assert clean.plausible(arabic, english) is kept


@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_what_news_varies_and_the_source_form_folds_needs_no_noise(text: str, rng: random.Random) -> None:
    marks = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
    varied = "".join(c + rng.choice(marks) if "\u0628" <= c <= "\u064a" and rng.random() < 0.3 else c for c in text)
    varied = varied.translate({ord(a): rng.choice("اأإآ") for a in "اأإآ"})
    varied = varied.replace("ي", rng.choice("يى")).replace(" ", rng.choice(("  ", " \u00a0", " ")))
    varied = varied.translate(str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪")) if rng.random() < 0.5 else varied
    assert source_form(varied.replace("لت", "ل\u0640ت")) == source_form(text)


@given(st.sampled_from(TEXTS), st.integers(0, 10_000))
def test_noise_changes_marks_and_loose_letters_only(text: str, seed: int) -> None:
    plain = source_form(text)
    made = augment.noisy(plain, random.Random(seed))
    assert made == augment.noisy(plain, random.Random(seed))
    assert source_form(made) == made, "noise that the source form would undo"
    assert re.findall(r"\d[\d.]*\d", made) == re.findall(r"\d[\d.]*\d", plain)
    bare = re.sub(r"[^ء-ي]|[ةهءؤئوي]", "", plain)
    assert re.sub(r"[^ء-ي]|[ةهءؤئوي]", "", made) == bare


def test_every_kind_of_noise_occurs() -> None:
    made = [augment.noisy(source_form(text), random.Random(seed)) for text in TEXTS for seed in range(200)]
    kinds = "هيئه|مسوولة|مسئولة|هيية|الاعضا |عادت،وان|عادت ،|%25.5|في2024|«سنزرع|عادت, "
    for kind in kinds.split("|"):
        assert any(kind in text for text in made), kind
    assert any(not text.endswith((".", "؟")) for text in made)


def test_copies_without_a_change_are_left_out() -> None:
    pairs = [("بيت", "house")] * 50
    assert list(augment.with_noise(pairs, random.Random(1), 1.0)) == []


def test_joined_pairs_keep_every_sentence_in_order() -> None:
    pairs = [(f"هذه جملة رقم {i}.", f"This is sentence {i}.") for i in range(60)]
    made = list(augment.joined(pairs, random.Random(2), 1.0))
    assert [int(n) for _, e in made for n in re.findall(r"\d+", e)] == list(range(60))
    assert all(re.findall(r"\d+", a) == re.findall(r"\d+", e) for a, e in made)
    assert {e.count(".") for _, e in made} == {2, 3}
    assert any(re.search(r"\.\S", a) for a, _ in made), "none glued"


def test_a_name_in_both_scripts_becomes_the_latin_one() -> None:
    hosts = [("وصل الضيف إلى المدينة", "The guest reached the city")]
    made = list(augment.with_latin_name([("جاك ما", "Jack Ma")], hosts, random.Random(3), 30))
    assert {e for _, e in made} == {"Jack Ma: The guest reached the city"}
    assert {a.partition(":")[0] for a, _ in made} == {"(جاك ما) Jack Ma", "جاك ما (Jack Ma)", "Jack Ma"}


@pytest.fixture(scope="module")
def frames() -> Frames:
    return Frames(NAMES, QUOTES)


def test_every_frame_and_every_filler_can_be_filled(frames: Frames) -> None:
    rng = random.Random(4)
    assert 40 <= len(frames.frames) <= 100
    nested = [pair for pairs in frames.fillers.values() for pair in pairs]
    for arabic, english in [*frames.frames, *nested]:
        assert sorted(re.findall("{[^}]*}", arabic)) == sorted(re.findall("{[^}]*}", english))
        a, e = frames.fill(arabic, english, rng)
        assert "{" not in a + e
        assert "}" not in a + e
        assert re.search("[ء-ي]", a) or a == e
        assert not re.search("[ء-ي]", e)
    lines = (FOLDER / "fillers.tsv").read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines))
    used = {slot for arabic, _ in [*frames.frames, *nested] for slot in re.findall("{([a-z_]+)", arabic)}
    assert used == frames.fillers.keys() - {"currency"} | frames.made.keys(), "a slot that nothing uses"


def test_numbers_of_a_frame_are_on_both_sides(frames: Frames) -> None:
    rng = random.Random(5)
    for _ in range(2000):
        arabic, english = frames.sentence(rng)
        assert english[0].isupper() or english[0].isdigit(), english
        ours, theirs = (sorted(re.findall(r"\d+", side.replace(",", ""))) for side in (arabic, english))
        if "ألف" not in arabic and "آلاف" not in arabic:  # 3 آلاف is 3,000
            assert ours == theirs, (arabic, english)


def test_nouns_take_the_form_that_the_number_asks_for(frames: Frames) -> None:
    rng = random.Random(6)
    for _ in range(500):
        number, noun = frames.money(rng)[0].split()[:2]
        several = number.isdigit() and 3 <= int(number) <= 10
        assert noun in (("ملايين", "مليارات") if several else ("مليون", "مليار")), (number, noun)
    assert all(11 <= int(frames.draw("n", rng)[0]) <= 99 for _ in range(300))


def test_names_in_frames_need_no_marks_in_english(frames: Frames) -> None:
    rng = random.Random(7)
    assert "Žuba" not in {frames.draw("place", rng)[1] for _ in range(200)}


def test_the_corpus_is_mixed_decontaminated_and_the_same_every_time(tmp_path: Path) -> None:
    numbers = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"]
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    prose = [
        (f"عاد الجار {numbers[i // 10]} من السوق، واشترى {numbers[i % 10]} كتب مفيدة.",
         f"Neighbour {words[i // 10]} came back from the market and bought {words[i % 10]} useful books.")
        for i in range(100)
    ]  # fmt: skip
    sets = {
        "tatoeba": [*prose, prose[0], ("خبر آخر عن القطار القديم الذي يعبر الوادي", f"So {DEV[1]} again")],
        "msdocs": prose[:40],
        "names": [*NAMES, ("جاك ما", "Jack Ma")],
    }
    data = write_data(tmp_path / "data", sets, [DEV])
    options = ["--data", str(data), "--frames", "40", "--latin-names", "20"]
    corpus.main([*options, "--out", str(tmp_path / "a"), "--vocabulary", "420"])
    corpus.main([*options, "--out", str(tmp_path / "b"), "--spm", str(tmp_path / "a" / "spm.model")])

    report = json.loads((tmp_path / "a" / "corpus.json").read_text("utf-8"))
    assert (report["tatoeba"]["held out"], report["tatoeba"]["duplicate"]) == (1, 41)  # msdocs was read before
    assert {name for name, row in report.items() if row["synthetic"]} == set(corpus.SYNTHETIC)
    assert sum(row["share"] for row in report.values()) == pytest.approx(1, abs=0.01)
    assert report["frames"]["kept"] == 40
    assert report["noisy-prose"]["kept"] > 0
    assert (tmp_path / "a" / "spm.model").read_bytes() == (tmp_path / "b" / "spm.model").read_bytes()
    a, b = np.load(tmp_path / "a" / "corpus.npz"), np.load(tmp_path / "b" / "corpus.npz")
    assert len(a["source_lengths"]) == sum(row["kept"] for row in report.values())
    assert a["source"].sum() > 0
    # The vocabulary's sample draws from the same generator, but after all sets are made.
    assert all(np.array_equal(a[key], b[key]) for key in a.files)
