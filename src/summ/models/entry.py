"""One model of the catalog, as its YAML file declares it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Score(BaseModel):
    """A published figure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str = Field(description="test set, such as FLORES-200 devtest ar-en")
    metric: str = Field(description="metric, such as BLEU or ROUGE-1")
    value: float
    source: str = Field(description="page or paper that published it")


class Entry(BaseModel):
    """A model of the catalog."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(description="one line for `summ models list`")
    hub_id: str = Field(description="organisation/name on the Hugging Face hub")
    revision: str | None = Field(None, description="commit or tag to load; the newest if left out")
    family: str = Field(
        description="how sources are written: marian, m2m100, nllb, mbart50, mbart, t5, madlad, bart, pegasus"
    )
    task: Literal["translation", "summarization", "cross-lingual-summarization"]
    source_languages: list[str] = Field(description="ISO 639-1 codes, the model's own codes for dialects")
    target_languages: list[str]
    max_source_tokens: int | None = Field(
        None, ge=8, description="most source tokens of a chunk; the checkpoint's own if left out"
    )
    decode: dict[str, Any] = Field(default_factory=dict, description="decode options that its authors recommend")
    prefix: str | None = Field(None, description="words that the model wants before the source")
    parameters: int | None = Field(None, description="number of weights")
    size_mb: int | None = Field(None, description="download in megabytes")
    licence: str = Field(description="SPDX id or name")
    commercial_use: bool = Field(description="false where the licence forbids it; shown before first use")
    citation: str = Field(description="paper to cite")
    scores: list[Score] = Field(default_factory=list, description="published figures with their source")
