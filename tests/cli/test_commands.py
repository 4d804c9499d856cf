"""The command line as a user meets it: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


EXAMPLE = ROOT / "examples" / "ant-group.txt"
ARTICLE = "افتتاح جسر جديد\n\nقالت رئيسة البلدية إن الجسر كلف 12 مليون دينار. وبدأ العمل قبل عام.\n"


def summ(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "summ.cli.app", *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, env=os.environ | {"NO_COLOR": "1"} | environment, check=False
    )


def test_run_gives_the_three_texts_of_the_example() -> None:
    done = summ("run", EXAMPLE, "--json")
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert all(result[part]["text"] for part in ("summary", "translation", "english_summary"))
    assert b"rough gist" in done.stderr


def test_plain_output_holds_the_texts_and_nothing_else() -> None:
    done = summ("run", EXAMPLE)
    result = json.loads(summ("run", EXAMPLE, "--json").stdout)
    shown = done.stdout.decode()
    for part in ("summary", "translation", "english_summary"):
        assert result[part]["text"] in shown
    assert "rough gist" not in shown
    assert "\x1b" not in shown


def test_summarize_and_translate_read_folders_and_standard_input(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(ARTICLE, "utf-8")
    rows = [json.loads(line) for line in summ("summarize", tmp_path, "--sentences", "1", "--json").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]
    assert all(len(row["segments"]) == 1 for row in rows)
    done = summ("translate", "-", "--json", stdin=ARTICLE.encode())
    assert len(json.loads(done.stdout)["segments"]) == 3


def test_run_takes_a_folder_in_order(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i:02}.txt").write_text(ARTICLE, "utf-8")
    rows = [json.loads(line) for line in summ("run", tmp_path, "--json", "--quiet").stdout.splitlines()]
    assert [row["article"]["id"] for row in rows] == [f"{i:02}" for i in range(20)]


@pytest.mark.parametrize(
    ("data", "noticed"),
    [
        (ARTICLE.encode("utf-8-sig"), False),
        (ARTICLE.encode("utf-16"), False),
        (ARTICLE.encode("cp1256"), True),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, noticed: bool) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    done = summ("run", path, "--json")
    assert json.loads(done.stdout)["article"]["text"] == ARTICLE
    assert (b"1256" in done.stderr) == noticed


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_bad_input_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    config = written(tmp_path, "run.yaml", b"summary: {sentencs: 3}")
    cases: list[tuple[list[str | Path], str]] = [
        (["run", tmp_path / "missing.txt"], "no such file"),
        (["run", written(tmp_path, "empty.txt", b"")], "empty"),
        (["run", written(tmp_path, "blank.txt", b" \n\t ")], "empty"),
        (["run", written(tmp_path, "picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(200))], "picture.txt"),
        (["run", written(tmp_path, "broken.txt", b"\xd9\xff\xfe\x81\x8d\xd9 \x00")], "broken.txt"),
        (["run", tmp_path / "none"], "no text files"),
        (["run", EXAMPLE, "--translator", "opus-mt-ar-eng"], "did you mean opus-mt-ar-en"),
        (["run", EXAMPLE, "--summarizer", "bultin"], "builtin"),
        (["run", EXAMPLE, "--config", config], "summary.sentencs: unknown key; did you mean 'sentences'?"),
        (["run", EXAMPLE, "--config", "defalt"], "did you mean default"),
        (["run", EXAMPLE, "--sentences", "0"], "sentences"),
        (["translate", EXAMPLE, "--engine", "fast"], "auto, ctranslate2, torch"),
        (["translate", EXAMPLE, "--translator", "./nowhere"], "no such folder"),
    ]
    for arguments, message in cases:
        done = summ(*arguments)
        error = done.stderr.decode()
        assert done.returncode == 2, (arguments, error)
        assert message in error
        assert done.stdout == b""
        assert len(error.strip().splitlines()) == 1, error
        assert "Traceback" not in error


def test_a_hub_model_without_a_hub_is_one_line(tmp_path: Path) -> None:
    done = summ("translate", EXAMPLE, "--translator", "Helsinki-NLP/opus-mt-ar-en", "--offline", HF_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "summ models fetch" in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) == 1


def test_html_page_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert summ("run", EXAMPLE, "--html", page, "--quiet").returncode == 0
    html = page.read_text("utf-8")
    assert "Ant Group" in html and "http://" not in html.replace("http://www.w3.org", "")


def test_doctor_says_what_there_is() -> None:
    done = summ("doctor", "--json", "--offline")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["hub"]["reachable"] == "not asked: offline mode"
    assert found["models"]["builtin"].startswith("revision ")
    assert found["packages"]["ctranslate2"]


def test_version_and_help() -> None:
    assert summ("--version").stdout.startswith(b"summ 0.")
    for command in ("run", "summarize", "translate", "doctor", "models", "eval", "report"):
        assert summ(command, "--help").returncode == 0
