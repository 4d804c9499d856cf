"""The catalog: every entry is whole, has its sources, and leads to a model that loads."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoints
import pytest
from typer.testing import CliRunner

from summ import ConfigError, ModelError
from summ.engines.base import DecodeOptions
from summ.models import catalog
from summ.models import load as loading
from summ.models.families.choose import FAMILIES
from summ.models.languages import ARABIC, ISO
from summ.models.load import load_model

Build = Callable[..., checkpoints.Built]
ENTRIES = catalog.entries()


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_whole(name: str) -> None:
    entry = ENTRIES[name]
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", entry.hub_id)
    assert entry.family in FAMILIES
    assert len(entry.description) <= 110
    assert DecodeOptions().changed(**entry.decode.chosen())
    for code in (*entry.source_languages, *entry.target_languages):
        assert code == "*" or code in ISO or code in {"pcm", "ti", *ARABIC}, code
    for score in entry.scores:
        assert score.source.startswith("https://")
        assert 0 < score.value < 100
        assert score.metric in {"BLEU", "chrF", "ROUGE-1", "ROUGE-2", "ROUGE-L"}
    assert re.search(r"\b(19|20)\d\d\b", entry.citation)


def test_hub_ids_stand_for_one_entry_each() -> None:
    ids = [entry.hub_id for entry in ENTRIES.values()]
    assert len(ids) == len(set(ids))
    assert catalog.find("facebook/nllb-200-distilled-600M") == ENTRIES["nllb-200-distilled-600M"]


def test_known_figures() -> None:
    scores = {(n, s.metric): s.value for n, e in ENTRIES.items() for s in e.scores}
    assert scores["opus-mt-tc-big-ar-en", "BLEU"] == 42.8
    assert scores["nllb-200-distilled-600M", "chrF"] == 62.7
    assert scores["mT5-multilingual-XLSum", "ROUGE-2"] == 14.79
    assert ENTRIES["nllb-200-3.3B"].commercial_use is False


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("opus-mt-ar-en", {"target_language": "fr"}, "does not go into 'fr'; it knows en"),
        ("opus-mt-ar-en", {"source_language": "fr"}, "does not go from 'fr'; it knows ar"),
        ("opus-mt-ar-en", {"task": "summarization"}, r"made for translation.*use Translator.load\('opus-mt-ar-en'\)"),
        ("mT5-multilingual-XLSum", {}, "made for summarization, not for translation; use Summarizer.load"),
        ("AraBART-XLSum", {"task": "summarization"}, "does not go into 'en'"),
    ],
)
def test_a_model_is_refused_for_what_it_was_not_made_for(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_model(name, **options)


def own(folder: Path, text: str, name: str = "mine") -> Path:
    (folder / "models").mkdir(exist_ok=True)
    path = folder / "models" / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


ENTRY = """description: mine
hub_id: {folder}
family: {family}
task: {task}
source_languages: [ar]
target_languages: [{target}]
licence: {licence}
commercial_use: {allowed}
citation: "Mine 2024"
"""


def entry(built: checkpoints.Built, *, family: str, task: str = "translation", more: str = "", **values: str) -> str:
    defaults = {"target": "en", "licence": "MIT", "allowed": "true"}
    return ENTRY.format(folder=built.folder, family=family, task=task, **(defaults | values)) + more


def test_a_users_own_entry_by_path_and_by_folder(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build("t5")
    more = "prefix: 'لخص: '\nmax_source_tokens: 60\ndecode: {beam_size: 2, max_new_tokens: 7}\n"
    path = own(tmp_path, entry(built, family="t5", task="summarization", target="ar", more=more))
    monkeypatch.setenv("SUMM_CONFIGS", str(tmp_path))
    for name in ("mine", str(path)):
        model = load_model(name, task="summarization", target_language="ar", threads=1, length_penalty=0.5)
        assert model.family.limit == 60
        assert (model.options.beam_size, model.options.max_new_tokens, model.options.length_penalty) == (2, 7, 0.5)
        ids = model.family.encode([checkpoints.AR[0]], model.options)[0].ids
        assert list(ids) == [*built.plain("لخص: " + checkpoints.AR[0]), 1]
    assert "mine" in catalog.entries()


def test_a_users_own_entry_shadows_a_shipped_one(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, entry(build("marian"), family="marian"), "opus-mt-ar-en")
    monkeypatch.setenv("SUMM_CONFIGS", str(tmp_path))
    assert load_model("opus-mt-ar-en", threads=1).generate(checkpoints.AR[:1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("description: x\n", "mine.yaml: hub_id: field required"),
        ("licens: MIT\n", "mine.yaml: licens: unknown key; did you mean 'licence'"),
        ("family: marion\n", "mine.yaml: family: input should be 'marian'"),
        ("decode: {beams: 3}\n", "mine.yaml: decode.beams: unknown key"),
        ("decode: {beam_size: 0}\n", "mine.yaml: decode.beam_size: input should be greater"),
        ("scores: [{set: x, metric: BLEU, value: 1}]\n", "mine.yaml: scores.0.source: field required"),
    ],
)
def test_an_entry_that_does_not_fit_names_the_place(build: Build, tmp_path: Path, text: str, message: str) -> None:
    whole = "" if text.startswith("description") else entry(build("marian"), family="marian")
    key = text.split(":")[0]
    lines = [line for line in whole.splitlines() if not line.startswith(key + ":")]
    path = own(tmp_path, "\n".join(lines) + "\n" + text)
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_model(str(path))


def test_licences_that_forbid_commercial_use_are_said_once(
    build: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    loading.licence_notice.cache_clear()
    path = own(tmp_path, entry(build("marian"), family="marian", licence="CC-BY-NC-4.0", allowed="false"))
    free = own(tmp_path, entry(build("marian"), family="marian"), "free")
    unsaid = own(tmp_path, entry(build("marian"), family="marian", licence="not stated", allowed="null"), "unsaid")
    with caplog.at_level(logging.WARNING, "summ"):
        first, second = load_model(str(path), threads=1), load_model(str(path), threads=1)
        assert load_model(str(free), threads=1).licence_notice is None
        assert "state no licence" in str(load_model(str(unsaid), threads=1).licence_notice)
    assert first.licence_notice == second.licence_notice
    assert str(first.licence_notice).endswith("its licence, CC-BY-NC-4.0, forbids commercial use")
    said = [r.getMessage() for r in caplog.records if "CC-BY-NC" in r.getMessage()]
    assert said == [first.licence_notice]


def test_a_pretrained_checkpoint_is_said_to_be_one(
    build: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = own(tmp_path, entry(build("marian"), family="marian", more="pretrained_only: true\n"))
    with caplog.at_level(logging.WARNING, "summ"):
        load_model(str(path), threads=1)
    assert "pretrained only, so it does no translation yet" in caplog.text


def run(*arguments: str) -> str:
    from summ.cli.models import app

    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_command_lists_and_shows() -> None:
    lines = run("list").splitlines()
    assert len(lines) == len(ENTRIES) + 1
    assert lines[0].startswith("builtin ")
    assert [json.loads(line)["name"] for line in run("list", "--json").splitlines()] == list(ENTRIES)
    translators = run("list", "--task", "translation", "--json").splitlines()
    assert translators
    assert all(json.loads(line)["task"] == "translation" for line in translators)
    shown = run("show", "nllb-200-distilled-600M")
    assert "CC-BY-NC-4.0" in shown
    assert "forbidden" in shown
    assert "37.6 on FLORES-200 devtest ar-en (https://" in shown
    assert json.loads(run("show", "facebook/m2m100_418M", "--json"))["licence"] == "MIT"
    assert json.loads(run("show", "builtin", "--json"))


def test_the_command_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ModelError, match="did you mean"):
        run("show", "nllb-200-distiled")
    with pytest.raises(ModelError, match="not in the catalog"):
        run("show", "some/model")
    with pytest.raises(ModelError, match="no such folder"):
        run("fetch", "./nosuch")


def test_fetch_gives_the_folder(build: Build) -> None:
    folder = str(build("marian").folder)
    assert run("fetch", folder).strip() == folder


def test_convert_fills_the_cache_that_loading_reads(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMM_CACHE", str(tmp_path / "cache"))
    folder = str(build("nllb").folder)
    made = Path(run("convert", folder).strip())
    stamp = (made / "model.bin").stat().st_mtime_ns
    assert load_model(folder, source_language="arz_Arab", threads=1).engine.name == "ctranslate2"
    assert [p.name for p in (tmp_path / "cache" / "converted").iterdir() if p.is_dir()] == [made.name]
    assert (made / "model.bin").stat().st_mtime_ns == stamp
    assert run("convert", folder, "--dtype", "float32", "-o", str(tmp_path / "own")).strip() == str(tmp_path / "own")
    with pytest.raises(ModelError, match="dtype 'int3' is not one"):
        run("convert", folder, "--dtype", "int3")
    with pytest.raises(ModelError, match="a CTranslate2 model already"):
        run("convert", "builtin")


def test_a_licence_is_said_before_anything_is_fetched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from summ import pipeline

    nowhere = checkpoints.Built(tmp_path / "nowhere")
    path = str(own(tmp_path, entry(nowhere, family="marian", licence="CC-BY-NC-4.0", allowed="false")))
    for use in (lambda: load_model(path), lambda: pipeline("translation", model=path), lambda: run("fetch", path)):
        loading.licence_notice.cache_clear()
        caplog.clear()
        with pytest.raises(ModelError, match="no such folder"):
            use()
        assert "CC-BY-NC-4.0, forbids commercial use" in caplog.text
