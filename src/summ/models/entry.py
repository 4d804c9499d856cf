"""One model of the catalog, as its YAML file declares it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Score(BaseModel):
    """A published figure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str = Field(description="test set, such as FLORES-200 devtest ar-en")
    metric: str = Field(description="metric, such as BLEU or ROUGE-1")
    value: float = Field(description="the figure, on the metric's scale of 0 to 100")
    source: str = Field(description="page or paper that published it")


class Decode(BaseModel):
    """Decode options that differ from the checkpoint's own; see ``summ.engines.base.DecodeOptions``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    beam_size: int | None = Field(None, ge=1, description="hypotheses kept; 1 is greedy search")
    length_penalty: float | None = Field(
        None,
        description="above 0 favours longer targets, below 0 shorter ones",
    )
    no_repeat_ngram_size: int | None = Field(
        None,
        ge=0,
        description="token n-grams of this size occur once at most",
    )
    repetition_penalty: float | None = Field(None, gt=0, description="1.0 for none")
    max_new_tokens: int | None = Field(None, ge=1, description="most target tokens of a chunk")
    min_new_tokens: int | None = Field(None, ge=0, description="least target tokens of a chunk")
    early_stopping: bool | None = Field(
        None,
        description="end once beam_size hypotheses are finished",
    )

    def chosen(self) -> dict[str, Any]:
        """The options that are set."""
        return self.model_dump(exclude_none=True)


FamilyName = Literal[
    "marian", "m2m100", "nllb", "mbart", "mbart50", "arabart", "bart", "t5", "madlad", "pegasus", "plain"
]


class Entry(BaseModel):
    """A model of the catalog."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = Field(description="one line for `summ models list`")
    hub_id: str = Field(description="organisation/name on the Hugging Face hub, or a folder")
    revision: str | None = Field(None, description="commit or tag to load; the newest if left out")
    family: FamilyName | None = Field(None, description="how sources are written; found out if left out")
    task: Literal["translation", "summarization", "cross-lingual-summarization"] = Field(
        description="what it was trained for"
    )
    source_languages: tuple[str, ...] = Field(min_length=1, description="ISO codes, or * for all that it has codes of")
    target_languages: tuple[str, ...] = Field(min_length=1, description="as source_languages")
    max_source_tokens: int | None = Field(
        None, ge=8, description="most source tokens of a chunk; the checkpoint's own if left out"
    )
    decode: Decode = Field(default_factory=Decode, description="decode options that its authors recommend")
    prefix: str | None = Field(None, description="words that the model wants before the source")
    parameters: int | None = Field(None, description="number of weights")
    size_mb: int | None = Field(None, description="download in megabytes")
    licence: str = Field(description="SPDX id or name")
    commercial_use: bool | None = Field(
        description="false where the licence forbids it, null where none is stated; both are shown before first use"
    )
    pretrained_only: bool = Field(
        False, description="true for a checkpoint that has to be fine-tuned before it is of use"
    )
    citation: str = Field(description="paper to cite")
    scores: tuple[Score, ...] = Field((), description="published figures with their source")
