"""An evaluation, as configs/eval/*.yaml declares it: a set, systems, metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from .. import settings
from ..errors import InputError
from ..runs import ModelChoice
from .datasource import Data, Strict
from .languages import check_language
from .nearest import nearest

Task = Literal["summarization", "translation", "cross-lingual-summarization"]
BASELINE = re.compile(r"(lead|random|oracle)-([1-9]\d*)|oracle|random")
BASELINES = ("lead-1", "lead-2", "lead-3", "random", "oracle")
FREE = "free"
METRICS = ("rouge", "bleu", "chrf", "chrf++", "ter", FREE, "bertscore", "comet")
ROUGE_USUAL = {"metric": "rouge", "types": ["rouge1", "rouge2", "rougeL"]}
DEFAULT_METRICS: dict[str, tuple[Any, ...]] = {
    "summarization": (ROUGE_USUAL, FREE),
    "translation": ("bleu", "chrf", "chrf++", FREE),
    "cross-lingual-summarization": (ROUGE_USUAL, FREE),
}


class SystemChoice(ModelChoice):
    """A system: a baseline, a model, or stored hypotheses. A string stands for a baseline or a model."""

    model: str | None = Field(
        None, description="builtin, a name of the catalog, a hub id (org/name@revision) or a folder"
    )  # type: ignore[assignment]
    name: str = Field("", description="what tables call it; the baseline, model or file if left out")
    baseline: str | None = Field(
        None,
        description=(
            "lead-N: the first N sentences; random-N (random: 3): N sentences by chance, in order; oracle: sentences "
            "chosen by their ROUGE with the references, the bound of extraction; oracle-N: at most N of them"
        ),
    )
    seed: int = Field(12345, description="of random")
    hypotheses: str | None = Field(None, description="a file with one hypothesis a document: text, jsonl, csv or tsv")
    column: str | None = Field(None, description="the column of the hypotheses; hypothesis, summary … if left out")
    sentences: int | None = Field(None, ge=1, description="sentences of a model's summary")
    max_words: int | None = Field(None, ge=1, description="most words of a model's summary")
    ratio: float | None = Field(None, gt=0, le=1, description="share of the article's sentences in a model's summary")
    translator: ModelChoice | None = Field(
        None,
        description="cross-lingual summarization: what translates; builtin for a baseline or the builtin summarizer",
    )
    route: Literal["summarize-then-translate", "translate-then-summarize"] = Field(
        "summarize-then-translate", description="with a translator: what comes first"
    )

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value, "baseline" if BASELINE.fullmatch(value) else "model": value}
        if isinstance(value, dict) and not value.get("name"):
            name = value.get("baseline") or value.get("model") or Path(str(value.get("hypotheses", ""))).stem
            return {**value, "name": name}
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> SystemChoice:
        if sum(kind is not None for kind in (self.baseline, self.model, self.hypotheses)) != 1:
            raise ValueError("give one of baseline, model and hypotheses")
        if self.baseline is not None and not BASELINE.fullmatch(self.baseline):
            raise ValueError(f"unknown baseline {self.baseline!r}{nearest(self.baseline, BASELINES)}")
        if sum(v is not None for v in (self.sentences, self.max_words, self.ratio)) > 1:
            raise ValueError("give one of sentences, max_words and ratio")
        return self

    def length(self) -> dict[str, Any]:
        """The length that is asked for; empty for the model's own."""
        return self.model_dump(include={"sentences", "max_words", "ratio"}, exclude_none=True)


_OPTIONS = {
    "rouge": {"types", "preset", "stemmer", "normalize", "clitics", "sentences", "multi_reference"},
    "bleu": {"tokenize", "lowercase"},
    "bertscore": {"model"},
    "comet": {"model"},
}


