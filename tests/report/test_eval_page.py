"""The evaluation page: self-contained, safe, right-to-left where it must be, and true to the figures."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ import settings
from summ.eval.baselines import scorer_words
from summ.eval.harness import Evaluation, evaluate
from summ.eval.plan import Plan
from summ.eval.recipe import make_recipe
from summ.report.eval_charts import Line, distribution_chart, interval_chart
from summ.report.eval_page import render_page
from summ.report.letters import letters
from summ.report.overlap import closest, shared_stretches

EVIL = '<script>alert("x")</script> & <b>نص</b>'
RECORDS = [
    {
        "id": f"doc-{number}<i>",
        "article": f"{EVIL} أعلنت شركة Google خطة {number}. وتشمل الخطة مدينتين. وتبدأ في الربيع.",
        "summaries": [f"خطة {number} من Google {EVIL}", "خطة تبدأ في الربيع."],
        "title": EVIL,
        "kind": "a" if number % 2 else EVIL,
    }
    for number in range(8)
]
WORDS = scorer_words(make_recipe()[0])


def make(folder: Path, **changes: Any) -> Evaluation:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    (folder / "set.jsonl").write_text("".join(lines), "utf-8")
    (folder / "mine.txt").write_text("خطة تبدأ في الربيع\n" + f"{EVIL}\n" * 6 + "\n", "utf-8")
    columns = {"id": "id", "source": "article", "references": "summaries", "title": "title", "group": "kind"}
    value = {
        "description": EVIL,
        "task": "summarization",
        "data": {"files": "set.jsonl", "columns": columns, "licence": "ours"},
        "systems": ["lead-1", "oracle", {"name": EVIL, "hypotheses": "mine.txt"}],
        "bootstrap": {"resamples": 50},
        "significance": {"trials": 100},
        **changes,
    }
    plan = settings.validate(value, Plan, "x.yaml")
    return evaluate(plan, name="x", base=folder, output=folder / "out")


class Reader(HTMLParser):
    """Tags, attributes and the text of marked and right-to-left blocks."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.blocks: list[tuple[dict[str, str | None], str]] = []
        self.depth: list[int] = []
        self.feed(page)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.VOID:
            return
        self.open.append(tag)
        if dict(attrs).get("class") == "text":
            self.blocks.append((dict(attrs), ""))
            self.depth.append(len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if self.depth and len(self.open) < self.depth[-1]:
            self.depth.pop()

    def handle_data(self, data: str) -> None:
        if self.depth:
            attrs, text = self.blocks[-1]
            self.blocks[-1] = (attrs, text + data)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return make(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def page(done: Evaluation) -> str:
    return render_page(done)


def test_it_stands_alone_and_runs_nothing(page: str) -> None:
    tags = Reader(page).tags
    assert not {"script", "link", "img", "iframe", "form", "object", "b2"} & {tag for tag, _ in tags}
    for tag, attributes in tags:
        assert not {"src", "href", "onclick", "onload"} & set(attributes), tag
    assert "default-src 'none'" in page and "url(" not in page and "@import" not in page
    assert [tag for tag, attributes in tags].count("html") == 1


def test_texts_are_escaped_and_whole(page: str, done: Evaluation) -> None:
    assert "<script" not in page and "doc-1<i>" not in page
    shown = {text for _, text in Reader(page).blocks}
    assert RECORDS[1]["article"] in shown, "a source is shown as it is"
    assert any(EVIL in text for text in shown)
    assert "خطة تبدأ في الربيع" in shown
    empty = [text for attributes, text in Reader(page).blocks if text == "(empty)"]
    assert empty, "an empty hypothesis is said to be empty"


def test_arabic_blocks_run_from_right_to_left(page: str) -> None:
    blocks = Reader(page).blocks
    assert blocks
    assert all(attributes["dir"] == "rtl" and attributes["lang"] == "ar" for attributes, _ in blocks)
    assert ("html", {"lang": "en", "dir": "ltr"}) in Reader(page).tags
    assert "<bdi>Google</bdi>" in page


def test_english_blocks_run_from_left_to_right(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("Google plans.\n" * 8, "utf-8")
    english = make(
        tmp_path,
        task="translation",
        systems=[{"hypotheses": "en.txt"}],
        metrics=["bleu"],
        data={"files": "set.jsonl", "columns": {"source": "article", "references": "title"}},
    )
    found = {(attributes["lang"], attributes["dir"]) for attributes, _ in Reader(render_page(english)).blocks}
    assert found == {("en", "ltr"), ("ar", "rtl")}


def test_the_figures_are_those_of_the_results(page: str, done: Evaluation) -> None:
    for system in done.systems:
        for measure in system.measures.values():
            low, high = (100 * end for end in measure.interval)
            assert f"<b>{100 * measure.score:.1f}</b><small>{low:.1f} to {high:.1f}</small>" in page
    assert done.signatures["rouge"] in page and done.identity in page and done.data.digest in page
    assert '"files": [' in page.replace("&#34;", '"'), "the configuration is there"
    assert page == render_page(done), "the same evaluation gives the same page"
    for text in ("ROUGE-2", "Without references", "Best", "Worst", "Who beats whom", "ours", "words of the source"):
        assert text in page


def test_one_system_and_one_document(tmp_path: Path) -> None:
    text = render_page(make(tmp_path, systems=["lead-1"], limit=1))
    assert "Who beats whom" not in text and "Best" in text
    Reader(text)


texts = st.text(alphabet=st.sampled_from("ابتثأإةىي كتب.،:؟ab12-()«»ًّـ \n"), max_size=60)


@given(texts, texts)
def test_stretches_are_the_text(text: str, other: str) -> None:
    found = shared_stretches(text, other, WORDS)
    assert "".join(stretch.text for stretch in found) == text
    assert all(stretch.text for stretch in found)
    known = set(WORDS(other))
    for stretch in found:
        if stretch.level == 0:
            assert not known & set(WORDS(stretch.text))
        else:
            assert known & set(WORDS(stretch.text))


@given(texts)
def test_a_text_shares_all_of_itself(text: str) -> None:
    marked = [stretch for stretch in shared_stretches(text, text, WORDS) if stretch.level]
    assert sum(len(WORDS(stretch.text)) for stretch in marked) == len(WORDS(text))
    if len(WORDS(text)) > 1:
        assert all(stretch.level == 2 for stretch in marked)


def test_spelling_and_punctuation_do_not_hide_an_overlap() -> None:
    text = "أعلنت الشركة، اليوم، إطلاق رقاقة جديدة (هدهد 1) بسعة 18."
    found = shared_stretches(text, "قالت: اعلنت الشركه اليوم عن اطلاق رقاقه «هدهد 1» الجديدة", WORDS)
    assert [(stretch.text, stretch.level) for stretch in found if stretch.level] == [
        ("أعلنت الشركة، اليوم", 2),
        ("إطلاق رقاقة", 2),
        ("هدهد 1", 2),
    ]
    found = shared_stretches("نهر طويل", "جبل طويل", WORDS)
    assert [(stretch.text, stretch.level) for stretch in found] == [("نهر ", 0), ("طويل", 1)]


def test_the_closest_reference() -> None:
    assert closest("جسر على نهر", ["سوق", "جسر على نهر كبير", "جسر"], WORDS) == 1
    assert closest("", ["سوق", "جسر"], WORDS) == 0


def pairs_of(names: Sequence[str]) -> st.SearchStrategy[set[tuple[str, str]]]:
    return st.sets(st.sampled_from(sorted(combinations(names, 2))))


@given(pairs_of("abcdef"))
def test_systems_share_a_letter_exactly_if_they_are_not_told_apart(different: set[tuple[str, str]]) -> None:
    found = letters("abcdef", sorted(different))
    for first, second in combinations("abcdef", 2):
        assert bool(set(found[first]) & set(found[second])) == ((first, second) not in different)
    assert all(found.values())


def test_letters_of_a_known_case() -> None:
    assert letters("abcd", [("a", "c"), ("a", "d"), ("b", "d")]) == {"a": "a", "b": "ab", "c": "bc", "d": "c"}


@pytest.mark.parametrize("values", [(0.0,), (50.0, 50.0), (0.0, 100.0), (12.5, 99.9, 3.0), (140.0, 20.0)])
def test_charts_stay_within_their_frame(values: tuple[float, ...]) -> None:
    lines = [Line(f"{EVIL}{number}", value, value - 1, value + 1, values) for number, value in enumerate(values)]
    for chart in (interval_chart(lines, title=EVIL), distribution_chart(lines, title="spread")):
        assert "<script" not in chart
        places = [float(x) for x in re.findall(r'(?:x|x1|x2|cx)="([-\d.]+)"', str(chart))]
        assert places and all(0 <= place <= 800 for place in places)
        Reader(f"<div>{chart}</div>")
