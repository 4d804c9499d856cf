"""Whole evaluations: what is written, that it is the same every time, and that a killed run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from summ import settings
from summ.errors import InputError
from summ.eval import compare, rouge
from summ.eval import harness as harness_module
from summ.eval.harness import Evaluation, evaluate
from summ.eval.plan import Plan
from summ.eval.runfolder import HYPOTHESES, RunFolder
from summ.eval.systems import Hypothesis, System, load_system
from summ.report.eval_page import write_page

RECORDS = [
    {
        "id": f"doc-{number:02}",
        "article": (
            f"أعلنت الوزارة خطة رقم {number} لإصلاح الطرق. وتشمل الخطة {number + 3} شوارع في العاصمة. "
            "وقال الوزير إن العمل يبدأ في الربيع. ورحب التجار بالقرار. وتستمر الأعمال عاما كاملا."
        ),
        "summaries": [f"خطة {number} لإصلاح {number + 3} شوارع.", "الوزارة تبدأ إصلاح الطرق في الربيع."],
        "kind": "a" if number % 2 else "b",
    }
    for number in range(12)
]
FILES = ("hypotheses.jsonl", "per_document.parquet", "report.html", "results.json", "run.json")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "sets"
    folder.mkdir()
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    (folder / "set.jsonl").write_text("".join(lines), "utf-8")
    return folder


def plan(**changes: Any) -> Plan:
    value = {
        "task": "summarization",
        "data": {
            "files": "set.jsonl",
            "columns": {"id": "id", "source": "article", "references": "summaries", "group": "kind"},
        },
        "systems": ["lead-1", "random", "oracle", "builtin"],
        "bootstrap": {"resamples": 50},
        "significance": {"trials": 200},
        **changes,
    }
    return settings.validate(value, Plan, "x.yaml")


def run(base: Path, output: Path, wanted: Plan | None = None, **options: Any) -> Evaluation:
    done = evaluate(wanted or plan(), name="x", base=base, output=output, **options)
    write_page(done)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_what_is_written_fits_together(base: Path, tmp_path: Path) -> None:
    from pyarrow.parquet import read_table

    done = run(base, tmp_path / "out")
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    rows = read_table(tmp_path / "out" / "per_document.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "out" / HYPOTHESES).read_text("utf-8").splitlines()]
    assert list(results["systems"]) == ["lead-1", "random", "oracle", "builtin"]
    assert [(row["system"], row["id"]) for row in rows] == [(line["system"], line["id"]) for line in lines]
    assert len(rows) == 4 * len(RECORDS)
    for name in results["systems"]:
        texts = [line["hypothesis"] for line in lines if line["system"] == name]
        direct = rouge(
            texts, [r["summaries"] for r in RECORDS], types=["rouge1", "rouge2", "rougeL"], resamples=50,
            ids=[r["id"] for r in RECORDS],
        )  # fmt: skip
        measured = results["systems"][name]["measures"]
        for kind, score in direct.items():
            assert measured[kind]["score"] == score.fmeasure
            assert tuple(measured[kind]["interval"]) == score.interval
            mine = [row for row in rows if row["system"] == name]
            assert [row[kind] for row in mine] == direct.rows[kind][:, 2].tolist()
            assert [row[f"{kind}_recall"] for row in mine] == direct.rows[kind][:, 1].tolist()
            groups = {label: [row[kind] for row in mine if row["group"] == label] for label in ("a", "b")}
            for label, values in groups.items():
                part = measured[kind]["by_group"][label]
                assert part["score"] == pytest.approx(sum(values) / len(values))
                assert part["documents"] == 6 and part["interval"][0] <= part["score"] <= part["interval"][1]
            lengths = measured[kind]["by_length"]
            assert sum(part["documents"] for part in lengths.values()) == len(RECORDS)
        assert results["signatures"]["rouge"] == direct.signature
    texts = {s.name: [h.text for h in s.hypotheses] for s in done.systems}
    direct_comparison = compare(
        [r["summaries"] for r in RECORDS], texts, "rouge2", ids=[r["id"] for r in RECORDS], trials=200, resamples=50
    )
    assert results["comparisons"]["rouge2"] == json.loads(json.dumps(direct_comparison.to_dict()))
    assert results["config"]["systems"][0] == {"name": "lead-1", "baseline": "lead-1"}
    assert results["data"]["sources"][0]["files"].keys() == {"set.jsonl"}
    assert (
        results["systems"]["oracle"]["measures"]["rouge1"]["score"]
        > results["systems"]["lead-1"]["measures"]["rouge1"]["score"]
    )


def test_the_same_plan_gives_the_same_bytes(base: Path, tmp_path: Path) -> None:
    first, second = run(base, tmp_path / "one"), run(base, tmp_path / "two")
    assert first.identity == second.identity
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    run(base, tmp_path / "one")  # again in the same folder
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_an_interrupted_run_goes_on_where_it_stopped(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(base, tmp_path / "whole")
    asked: list[tuple[str, str]] = []
    limit = {"left": 0}

    def counted(choice: Any, *arguments: Any, **options: Any) -> System:
        inner = load_system(choice, *arguments, **options)

        def slowly(documents: Any) -> list[Hypothesis]:
            if limit["left"] == 0:
                raise KeyboardInterrupt
            limit["left"] -= 1
            asked.extend((inner.name, document.id) for document in documents)
            return inner.run(documents)

        return System(inner.name, inner.info, slowly, step=5)

    monkeypatch.setattr(harness_module, "load_system", counted)
    for steps in (1, 4, 2):
        limit["left"] = steps
        with pytest.raises(KeyboardInterrupt):
            run(base, tmp_path / "out")
        with (tmp_path / "out" / HYPOTHESES).open("ab") as file:  # a write that the kill cut short
            file.write('{"system": "builtin", "id": "doc-00", "hypothesis": "نص مق'.encode())
    limit["left"] = 99
    run(base, tmp_path / "out")
    assert len(asked) == len(set(asked)) == 4 * len(RECORDS), "nothing is made twice"
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


SLOW = """
import sys, time
from pathlib import Path
import summ.eval.harness as harness
from summ.eval import plan as plans
from summ.eval.systems import System, load_system
def slow(*arguments, **options):
    inner = load_system(*arguments, **options)
    def run(documents):
        time.sleep(0.05)
        print("step", flush=True)
        return inner.run(documents)
    return System(inner.name, inner.info, run, step=2)
