"""``summ eval run`` and eval/run_benchmark.py as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from summ.cli import eval_run
from summ.errors import SummError

ROOT = Path(__file__).resolve().parents[2]
app = typer.Typer()
app.command()(eval_run.run)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def summ_eval_run(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_the_sample_runs_anywhere(tmp_path: Path) -> None:
    shown = summ_eval_run("sample")
    folders = list((tmp_path / "runs" / "eval").iterdir())
    assert len(folders) == 1 and folders[0].name.startswith("sample-")
    names = {path.name for path in folders[0].iterdir()}
    assert {"results.json", "per_document.parquet", "hypotheses.jsonl", "report.html"} <= names
    assert "oracle a " in shown and "share a letter are not told apart by ROUGE-1" in shown
    assert "ROUGE-1" in shown and "rouge|lang:ar|preset:arabic" in shown and "oracle" in shown
    assert len((folders[0] / "hypotheses.jsonl").read_text("utf-8").splitlines()) == 6 * 14


def test_systems_of_the_command_line(tmp_path: Path) -> None:
    everything = json.loads(summ_eval_run("sample", "--json", "-q"))
    one = json.loads(summ_eval_run("sample", "--system", "lead-2", "--json", "-q"))
    assert one["systems"]["lead-2"]["measures"] == everything["systems"]["lead-2"]["measures"]
    assert list(one["systems"]) == ["lead-2"] and one["fingerprint"] != everything["fingerprint"]
    (tmp_path / "mine.txt").write_text("جملة واحدة.\n" * 14, "utf-8")
    stored = json.loads(summ_eval_run("sample", "--system", "mine=mine.txt", "--limit", "3", "--json", "-q"))
    assert list(stored["systems"]) == ["mine"] and stored["data"]["documents"] == 3


def test_the_list_of_sets() -> None:
    shown = summ_eval_run("--list")
    assert "sample " in shown and "xlsum-arabic" in shown
    easc = next(line for line in shown.splitlines() if line.startswith("easc "))
    assert "(El-Haj et al. 2010): 153 articles" in easc, "a sentence does not end at et al."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give a configuration, such as sample"),
        (["sampel"], "did you mean sample"),
        (["nothing.yaml"], "nothing.yaml: no such file"),
        (["sample", "--system", "led-3"], "unknown system 'led-3'; did you mean lead-3"),
        (["sample", "--system", "x=none.txt"], "none.txt: no such file"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: list[str], told: str) -> None:
    with pytest.raises(SummError) as caught:
        summ_eval_run(*arguments)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_the_script_gives_what_the_command_gives(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "eval" / "run_benchmark.py")]
    done = subprocess.run(
        [*script, "sample", "--docs", "page.md"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    shown = summ_eval_run("sample", "--json", "-q")
    measures = json.loads(shown)["systems"]["lead-2"]["measures"]
    low, high = (100 * end for end in measures["rouge2"]["interval"])
    row = next(line for line in done.stdout.splitlines() if line.startswith("| lead-2"))
    assert f"{100 * measures['rouge2']['score']:.2f} [{low:.1f}, {high:.1f}]" in row
    assert row.endswith("| `summ eval run sample --system lead-2` |")
    page = (tmp_path / "page.md").read_text("utf-8")
    assert page.startswith("# Baselines") and row in page
    assert len(list((tmp_path / "runs" / "eval").iterdir())) == 1, "one and the same run"
    wrong = subprocess.run([*script, "sampel"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1 and "did you mean sample" in wrong.stderr
    none = subprocess.run([*script, "sample", "--limit", "0"], capture_output=True, text=True, check=False)
    assert none.returncode == 2 and "0 is not 1 or more" in none.stderr
    helped = subprocess.run([*script, "--help"], capture_output=True, text=True, check=True).stdout
    assert "--docs" in helped and "--fresh" in helped


def test_the_page_of_baselines_is_of_the_shipped_sets() -> None:
    page = (ROOT / "docs" / "baselines.md").read_text("utf-8")
    for path in sorted((ROOT / "configs" / "eval").glob("*.yaml")):
        if path.stem.startswith(("sample", "local-")):
            assert f"\n## {path.stem}\n" in page
