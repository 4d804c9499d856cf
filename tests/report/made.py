"""Results made by hand, and a reader of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from summ.article import Article
from summ.result import ModelInfo, Notice, Result, Segment, Summary, Translation
from summ.text import split_sentences

TEXT = """افتتاح مكتبة جديدة في وسط المدينة

افتتحت بلدية (نور) Nour مكتبة تضم 12 ألف كتاب. وقالت المديرة Sara Haddad، وهي مهندسة، إن الدخول مجاني.

وتعمل المكتبة كل يوم. ويمكن للأطفال حضور ورش الرسم.
"""
ENGLISH = (
    "A new library opens in the city centre",
    "The municipality of Nour opened a library of 12 thousand books.",
    "The director Sara Haddad, an engineer, said that entry is free.",
    "The library is open every day.",
    "Children can attend drawing workshops.",
)
ROUGH = Notice("rough-translation", "a rough gist; for a strong one: summ translate --translator strong FILE")
EXTRACTOR = ModelInfo("builtin", None, "extractive", {"sentences": 2}, {"summ": "0.1.0"})
TRANSLATOR = ModelInfo("small-ar-en", "abc123", "ctranslate2", {"beam_size": 4}, {"ctranslate2": "4.6.0"})


def made(*, notices: tuple[Notice, ...] = (ROUGH,)) -> Result:
    """A whole result: the second and the fourth sentence are the summary."""
    sentences = split_sentences(TEXT)
    assert len(sentences) == len(ENGLISH)
    segments = tuple(Segment(s.text, e, s.start, s.end) for s, e in zip(sentences, ENGLISH, strict=True))
    chosen = [segments[1], segments[3]]
    summary = Summary(
        " ".join(s.source for s in chosen),
        tuple(Segment(s.source, s.source, s.start, s.end) for s in chosen),
        model=EXTRACTOR,
    )
    english = Summary(" ".join(s.target for s in chosen), tuple(chosen), "en", "translated", TRANSLATOR, (ROUGH,))
    text = "\n\n".join((ENGLISH[0], " ".join(ENGLISH[1:3]), " ".join(ENGLISH[3:])))
    translation = Translation(text, segments, model=TRANSLATOR, notices=notices)
    seconds = {"summarize": 0.25, "translate": 1.5}
    return Result(Article(TEXT, id="library"), summary, translation, english, notices, seconds)


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def find(self, wanted: Callable[[Element], bool]) -> list[Element]:
        below = [e for c in self.children if isinstance(c, Element) for e in c.find(wanted)]
        return [self, *below] if wanted(self) else below

    def tags(self, *names: str) -> list[Element]:
        return self.find(lambda e: e.tag in names)

    def having(self, name: str) -> list[Element]:
        return self.find(lambda e: name in e.attributes.get("class", "").split())


class _Reader(HTMLParser):
    void = frozenset({"meta", "br", "hr", "img", "link", "input", "base"})

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs})
        self.open[-1].children.append(element)
        if tag not in self.void:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: str) -> Element:
    """The elements of a page; fails where one is closed by another's end tag."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]
