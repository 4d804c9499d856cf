"""One self-contained right-to-left HTML page of results: no script, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import InputError
from ..result import ModelInfo, Result
from .layout import lay_out
from .page import render, write

# What a reader of Arabic sees for a notice's code; the message follows in English. Others are shown by their code.
NOTICE_LABELS: Final[Mapping[str, str]] = {
    "rough-translation": "ترجمة آلية تقريبية، لا تصلح للنشر",
    "not-arabic": "النص ليس بالعربية",
    "legacy-encoding": "ترميز قديم",
    "sentence-split": "جملة طويلة قُسمت",
    "unfinished": "ترجمة لم تكتمل",
    "empty-translation": "جملة بلا ترجمة",
    "empty-summary": "جزء بلا ملخص",
    "retried": "أُعيدت ترجمتها",
    "name-missing": "اسم ناقص في الترجمة",
    "number-missing": "رقم ناقص في الترجمة",
    "number-unsupported": "رقم لا أصل له في المقال",
    "length-ratio": "طول الترجمة غير معتاد",
    "repetition": "تكرار",
    "map-reduce": "مقال طويل لُخّص على أجزاء",
    "not-translated": "نص تُرك كما هو",
    "licence": "شروط الرخصة",
    "summary-leans": "جملة تستند إلى ما قبلها",
    "summary-over-limit": "ملخص أطول من المطلوب",
}
PROMINENT: Final = frozenset({"rough-translation", "not-arabic"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """A model and the parts of the page that it made."""

    parts: str
    model: ModelInfo
    articles: int


def render_page(results: Sequence[Result]) -> str:
    """The page of one or more results, as a string. The same results give the same page.

    Raises:
        InputError: for no results, or a result whose translation does not fit its article.
    """
    if not results:
        raise InputError("no results to show; give at least one")
    layouts = [
        lay_out(result, place=f"result {i}" if len(results) > 1 else "result") for i, result in enumerate(results, 1)
    ]
    return render(
        "articles.html.j2",
        items=list(zip(results, layouts, strict=True)),
        provenance=_provenance(results),
        seconds=_seconds(results),
        notice_labels=NOTICE_LABELS,
        prominent=PROMINENT,
    )


def write_page(results: Sequence[Result], path: Path) -> None:
    """Write the page of results to a file, atomically.

    Raises:
        InputError: as ``render_page``, and for a place that cannot be written.
    """
    write(path, render_page(results))


def _models(results: Sequence[Result]) -> Iterator[tuple[str, ModelInfo]]:
    for result in results:
        parts = {
            "Summary": result.summary,
            "Translation": result.translation,
            "English summary": result.english_summary,
        }
        for name, part in parts.items():
            if part and part.model:
                yield name, part.model


def _provenance(results: Sequence[Result]) -> list[Provenance]:
    """Each model once, in order of appearance, with what it made."""
    models: list[ModelInfo] = []
    parts: list[list[str]] = []
    for part, model in _models(results):
        if model not in models:
            models.append(model)
            parts.append([])
        parts[models.index(model)].append(part)
    return [
        Provenance(", ".join(dict.fromkeys(made)), model, max(made.count(part) for part in made))
        for model, made in zip(models, parts, strict=True)
    ]


def _seconds(results: Sequence[Result]) -> dict[str, float]:
    """Seconds a step took, over all results."""
    total: dict[str, float] = {}
    for result in results:
        for step, seconds in result.seconds.items():
            total[step] = total.get(step, 0.0) + seconds
    return total
