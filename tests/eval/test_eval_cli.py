"""``summ eval score`` and ``summ eval compare``, and the scripts that give the same figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summ.cli.eval import app
from summ.errors import InputError
from summ.eval import bleu, rouge

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = ["أعلنت الوزارة خطة جديدة للتعليم في 2024", "ارتفعت أسعار النفط اليوم", "فاز الفريق بالمباراة"]
GOOD = ["أعلنت الوزارة خطة للتعليم في ٢٠٢٤", "ارتفعت أسعار النفط اليوم", "فاز الفريق"]
POOR = ["خطة للوزارة", "أسعار اليوم مستقرة", "خسر اللاعب المباراة"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name, texts in {"ref": REFERENCES, "good": GOOD, "poor": POOR}.items():
        (tmp_path / f"{name}.txt").write_text("\n".join(texts) + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def script(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "eval" / name), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_tables_have_figures_and_signatures(files):
    done = run("score", "--hypotheses", "good.txt", "--references", "ref.txt", "--metric", "rouge,bleu,chrf++")
    scores = rouge(GOOD, REFERENCES)
    assert done.exit_code == 0
    assert f"{100 * scores['rouge1'].fmeasure:.2f}" in done.stdout and scores.signature in done.stdout
    assert f"{bleu(GOOD, REFERENCES).score:.2f}" in done.stdout and "tok:13a" in done.stdout


def test_json_is_the_same_as_the_functions_and_the_script(files):
    common = ("--hypotheses", "good.txt", "--references", "ref.txt")
    done = run("score", *common, "--json", "--per-document", "-o", "scores.json")
    value = json.loads(done.stdout)
    assert value == json.loads(Path("scores.json").read_text("utf-8"))
    assert value["results"]["rouge"] == json.loads(json.dumps(rouge(GOOD, REFERENCES).to_dict()))
    assert json.loads(script("score_summaries.py", *common, "--json").stdout)["rouge"] == value["results"]["rouge"]
    done = run("score", *common, "--metric", "bleu,chrf,chrf++,ter", "--json", "--per-document")
    assert (
        json.loads(script("score_translations.py", *common, "--ter", "--json").stdout)
        == json.loads(done.stdout)["results"]
    )


def test_compare_texts_and_stored_results_and_the_script(files):
    systems = ("good=good.txt", "poor=poor.txt")
    done = run(
        "compare", "--references", "ref.txt", *systems, "--metric", "rouge1,bleu", "--trials", "200", "--documents", "2"
    )
    assert "good > poor" in done.stdout and "rouge|lang:ar|preset:arabic" in done.stdout and "rand." in done.stdout
    fresh = json.loads(run("compare", "--references", "ref.txt", *systems, "--json", "--documents", "1").stdout)[
        "comparisons"
    ]
    assert [system["name"] for system in fresh["rouge1"]["systems"]] == ["good", "poor"]
    for name in ("good", "poor"):
        run("score", "--hypotheses", f"{name}.txt", "--references", "ref.txt", "--per-document", "-o", f"{name}.json")
    stored = run("compare", "good=good.json", "poor=poor.json", "--json", "--documents", "1")
    assert json.loads(stored.stdout)["comparisons"] == fresh
    by_script = script("compare_systems.py", "--references", "ref.txt", *systems, "--json", "--documents", "1")
    assert json.loads(by_script.stdout) == fresh


def test_stored_results_with_other_signatures_need_force(files):
    run("score", "--hypotheses", "good.txt", "--references", "ref.txt", "--per-document", "-o", "a.json")
    run(
        "score",
        "--hypotheses",
        "poor.txt",
        "--references",
        "ref.txt",
        "--per-document",
        "--stemmer",
        "light",
        "-o",
        "b.json",
    )
    with pytest.raises(InputError, match="different signatures"):
        run("compare", "a=a.json", "b=b.json")
    assert run("compare", "a=a.json", "b=b.json", "--force").exit_code == 0
    run("score", "--hypotheses", "good.txt", "--references", "ref.txt", "-o", "c.json")
    with pytest.raises(InputError, match="score again with --per-document"):
        run("compare", "a=a.json", "c=c.json")
    with pytest.raises(InputError, match=r"a\.json has no bleu"):
        run("compare", "a=a.json", "c=c.json", "--metric", "bleu")
    with pytest.raises(InputError, match="not a stored result"):
        run("compare", "a=a.json", "c=good.txt")


def test_without_references(files):
    done = run("score", "--hypotheses", "good.txt", "--sources", "ref.txt", "--metric", "free", "--json")
    scores = json.loads(done.stdout)["results"]["free"]["scores"]
    assert scores["numbers_kept"] == 1.0 and scores["in_language"] == 1.0 and 0.9 < scores["coverage"] <= 1.0
    assert "coverage" in run("score", "--hypotheses", "good.txt", "--sources", "ref.txt", "--metric", "free").stdout
    with pytest.raises(InputError, match="metric free needs the sources"):
        run("score", "--hypotheses", "good.txt", "--metric", "free")
    with pytest.raises(InputError, match="no references"):
        run("score", "--hypotheses", "good.txt")


def test_no_figure_and_no_name_is_cut_on_a_narrow_terminal(files, monkeypatch, capsys):
    from rich.console import Console

    from summ.eval import compare, tables

    monkeypatch.setattr(tables, "console", lambda: Console(highlight=False, soft_wrap=True, width=30))
    systems = {"a-system-with-a-long-name": GOOD, "another-one-of-them": POOR, "third": POOR}
    comparison = compare(REFERENCES, systems, "rouge1", trials=50, resamples=50)
    tables.print_comparisons({"rouge1": comparison}, 2)
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert all(name in shown for name in systems)
    for pair in comparison.pairs:
        assert f"{100 * pair.difference:.2f}" in shown and f"{pair.randomization_p_holm:.4f}" in shown
        assert f"{100 * pair.interval[0]:.2f}..{100 * pair.interval[1]:.2f}" in shown


def test_documents_and_options_reach_the_metrics(files):
    rows = [{"id": n, "reference": text, "doc": f"d{n % 2}"} for n, text in enumerate(REFERENCES)]
    Path("ref.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    done = run(
        "score", "--hypotheses", "good.txt", "--references", "ref.jsonl", "--metric", "chrf", "--document-field", "doc"
    )
    assert "d0" in done.stdout and "d1" in done.stdout
    options = (
        "--stemmer",
        "light",
        "--normalize",
        "alef",
        "--clitics",
        "--resamples",
        "10",
        "--multi-reference",
        "mean",
    )
    done = run("score", "--hypotheses", "good.txt", "--references", "ref.txt", *options)
    assert "norm:alef|stem:light10|clitics:split|refs:1|ref:mean|boot:10|" in done.stdout


def test_the_command_ends_with_2_and_one_line(files):
    Path("short.txt").write_text("نص\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "summ.cli.app",
        "eval",
        "score",
        "--hypotheses",
        "short.txt",
        "--references",
        "ref.txt",
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "short.txt has 1 documents but ref.txt has 3: document 2 is missing from short.txt" in done.stderr
    failed = script("score_summaries.py", "--hypotheses", "short.txt", "--references", "ref.txt")
    assert failed.returncode and "document 2 is missing" in failed.stderr and failed.stdout == ""


def test_notices_go_to_standard_error(files):
    Path("hole.txt").write_text("\n".join([GOOD[0], "", GOOD[2]]) + "\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "summ.cli.app",
        "eval",
        "score",
        "--hypotheses",
        "hole.txt",
        "--references",
        "ref.txt",
    ]
    done = subprocess.run([*command, "--json"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and "1 of 3 hypotheses are empty and score 0: documents 2" in done.stderr
    assert json.loads(done.stdout)["results"]["rouge"]["empty_hypotheses"] == 1


def test_importing_summ_eval_loads_nothing_heavy():
    code = (
        "import sys, summ.eval; heavy = {'numpy', 'sacrebleu', 'nltk', 'rapidfuzz', 'rich'} & set(sys.modules); "
        "assert not heavy, heavy; from summ.eval import rouge, bleu, chrf, compare; "
        "assert all(callable(f) for f in (rouge, bleu, chrf, compare)); "
        "assert not {'sacrebleu', 'nltk', 'torch', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
