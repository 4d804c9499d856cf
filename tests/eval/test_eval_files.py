"""Reading, matching and refusing files of texts."""

from __future__ import annotations

import json

import pytest

from summ.atomic import write_atomically
from summ.errors import InputError
from summ.eval.files import REFERENCE_FIELDS, SOURCE_FIELDS, align, read_texts
from summ.eval.from_files import Fields, compare_files, load, parse_metrics, parse_systems, score_loaded


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_plain_text_is_one_document_a_line_feed(tmp_path):
    path = write(tmp_path / "a.txt", "\ufeffأول\r\n\nc\u2028d\x85e\n")
    assert read_texts(path).texts == (("أول",), ("",), ("c\u2028d\x85e",))
    assert read_texts(write(tmp_path / "b.txt", "last line without end")).texts == (("last line without end",),)


def test_jsonl_csv_tsv(tmp_path):
    rows = [
        {"id": 1, "summary": 'نص، "مقتبس"', "references": ["a", "b"]},
        {"id": 2, "summary": "x", "references": ["c"]},
    ]
    jsonl = write(tmp_path / "a.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n")
    assert read_texts(jsonl).single() == ['نص، "مقتبس"', "x"]
    assert read_texts(jsonl, fields=REFERENCE_FIELDS).texts == (("a", "b"), ("c",))
    csv = write(tmp_path / "a.csv", 'id,summary\n1,"a ""b"", c\nd"\n2,x\n')
    assert read_texts(csv).texts == (('a "b", c\nd',), ("x",)) and read_texts(csv).ids == ("1", "2")
    tsv = write(tmp_path / "a.tsv", 'text\tdoc\n"quoted" here\td1\n')
    assert read_texts(tsv, group_field="doc").groups == ("d1",) and read_texts(tsv).texts == (('"quoted" here',),)


def test_the_field_that_was_chosen_is_told_where_there_are_others(tmp_path):
    path = write(tmp_path / "a.jsonl", '{"source": "a news agency", "article": "خبر", "summary": "x", "text": "y"}\n')
    texts = read_texts(path, fields=SOURCE_FIELDS)
    assert texts.single() == ["خبر"]
    assert texts.notices == (f"{path}: texts are read from the field 'article', not from 'source' or 'text'",)
    assert read_texts(path, field_name="text").notices == ()


def test_other_formats_and_packed_files(tmp_path):
    import gzip

    import pyarrow as pa
    from pyarrow.parquet import write_table

    rows = [{"id": "x", "summary": "خبر"}, {"id": "y", "summary": ""}]
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress("خبر\n\n".encode()))
    write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    write(tmp_path / "a.json", json.dumps(rows))
    write(tmp_path / "a.csv", "id,summary\nx,خبر\n\ny,\n\n")
    for name in ("a.jsonl.gz", "a.parquet", "a.json", "a.csv"):
        texts = read_texts(tmp_path / name)
        assert texts.texts == (("خبر",), ("",)) and texts.ids == ("x", "y"), name
    assert read_texts(tmp_path / "a.txt.gz").single() == ["خبر", ""]
    assert read_texts(write(tmp_path / "one.csv", "text\na\n\nb\n")).single() == ["a", "", "b"]


def test_a_legacy_encoding_is_read_with_a_notice(tmp_path):
    path = write(
        tmp_path / "old.txt", "قالت الوزارة إن القرار الجديد سيطبق غدا\nالخبر الثاني من المدينة\n", "windows-1256"
    )
    texts = read_texts(path)
    assert texts.texts[1] == ("الخبر الثاني من المدينة",) and "old.txt: read as Windows-1256" in texts.notices[0]


def test_a_file_of_nothing_but_empty_lines_has_empty_documents(tmp_path):
    assert read_texts(write(tmp_path / "a.txt", "\n\n")).texts == (("",), ("",))


