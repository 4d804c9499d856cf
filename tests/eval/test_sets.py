"""Evaluation sets: every format gives the same documents, and what is wrong is said with its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from summ.errors import ConfigError, InputError
from summ.eval.datasource import Data
from summ.eval.rows import read_rows
from summ.eval.sets import EvalSet, load_set, local_path
from summ.settings import validate

ROWS = [
    {"id": "m-1", "text": "افتتح المركز أبوابه، وحضر 300 زائر.", "gold": "افتتح المركز.", "score": "0.2"},
    {"id": "m-2", "text": 'قال المدير: "سنعود غدا".', "gold": "سيعود المدير غدا.", "score": "0.7"},
    {"id": "m-3", "text": "تأجلت المباراة بسبب المطر.", "gold": "تأجيل مباراة.", "score": "0.45"},
]
COLUMNS = {"id": "id", "source": "text", "references": "gold"}


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def table(rows: list[dict[str, Any]], delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    out = io.StringIO()
    extra = {"quotechar": None} if quoting == csv.QUOTE_NONE else {}
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n", **extra)  # type: ignore[arg-type]
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue().encode()


def parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    out = io.BytesIO()
    write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def tar(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as pack:
        for name, data in (("./other.txt", b"no"), ("./set_test.jsonl", jsonl(rows))):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            pack.addfile(info, io.BytesIO(data))
    return out.getvalue()


def packed(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("in/set_test.csv", table(rows, ","))
    return out.getvalue()


def load(folder: Path, **keys: Any) -> EvalSet:
    return load_set(validate({"columns": COLUMNS, **keys}, Data, "test"), folder)


@pytest.mark.parametrize(
    ("name", "write", "keys"),
    [
        ("set.jsonl", jsonl, {}),
        ("set.jsonl.gz", lambda rows: gzip.compress(jsonl(rows)), {}),
        ("set.json", lambda rows: json.dumps({"data": rows}).encode(), {}),
        ("set.csv", lambda rows: table(rows, ","), {}),
        ("set.tsv", lambda rows: table(rows, "\t", csv.QUOTE_NONE), {}),
        ("set.data", lambda rows: table(rows, "\t", csv.QUOTE_NONE), {"format": "tsv"}),
        ("set.parquet", parquet, {}),
        ("set.tar.gz", tar, {"member": "*_test.jsonl"}),
        ("set.zip", packed, {"member": "in/*.csv"}),
        ("set.jsonl", lambda rows: b"\xef\xbb\xbf" + jsonl(rows).replace(b"\n", b"\r\n"), {}),
    ],
)
def test_every_format_gives_the_same_documents(
    tmp_path: Path, name: str, write: Callable[[list[dict[str, Any]]], bytes], keys: dict[str, Any]
) -> None:
    (tmp_path / name).write_bytes(write(ROWS))
    found = load(tmp_path, files=name, **keys)
    assert [(d.id, d.source, d.references) for d in found.documents] == [
        (row["id"], row["text"], (row["gold"],)) for row in ROWS
    ]
    assert found.has_ids


def test_references_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.ar").write_text("جملة أولى.\nجملة\u2028ثانية.\n", "utf-8")
    (tmp_path / "a.en").write_text("First sentence.\nSecond sentence.\n", "utf-8")
    (tmp_path / "b.jsonl").write_bytes(jsonl([{"key": 2, "en": "The second."}, {"key": 1, "en": "The first."}]))
    found = load(tmp_path, files="a.ar", columns={"source": "text"}, references=[{"files": "a.en"}])
    assert [d.references for d in found.documents] == [("First sentence.",), ("Second sentence.",)]
    assert [d.id for d in found.documents] == ["1", "2"] and not found.has_ids
    assert found.documents[1].source == "جملة\u2028ثانية."

    (tmp_path / "c.jsonl").write_bytes(jsonl([{"key": 1, "ar": "أولى."}, {"key": 2, "ar": "ثانية."}]))
    columns = {"id": "key", "source": "ar"}
    keyed = {"files": "b.jsonl", "id": "key", "column": "en"}
    found = load(tmp_path, files="c.jsonl", columns=columns, references=[{"files": "a.en"}, keyed])
    assert [d.references for d in found.documents] == [
        ("First sentence.", "The first."),
        ("Second sentence.", "The second."),
    ]


def test_several_files_several_columns_and_lists(tmp_path: Path) -> None:
    for number in (1, 2):
        row = {"text": f"نص {number}.", "one": "أول.", "more": ["ثان.", "ثالث."], "deep": {"ar": f"عميق {number}."}}
        (tmp_path / f"part-{number}.jsonl").write_bytes(jsonl([row]))
    found = load(tmp_path, files="part-*.jsonl", columns={"source": "deep.ar", "references": ["one", "more"]})
    assert [d.source for d in found.documents] == ["عميق 1.", "عميق 2."]
    assert found.documents[0].references == ("أول.", "ثان.", "ثالث.")


def test_a_table_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "set.tsv").write_text("صباح الخير\tGood morning\tdoc-1\n", "utf-8")
    columns = {"source": "ar", "references": "en", "document": "doc"}
    found = load(tmp_path, files="set.tsv", names=["ar", "en", "doc"], columns=columns)
    assert found.documents[0].references == ("Good morning",) and found.documents[0].document == "doc-1"


def test_groups_are_cut_at_their_bounds(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(jsonl(ROWS))
    found = load(tmp_path, files="set.jsonl", columns={**COLUMNS, "group": "score"}, group_bounds=[0.45])
    assert [d.group for d in found.documents] == ["score < 0.45", "score >= 0.45", "score >= 0.45"]
    found = load(tmp_path, files="set.jsonl", columns={**COLUMNS, "group": "score"}, group_bounds=[0.3, 0.6])
    assert [d.group for d in found.documents] == ["score < 0.3", "score >= 0.6", "0.3 <= score < 0.6"]


def test_the_digest_follows_everything_that_is_scored(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(jsonl(ROWS))
    before = load(tmp_path, files="set.jsonl").digest
    assert load(tmp_path, files="set.jsonl").digest == before
    for key in ("id", "text", "gold"):
        path.write_bytes(jsonl([ROWS[0], {**ROWS[1], key: "آخر"}, ROWS[2]]))
        assert load(tmp_path, files="set.jsonl").digest != before


def broken(tmp_path: Path, data: bytes, name: str = "set.jsonl", **keys: Any) -> str:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        load(tmp_path, files=name, **keys)
    message = str(caught.value).replace(f"{tmp_path}/", "")
    assert "\n" not in message
    return message


def test_what_is_wrong_is_said_with_its_place(tmp_path: Path) -> None:
    bad = [ROWS[0], {**ROWS[1], "gold": " \n"}]
    assert broken(tmp_path, jsonl(bad)) == (
        "set.jsonl, line 2: document m-2 has an empty reference; nothing can be scored against it"
    )
    bad = [ROWS[0], {**ROWS[1], "text": ""}]
    assert broken(tmp_path, jsonl(bad)) == "set.jsonl, line 2: document m-2 has an empty source"
    bad = [ROWS[0], {**ROWS[1], "gold": []}]
    assert broken(tmp_path, jsonl(bad)) == "set.jsonl, line 2: document m-2 has no reference"
    bad = [ROWS[0], {**ROWS[1], "id": "m-1"}]
    assert broken(tmp_path, jsonl(bad)) == (
        "set.jsonl, line 2: the id m-1 was that of set.jsonl, line 1 already; ids must differ"
    )
    bad = [ROWS[0], {**ROWS[1], "id": None}]
    assert broken(tmp_path, jsonl(bad)) == "set.jsonl, line 2: no id in column 'id'; give every document one"
    bad = [ROWS[0], {**ROWS[1], "gold": 3}]
    assert "column 'gold' is int, neither a string nor a list of strings" in broken(tmp_path, jsonl(bad))
    assert broken(tmp_path, jsonl(ROWS), columns={"source": "txt", "references": "gold"}) == (
        "set.jsonl, line 1: no column 'txt'; it has id, text, gold, score"
    )
    assert broken(tmp_path, jsonl(ROWS)[:-20]).startswith("set.jsonl, line 3: not JSON")
    assert broken(tmp_path, b"").startswith("set.jsonl: no records")
    assert broken(tmp_path, "مرحبا".encode("utf-16-le")[1:] * 9).startswith("set.jsonl:")
    assert broken(tmp_path, b"a\tb\nx\ty\tz\n", "set.tsv") == "set.tsv, line 2: 3 fields, but the header has 2: a, b"
    assert broken(tmp_path, b"PAR1 and no more", "set.parquet").startswith("set.parquet: not readable as Parquet")
    assert broken(tmp_path, tar(ROWS), "set.tar.gz") == ("set.tar.gz: an archive; name the file within it by `member`")
    assert "0 files match 'x*', one is wanted; it holds" in broken(tmp_path, tar(ROWS), "set.tar.gz", member="x*")
    grouped = {**COLUMNS, "group": "text"}
    assert "is no number" in broken(tmp_path, jsonl(ROWS), columns=grouped, group_bounds=[1])
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path, files="none.jsonl")
    with pytest.raises(InputError, match="no file matches"):
        load(tmp_path, files="none-*.jsonl")


def test_counts_and_ids_that_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "a.ar").write_text("أ.\nب.\nج.\n", "utf-8")
    (tmp_path / "a.en").write_text("A.\nB.\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load(tmp_path, files="a.ar", columns={"source": "text"}, references=[{"files": "a.en"}])
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        "a.ar has 3 documents but a.en has 2: the first without a partner is a.ar, line 3"
    )
    (tmp_path / "s.jsonl").write_bytes(jsonl([{"id": 1, "text": "أ."}, {"id": 2, "text": "ب."}]))
    (tmp_path / "r.jsonl").write_bytes(jsonl([{"id": 1, "text": "A."}, {"id": 3, "text": "C."}]))
    columns = {"id": "id", "source": "text"}
    with pytest.raises(InputError, match=r"s.jsonl, line 2: id 2 is missing from the references in .*r.jsonl"):
        load(tmp_path, files="s.jsonl", columns=columns, references=[{"files": "r.jsonl", "id": "id"}])


def test_a_legacy_encoding_is_read_and_noticed(tmp_path: Path) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS * 3)
    lines = [line.replace('"m-', f'"{number}-') for number, line in enumerate(text.splitlines())]
    (tmp_path / "set.jsonl").write_bytes("\n".join(lines).encode("windows-1256"))
    found = load(tmp_path, files="set.jsonl")
    assert found.documents[0].source == ROWS[0]["text"]
    assert any("Windows-1256" in notice for notice in found.notices)


def test_variables_in_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE_SETS_LIE", str(tmp_path))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "set.jsonl").write_bytes(jsonl(ROWS))
    assert len(load(Path("/nowhere"), root="$WHERE_SETS_LIE/in", files="set.jsonl").documents) == 3
    assert local_path("${WHERE_SETS_LIE}/x", Path("/b")) == tmp_path / "x"
    assert local_path("x", Path("/b"), "r") == Path("/b/r/x")
    monkeypatch.delenv("WHERE_SETS_LIE")
    with pytest.raises(InputError, match=r"\$WHERE_SETS_LIE is not set, and the set lies in \$WHERE_SETS_LIE/in/set"):
        load(Path("/nowhere"), root="$WHERE_SETS_LIE/in", files="set.jsonl")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({}, "give files, or hub"),
        ({"files": "a.jsonl", "split": "test"}, "are for a set of the hub"),
        ({"hub": "a/b"}, "needs split, or files"),
        ({"hub": "a/b", "split": "test", "root": "x"}, "root is for local files"),
        ({"hub": "a/b", "files": "x", "split": "test"}, "leave config and split out"),
        ({"files": "a.jsonl", "references": [{"files": "b"}]}, "not both"),
        ({"files": "a.jsonl", "group_bounds": [1]}, "group_bounds needs columns.group"),
        ({"file": "a.jsonl"}, "did you mean 'files'?"),
    ],
)
def test_data_that_makes_no_sense(keys: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told.replace("?", r"\?")):
        validate({"columns": COLUMNS, **keys}, Data, "x.yaml")


def test_rows_tell_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n\n{"a": 2}\n')
    rows, _ = read_rows(path)
    assert [row.place.rsplit(", ", 1)[1] for row in rows] == ["line 1", "line 3"]
