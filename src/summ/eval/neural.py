"""BERTScore and COMET: optional, used only where their packages are installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np

from ..errors import SummError
from .corpus import Corpus, References, make_corpus
from .resampling import FloatArray, bootstrap_interval, mean_statistics
from .scores import TranslationScore


def bertscore(
    hypotheses: Sequence[str],
    references: References,
    lang: str = "ar",
    *,
    model: str | None = None,
    ids: Sequence[str] | None = None,
    resamples: int = 1000,
    seed: int = 12345,
    confidence: float = 0.95,
) -> TranslationScore:
    """BERTScore F (Zhang et al. 2020), the mean over documents, with the closest of several references.

    Args:
        lang: chooses bert_score's default model where ``model`` is None.
        model: a hub id or folder, such as ``xlm-roberta-large``.

    Raises:
        SummError: bert_score is not installed.
        InputError: unequal counts, empty references.
    """
    package = _optional("bert_score", "BERTScore", "bert-score")
    corpus = make_corpus(hypotheses, references, ids=ids)
    groups = [list(group) for group in corpus.references]
    options = {"lang": lang, "model_type": model, "return_hash": True}
    (_, _, f_values), digest = package.score(list(corpus.hypotheses), groups, **options)
    values = np.asarray(f_values.tolist(), dtype=np.float64)
    return _result("bertscore", corpus, values, f"bertscore|{digest}", resamples, seed, confidence)


def comet(
    sources: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    model: str = "Unbabel/wmt22-comet-da",
    gpus: int = 0,
    ids: Sequence[str] | None = None,
    resamples: int = 1000,
    seed: int = 12345,
    confidence: float = 0.95,
) -> TranslationScore:
    """COMET (Rei et al. 2020, 2022), the mean over segments.

    Raises:
        SummError: unbabel-comet is not installed.
        InputError: unequal counts, empty references.
    """
    package = _optional("comet", "COMET", "unbabel-comet")
    corpus = make_corpus(hypotheses, references, ids=ids)
    make_corpus(sources, references, ids=ids, name="sources")
    rows = [
        {"src": source, "mt": hypothesis, "ref": group[0]}
        for source, hypothesis, group in zip(sources, corpus.hypotheses, corpus.references, strict=True)
    ]
    scorer = package.load_from_checkpoint(package.download_model(model))
    values = np.asarray(scorer.predict(rows, batch_size=8, gpus=gpus).scores, dtype=np.float64)
    signature = f"comet|{model}|version:{version('unbabel-comet')}"
    return _result("comet", corpus, values, signature, resamples, seed, confidence)


def _optional(module: str, name: str, package: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise SummError(f"{name} is not installed: pip install {package}") from None


def _result(
    metric: str, corpus: Corpus, values: FloatArray, signature: str, resamples: int, seed: int, confidence: float
) -> TranslationScore:
    statistics = mean_statistics(values)
    drawn = f"|bs:{resamples}|seed:{seed}" if resamples else ""
    drawn += f"|conf:{confidence:g}" if confidence != 0.95 else ""
    return TranslationScore(
        metric=metric,
        score=statistics.total(),
        interval=bootstrap_interval(statistics, resamples, seed, confidence),
        signature=signature + drawn,
        ids=corpus.ids,
        statistics=statistics,
        per_document=tuple(values.tolist()),
        empty_hypotheses=corpus.empty_hypotheses,
        references=corpus.fingerprint(),
        notices=corpus.notices,
    )
