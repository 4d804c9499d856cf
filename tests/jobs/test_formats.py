"""Every format gives back 20,000 records exactly: identifiers, order, Unicode."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from summ import InputError
from summ.jobs import JobError, sources
from summ.jobs.records import Raw, Rules, SetAside, Taken, read

COUNT = 20_000
RULES = Rules(any_language=True)
ODD = (
    "سَلَامٌ عَلَى الْقَارِئِ",
    'قال: "نعم"، ثم صمت',
    "سطر\nوسطر\r\nوثالث",
    "فاصلة, وفاصلة; وجدولة\tوعمود|",
    "\u200f\u202bاتجاه\u202c\u200e",
    "\U0001f600 وجه و\U00010330",
    "\u2028فاصل سطور\u2029\x85",
    "ـــ تطويل ﷲ ﻻ e\u0301 é",
    "\ufeffعلامة في الأول",
    "  مسافات  ",
)


def rows() -> Iterator[dict[str, str]]:
    for i in range(COUNT):
        yield {"id": f"هوية-{i}", "title": f"خبر {i}", "text": f"{ODD[i % len(ODD)]} {i}"}


@pytest.fixture(scope="module")
def expected() -> list[tuple[str, str, str]]:
    return [(row["id"], row["title"], row["text"]) for row in rows()]


def jsonl(**options: Any) -> bytes:
    return "".join(json.dumps(row, **options) + "\n" for row in rows()).encode()


def table(**options: Any) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["id", "title", "text"], **options)
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue().encode()


def zstd(data: bytes) -> bytes:
    import pyarrow as pa

    half = len(data) // 2  # two frames, as `cat a.zst b.zst` makes
    return b"".join(pa.compress(part, "zstd", asbytes=True) for part in (data[:half], data[half:]))


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows())), out, row_group_size=3000)
    return out.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "a.jsonl": lambda: jsonl(ensure_ascii=False),
    "escaped.jsonl": jsonl,
    "a.jsonl.gz": lambda: gzip.compress(jsonl(ensure_ascii=False), 1),
    "a.jsonl.zst": lambda: zstd(jsonl(ensure_ascii=False)),
    "a.jsonl.bz2": lambda: bz2.compress(jsonl(ensure_ascii=False), 1),
    "a.jsonl.xz": lambda: lzma.compress(jsonl(ensure_ascii=False), preset=0),
    "a.csv": table,
    "a.csv.gz": lambda: gzip.compress(b"\xef\xbb\xbf" + table(quoting=csv.QUOTE_ALL), 1),
    "a.tsv": lambda: table(dialect="excel-tab"),
    "a.parquet": parquet,
}


def taken(source: sources.Source) -> list[tuple[str | None, str | None, str]]:
    found = []
    for position, raw in enumerate(source.records()):
        assert raw.position == position
        one = read(raw, RULES)
        assert isinstance(one, Taken), one
        found.append((one.article.id, one.article.title, one.article.text))
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_comes_back_exactly(tmp_path: Path, name: str, expected: list[tuple[str, str, str]]) -> None:
    path = tmp_path / name
    path.write_bytes(MAKERS[name]())
    source = sources.find(path, RULES)
    source.identity()
    assert taken(source) == expected
    assert source.size == path.stat().st_size
    assert 0 < source.consumed <= source.size
    assert next(iter(source.records())).position == 0  # and from the start again


def test_a_glob_comes_back_exactly(tmp_path: Path, expected: list[tuple[str, str, str]]) -> None:
    lines = jsonl(ensure_ascii=False).splitlines(keepends=True)
    (tmp_path / "y").mkdir()
    (tmp_path / "x-1.jsonl").write_bytes(b"".join(lines[:7000]))
    (tmp_path / "x-2.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[7000:7001]), 1))
    (tmp_path / "y" / "x-3.jsonl").write_bytes(b"".join(lines[7001:]))
    (tmp_path / "other.jsonl").write_bytes(b"{}\n")
    source = sources.find(f"{tmp_path}/**/x-*", RULES)
    assert taken(source) == expected
    assert next(iter(source.records())).file == "x-1.jsonl"


def test_standard_input_comes_back_exactly(tmp_path: Path, expected: list[tuple[str, str, str]]) -> None:
    data = jsonl(ensure_ascii=False)
    target = tmp_path / "spool" / "input.jsonl"

    def spooled(given: bytes) -> sources.Source:
        return sources.spooled(io.BytesIO(given), target, RULES, format=None, delimiter=None, begun=True)

    assert taken(spooled(data)) == expected
    spooled(data)  # the same bytes again: resumed
    assert taken(spooled(b"")) == expected  # nothing: resumed from what was kept
    with pytest.raises(InputError, match="not what this job was started with"):
        spooled(data + b"{}\n")
    assert [p.name for p in target.parent.iterdir()] == ["input.jsonl"]


def test_a_folder_of_texts_comes_back_exactly(tmp_path: Path) -> None:
    wanted = []
    for i, row in enumerate(rows()):
        name = f"{i // 1000:02d}/{i:05d}.txt"
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = row["text"].removeprefix("\ufeff")
        (tmp_path / name).write_bytes(text.encode())
        wanted.append((name, None, text))
    (tmp_path / "_job").mkdir()
    (tmp_path / "_job" / "x.txt").write_text("no")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert taken(sources.find(tmp_path, RULES)) == wanted


def test_a_data_set_comes_back_exactly(tmp_path: Path, expected: list[tuple[str, str, str]]) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "train.parquet").write_bytes(parquet())
    source = sources.HubDataset(str(tmp_path / "set"), None, None, "train", RULES)
    assert taken(source) == expected


def test_a_data_set_offline_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="some/set: no such file, and offline mode is on"):
        sources.find("some/set", RULES, offline=True)
    with pytest.raises(InputError, match=r"some/file\.jsonl: no such file or folder"):
        sources.find("some/file.jsonl", RULES)


def outcomes(path: Path, rules: Rules = RULES) -> list[str]:
    return [
        one.reason if isinstance(one, SetAside) else one.article.text
        for one in (read(raw, rules) for raw in sources.find(path, rules).records())
    ]


def test_a_bad_row_of_a_table_costs_that_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,one\n2\n3,"a"b\n4,\xff\n\n5,five\n6,six,more\n7,"seven\n8"\n9,"open\n10,ten\n')
    assert outcomes(path) == [
        "one",
        "wrong-columns",
        "not-csv",
        "not-utf-8",
        "five",
        "wrong-columns",
        "seven\n8",
        "not-csv",
        "ten",
    ]
    lines = [raw.line for raw in sources.find(path, RULES).records()]
    assert lines == [2, 3, 4, 5, 7, 8, 9, 11, 12]


def test_long_records_are_not_held(tmp_path: Path) -> None:
    rules = Rules(any_language=True, max_chars=1000)
    path = tmp_path / "a.jsonl"
    giant = json.dumps({"text": "ا" * 3_000_000}).encode()
    path.write_bytes(b'{"text": "one"}\n' + giant + b'\n{"text": "two"}\n' + giant)
    assert outcomes(path, rules) == ["one", "too-long", "two", "too-long"]
    assert max(raw.size for raw in sources.find(path, rules).records()) <= 1024
    path = tmp_path / "a.csv"
    path.write_text("text\none\n" + "ا" * 100_000 + "\ntwo\n", "utf-8")
    assert outcomes(path, rules) == ["one", "too-long", "two"]


def test_strings_of_parquet_that_are_no_utf_8(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    good, bad = "نص".encode(), b"\xd9"
    strings = pa.StringArray.from_buffers(
        3, pa.array([0, 4, 5, 9], pa.int32()).buffers()[1], pa.py_buffer(good + bad + good)
    )
    pq.write_table(pa.table({"text": strings}), tmp_path / "a.parquet")
    assert outcomes(tmp_path / "a.parquet") == ["نص", "not-utf-8", "نص"]


@pytest.mark.parametrize("at", [0, 7, 19])
@pytest.mark.parametrize("after", ["", '"', '"" b'])
def test_a_quote_that_is_never_closed_costs_its_line_only(tmp_path: Path, at: int, after: str) -> None:
    lines = [f'{i},"خبر, ""رقم"" {i}\nسطر ثان"\n' if i % 5 == 4 else f"{i},خبر {i}\n" for i in range(20)]
    lines.insert(at, f'x,"مفتوحة {after}\n')
    (tmp_path / "a.csv").write_text("id,text\n" + "".join(lines), "utf-8")
    found = [read(raw, RULES) for raw in sources.find(tmp_path / "a.csv", RULES).records()]
    wanted = [f'خبر, "رقم" {i}\nسطر ثان' if i % 5 == 4 else f"خبر {i}" for i in range(20)]
    bad = [(i, one) for i, one in enumerate(found) if isinstance(one, SetAside)]
    if after == '"':  # the quote is closed: this is a row
        assert not bad
        wanted.insert(at, "مفتوحة ")
    else:
        assert [(i, one.reason) for i, one in bad] == [(at, "not-csv")]
        assert bad[0][1].line == 2 + at + sum(i % 5 == 4 for i in range(at))
    assert [one.article.text for one in found if isinstance(one, Taken)] == wanted


def test_a_line_that_no_article_can_fill_costs_that_line_only(tmp_path: Path) -> None:
    few = Rules(any_language=True, max_chars=100)
    cells = ",".join("y" * 100_000 for _ in range(15))  # longer than all that is kept of a line
    (tmp_path / "a.csv").write_text(f"id,text\n1,one\n2,two,{cells}\n3,three\n", "utf-8")
    assert outcomes(tmp_path / "a.csv", few) == ["one", "too-long", "three"]


def test_what_cannot_be_read_again_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(InputError, match="a pipe or device, which cannot be read again"):
        sources.find(tmp_path / "a.jsonl", RULES)


def test_outputs_and_other_kinds_are_no_input(tmp_path: Path) -> None:
    for name in ("a.jsonl", "deep/b.jsonl", "out/part-000000.jsonl", "old/_job/journal.jsonl", "old/part-000000.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b'{"text": "x"}\n')
    (tmp_path / "c.docx").touch()
    source = sources.find(tmp_path, RULES, without=tmp_path / "out")
    assert isinstance(source, sources.Files)
    assert [name for _, name, _ in source.files()] == ["a.jsonl", "deep/b.jsonl"]
    assert source.left_out == {".docx": 1, "output folder of a job": 1}
    globbed = sources.find(f"{tmp_path}/*/*.jsonl", RULES, without=tmp_path / "out")
    assert isinstance(globbed, sources.Files)
    assert "out/part-000000.jsonl" not in [name for _, name, _ in globbed.files()]
    with pytest.raises(InputError, match="input and output are the same folder"):
        sources.find(tmp_path, RULES, without=tmp_path)


def test_an_input_that_grows_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "x"}\n')
    source = sources.find(path, RULES)
    source.identity()
    with path.open("ab") as file:
        file.write(b'{"text": "y"}\n')
    with pytest.raises(JobError, match="changed while it was read: 14 bytes at the start, 28 at the end"):
        list(source.records())


def test_other_standard_input_is_taken_while_nothing_rests_on_the_first(tmp_path: Path) -> None:
    target = tmp_path / "input.jsonl"

    def spooled(given: bytes, *, begun: bool) -> list[Raw]:
        stream = io.BytesIO(given)
        return list(sources.spooled(stream, target, RULES, format=None, delimiter=None, begun=begun).records())

    with pytest.raises(InputError, match="standard input: not JSONL but compressed with gzip"):
        spooled(gzip.compress(b"{}", mtime=0), begun=False)
    assert not list(tmp_path.iterdir())
    assert len(spooled(b"{}\n", begun=False)) == 1
    assert len(spooled(b"{}\n{}\n", begun=False)) == 2
    with pytest.raises(InputError, match="not what this job was started with"):
        spooled(b"{}\n", begun=True)
    assert len(spooled(b"", begun=True)) == 2


def test_a_data_set_that_breaks_off_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    def rows() -> Iterator[dict[str, str]]:
        yield {"text": "x"}
        raise ConnectionError("the line is dead\nand more")

    made = datasets.IterableDataset.from_generator(rows)
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: made)
    found = []
    with pytest.raises(
        JobError, match=r"org/set: cannot be read after record 1: .*; run the same command again"
    ) as caught:
        for raw in sources.HubDataset("org/set", None, None, "train", RULES).records():
            found.append(raw.position)
    assert found == [0] and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"id,body\n1,x\n", "no column 'text'; there is id, body"),
        ("a.csv", b"text,text\n1,x\n", "two columns have the same name"),
        ("a.jsonl", b'[\n{"text": "x"}\n]', "one JSON array"),
        ("a.jsonl", gzip.compress(b"{}", mtime=0), "not JSONL but compressed with gzip"),
        ("a.csv", gzip.compress(b"text", mtime=0), "not CSV but compressed with gzip"),
        ("a.csv", b"PK\x03\x04", "a ZIP archive or an Office document"),
        ("a.csv", b'"text\n1\n', "not readable as a table"),
        ("a.jsonl.gz", b"{}", "cannot be read"),
        ("a.jsonl.zst", b"{}{}{}{}", "cannot be read"),
        ("a.parquet", b"PAR1", "cannot be read"),
        ("a.xlsx", b"PK", "unknown kind of file"),
    ],
)
def test_a_useless_file_is_one_line(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        sources.find(path, RULES)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["gz", "zst", "xz", "bz2"])
def test_the_loss_of_a_damaged_file_is_a_bad_record(tmp_path: Path, kind: str) -> None:
    # Text that does not compress away, so that the cut falls in the middle.
    lines = b"".join(json.dumps({"text": f"{i * 7919 % 10007} {i}"}).encode() + b"\n" for i in range(2 * COUNT))
    packed = {"gz": gzip.compress, "zst": zstd, "xz": lzma.compress, "bz2": lambda b: bz2.compress(b, 1)}[kind](lines)
    (tmp_path / f"a.jsonl.{kind}").write_bytes(packed[: len(packed) * 3 // 4])
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "after"}\n')
    found = [read(raw, RULES) for raw in sources.find(f"{tmp_path}/*", RULES).records()]
    bad = [one for one in found if isinstance(one, SetAside)]
    assert [(one.reason, one.position) for one in bad] == [("damaged-file", len(found) - 2)]
    assert len(found) > 5000
    assert isinstance(found[-1], Taken) and found[-1].article.text == "after"
