"""What a reader of the README meets: links that lead somewhere, names that exist, examples that run."""

from __future__ import annotations

import re
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

import pytest

import summ
from summ import runs, settings
from summ.models import catalog

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not link.startswith(("http://", "https://")):
            assert (page.parent / link).exists(), link


def test_models_that_pages_and_configurations_name_are_in_the_catalog() -> None:
    known = set(catalog.entries()) | {"builtin"}
    texts = [page.read_text("utf-8") for page in PAGES]
    texts += [path.read_text("utf-8") for kind in ("runs", "eval") for _, path in settings.files(kind)]
    named = {name for text in texts for name in re.findall(r"--(?:translator|summarizer) ([\w.-]+)(?!/)\b", text)}
    named |= {name for text in texts for name in re.findall(r"\bmodel: ([\w.-]+)(?![\w/.-])", text)}
    assert {name for name in named if "/" not in name} <= known


@pytest.mark.parametrize("script", ["quickstart.py", "score.py"])
def test_examples_run_as_they_stand(script: str) -> None:
    done = subprocess.run([sys.executable, ROOT / "examples" / script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_demo_command_writes_its_page(tmp_path: Path) -> None:
    (recipe,) = re.findall(r"\$\(BIN\)/summ (run .*)", (ROOT / "Makefile").read_text("utf-8"))
    arguments = recipe.replace("examples/", f"{ROOT}/examples/").split()
    command = [sys.executable, "-m", "summ.cli.app", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(heading in done.stdout for heading in ("## الملخص", "## Translation", "## English summary"))
    assert (tmp_path / "runs" / "ant-group.html").is_file()


def test_the_readme_shows_what_the_demo_prints() -> None:
    (shown,) = re.findall("<!-- demo -->(.*?)<!-- /demo -->", (ROOT / "README.md").read_text("utf-8"), re.S)
    result = summ.Pipeline.load()((ROOT / "examples" / "ant-group.txt").read_text("utf-8"))
    assert result.summary and result.summary.text in shown
    _, translation, english = re.split(r"> \*\*(?:Translation|English summary)\*\*", shown)
    assert result.translation and result.english_summary
    for printed, text in ((translation, result.translation.text), (english, result.english_summary.text)):
        # Another processor rounds otherwise, and int8 then words a sentence or two otherwise.
        words = printed.replace(">", "").replace("…", "").split()
        assert SequenceMatcher(None, words, text.split()[: len(words)]).ratio() > 0.7


def test_every_key_of_a_run_is_documented() -> None:
    for model in (runs.Run, runs.SummaryRun, runs.ModelChoice, runs.EnglishSummaryRun):
        assert all(
            field.description
            for name, field in model.model_fields.items()
            if name not in ("summary", "translation", "english_summary")
        )
