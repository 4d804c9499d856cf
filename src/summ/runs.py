"""A run: what to make of an article and with which models, as configs/runs/*.yaml declares it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from . import settings
from .models.entry import Decode


class ModelChoice(BaseModel):
    """A model and how it is run. The keys are the arguments of ``summ.models.load.load_model``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "builtin", description="builtin, a name of the catalog, a hub id (org/name@revision) or a folder"
    )
    engine: Literal["auto", "ctranslate2", "torch"] = Field("auto", description="what generates")
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$", description="auto, cpu, cuda, cuda:1, mps")
    dtype: Literal[
        "auto", "float32", "float16", "bfloat16", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16"
    ] = Field("auto", description="the integer types only on ctranslate2")
    threads: int = Field(0, ge=0, description="CPU threads; 0 for the cores of the process")
    allow_pickle: bool = Field(False, description="read weights that are no safetensors: only from those you trust")
    decode: Decode = Field(default_factory=Decode, description="decode options, such as beam_size")

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``load_model``, the name left out."""
        return self.model_dump(include={"engine", "device", "dtype", "threads", "allow_pickle"}) | self.decode.chosen()


class SummaryRun(ModelChoice):
    """The Arabic summary. At most one of the three lengths."""

    sentences: int | None = Field(None, ge=1, description="sentences of the summary")
    max_words: int | None = Field(None, ge=1, description="most words of the summary")
    ratio: float | None = Field(None, gt=0, le=1, description="share of the article's sentences")
    overlap: int = Field(0, ge=0, description="tokens of whole sentences that a chunk repeats of the one before it")

    @model_validator(mode="after")
    def _one_length(self) -> SummaryRun:
        if sum(v is not None for v in (self.sentences, self.max_words, self.ratio)) > 1:
            raise ValueError("give one of sentences, max_words and ratio")
        return self

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``Summarizer.load``, the name and the length left out."""
        return super().arguments() | ({"overlap": self.overlap} if self.overlap else {})

    def length(self) -> dict[str, Any]:
        """The length that is asked for; empty for the model's own (3 sentences for builtin)."""
        return self.model_dump(include={"sentences", "max_words", "ratio"}, exclude_none=True)


class EnglishSummaryRun(BaseModel):
    """The English summary."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    route: Literal["summarize-then-translate", "translate-then-summarize", "cross-lingual"] = Field(
        "summarize-then-translate",
        description="translate the Arabic summary, summarize the English translation, or one model that does both",
    )
    model: ModelChoice | None = Field(
        None,
        description="cross-lingual: the model; translate-then-summarize: a summarizer of English (builtin if left out)",
    )

    @model_validator(mode="after")
    def _has_its_model(self) -> EnglishSummaryRun:
        if self.route == "cross-lingual" and self.model is None:
            raise ValueError("route cross-lingual needs a model, such as mT5-CrossSum-english")
        if self.route == "summarize-then-translate" and self.model is not None:
            raise ValueError(
                "route summarize-then-translate uses the models of summary and translation; leave model out"
            )
        return self


class Run(BaseModel):
    """What a pipeline makes. A part that is left out or null is not made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field("", description="one line")
    summary: SummaryRun | None = None
    translation: ModelChoice | None = None
    english_summary: EnglishSummaryRun | None = None

    @model_validator(mode="after")
    def _complete(self) -> Run:
        if not (self.summary or self.translation or self.english_summary):
            raise ValueError("asks for nothing: give summary, translation or english_summary")
        needs = {"summarize-then-translate": ("summary", "translation"), "translate-then-summarize": ("translation",)}
        if self.english_summary:
            missing = [part for part in needs.get(self.english_summary.route, ()) if getattr(self, part) is None]
            if missing:
                raise ValueError(f"english_summary by {self.english_summary.route} needs {' and '.join(missing)}")
        return self


def read(name: str | Path) -> Run:
    """A run by name (``default``) or by path.

    Raises:
        ConfigError: ``file: place: what is wrong``.
    """
    return settings.load(settings.find("runs", str(name)), Run)