if sys.argv[3] == "slow":
    harness.load_system = slow
plan, path = plans.read(sys.argv[1])
harness.evaluate(plan, name="x", base=path.parent, output=Path(sys.argv[2]))
"""


def test_a_killed_process_loses_nothing(base: Path, tmp_path: Path) -> None:
    value = plan().model_dump(mode="json", exclude_defaults=True)
    (base / "x.yaml").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    command = [sys.executable, "-c", SLOW, str(base / "x.yaml")]
    process = subprocess.Popen([*command, str(tmp_path / "out"), "slow"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(4):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    kept = (tmp_path / "out" / HYPOTHESES).read_bytes()
    assert kept and not (tmp_path / "out" / "results.json").exists()
    for output in ("out", "whole"):
        subprocess.run([*command, str(tmp_path / output), "fast"], check=True)
    assert (tmp_path / "out" / HYPOTHESES).read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    for name in ("hypotheses.jsonl", "per_document.parquet", "results.json", "run.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_another_plan_is_another_folder_or_is_refused(base: Path, tmp_path: Path) -> None:
    first = evaluate(plan(), name="x", base=base, runs=tmp_path / "runs")
    second = evaluate(plan(limit=5), name="x", base=base, runs=tmp_path / "runs")
    assert first.folder != second.folder and len(second.documents) == 5
    assert first.folder.name == f"x-{first.identity}"
    with pytest.raises(InputError, match=r"holds another evaluation \(config.limit: null then, 5 now\); .*--fresh"):
        evaluate(plan(limit=5), name="x", base=base, output=first.folder)
    evaluate(plan(limit=5), name="x", base=base, output=first.folder, fresh=True)
    (base / "set.jsonl").write_text((base / "set.jsonl").read_text("utf-8").replace("الربيع", "الصيف"), "utf-8")
    with pytest.raises(InputError, match=r"holds another evaluation \(data: "):
        evaluate(plan(limit=5), name="x", base=base, output=first.folder)


def test_a_model_that_has_changed_is_noticed(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(base, tmp_path / "out")

    def changed(choice: Any, *arguments: Any, **options: Any) -> System:
        inner = load_system(choice, *arguments, **options)
        info = {**inner.info, "revision": "new"} if inner.name == "builtin" else inner.info
        return System(inner.name, info, inner.run, inner.step)

    monkeypatch.setattr(harness_module, "load_system", changed)
    with pytest.raises(InputError, match=r'builtin is not what it was .* \(revision: null then, "new" now\)'):
        run(base, tmp_path / "out")
    run(base, tmp_path / "out", fresh=True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"system": "lead-1"}', "line 49: not a hypothesis"),
        ("nonsense", "line 49: not a hypothesis"),
        ('{"system": "lead-9", "id": "doc-00", "hypothesis": "x"}', "line 49: no document of this evaluation"),
        ('{"system": "lead-1", "id": "doc-00", "hypothesis": "x"}', "line 49: .*one twice"),
    ],
)
def test_an_edited_journal_is_refused(base: Path, tmp_path: Path, line: str, told: str) -> None:
    run(base, tmp_path / "out")
    with (tmp_path / "out" / HYPOTHESES).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(InputError, match=told):
        run(base, tmp_path / "out")


def test_two_processes_do_not_share_a_folder(tmp_path: Path) -> None:
    one, two = RunFolder(tmp_path / "out"), RunFolder(tmp_path / "out")
    with one.alone(), pytest.raises(InputError, match="another `summ eval run` is at work"), two.alone():
        pass
    with two.alone():
        pass


def test_starting_over_waits_for_the_folder_and_forgets_all_results(base: Path, tmp_path: Path, monkeypatch) -> None:
    run(base, tmp_path / "out")
    with RunFolder(tmp_path / "out").alone(), pytest.raises(InputError, match="another `summ eval run` is at work"):
        run(base, tmp_path / "out", fresh=True)
    assert all((tmp_path / "out" / name).exists() for name in FILES), "what the other process works on is untouched"

    def broken(*args: Any, **options: Any) -> None:
        raise InputError("no such model")

    monkeypatch.setattr(harness_module, "load_system", broken)
    with pytest.raises(InputError, match="no such model"):
        run(base, tmp_path / "out", fresh=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {".lock", "run.json"}


def test_a_wrong_file_is_found_before_a_system_runs(base: Path, tmp_path: Path) -> None:
    (base / "short.txt").write_text("ملخص.\n", "utf-8")
    with pytest.raises(InputError, match="document 2 "):
        run(base, tmp_path / "out", plan(systems=["lead-1", {"hypotheses": "short.txt"}]))
    assert not (tmp_path / "out" / HYPOTHESES).exists()


def test_stored_hypotheses_by_id_and_by_place(base: Path, tmp_path: Path) -> None:
    texts = [f"ملخص {record['id']}." for record in RECORDS]
    rows = [{"id": r["id"], "summary": text} for r, text in zip(RECORDS, texts, strict=True)]
    lines = [json.dumps(row, ensure_ascii=False) for row in reversed(rows)]
    (base / "byid.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (base / "byplace.txt").write_text("\n".join(texts) + "\n", "utf-8")
    files = [{"hypotheses": "byid.jsonl"}, {"hypotheses": "byplace.txt", "name": "place"}]
    done = run(base, tmp_path / "out", plan(systems=files, limit=7))
    assert [[made.text for made in system.hypotheses] for system in done.systems] == [texts[:7], texts[:7]]
    assert done.systems[0].info["hypotheses"] == "byid.jsonl" and len(done.systems[0].info["sha256"]) == 16

    (base / "byplace.txt").write_text("\n".join(texts[:-2]) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"12 documents but .*byplace.txt has 10: document 11 .*missing"):
        run(base, tmp_path / "two", plan(systems=files))
    (base / "byid.jsonl").write_text("\n".join(lines[1:]) + "\n", "utf-8")
    with pytest.raises(InputError, match="id doc-11 is missing from"):
        run(base, tmp_path / "three", plan(systems=files[:1]))


def test_a_changed_file_is_read_again_and_nothing_else_is_made_again(base: Path, tmp_path: Path, monkeypatch) -> None:
    (base / "mine.txt").write_text("خطة الطرق\n" * 12, "utf-8")
    wanted = plan(systems=["lead-1", {"hypotheses": "mine.txt"}, "builtin"])
    first = run(base, tmp_path / "out", wanted)
    (base / "mine.txt").write_text("خطة لإصلاح الشوارع\n" * 12, "utf-8")
    made: list[str] = []
    append = RunFolder.append
    monkeypatch.setattr(
        RunFolder, "append", lambda self, name, *rest: (made.append(name), append(self, name, *rest))[1]
    )
    told: list[str] = []
    second = run(base, tmp_path / "out", wanted, say=told.append)
    assert made == ["mine"] and "mine: its file has changed and is read again" in told
    assert [one.text for one in second.systems[1].hypotheses] == ["خطة لإصلاح الشوارع"] * 12
    assert [one.hypotheses for one in second.systems[::2]] == [one.hypotheses for one in first.systems[::2]]
    assert second.systems[1].info != first.systems[1].info
    again = run(base, tmp_path / "out", wanted)
    assert made == ["mine"] and again.to_dict() == second.to_dict()
    assert again.to_dict() == run(base, tmp_path / "anew", wanted).to_dict()


def test_empty_hypotheses_score_0_and_are_counted(base: Path, tmp_path: Path, caplog) -> None:
    (base / "some.txt").write_text("خطة الطرق\n\n" * 6, "utf-8")
    done = run(base, tmp_path / "out", plan(systems=[{"hypotheses": "some.txt"}], metrics=["rouge", "chrf"]))
    assert caplog.text.count("some: 6 of 12 hypotheses are empty") == caplog.text.count("are empty") == 1
    assert done.to_dict()["systems"]["some"]["scores"]["rouge"]["empty_hypotheses"] == 6
    assert done.systems[0].measures["rouge1"].values[1] == 0
    assert "6 of 12 hypotheses are empty" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_set_without_references(base: Path, tmp_path: Path) -> None:
    data = {"files": "set.jsonl", "columns": {"id": "id", "source": "article"}}
    done = run(base, tmp_path / "out", plan(data=data, metrics=["free"], systems=["lead-2", "builtin"]))
    assert done.measures == () and done.comparisons == {}
    assert done.systems[0].free["novel_1"] == 0
    assert "Without references" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_translation_and_english_summaries_with_the_builtin_models(base: Path, tmp_path: Path) -> None:
    rows = [
        {"id": r["id"], "ar": "رحب التجار بالقرار.", "en": "Traders welcomed the decision.", "doc": r["kind"]}
        for r in RECORDS[:3]
    ]
    (base / "mt.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    columns = {"id": "id", "source": "ar", "references": "en", "document": "doc"}
    done = run(
        base,
        tmp_path / "mt",
        plan(task="translation", data={"files": "mt.jsonl", "columns": columns}, systems=["builtin"]),
    )
    assert set(done.measures) == {"bleu", "chrf", "chrf++"}
    assert all(made.text for made in done.systems[0].hypotheses)
    assert done.systems[0].info["name"] == "builtin" and done.systems[0].info["revision"]

    data = {"files": "set.jsonl", "columns": {"id": "id", "source": "article", "references": "summaries"}}
    systems = ["lead-1", {"name": "back", "baseline": "lead-1", "route": "translate-then-summarize"}]
    cross = plan(task="cross-lingual-summarization", data=data, systems=systems, limit=2)
    done = run(base, tmp_path / "cross", cross)
    assert done.plan.target_language == "en"
    assert [s.info["route"] for s in done.systems] == ["summarize-then-translate", "translate-then-summarize"]
    wrong = plan(task="cross-lingual-summarization", data=data, systems=["oracle"])
    with pytest.raises(InputError, match="give it route: translate-then-summarize"):
        run(base, tmp_path / "wrong", wrong)


def test_what_cannot_work_is_said_before_anything_is_made(base: Path, tmp_path: Path) -> None:
    for metric, told in (
        ({"metric": "rouge", "preset": "arabi"}, "unknown preset 'arabi'; did you mean arabic"),
        ({"metric": "rouge", "types": ["rouge11"]}, "unknown ROUGE type 'rouge11'; did you mean rouge1"),
        ({"metric": "rouge", "normalize": "diac+alf"}, "unknown normalization step 'alf'; did you mean alef"),
        ({"metric": "bleu", "tokenize": "13b"}, "unknown BLEU tokenizer '13b'; did you mean 13a"),
    ):
        with pytest.raises(InputError, match=told.replace("+", r"\+")):
            run(base, tmp_path / "out", plan(metrics=[metric]))
    with pytest.raises(InputError, match="unknown system 'bultin'"):
        run(base, tmp_path / "out", plan(systems=["lead-1", "bultin"]))
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be the folder of results"):
        run(base, tmp_path / "file")


def test_stored_translations_score_as_published(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from summ.eval.plan import read

    monkeypatch.setenv("SUMM_SHARED", str(shared))
    found, path = read("local-flores-dev")
    wanted = {
        "argos": 29.99,
        "opusmt": 33.93,
        "nllb": 37.48,
        "bergamot-base": 39.59,
        "microsoft": 44.03,
        "google": 45.95,
    }
    stored = [system for system in found.systems if system.name in wanted]
    short = found.model_copy(update={"systems": stored, "metrics": [m for m in found.metrics if m.metric == "bleu"]})
    start = time.perf_counter()
    done = evaluate(short, name="flores", base=path.parent, output=tmp_path / "out")
    assert {s.name: round(s.measures["bleu"].score, 2) for s in done.systems} == wanted
    ranked = [system.name for system in done.comparisons["bleu"].systems]
    assert ranked == sorted(wanted, key=wanted.__getitem__, reverse=True)
    assert time.perf_counter() - start < 60