@pytest.mark.parametrize(
    ("name", "content", "options", "message"),
    [
        ("a.jsonl", b'{"summary": "a"}\n{broken\n', {}, "a.jsonl, line 2: not JSON"),
        ("a.jsonl", b"[1]\n", {}, "line 1: expected an object, not list"),
        ("a.jsonl", b'{"titel": "a"}\n', {}, "line 1: it has titel, none of hypothesis"),
        ("a.jsonl", b'{"summary": "a"}\n', {"field_name": "sumary"}, "no field 'sumary'; did you mean summary?"),
        ("a.jsonl", b'{"summary": 5}\n', {}, "field 'summary' is int"),
        ("a.jsonl", b'{"id": 1, "text": "a"}\n{"text": "b"}\n', {}, "line 2: has no 'id'"),
        ("a.jsonl", b'{"text": "a"}\n{"id": 1, "text": "b"}\n', {}, "line 2: is the first with 'id'"),
        ("a.jsonl", b'{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n', {}, "line 2: the id 1 was that of "),
        ("a.txt", b"", {}, "a.txt: no records in it"),
        ("a.txt", b"\xef\xbb\xbf", {}, "a.txt: no records in it"),
        ("a.jsonl", b"\n\n", {}, "a.jsonl: no records in it"),
        ("a.csv", b"id,text\n", {}, "a.csv: no records in it"),
        ("a.csv", b"id,text\n1,a,b\n", {}, "line 2: 3 fields, but the header has 2: id, text"),
        ("a.csv", b"text\na\n", {"group_field": "doc"}, "no field 'doc'"),
        ("a.txt", b"a\n", {"group_field": "doc"}, "plain text has no field 'doc'"),
        ("a.txt", b"\xff\xfe\x00", {}, "a.txt: "),
        ("a.txt", "قال".encode() + b"\xd9\n" + "نعم".encode() * 20, {}, "a.txt: not valid UTF-8"),
    ],
)
def test_bad_files_are_one_clear_line(tmp_path, name, content, options, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_texts(tmp_path / name, **options)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt: no such file"):
        read_texts(tmp_path / "none.txt")


def jsonl(path, **texts):
    return write(path, "".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items()))


def test_files_are_matched_by_id_or_by_place(tmp_path):
    ours = read_texts(jsonl(tmp_path / "a.jsonl", x="1", y="2", z="3"))
    theirs = align(ours, read_texts(jsonl(tmp_path / "b.jsonl", z="c", x="a", y="b")))
    assert theirs.texts == (("a",), ("b",), ("c",)) and theirs.ids == ("x", "y", "z")
    plain = read_texts(write(tmp_path / "c.txt", "a\nb\nc\n"))
    assert align(ours, plain).texts == plain.texts


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"x": "a", "z": "c"}, "a.jsonl has 3 documents and b.jsonl 2: id y is missing from b.jsonl"),
        ({"x": "a", "y": "b", "z": "c", "w": "d"}, "has 3 documents and b.jsonl 4: id w is missing from a.jsonl"),
        ({"x": "a", "y": "b", "q": "c"}, "id z is missing from b.jsonl"),
    ],
)
def test_ids_that_only_one_file_has(tmp_path, monkeypatch, texts, message):
    monkeypatch.chdir(tmp_path)
    ours = read_texts(jsonl(tmp_path.joinpath("a.jsonl").relative_to(tmp_path), x="1", y="2", z="3"))
    theirs = read_texts(jsonl(tmp_path.joinpath("b.jsonl").relative_to(tmp_path), **texts))
    with pytest.raises(InputError) as error:
        align(ours, theirs)
    assert message in str(error.value)


def test_unequal_line_counts(tmp_path):
    short, long = write(tmp_path / "a.txt", "a\nb\n"), write(tmp_path / "b.txt", "a\nb\nc\nd\n")
    with pytest.raises(
        InputError, match=r"a.txt has 2 documents but .*b.txt has 4: document 3 is missing from .*a.txt"
    ):
        load(short, [long])
    with pytest.raises(InputError, match=r"document 3 \(id r\) is missing from .*a.txt"):
        load(jsonl(tmp_path / "c.jsonl", p="1", q="2", r="3"), [short])


