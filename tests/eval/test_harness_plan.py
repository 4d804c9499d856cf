"""Plans: what is wrong is said with its place; every shipped one is valid and every key documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from summ import settings
from summ.errors import ConfigError, InputError
from summ.eval.plan import DEFAULT_METRICS, METRICS, Plan, read
from summ.eval.systems import check_systems

ROOT = Path(__file__).resolve().parents[2]
DATA = {"files": "a.jsonl", "columns": {"references": "gold"}}
GOOD: dict[str, Any] = {"task": "summarization", "data": DATA, "systems": ["lead-1"]}
NAMES = [name for name, _ in settings.files("eval")]


def plan(**changes: Any) -> Plan:
    return settings.validate({**GOOD, **changes}, Plan, "x.yaml")


def models(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """A plan's classes by name, each once."""
    if model.__name__ not in seen:
        seen[model.__name__] = model
        for field in model.model_fields.values():
            for kind in (field.annotation, *get_args(field.annotation)):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    models(kind, seen)
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_plan_is_valid(name: str) -> None:
    found, path = read(name)
    check_systems(found)
    assert found.description and path.stem == name
    assert found.data.licence, "a reader should know what the texts may be used for"
    if found.data.hub:
        assert "Not yet run against the hub" in found.description or "not yet run against the hub" in found.description
    if name.startswith("local-"):
        assert "$SUMM_SHARED" in found.description
    for origin in (found.data, *found.data.references):
        assert origin.hub or origin.root or all((path.parent / file).is_file() for file in origin.files)


def test_the_sets_that_are_promised_are_there() -> None:
    wanted = {"xlsum-arabic", "crosssum-ar-en", "wikilingua-arabic", "easc", "flores-plus", "ntrex-128", "tatoeba"}
    assert wanted | {"iwslt17", "sample"} <= set(NAMES)
    assert "ated" in read("flores-plus")[0].description


def test_every_key_says_what_it_is() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    for model in models(Plan, {}).values():
        for key, field in model.model_fields.items():
            assert field.description or key in ("data",), f"{model.__name__}.{key}"
            assert f"`{key}`" in page, f"{model.__name__}.{key} is not in docs/evaluation.md"


def test_what_is_left_out_is_filled_in() -> None:
    found = plan()
    assert found.target_language == "ar"
    assert [metric.label for metric in found.metrics] == ["rouge", "free"]
    found = plan(task="translation", systems=["builtin"])
    assert found.target_language == "en"
    assert [metric.label for metric in found.metrics] == ["bleu", "chrf", "chrf++", "free"]
    assert set(DEFAULT_METRICS) == {"summarization", "translation", "cross-lingual-summarization"}
    names = [
        "lead-3",
        "oracle",
        "nllb-200-distilled-600M",
        {"model": "a/b", "sentences": 2},
        {"hypotheses": "out/x.txt"},
    ]
    assert [(s.name, s.baseline, s.model) for s in plan(systems=names).systems] == [
        ("lead-3", "lead-3", None),
        ("oracle", "oracle", None),
        ("nllb-200-distilled-600M", None, "nllb-200-distilled-600M"),
        ("a/b", None, "a/b"),
        ("x", None, None),
    ]
    labels = [{"metric": "rouge", "preset": "xlsum", "stemmer": "snowball"}, {"metric": "rouge", "name": "mine"}]
    assert [metric.label for metric in plan(metrics=labels).metrics] == ["rouge-xlsum-snowball", "mine"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sytems": []}, "sytems: unknown key; did you mean 'systems'"),
        ({"data": {**DATA, "column": {}}}, "data.column: unknown key; did you mean 'columns'"),
        ({"task": "summary"}, "task: input should be 'summarization'"),
        ({"systems": []}, "systems: list should have at least 1 item"),
        ({"systems": ["lead-1", "lead-1"]}, "two systems are called 'lead-1'"),
        ({"systems": [{"baseline": "leed-1"}]}, "unknown baseline 'leed-1'; did you mean lead-1"),
        ({"systems": [{"model": "builtin", "hypotheses": "x"}]}, "give one of baseline, model and hypotheses"),
        ({"systems": [{"model": "builtin", "sentences": 1, "ratio": 0.1}]}, "give one of sentences"),
        ({"systems": [{"model": "builtin", "translator": {}}]}, "translator is for cross-lingual"),
        ({"task": "translation"}, "lead-1 is a baseline of summarization"),
        ({"metrics": ["ruoge"]}, "unknown metric 'ruoge'; did you mean rouge"),
        ({"metrics": [{"metric": "bleu", "preset": "arabic"}]}, "bleu has no option preset"),
        ({"metrics": ["rouge", "rouge"]}, "two metrics are called 'rouge'"),
        ({"target_language": "arabic"}, "target_language: unknown language 'arabic'; did you mean ar?"),
        ({"source_language": "AR"}, "source_language: unknown language 'AR'"),
        ({"limit": 0}, "limit: input should be greater than or equal to 1"),
        ({"bootstrap": {"confidence": 95}}, "bootstrap.confidence: input should be less than 1"),
        ({"task": "translation", "target_language": "ar", "systems": ["builtin"]}, "needs two languages"),
        ({"data": {"files": "a.jsonl"}}, "rouge needs references"),
        ({"data": {"files": "a.jsonl"}, "metrics": ["free"], "systems": ["oracle"]}, "oracle needs references"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan(**changes)
    assert told in str(caught.value) and str(caught.value).startswith("x.yaml: ")


def test_an_unknown_system_is_told_with_the_nearest_names() -> None:
    for wrong, near in (("lead3", "lead-3"), ("bultin", "builtin"), ("opus-mt-ar-em", "opus-mt-ar-en")):
        with pytest.raises(InputError, match=rf"unknown system '{wrong}'; did you mean .*{near}"):
            check_systems(plan(systems=[wrong]))
    check_systems(plan(systems=["some/model", "some/model@main", "./folder"]))


def test_an_unknown_plan_is_told_with_the_nearest_names() -> None:
    with pytest.raises(ConfigError, match=r"no configuration eval/sampel.yaml: did you mean sample"):
        read("sampel")


def test_every_metric_is_described() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    assert all(f"`{metric}`" in page for metric in METRICS)
