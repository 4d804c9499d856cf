"""The sample for offline evaluation must be what its README says, and its references faithful to the articles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "eval" / "sample"
RECORDS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "articles.jsonl").read_text("utf-8").splitlines()
]
README = (FOLDER / "README.md").read_text("utf-8")
EXAMPLES = sorted((FOLDER.parents[2] / "examples" / "articles").glob("*.txt"))
STRINGS = ("id", "topic", "title", "text", "english_title", "translation", "english_summary")
THOUSAND = r"(?:ألف|ألفا|آلاف|الف)"

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda r: str(r["id"]))


def canonical(text: str) -> str:
    """Western digits, a point for decimals, no thousands marks."""
    digits = text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬٪", "0123456789.,%"))
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", digits)


def numbers(text: str) -> set[Decimal]:
    """Every number in digits; one before the word for a thousand is multiplied, since English writes it out."""
    found = re.finditer(rf"(\d+(?:\.\d+)?)(\s+{THOUSAND}\b)?", canonical(text))
    return {Decimal(m[1]) * (1000 if m[2] else 1) for m in found}


def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


NOT_AN_END = re.compile(
    r"https?://\S+|\S+@\S+?(?=[،,.]?(?:\s|$))"  # addresses
    r"|\b(?:أ\.د|[دمأكب]|Prof|[KB])\."  # abbreviations and initials
    r"|(?<=\d)[.٫](?=\d)|^[1-9]\.|(?<= )\.\.",  # decimals, list numbers, the caesura of a verse
    re.MULTILINE,
)


def sentences(text: str) -> int:
    """How many sentences end here, counted by marks so that it holds for glued sentences and both languages."""
    return len(re.findall(r"\.+|[؟?!]", NOT_AN_END.sub("", text)))


def words(text: str) -> int:
    return len(text.split())


def matches(pattern: str, at_least: int = 1) -> Callable[[str], bool]:
    return lambda text: len(re.findall(pattern, text)) >= at_least


# A feature whose mark is unambiguous must be listed exactly where the text has it.
EXACT = {
    "Arabic-Indic digits": matches(r"[٠-٩]"),
    "Latin names in parentheses": matches(r"[\u0621-\u064a\d] \([A-Z]"),
    "curly quotations": matches(r"“[^“”]+”"),
    "decimals": matches(r"(?<![\d-])\d+[.٫]\d"),
    "double month names": matches(r"[\u0621-\u064a]+/[\u0621-\u064a]+"),
    "double names": matches(r"\([\u0621-\u0652 ]+\) [A-Z]"),
    "e-mail or URL": matches(r"https?://|@"),
    "exclamation": matches("!"),
    "glued sentences": matches(r"[\u0621-\u0652\d%”»]\.[\u0621-\u064a]{3}"),
    "guillemet quotations": matches(r"«[^«»]+»"),
    "numbered list": matches(r"(?m)^[١-٩]- ", 3),
    "percentages": matches(r"\d[%٪]"),
    "percentages in words": matches("بالمئة"),
    "question": matches("؟"),
    "straight quotations": matches(r'"[^"]+"'),
    "tatweel": matches("ـ"),
}
# For these the mark is necessary, but may also stand where the feature is not worth listing.
NECESSARY = {
    "abbreviations": matches(r"(?:^|\s)(?:أ\.د|د|م|أ)\. |\d (?:كم|ملم|م)\b"),
    "byline": matches(r"^كتب: "),
    "colon after saying verb": matches(r"(?:قال|قالت|تقول)\b[^:\n]{0,60}: إن"),
    "conjunction openers": matches(
        r"(?:^|[.\n]\s*)(?:و[أا]ضاف|و[أا]وضح|وتضيف|وأعلن|كما|لكن|غير أن|بيد أن|أما|وفي المقابل)"
    ),
    "dateline": matches(r"^[^.]{3,40} - «[^»]+» - "),
    "dialect quotation": matches("دلوقتى"),
    "double dots": matches(r"(?<!\.)\.\.(?!\.)"),
    "initials": matches(r"\b[\u0621-\u064a]\. [\u0621-\u064a]\. \("),
    "Latin names": matches(r"[A-Z][A-Za-z]+"),
    "long sentences": lambda text: max(words(s) for s in re.split(r"(?<=[.؟!])\s", text)) > 35,
    "money": matches(r"دولار|دينار|جنيه|كرونة|أوقية"),
    "partial diacritics": matches(r"[\u064e-\u0652]", 3),
    "scores": matches(r"[٠-٩]+-[٠-٩]+"),
    "spelling variants": matches(r"\b(?:الى|ان|اول|فى|معديه)\b", 5),
    "tanwin marked": matches("ً", 5),
    "telephone number": matches(r"\d{4}-\d{4}"),
    "units": matches(r"\d (?:كم|ملم|م)\b"),
    "verse": matches(r"[\u064b-\u0652]", 20),
}


def test_there_are_enough_records_each_with_an_id_and_a_topic_of_its_own() -> None:
    assert len(RECORDS) == 14
    assert [r["id"] for r in RECORDS] == [f"sample-{i:02}" for i in range(1, 15)]
    assert len({r["topic"] for r in RECORDS}) == len(RECORDS)


@every_record
def test_schema(record: dict[str, Any]) -> None:
    assert set(record) == {*STRINGS, "summaries", "features"}
    assert all(isinstance(record[key], str) for key in STRINGS)
    assert len(record["summaries"]) == len(set(record["summaries"])) == 2
    assert record["features"] and len(set(record["features"])) == len(record["features"])
    for text in [*(record[key] for key in STRINGS), *record["summaries"], *record["features"]]:
        assert text and text == text.strip() and "\r" not in text and "\ufffd" not in text and "  " not in text


@every_record
def test_languages_by_script(record: dict[str, Any]) -> None:
    for text in (record["title"], record["text"], *record["summaries"]):
        letters = [c for c in text if c.isalpha()]
        assert sum("\u0600" <= c <= "\u06ff" for c in letters) > 0.8 * len(letters)
    for text in (record["english_title"], record["translation"], record["english_summary"]):
        assert not re.search(r"[\u0600-\u06ff]", text)


@every_record
def test_translation_keeps_paragraphs_lines_and_sentences(record: dict[str, Any]) -> None:
    source, target = paragraphs(record["text"]), paragraphs(record["translation"])
    assert 3 <= len(source) <= 6
    assert [p.count("\n") for p in source] == [p.count("\n") for p in target]
    for arabic, english in zip(source, target, strict=True):
        assert sentences(arabic) == sentences(english), arabic
        assert 0.9 < words(english) / words(arabic) < 1.8, arabic
    assert 8 <= sentences(record["text"]) <= 16


@every_record
def test_translation_has_the_numbers_of_the_text_and_no_others(record: dict[str, Any]) -> None:
    for arabic, english in zip(paragraphs(record["text"]), paragraphs(record["translation"]), strict=True):
        assert numbers(arabic) == numbers(english)
    assert numbers(record["title"]) == numbers(record["english_title"])


@every_record
def test_summaries_state_no_number_that_the_article_has_not(record: dict[str, Any]) -> None:
    for text in (record["title"], *record["summaries"], record["english_summary"]):
        assert numbers(text) <= numbers(record["text"]), text


@every_record
def test_summaries_are_short_and_the_two_differ(record: dict[str, Any]) -> None:
    for summary in record["summaries"]:
        assert words(summary) < words(record["text"]) / 3.5
        assert sentences(summary) == 2
    assert words(record["english_summary"]) < words(record["translation"]) / 3.5
    assert sentences(record["english_summary"]) == 2
    first, second = (set(s.split()) for s in record["summaries"])
    assert len(first & second) < 0.6 * min(len(first), len(second))


@every_record
def test_summaries_are_abstractive(record: dict[str, Any]) -> None:
    def trigrams(text: str) -> set[tuple[str, ...]]:
        tokens = text.split()
        return set(zip(tokens, tokens[1:], tokens[2:], strict=False))

    for summary, source in [(s, record["text"]) for s in record["summaries"]] + [
        (record["english_summary"], record["translation"])
    ]:
        new = trigrams(summary) - trigrams(source)
        assert len(new) > 0.45 * len(trigrams(summary)), summary


@every_record
def test_features_are_in_the_text_and_in_the_readme(record: dict[str, Any]) -> None:
    text = record["text"]
    for feature, present in EXACT.items():
        assert (feature in record["features"]) == present(text), feature
    assert not (re.search("[٠-٩]", text) and re.search("[0-9]", text))
    for feature in record["features"]:
        assert feature not in NECESSARY or NECESSARY[feature](text), feature
        assert re.search(rf"(?m)^\| {re.escape(feature)} \|.*\b(?:all|{record['id'][-2:]})\b", README), feature


def test_readme_states_licence_and_true_counts() -> None:
    assert "CC BY 4.0" in README
    arabic = sum(words(r["text"]) for r in RECORDS)
    english = sum(words(r["translation"]) for r in RECORDS)
    assert f"{arabic:,} Arabic words in the articles" in README
    assert f"{english:,} English words in the translations" in README


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_example_articles_are_a_headline_an_empty_line_and_a_body(path: Path) -> None:
    headline, empty, first, *_ = path.read_bytes().decode("utf-8").split("\n")
    assert headline.strip() and empty == "" and first.strip()
    assert words(headline) < 15 < words(first)


def test_there_are_example_articles() -> None:
    assert {p.name for p in EXAMPLES} == {"pipe-robot.txt", "the-last-cassette.txt", "water-schedule.txt"}
