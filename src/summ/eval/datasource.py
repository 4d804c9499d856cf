"""Where an evaluation's texts come from, as a plan declares it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Strict(BaseModel):
    """A part of a plan: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(Strict):
    """Where rows come from: files, or a data set of the Hugging Face hub."""

    files: list[str] = Field(
        default_factory=list,
        description=(
            "files, relative to `root`, or else to the folder of this configuration; with `hub`, files of its "
            "repository, where {a,b} stands for either. * and ? match several; $NAME stands for an environment variable"
        ),
    )
    root: str | None = Field(None, description="the folder that `files` are relative to, such as $SUMM_SHARED/data")
    hub: str | None = Field(None, description="a data set of the hub: organisation/name")
    config: str | None = Field(None, description="hub: the set's configuration, where `files` is left out")
    split: str | None = Field(None, description="hub: the split, where `files` is left out; train+test for both")
    revision: str | None = Field(
        None, description="hub: commit, branch or tag; refs/convert/parquet for sets whose loading was a script"
    )
    member: str | None = Field(None, description="the file within a .tar, .tar.gz, .tar.bz2 or .zip; * and ? as above")
    format: Literal["jsonl", "json", "csv", "tsv", "parquet", "text"] | None = Field(
        None,
        description="of the files, where their names do not tell; text has a document a line, in the column `text`",
    )
    names: list[str] = Field(default_factory=list, description="names of the columns of a csv or tsv without a header")

    @field_validator("files", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_place(self) -> Origin:
        if self.hub is None and not self.files:
            raise ValueError("give files, or hub")
        if self.hub is None and (self.config or self.split or self.revision):
            raise ValueError("config, split and revision are for a set of the hub; give hub")
        if self.hub is not None and self.root is not None:
            raise ValueError("root is for local files; leave it out with hub")
        if self.hub is not None and not self.files and self.split is None:
            raise ValueError("a set of the hub needs split, or files")
        if self.hub is not None and self.files and (self.config or self.split):
            raise ValueError("files of the hub are read as they are; leave config and split out")
        return self


class ReferenceFile(Origin):
    """References that lie apart from the sources: one text a row."""

    column: str = Field("text", description="the column of the reference")
    id: str | None = Field(None, description="the column that matches columns.id of the sources; by place if left out")


class Columns(Strict):
    """Which column is what. ``a.b`` is field b of column a."""

    source: str = Field("source", description="the article or sentence")
    references: list[str] = Field(
        default_factory=list, description="one or more columns; a column may hold one text or a list of them"
    )
    id: str | None = Field(None, description="names a document; its number, from 1, if left out")
    title: str | None = Field(None, description="a headline that is not part of the source")
    document: str | None = Field(None, description="the document that a sentence belongs to")
    group: str | None = Field(None, description="a property to report scores apart by")

    @field_validator("references", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Data(Origin):
    """The set that is evaluated on."""

    columns: Columns = Field(default_factory=lambda: Columns.model_validate({}), description="which column is what")
    references: list[ReferenceFile] = Field(
        default_factory=list, description="files of references, instead of columns.references"
    )
    group_bounds: list[float] = Field(
        default_factory=list, description="cut a group of numbers here: [0.45] makes the groups <0.45 and >=0.45"
    )
    licence: str = Field("", description="of the texts, for the reader")

    @model_validator(mode="after")
    def _consistent(self) -> Data:
        if self.references and self.columns.references:
            raise ValueError("give references in columns.references or in references, not both")
        if any(file.id for file in self.references) and not self.columns.id:
            raise ValueError("references are matched by id, but columns.id is not given")
        if self.group_bounds and not self.columns.group:
            raise ValueError("group_bounds needs columns.group")
        return self
