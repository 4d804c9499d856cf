"""What scoring hands out: figures with their interval, their signature and one row a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .resampling import FloatArray, Statistics


@dataclass(frozen=True, slots=True)
class Score:
    """One ROUGE measure of a corpus or a document.

    Attributes:
        precision, recall, fmeasure: 0..1; of a corpus, the means over its documents.
        interval: the bootstrap interval of the mean F (95 % unless asked otherwise), None for one document.
    """

    precision: float
    recall: float
    fmeasure: float
    interval: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        plain = {"precision": self.precision, "recall": self.recall, "fmeasure": self.fmeasure}
        return plain if self.interval is None else {**plain, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """The ROUGE scores of one document: ``row["rouge1"].fmeasure``."""

    id: str
    scores: Mapping[str, Score]

    def __getitem__(self, name: str) -> Score:
        return self.scores[name]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {"id": self.id, **{name: score.to_dict() for name, score in self.scores.items()}}


@dataclass(frozen=True, eq=False)
class RougeScores(Mapping[str, Score]):
    """ROUGE of a corpus: ``scores["rouge1"].fmeasure``, ``.interval``, and so on for each measure asked for.

    Attributes:
        signature: everything that the figures depend on, in one line.
        ids: one a document.
        rows: precision, recall and F of each document, one array (documents, 3) a measure.
        empty_hypotheses: documents that score 0 because there is nothing to score.
        references: a digest of the references.
        notices: what a reader should know, one line each.
    """

    signature: str
    scores: Mapping[str, Score]
    ids: tuple[str, ...]
    rows: Mapping[str, FloatArray] = field(repr=False)
    empty_hypotheses: int = 0
    references: str = ""
    notices: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Score:
        return self.scores[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.scores)

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def per_document(self) -> tuple[DocumentScores, ...]:
        """One row a document, in input order."""
        columns = {name: rows.tolist() for name, rows in self.rows.items()}
        return tuple(
            DocumentScores(identity, {name: Score(*column[index]) for name, column in columns.items()})
            for index, identity in enumerate(self.ids)
        )

    def to_dict(self, *, per_document: bool = True) -> dict[str, Any]:
        """A JSON-ready dictionary.

        Args:
            per_document: whether to include the rows of the documents.
        """
        value: dict[str, Any] = {
            "kind": "rouge",
            "signature": self.signature,
            "documents": len(self.ids),
            "empty_hypotheses": self.empty_hypotheses,
            "references": self.references,
            "notices": list(self.notices),
            "scores": {name: score.to_dict() for name, score in self.scores.items()},
        }
        if per_document:
            value["per_document"] = [row.to_dict() for row in self.per_document]
        return value


@dataclass(frozen=True, slots=True)
class Part:
    """A corpus score of a part of the corpus: a document, or sentences of about one length."""

    segments: int
    score: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {"segments": self.segments, "score": self.score}


@dataclass(frozen=True, eq=False)
class TranslationScore:
    """BLEU, chrF, chrF++ or TER of a corpus, as sacrebleu counts it.

    Attributes:
        metric: ``bleu``, ``chrf``, ``chrf++`` or ``ter``.
        score: 0..100 (TER has no upper bound, and lower is better).
        interval: the bootstrap interval of the score (95 % unless asked otherwise), None for no resamples.
        signature: sacrebleu's signature, with the seed and number of resamples of the interval.
        ids: one a segment.
        per_document: the score of each segment alone (BLEU with effective order, as sacrebleu's sentence_bleu).
        by_length: the corpus score of segments whose reference has about as many words.
        by_document: the corpus score of each document, where ``documents`` was given.
        details: sacrebleu's own line: precisions, brevity penalty, lengths.
    """

    metric: str
    score: float
    interval: tuple[float, float] | None
    signature: str
    ids: tuple[str, ...]
    statistics: Statistics = field(repr=False)
    per_document: tuple[float, ...] = field(repr=False)
    by_length: Mapping[str, Part] = field(default_factory=dict, repr=False)
    by_document: Mapping[str, Part] = field(default_factory=dict, repr=False)
    details: str = ""
    empty_hypotheses: int = 0
    references: str = ""
    notices: tuple[str, ...] = ()

    def to_dict(self, *, per_document: bool = True) -> dict[str, Any]:
        """A JSON-ready dictionary.

        Args:
            per_document: whether to include the segments, with the counts that a later comparison needs.
        """
        value: dict[str, Any] = {
            "kind": self.metric,
            "signature": self.signature,
            "documents": len(self.ids),
            "empty_hypotheses": self.empty_hypotheses,
            "references": self.references,
            "notices": list(self.notices),
            "score": self.score,
            "interval": None if self.interval is None else list(self.interval),
            "details": self.details,
            "by_length": {name: part.to_dict() for name, part in self.by_length.items()},
            "by_document": {name: part.to_dict() for name, part in self.by_document.items()},
        }
        if per_document:
            rows = zip(self.ids, self.per_document, self.statistics.values.tolist(), strict=True)
            value["per_document"] = [{"id": i, "score": score, "counts": counts} for i, score, counts in rows]
        return value
