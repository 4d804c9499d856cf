"""Every format gives back 20,000 records exactly: identifiers, order, Unicode."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from summ import InputError
from summ.jobs import sources
from summ.jobs.records import Rules, SetAside, Taken, read

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
        return sources.spooled(io.BytesIO(given), target, RULES, format=None, delimiter=None)

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
    ]
    lines = [raw.line for raw in sources.find(path, RULES).records()]
    assert lines == [2, 3, 4, 5, 7, 8, 9, 11]


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


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"id,body\n1,x\n", "no column 'text'; there is id, body"),
        ("a.csv", b"text,text\n1,x\n", "two columns have the same name"),
        ("a.jsonl", b'[\n{"text": "x"}\n]', "one JSON array"),
        ("a.jsonl", gzip.compress(b"{}"), "compressed or binary"),
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
