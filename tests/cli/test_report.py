from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from summ.article import Article
from summ.cli.report import report
from summ.errors import InputError
from summ.report.article_page import render_page
from summ.result import ModelInfo, Notice, Result, Segment, Translation

MODEL = ModelInfo("small", "1", "ctranslate2", {"beam_size": 4}, {"summ": "0"})
FIRST = Result(
    Article("نص أول.", metadata={"desk": "اقتصاد"}),
    translation=Translation(
        "One.", (Segment("نص أول.", "One.", 0, 7),), model=MODEL, notices=(Notice("n", "m", 0, 7),)
    ),
    seconds={"translate": 0.5},
)
SECOND = Result(Article("نص\u2028ثان.", id="2"))


def _line(result: Result) -> str:
    return json.dumps(result.to_dict(), ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        f"{_line(FIRST)}\n{_line(SECOND)}\n",
        f"\ufeff{_line(FIRST)}\r\n\n{_line(SECOND)}",
        f"[{_line(FIRST)},\n {_line(SECOND)}]",
        json.dumps([FIRST.to_dict(), SECOND.to_dict()], indent=1),
    ],
    ids=["lines", "lines with a byte order mark", "array", "pretty array"],
)
def test_json_and_json_lines(tmp_path, capsys, text):
    source, page = tmp_path / "results.json", tmp_path / "page.html"
    source.write_text(text, "utf-8")
    report(source, page)
    assert page.read_text("utf-8") == render_page([FIRST, SECOND])
    assert capsys.readouterr() == ("", f"page: {page}\n")


def test_standard_input_and_a_single_object(tmp_path, monkeypatch):
    data = json.dumps(FIRST.to_dict(), indent=2).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    report(Path("-"), tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == render_page([FIRST])


BROKEN = FIRST.to_dict() | {"seconds": "many"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no results in it"),
        (b"[]", "no results in it"),
        (b"not json", "line 1: not JSON: "),
        (f"{_line(FIRST)}\n{{oops}}\n".encode(), "line 2: not JSON: "),
        (_line(FIRST)[:-5].encode(), "line 1: not JSON: "),
        (b'{"id": "a", "text": "only a translation"}', 'not a summ result: no "article"'),
        (b"[1]", 'record 1: not a summ result: no "article"'),
        (f"{_line(FIRST)}\n{json.dumps(BROKEN)}".encode(), "line 2: not a summ result: seconds: "),
        ("نص".encode("cp1256"), "not UTF-8 (byte 0)"),
    ],
)
def test_what_is_no_result_is_one_line(tmp_path, data, message):
    source, page = tmp_path / "results.json", tmp_path / "page.html"
    source.write_bytes(data)
    with pytest.raises(InputError) as caught:
        report(source, page)
    assert str(caught.value).startswith(f"{source}: {message}")
    assert "\n" not in str(caught.value)
    assert not page.exists()


def test_an_edited_article_is_noticed(tmp_path):
    changed = FIRST.to_dict() | {"article": {"text": "نص آخر."}}
    source = tmp_path / "results.json"
    source.write_text(json.dumps(changed))
    with pytest.raises(
        InputError, match=r"translation segment 1 \(characters 0 to 7\) is not what the article has there"
    ):
        report(source, tmp_path / "page.html")


def test_files_that_are_not_there(tmp_path):
    missing = tmp_path / "no.json"
    with pytest.raises(InputError, match=f"^{re.escape(str(missing))}: no such file"):
        report(missing, tmp_path / "page.html")
    with pytest.raises(InputError, match=f"^{re.escape(str(tmp_path))}: not readable: "):
        report(tmp_path, tmp_path / "page.html")