def test_an_empty_reference_is_told_with_its_line(tmp_path):
    hypotheses = jsonl(tmp_path / "h.jsonl", x="1", y="2")
    holes = write(tmp_path / "r.jsonl", '{"id": "y", "text": " "}\n\n{"id": "x", "text": "a"}\n')
    plain = write(tmp_path / "r.txt", "a\n\n")
    for references, told in (
        ([holes], r"r\.jsonl, line 1: document y has an empty reference; give it a text"),
        ([plain], r"r\.txt, line 2: document y has an empty reference"),
        ([holes, plain], r"r\.jsonl, line 1: document y .*\(2 such documents in all\)"),
    ):
        data = load(hypotheses, references)
        for metrics, options in (("rouge", {}), ("rouge,bleu", {"preset": "google"}), ("ter", {"preset": "google"})):
            with pytest.raises(InputError, match=told):
                score_loaded(data, metrics, rouge_options=options)
        with pytest.raises(InputError, match=told):
            compare_files({"a": hypotheses, "b": hypotheses}, references)
    scores = score_loaded(load(hypotheses, [plain]), "rouge", rouge_options={"preset": "google"})["rouge"]
    assert "1 empty references score 0: documents y" in scores.notices
    listed = write(tmp_path / "l.jsonl", '{"id": "x", "references": ["a"]}\n{"id": "y", "references": []}\n')
    with pytest.raises(InputError, match=r"l\.jsonl, line 2: document y has an empty reference"):
        score_loaded(load(hypotheses, [listed]), "rouge")


def test_several_metrics_tell_what_they_notice_once(tmp_path, caplog):
    hypotheses, references = write(tmp_path / "h.txt", "a\n\n"), write(tmp_path / "r.txt", "a\nb\n")
    score_loaded(load(hypotheses, [references]), "rouge,bleu,chrf")
    assert caplog.text.count("1 of 2 hypotheses are empty and score 0: documents 2") == 1
    caplog.clear()
    _, notices = compare_files({"a": hypotheses, "b": references}, [references], "rouge1,bleu", trials=10, resamples=10)
    assert notices == ("a: 1 of 2 hypotheses are empty and score 0: documents 2",) and not caplog.text


def test_several_files_of_references_and_fields(tmp_path):
    hypotheses = jsonl(tmp_path / "h.jsonl", x="1", y="2")
    one = write(tmp_path / "r.csv", "id,reference,doc\ny,b,D2\nx,a,D1\n")
    two = write(tmp_path / "r.txt", "A\nB\n")
    data = load(hypotheses, [one, two], fields=Fields(document="doc"), sources=two)
    assert data.references == [["a", "A"], ["b", "B"]] and data.documents == ("D1", "D2")
    assert data.sources == ["A", "B"] and data.ids == ("x", "y")


def test_metric_and_system_arguments():
    assert parse_metrics("rouge, bleu,rouge1") == (("rouge1", "rouge2", "rougeL", "rougeLsum"), ("bleu",))
    assert {name: str(path) for name, path in parse_systems(["a=x=y.txt"]).items()} == {"a": "x=y.txt"}
    for call, message in (
        (lambda: parse_metrics("blue"), "unknown metric 'blue'; did you mean bleu"),
        (lambda: parse_metrics(","), "no metric named"),
        (lambda: parse_systems(["a.txt"]), "expected SYSTEM=FILE"),
        (lambda: parse_systems(["a=1", "a=2"]), "named twice"),
    ):
        with pytest.raises(InputError, match=message):
            call()


def test_files_are_written_whole(tmp_path):
    write_atomically(tmp_path / "a.json", "نص")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(InputError, match="cannot be written"):
        write_atomically(tmp_path / "no" / "a.json", "x")
