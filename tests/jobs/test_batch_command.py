"""``summ batch`` and ``summ jobs merge`` as a user runs them."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest
from batch_helper import BAD, article, content, errors, results, start, summ, write_input

from summ import InputError, Pipeline, Result
from summ.jobs import merge, read_results, run

SUMMARY = ("--config", "summary", "--shard-size", 10)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_input(tmp_path_factory.mktemp("in") / "in.jsonl", 95, bad_every=10)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "whole"
    summ("batch", source, folder, *SUMMARY, "-q", code=3)
    return folder


def test_results_are_what_the_pipeline_gives(whole: Path, source: Path) -> None:
    pipe = Pipeline.load("summary")
    found = results(whole)
    assert len(found) == 95 - 9
    assert [one["article"]["id"] for one in found] == [f"a{i}" for i in range(95) if i % 10 != 9]
    for i in (0, 8, 94 - 9):
        result = Result.from_dict(found[i])
        record = json.loads(source.read_bytes().splitlines()[int(str(result.article.id)[1:])])
        expected = pipe(record)
        assert (result.article, result.summary) == (expected.article, expected.summary)
        assert result.seconds == {}
    assert [r.article.id for r in read_results(whole)] == [one["article"]["id"] for one in found]


def test_bad_records_are_in_errors_jsonl(whole: Path) -> None:
    found = errors(whole)
    assert [e["reason"] for e in found] == list(BAD)
    assert [e["line"] for e in found] == [10 * (i + 1) for i in range(len(BAD))]
    assert all(e["file"] == "in.jsonl" and e["id"] and e["message"] for e in found)


def test_job_json_tells_what_was_done(whole: Path) -> None:
    job = json.loads((whole / "job.json").read_text("utf-8"))
    assert job["state"] == "done"
    assert job["counts"] == {"shards": 10, "records": 95, "results": 86, "errors": 9, "tokens": 0}
    assert job["identity"]["models"]["summary"]["engine"] == "extractive"
    assert job["sessions"][0]["records"] == 95 and job["sessions"][0]["seconds"] > 0
    assert (whole / "_SUCCESS").exists()


def test_the_same_command_again_does_nothing(whole: Path, source: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in whole.glob("part-*")}
    said = summ("batch", source, whole, *SUMMARY, code=3)
    assert "errors.jsonl" in said and "not-json" in said
    assert {p: p.stat().st_mtime_ns for p in whole.glob("part-*")} == before


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--config", "translation"], "run.summary was"),
        (["--shard-size", 11], "records.shard_size was 10, is 11"),
        (["--limit", 5], "records.limit was null, is 5"),
        (["--any-language"], "records.any_language was false, is true"),
        (["--output-format", "parquet"], 'output_format was "jsonl", is "parquet"'),
    ],
)
def test_another_job_in_the_same_folder_is_refused(whole: Path, source: Path, options: list[Any], what: str) -> None:
    before = content(whole)
    said = summ("batch", source, whole, *SUMMARY, *options, code=2)
    assert what in said and said.count("\n") == 1
    assert content(whole) == before


def test_another_input_or_model_is_refused(whole: Path, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "in.jsonl"
    other.write_bytes(source.read_bytes().replace(b"a94", b"b94"))
    assert "input.sha256 was" in summ("batch", other, whole, *SUMMARY, code=2)
    folder = tmp_path / "out"
    summ("batch", source, folder, *SUMMARY, "-q", code=3)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    job["identity"]["models"]["summary"]["versions"]["summ"] = "0.0.1"
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    (folder / "part-000003.jsonl").unlink()
    said = summ("batch", source, folder, *SUMMARY, code=2)
    assert 'models.summary.versions.summ was "0.0.1"' in said


def test_a_lost_shard_is_made_again(source: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    summ("batch", source, folder, *SUMMARY, "-q", code=3)
    (folder / "part-000003.jsonl").unlink()
    assert "missing or were changed are made again: 1" in summ("batch", source, folder, *SUMMARY, code=3)
    assert content(folder) == content(whole)


def test_two_starters_at_once(source: Path, whole: Path, tmp_path: Path) -> None:
    both = [start("batch", source, tmp_path / "out", *SUMMARY, "-q") for _ in range(2)]
    said = [p.communicate(timeout=60)[1].decode() for p in both]
    codes = [p.returncode for p in both]
    assert sorted(codes) == [2, 3], said
    loser = said[codes.index(2)]
    assert f"in use by process {both[codes.index(3)].pid} on" in loser and loser.count("\n") == 1
    assert content(tmp_path / "out") == content(whole)


def test_the_lock_of_a_killed_process_is_taken_over(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    process = start("batch", source, folder, *SUMMARY)
    while not list(folder.glob("part-*")):
        assert process.poll() is None
    process.kill()
    process.communicate()
    said = summ("batch", source, folder, *SUMMARY, code=3)
    assert f"taking over from process {process.pid} on" in said
    assert "taking over" not in summ("batch", source, folder, *SUMMARY, code=3)


def test_a_full_disk_is_one_line_and_the_job_goes_on_after(tmp_path: Path) -> None:
    # Articles grow, and with them the shards, until a file is longer than the process may write.
    source = tmp_path / "in.jsonl"
    lines = [json.dumps(article(i, 2 + 2 * i), ensure_ascii=False) for i in range(40)]
    source.write_text("\n".join(lines) + "\n", "utf-8")
    options = ["--config", "summary", "--shard-size", 4, "--workers", 1]
    summ("batch", source, tmp_path / "whole", *options, "-q")

    def limited(size: int) -> Any:
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    folder = tmp_path / "out"
    sizes = sorted(p.stat().st_size for p in (tmp_path / "whole").glob("part-*"))
    for size in (0, 5_000, sizes[4], sizes[-2]):
        said = summ("batch", source, folder, *options, "-q", code=1, preexec_fn=limited(size))
        assert "cannot write: File too large" in said and said.count("\n") == 1
        for name, data in content(folder).items():
            if name.startswith("part-"):
                assert data == (tmp_path / "whole" / name).read_bytes()
    assert len(list(folder.glob("part-*"))) > 2
    summ("batch", source, folder, *options, "-q")
    assert content(folder) == content(tmp_path / "whole")


def test_max_errors_stops_early_and_more_go_on(source: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    options = [*SUMMARY, "--workers", 1, "-q"]
    said = summ("batch", source, folder, *options, "--max-errors", 2, code=1)
    assert "3 records were set aside, more than the 2 of --max-errors" in said
    assert len(errors(folder)) == 3
    assert not (folder / "_SUCCESS").exists()
    summ("batch", source, folder, *options, "--max-errors", 2, code=1)
    assert len(errors(folder)) == 3
    summ("batch", source, folder, *options, "--max-errors", 9, code=3)
    assert content(folder) == content(whole)


def test_workers_do_not_matter(source: Path, whole: Path, tmp_path: Path) -> None:
    for workers in (1, 3):
        summ("batch", source, tmp_path / str(workers), *SUMMARY, "--workers", workers, "-q", code=3)
        assert content(tmp_path / str(workers)) == content(whole)


def test_one_file(source: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    summ("batch", source, folder, *SUMMARY, "-q", code=3)
    summ("batch", source, folder, *SUMMARY, "--single-file", "-q", code=3)  # afterwards too
    assert sorted(content(folder)) == ["errors.jsonl", "results.jsonl"]
    parts = [p.read_bytes() for p in sorted(whole.glob("part-*"))]
    assert (folder / "results.jsonl").read_bytes() == b"".join(parts)
    summ("batch", source, folder, *SUMMARY, "--single-file", "-q", code=3)
    assert [r.article.id for r in read_results(folder)] == [r.article.id for r in read_results(whole)]


@pytest.mark.parametrize("single", [[], ["--single-file"]])
def test_parquet(source: Path, whole: Path, tmp_path: Path, single: list[str]) -> None:
    folder = tmp_path / "out"
    summ("batch", source, folder, *SUMMARY, "--output-format", "parquet", *single, "-q", code=3)
    assert list(read_results(folder)) == list(read_results(whole))


def test_standard_input(source: Path, whole: Path, tmp_path: Path) -> None:
    folder, data = tmp_path / "out", source.read_bytes()
    summ("batch", "-", folder, *SUMMARY, "-q", code=3, input=data)
    assert {n: d for n, d in content(folder).items() if n != "errors.jsonl"} == {
        n: d for n, d in content(whole).items() if n != "errors.jsonl"
    }
    (folder / "part-000002.jsonl").unlink()
    summ("batch", "-", folder, *SUMMARY, "-q", code=3)  # from what was kept
    assert (folder / "part-000002.jsonl").exists()
    assert "not what this job was started with" in summ("batch", "-", folder, *SUMMARY, code=2, input=data + b"{}\n")


def test_limit_and_sample(source: Path, whole: Path, tmp_path: Path) -> None:
    summ("batch", source, tmp_path / "limit", *SUMMARY, "--limit", 25, "-q", code=3)
    all_results = results(whole)
    assert results(tmp_path / "limit") == all_results[:23]
    assert len(errors(tmp_path / "limit")) == 2
    for name in ("one", "two"):
        summ("batch", source, tmp_path / name, *SUMMARY, "--sample", 30, "-q", code=None)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    chosen = results(tmp_path / "one")
    assert len(chosen) + len(errors(tmp_path / "one")) == 30
    places = [all_results.index(one) for one in chosen]
    assert places == sorted(places) and places != list(range(len(places)))


def test_parts_of_a_job_make_the_whole(source: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for number in (2, 1):
        summ("batch", source, folder, *SUMMARY, "--shard", f"{number}/3", "-q", code=3)
    assert "not yet done: slice-0003-of-0003" in summ("jobs", "merge", folder, code=2)
    summ("batch", source, folder, *SUMMARY, "--shard", "3/3", "-q", code=3)
    summ("jobs", "merge", folder, "-q", code=3)
    assert content(folder) == content(whole)
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == ["_job"]
    sessions = json.loads((folder / "job.json").read_text("utf-8"))["sessions"]
    assert [s["part"] for s in sessions] == [f"slice-000{i}-of-0003" for i in (1, 2, 3)]
    assert sum(s["records"] for s in sessions) == 95
    summ("jobs", "merge", folder, "-q", code=3)
    summ("batch", source, folder, *SUMMARY, "-q", code=3)  # it is the job that was never cut
    assert content(folder) == content(whole)
    summ("jobs", "merge", folder, "--single-file", "-q", code=3)
    assert (folder / "results.jsonl").read_bytes() == b"".join(p.read_bytes() for p in sorted(whole.glob("part-*")))


def test_a_killed_merge_goes_on(source: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    for number in (1, 2):
        run(source, folder, config="summary", shard_size=10, shard=f"{number}/2")
    original, left = Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return original(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        for kills in range(40):
            left[0] = 1 + kills % 7
            try:
                merge(folder)
            except KeyboardInterrupt:
                continue
            break
    assert 4 <= kills < 39
    assert merge(folder).records == 95
    assert content(folder) == content(whole)


def test_parts_of_different_jobs_are_not_merged(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path, config="summary", shard_size=10, shard="1/2")
    run(source, tmp_path, config="summary", shard_size=11, shard="2/2")
    with pytest.raises(InputError, match="not of the same job as slice-0001-of-0002: records differ"):
        merge(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl", "out"], "missing.jsonl: no such file or folder"),
        (["IN", "out", "--config", "sumary"], "did you mean summary"),
        (["IN", "out", "--shard", "0/3"], "they count from 1"),
        (["IN", "out", "--shard", "1/3", "--single-file"], "give --single-file to summ jobs merge"),
        (["IN", "out", "--input-format", "xml"], "unknown input format 'xml'"),
        (["IN", "IN"], "not a folder"),
        (["-", "out"], "standard input is empty"),
    ],
)
def test_wrong_usage_is_one_line(source: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    said = summ("batch", *[str(source) if a == "IN" else a for a in arguments], code=2, cwd=tmp_path)
    assert message in said and said.count("\n") == 1
    assert not (tmp_path / "out" / "job.json").exists()


@pytest.mark.parametrize(
    "options", [[".", "out"], ["**/*.jsonl", "out"], [".", "out", "--shard", "1/2"]], ids=["folder", "glob", "part"]
)
def test_an_output_folder_within_the_input(tmp_path: Path, options: list[str]) -> None:
    write_input(tmp_path / "in.jsonl", 40)
    for _ in range(2):  # what the first call wrote is not taken for input by the second
        summ("batch", *options, *SUMMARY, "-q", cwd=tmp_path)
        (lost,) = tmp_path.glob("out/**/part-000002.jsonl")
        lost.unlink()
    if "--shard" not in options:
        assert len(results(tmp_path / "out")) == 30
        assert "input and output are the same folder" in summ("batch", ".", ".", *SUMMARY, code=2, cwd=tmp_path)


def test_a_pipe_by_its_name_is_refused(tmp_path: Path) -> None:
    options = [*SUMMARY, "--input-format", "jsonl"]
    said = summ("batch", "/dev/stdin", tmp_path / "out", *options, code=2, input=b'{"text": "x"}\n')
    assert "a pipe or device" in said and said.count("\n") == 1


def test_a_wrong_standard_input_leaves_the_folder_free(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert "standard input: one JSON array" in summ("batch", "-", folder, *SUMMARY, code=2, input=b"[1]")
    summ("batch", "-", folder, *SUMMARY, "-q", code=3, input=source.read_bytes())
    assert len(results(folder)) == 86


def test_a_deep_record_is_set_aside_and_no_other(tmp_path: Path) -> None:
    source = write_input(tmp_path / "in.jsonl", 20)
    lines = source.read_bytes().splitlines()
    lines[4] = lines[4][:-1] + b', "deep": ' + b"[" * 600 + b"]" * 600 + b"}"
    source.write_bytes(b"\n".join(lines) + b"\n")
    summ("batch", source, tmp_path / "out", *SUMMARY, "-q", "--exit-zero")
    assert [(e["id"], e["reason"]) for e in errors(tmp_path / "out")] == [("a4", "too-deep")]
    assert len(results(tmp_path / "out")) == 19


def test_an_empty_input_is_a_finished_job(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"\n\n")
    summ("batch", tmp_path / "in.jsonl", tmp_path / "out", "--config", "summary", "-q")
    assert (tmp_path / "out" / "_SUCCESS").exists() and (tmp_path / "out" / "errors.jsonl").read_bytes() == b""


def test_a_folder_of_texts(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for i in range(5):
        (tmp_path / "in" / f"{i}.txt").write_text(article(i)["text"], "utf-8")
    (tmp_path / "in" / "2.txt").write_bytes(b"%PDF-1.4 \x00")
    summ("batch", tmp_path / "in", tmp_path / "out", "--config", "summary", "-q", code=3)
    assert [r["article"]["id"] for r in results(tmp_path / "out")] == ["0.txt", "1.txt", "3.txt", "4.txt"]
    assert [(e["id"], e["reason"]) for e in errors(tmp_path / "out")] == [("2.txt", "not-text")]


def test_progress_is_lines_where_there_is_no_terminal(source: Path, tmp_path: Path) -> None:
    said = summ("batch", source, tmp_path / "out", *SUMMARY, "--every", 0.1, code=3)
    assert "articles/s" in said and "set aside" in said and "\x1b" not in said
    assert summ("batch", source, tmp_path / "quiet", *SUMMARY, "-q", code=3) == ""


def test_the_whole_run_with_a_model(tmp_path: Path) -> None:
    source = write_input(tmp_path / "in.jsonl", 4, sentences=2)
    report = run(source, tmp_path / "out", config="all", shard_size=2)
    assert (report.results, report.errors) == (4, 0) and report.tokens_per_second > 0
    pipe = Pipeline.load("all")
    for result in read_results(tmp_path / "out"):
        expected = pipe(result.article)
        assert (result.translation, result.english_summary) == (expected.translation, expected.english_summary)


def test_a_script_needs_no_main_guard(source: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, summ.jobs\n"
        "report = summ.jobs.run(sys.argv[1], sys.argv[2], config='summary', shard_size=10, workers=2)\n"
        "print(report.results, report.reasons['nul'])\n"
    )
    import sys

    done = subprocess.run([sys.executable, script, source, tmp_path / "out"], capture_output=True, check=True)
    assert done.stdout == b"86 1\n" and done.stderr == b""
