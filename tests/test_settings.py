"""Configuration: found, read, validated, and refused with a place and a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from summ import ConfigError, runs, settings


def written(folder: Path, text: str) -> str:
    path = folder / "run.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("name", [name for name, _ in settings.files("runs")])
def test_shipped_runs_are_valid(name: str) -> None:
    assert runs.read(name).description


def test_default_run_makes_all_three_texts() -> None:
    run = runs.read("default")
    assert run.summary and run.translation and run.english_summary


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sumary: {}", ["sumary", "unknown key", "'summary'"]),
        ("summary: {sentencs: 3}", ["summary.sentencs", "unknown key", "'sentences'"]),
        ("summary: {sentences: three}", ["summary.sentences", "integer"]),
        ("summary: {sentences: 0}", ["summary.sentences", "greater than or equal to 1"]),
        ("summary: {sentences: 3, ratio: 0.5}", ["summary", "one of sentences, max_words and ratio"]),
        ("translation: {engine: fast}", ["translation.engine", "ctranslate2"]),
        ("english_summary: {}\ntranslation: {}", ["needs summary"]),
        ("english_summary: {route: cross-lingual}", ["english_summary", "needs a model"]),
        ("{}", ["asks for nothing"]),
        ("summary: [", [":1", "not readable as YAML"]),
    ],
)
def test_bad_runs_name_the_place(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        runs.read(path)
    message = str(caught.value)
    assert message.startswith(path)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_unknown_run_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean default"):
        runs.read("defalt")
    with pytest.raises(ConfigError, match="no such file"):
        runs.read("nowhere/run.yaml")


def test_a_users_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "default.yaml").write_text("summary: {sentences: 7}", "utf-8")
    monkeypatch.setenv("SUMM_CONFIGS", str(tmp_path))
    run = runs.read("default")
    assert run.summary and run.summary.sentences == 7
    monkeypatch.setenv("SUMM_CONFIGS", str(tmp_path / "missing"))
    with pytest.raises(ConfigError, match="is no folder"):
        runs.read("default")
