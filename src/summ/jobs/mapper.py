"""The callable that everything else wraps: records in, results or reasons out, one each, in order."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from ..article import Article
from ..engines.base import DecodeOptions, Engine, Output, Piece
from ..flow import Pipeline
from ..result import Result
from ..runs import Run
from ..runs import read as read_run
from .records import Raw, Rules, SetAside, Taken
from .records import read as read_record

BATCH: Final = 25  # articles that go to the models together
_PROBE: Final = "قال الوزير ذلك."


class Mapper:
    """Maps records to results. Picklable; the models are loaded at the first call in each process, and kept.

    This is what to wrap for Spark, Dask, Ray Data or whatever runs your jobs (see docs/batch.md). A record that cannot
    be used, and an article on which a model fails twice, the second time alone, becomes a ``SetAside``.

    Args:
        run: a name in configs/runs, a path, or a Run.
        rules: field names and limits.
        offline: never ask the hub.
        threads: CPU threads for each model that the run gives none; 0 for the cores of the process.
    """

    def __init__(
        self, run: str | Path | Run = "default", *, rules: Rules | None = None, offline: bool = False, threads: int = 0
    ) -> None:
        self.run = run if isinstance(run, Run) else read_run(run)
        self.rules, self.offline, self.threads = rules or Rules(), offline, threads

    def __call__(
        self,
        records: Sequence[Raw | Mapping[str, Any] | str],
        *,
        skip: Mapping[int, str] | None = None,
        told: Callable[[int, int], None] = lambda articles, tokens: None,
    ) -> list[Result | SetAside]:
        """One outcome a record, in order.

        Args:
            records: records that a reader made, dictionaries with the fields that ``rules`` names, or texts.
            skip: positions of records that are not to be tried, and why.
            told: called with the numbers of further records done and tokens generated.
        """
        outcomes: list[Result | SetAside] = []
        for start in range(0, len(records), BATCH):
            before = self.tokens
            raws = [self._raw(r, start + i) for i, r in enumerate(records[start : start + BATCH])]
            outcomes += self._batch(raws, skip or {})
            told(len(raws), self.tokens - before)
        return outcomes

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline of this process, loaded at first use."""
        return self._loaded()[0]

    @property
    def tokens(self) -> int:
        """Target tokens that this process has generated with these models."""
        return sum(engine.tokens for engine in self._loaded()[1])

    def models(self) -> dict[str, Any]:
        """What makes each part of a result, as ``ModelInfo`` has it; found by making a very small one."""
        made = self.pipeline(_PROBE)
        parts = {"summary": made.summary, "translation": made.translation, "english_summary": made.english_summary}
        return {name: asdict(part.model) for name, part in parts.items() if part and part.model}

    def _loaded(self) -> tuple[Pipeline, list[_Counted]]:
        return _load(self.run.model_dump_json(), self.offline, self.threads)

    def _raw(self, record: Raw | Mapping[str, Any] | str, position: int) -> Raw:
        if isinstance(record, Raw):
            return record
        row = {self.rules.text: record} if isinstance(record, str) else dict(record)
        return Raw(position, "", position + 1, "row", row)

    def _batch(self, raws: Sequence[Raw], skip: Mapping[int, str]) -> list[Result | SetAside]:
        read = [read_record(raw, self.rules) for raw in raws]
        for i, raw in enumerate(raws):
            one = read[i]
            if raw.position in skip and isinstance(one, Taken):
                read[i] = _failed(raw, one.article, skip[raw.position])
        taken = [one for one in read if isinstance(one, Taken)]
        try:
            made = iter(self.pipeline.batch([t.article for t in taken]) if taken else ())
        except Exception:  # whatever a model throws: each article is tried alone before any is set aside
            made = None
        outcomes: list[Result | SetAside] = []
        for raw, one in zip(raws, read, strict=True):
            if isinstance(one, SetAside):
                outcomes.append(one)
                continue
            try:
                result = next(made) if made else self.pipeline(one.article)
            except Exception as error:
                outcomes.append(_failed(raw, one.article, f"{type(error).__name__}: {error}"))
            else:
                # Seconds differ from run to run; everything else in a result does not.
                outcomes.append(replace(result, notices=(*one.notices, *result.notices), seconds={}))
        return outcomes


def _failed(raw: Raw, article: Article, message: str) -> SetAside:
    first = (message.strip().splitlines() or ["no reason given"])[0]
    return SetAside(article.id or "", raw.file, raw.line, raw.position, "model-failure", first[:500])


class _Counted:
    """An engine that counts the tokens it generates."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.tokens = engine, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def generate(self, pieces: Sequence[Piece], options: DecodeOptions) -> list[Output]:
        outputs = self._engine.generate(pieces, options)
        self.tokens += sum(len(output.ids) for output in outputs)
        return outputs


@cache
def _load(run: str, offline: bool, threads: int) -> tuple[Pipeline, list[_Counted]]:
    """A run's models, once a process however many mappers are unpickled in it."""
    value = json.loads(run)
    for choice in _choices(value):
        choice["threads"] = choice["threads"] or threads
    plan = Run.model_validate(value)
    pipe = Pipeline.load(plan, offline=offline)
    engines = []
    for part in (pipe.summarizer, pipe.translator, pipe.english_summarizer):
        if part is not None and part.model is not None:
            counted = _Counted(part.model.engine)
            part.model.engine = cast(Engine, counted)
            engines.append(counted)
    return pipe, engines


def without_threads(run: dict[str, Any]) -> dict[str, Any]:
    """A run as a dictionary, less what changes its speed but not its results."""
    value = copy.deepcopy(run)
    for choice in _choices(value):
        del choice["threads"]
    return value


def _choices(value: Any) -> Iterator[dict[str, Any]]:
    """The choices of models in a run, as dictionaries."""
    if isinstance(value, dict):
        if "threads" in value:
            yield value
        for inner in value.values():
            yield from _choices(inner)
