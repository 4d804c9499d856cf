"""From a record to an article or a reason."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from batch_helper import BAD
from hypothesis import given
from hypothesis import strategies as st

from summ.jobs.records import Raw, Rules, SetAside, Taken, plain, read

TEXT = "قال الوزير إن الجسر سيفتح في الربيع."


def json_raw(value: Any, position: int = 0) -> Raw:
    line = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return Raw(position, "in.jsonl", position + 1, "json", line)


@pytest.mark.parametrize("reason", BAD)
def test_each_kind_of_bad_record_has_its_reason(reason: str) -> None:
    found = read(json_raw(BAD[reason], 4), Rules())
    assert isinstance(found, SetAside)
    assert (found.reason, found.file, found.line, found.position) == (reason, "in.jsonl", 5, 4)
    assert found.message and "\n" not in found.message
    assert found.id.startswith("n") or found.id.startswith("4-")
    json.dumps(found.to_dict(), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        b'{"text": "a" "b"}',
        b"[" * 100_000,
        b'{"n": ' + b"9" * 10_000 + b"}",
        b"\xef\xbb\xbf{}",
        b"\x00\x00",
        b"{",
    ],
)
def test_no_line_is_an_exception(line: bytes) -> None:
    assert isinstance(read(json_raw(line), Rules()), SetAside)


@pytest.mark.parametrize("depth", [99, 150, 600, 900])
@pytest.mark.parametrize("kind", ["json", "row"])
def test_nesting_has_an_end(depth: int, kind: str) -> None:
    deep: Any = "x"
    for i in range(depth - 1):
        deep = [deep] if i % 2 else {"k": deep}
    record = {"id": "d", "text": TEXT, "deep": deep}
    raw = json_raw(record) if kind == "json" else Raw(0, "x", 1, "row", record)
    found = read(raw, Rules())
    if depth < 100:
        assert isinstance(found, Taken) and found.article.metadata == {"deep": deep}
    else:
        assert isinstance(found, SetAside) and found.reason in ("too-deep", "not-json")
        assert found.reason == "not-json" or found.id == "d"


def test_a_bad_record_keeps_its_id() -> None:
    for record in ({"text": f"{TEXT}\ud800"}, {"text": None}, {"text": TEXT, "title": []}, {"text": 3}):
        found = read(json_raw(json.dumps({"id": "given"} | record).encode()), Rules())
        assert isinstance(found, SetAside) and found.id == "given"


@given(st.binary(max_size=80))
def test_no_bytes_are_an_exception(line: bytes) -> None:
    assert isinstance(read(json_raw(line), Rules()), SetAside | Taken)


def test_surrogates_are_found_wherever_they_are() -> None:
    for key in ("text", "id", "title", "other"):
        record = {"text": TEXT, "id": "1", "title": "خبر", "other": {"deep": ["x"]}}
        record[key] = {"deep": ["\ud800"]} if key == "other" else f"{TEXT}\ud800"
        found = read(json_raw(json.dumps(record).encode()), Rules())
        assert isinstance(found, SetAside) and found.reason == "lone-surrogate", key
        found.id.encode("utf-8")
    pair = read(json_raw(json.dumps({"text": f"{TEXT} \U0001f600"}).encode()), Rules())
    assert isinstance(pair, Taken) and pair.article.text.endswith("\U0001f600")


def test_one_letter_ten_megabytes_long_is_set_aside() -> None:
    found = read(json_raw({"text": "ا" * 10_000_000, "id": "giant"}), Rules())
    assert isinstance(found, SetAside) and (found.reason, found.id) == ("too-long", "giant")


def test_fields_are_carried() -> None:
    record = {"body": TEXT, "key": 12, "head": "خبر", "tags": ["a", None], "nan": float("nan"), "text": "other"}
    found = read(json_raw(record), Rules(text="body", id="key", title="head"))
    assert isinstance(found, Taken)
    assert (found.article.text, found.article.id, found.article.title) == (TEXT, "12", "خبر")
    assert found.article.metadata == {"tags": ["a", None], "nan": None, "text": "other"}


def test_an_id_is_made_of_position_and_text() -> None:
    def made(text: str, position: int) -> str | None:
        found = read(json_raw({"text": text, "id": None}, position), Rules())
        assert isinstance(found, Taken)
        return found.article.id

    assert made(TEXT, 7) == made(TEXT, 7)
    assert made(TEXT, 7) != made(TEXT, 8)
    assert made(TEXT, 7) != made(TEXT + " ", 7)
    assert str(made(TEXT, 7)).startswith("7-")


def test_other_languages_on_demand() -> None:
    raw = json_raw(BAD["not-arabic"])
    assert isinstance(read(raw, Rules(any_language=True)), Taken)


def test_a_wrong_id_or_title_sets_aside() -> None:
    for record in ({"text": TEXT, "id": ["x"]}, {"text": TEXT, "id": True}, {"text": TEXT, "title": {"a": 1}}):
        found = read(json_raw(record), Rules())
        assert isinstance(found, SetAside) and found.reason == "wrong-type"


def test_text_files_are_decoded() -> None:
    raw = Raw(0, "a/b.txt", 1, "text", TEXT.encode("windows-1256"))
    found = read(raw, Rules())
    assert isinstance(found, Taken)
    assert (found.article.text, found.article.id) == (TEXT, "a/b.txt")
    assert [n.code for n in found.notices] == ["legacy-encoding"]
    bad = read(Raw(0, "a/b.txt", 1, "text", b"%PDF-1.7"), Rules())
    assert isinstance(bad, SetAside) and (bad.reason, bad.id) == ("not-text", "a/b.txt")


def test_plain_values() -> None:
    day = datetime.datetime(2024, 3, 1, 12, 30)
    value = {"d": day, "n": Decimal("1.10"), "b": b"\x00\xff", "f": float("inf"), 3: (1, 2)}
    assert plain(value) == {"d": "2024-03-01T12:30:00", "n": "1.10", "b": "AP8=", "f": None, "3": [1, 2]}