class MetricChoice(Strict):
    """A metric with its options; see ``summ.eval``. A string stands for a metric with its defaults."""

    metric: str = Field(description=", ".join(METRICS))
    name: str = Field("", description="what tables call it; the metric, with its preset and stemmer, if left out")
    types: list[str] | None = Field(None, description="rouge: of rouge1, rouge2, rouge3, rouge4, rougeL, rougeLsum")
    preset: str | None = Field(None, description="rouge: arabic, words, google or xlsum; by the language if left out")
    stemmer: str | None = Field(None, description="rouge: none, light, isri, snowball or porter")
    normalize: str | None = Field(None, description="rouge: steps instead of the preset's, such as diac+alef, or none")
    clitics: bool | None = Field(None, description="rouge: cut particles and pronouns off Arabic words")
    sentences: str | None = Field(None, description="rougeLsum: newline, summ or punkt")
    multi_reference: str | None = Field(None, description="rouge: max, mean or jackknife")
    tokenize: str | None = Field(None, description="bleu: a tokenizer of sacrebleu")
    lowercase: bool | None = Field(None, description="bleu: ignore case")
    model: str | None = Field(None, description="bertscore, comet: the model")

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"metric": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits(self) -> MetricChoice:
        if self.metric not in METRICS:
            raise ValueError(f"unknown metric {self.metric!r}{nearest(self.metric, METRICS)}")
        unfitting = set(self.options()) - _OPTIONS.get(self.metric, set())
        if unfitting:
            raise ValueError(f"{self.metric} has no option {', '.join(sorted(unfitting))}")
        return self

    @property
    def label(self) -> str:
        """The name in tables."""
        return self.name or "-".join(filter(None, (self.metric, self.preset, self.stemmer)))

    def options(self) -> dict[str, Any]:
        """The options that were given, as arguments of the metric's function."""
        return self.model_dump(exclude={"metric", "name"}, exclude_none=True)


class Bootstrap(Strict):
    """Of intervals and tests."""

    resamples: int = Field(1000, ge=1, description="bootstrap resamples")
    seed: int = Field(12345, description="of the bootstrap and of the test")
    confidence: float = Field(0.95, gt=0, lt=1, description="of the intervals")


class Significance(Strict):
    """How systems are told apart."""

    test: Literal["randomization", "bootstrap"] = Field("randomization", description="the paired test that decides")
    trials: int = Field(10_000, ge=1, description="of approximate randomization")
    level: float = Field(0.05, gt=0, lt=1, description="below which a p-value, Holm-corrected, is significant")


class Plan(Strict):
    """An evaluation."""

    description: str = Field("", description="one line or a few, for `summ eval run --list` and the report")
    task: Task = Field(description="summarization, translation or cross-lingual-summarization")
    source_language: str = Field("ar", description="of the sources, ISO 639-1")
    target_language: str = Field(
        "", description="of references and hypotheses; the source's for summarization, else en, if left out"
    )
    data: Data
    systems: list[SystemChoice] = Field(min_length=1, description="what is compared")
    metrics: list[MetricChoice] = Field(default_factory=list, description="those usual for the task, if left out")
    bootstrap: Bootstrap = Field(default_factory=lambda: Bootstrap.model_validate({}), description="intervals")
    significance: Significance = Field(
        default_factory=lambda: Significance.model_validate({}), description="tests between systems"
    )
    limit: int | None = Field(None, ge=1, description="the first so many documents only")

    @field_validator("source_language", "target_language")
    @classmethod
    def _language(cls, code: str) -> str:
        try:
            return check_language(code)
        except InputError as error:
            raise ValueError(str(error)) from None

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, value: Any) -> Any:
        if not isinstance(value, dict) or value.get("task") not in DEFAULT_METRICS:
            return value
        same = value["task"] == "summarization"
        language = value.get("target_language") or (value.get("source_language", "ar") if same else "en")
        return {"metrics": list(DEFAULT_METRICS[value["task"]]), **value, "target_language": language}

    @model_validator(mode="after")
    def _fits(self) -> Plan:
        for what, names in (
            ("systems", [system.name for system in self.systems]),
            ("metrics", [metric.label for metric in self.metrics]),
        ):
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice:
                raise ValueError(f"two {what} are called {twice!r}; give one of them another name")
        for system in self.systems:
            if self.task == "translation" and system.baseline:
                raise ValueError(f"system {system.name}: {system.baseline} is a baseline of summarization")
            if self.task != "cross-lingual-summarization" and system.translator:
                raise ValueError(f"system {system.name}: translator is for cross-lingual-summarization")
        if not self.has_references:
            needy = [metric.label for metric in self.metrics if metric.metric != FREE]
            needy += [system.name for system in self.systems if (system.baseline or "").startswith("oracle")]
            if needy:
                raise ValueError(
                    f"{needy[0]} needs references: name them in data.columns.references, or keep to metrics: [{FREE}]"
                )
        if self.source_language == self.target_language and self.task != "summarization":
            raise ValueError(f"{self.task} needs two languages, but both are {self.source_language}")
        return self

    @property
    def has_references(self) -> bool:
        """Whether the set has any; without them only the metric ``free`` can be had."""
        return bool(self.data.references or self.data.columns.references)


def read(name: str | Path) -> tuple[Plan, Path]:
    """A plan by name (``sample``) or by path, and its file.

    Raises:
        ConfigError: ``file: place: what is wrong``.
    """
    path = settings.find("eval", str(name))
    return settings.load(path, Plan), path
