"""per_document.parquet: one row a system and document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .scores import RougeScores
from .without_references import ReferenceFree

if TYPE_CHECKING:
    from .harness import Evaluation
    from .measures import Scores


def per_document_parquet(done: Evaluation) -> bytes:
    """One row a system and document, as Parquet."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    rows: list[dict[str, Any]] = []
    for system in done.systems:
        for place, (document, made) in enumerate(zip(done.documents, system.hypotheses, strict=True)):
            row: dict[str, Any] = {
                "system": system.name,
                "id": document.id,
                "document": document.document,
                "group": document.group,
                "source_words": len(document.source.split()),
                "reference_words": _mean_words(document.references),
                "hypothesis_words": len(made.text.split()),
                "notices": list(made.notices),
            }
            for name, measure in system.measures.items():
                row[name] = measure.values[place]
            for label, scores in system.scores.items():
                row |= _more_columns(label, scores, place)
            rows.append(row)
    buffer = pa.BufferOutputStream()
    write_table(pa.Table.from_pylist(rows), buffer)
    return bytes(buffer.getvalue())


def _mean_words(texts: Sequence[str]) -> float | None:
    return sum(len(text.split()) for text in texts) / len(texts) if texts else None


def _more_columns(label: str, scores: Scores, place: int) -> dict[str, Any]:
    """Precision and recall of ROUGE, and what needs no reference."""
    if isinstance(scores, RougeScores):
        suffix = label.removeprefix("rouge")
        figures = ((kind, values[place].tolist()) for kind, values in scores.rows.items())
        return {
            f"{kind}{suffix}_{what}": value
            for kind, (precision, recall, _) in figures
            for what, value in (("precision", precision), ("recall", recall))
        }
    if isinstance(scores, ReferenceFree):
        return {f"free_{key}": value for key, value in scores.per_document[place].items() if key != "id"}
    return {}
