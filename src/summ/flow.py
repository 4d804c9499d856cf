"""Pipeline: an article becomes a result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .article import Article, numbered, read_all
from .result import Notice, Result, Segment, Summary, Translation
from .streaming import checked_window, pipelined

if TYPE_CHECKING:
    from .runs import Run
    from .summarize.summarizer import Summarizer
    from .translate.translator import Translator

ArticleLike = str | Article | Mapping[str, Any]


@dataclass(slots=True)
class _Begun:
    articles: list[Article]
    summaries: Sequence[Summary] = ()
    seconds: float = 0.0


class Pipeline:
    """Makes the summary, translation and English summary that a run asks for.

    Args:
        summarizer, translator: loaded models; None for a part that is not wanted.
        english_summary: the route to the English summary (see ``summ.runs.EnglishSummaryRun``), or None for none.
        english_summarizer: for the routes that do not translate the Arabic summary: reads English, or Arabic and
            writes English.
        window: the most articles that ``stream`` generates together.
    """

    def __init__(
        self,
        summarizer: Summarizer | None = None,
        translator: Translator | None = None,
        *,
        english_summary: str | None = None,
        english_summarizer: Summarizer | None = None,
        window: int = 16,
    ) -> None:
        self.summarizer, self.translator, self.route, self.window = (
            summarizer,
            translator,
            english_summary,
            checked_window(window),
        )
        self.english_summarizer = english_summarizer

    @classmethod
    def load(cls, run: str | Path | Run = "default", *, offline: bool = False) -> Pipeline:
        """Load the models of a run: a name in configs/runs, a path to a YAML file, or a Run.

        Raises:
            ConfigError: ``file: place: what is wrong``.
            ModelError: for a model that cannot be had.
        """
        from . import runs
        from .summarize.summarizer import Summarizer
        from .translate.translator import Translator

        plan = run if isinstance(run, runs.Run) else runs.read(run)
        summarizer = translator = english = route = None
        if plan.summary:
            length = plan.summary.length()
            summarizer = Summarizer.load(plan.summary.model, offline=offline, **plan.summary.arguments(), **length)
        if plan.translation:
            translator = Translator.load(plan.translation.model, offline=offline, **plan.translation.arguments())
        if plan.english_summary:
            route, choice = plan.english_summary.route, plan.english_summary.model or runs.ModelChoice()
            length = plan.summary.length() if plan.summary else {}
            if route != "summarize-then-translate":
                english = Summarizer.load(
                    choice.model,
                    source_language="ar" if route == "cross-lingual" else "en",
                    target_language="en",
                    offline=offline,
                    **choice.arguments(),
                    **length,
                )
        return cls(summarizer, translator, english_summary=route, english_summarizer=english)

    def __call__(self, article: ArticleLike) -> Result:
        """Make one result. Raises InputError for an article that cannot be used."""
        return self.batch([article])[0]

    def stream(self, articles: Iterable[ArticleLike]) -> Iterator[Result]:
        """Results in input order, lazily: the first by itself, then up to ``window`` articles at a time.

        While a window is translated, the next is read and its extracts are made; with ``window=1`` nothing is read
        ahead.
        """
        return pipelined(numbered(articles, "article"), self.window, self._summarized, self._completed)

    def batch(
        self, articles: Sequence[ArticleLike], *, progress: Callable[[int, int], None] | None = None
    ) -> list[Result]:
        """Make results together; result ``i`` is what ``self(articles[i])`` gives.

        Args:
            progress: called with the numbers of translated chunks done and in all.
        """
        return self._completed(self._summarized(articles), progress)

    def _summarized(self, articles: Sequence[ArticleLike]) -> _Begun:
        """What needs no model; a window's extracts are made while the one before it is generated."""
        taken = read_all(articles, "article")
        begun = _Begun(taken)
        if self.summarizer and self.summarizer.model is None:
            clock = time.perf_counter()
            begun.summaries = self.summarizer.batch(taken)
            begun.seconds = time.perf_counter() - clock
        return begun

    def _completed(self, begun: _Begun, progress: Callable[[int, int], None] | None = None) -> list[Result]:
        taken, summaries, spent = begun.articles, begun.summaries, begun.seconds
        if not taken:
            return []
        clock = time.perf_counter()
        if self.summarizer and self.summarizer.model:
            summaries = self.summarizer.batch(taken)
            spent = time.perf_counter() - clock
            clock = time.perf_counter()
        made: list[Summary | None] = [*summaries] if self.summarizer else [None] * len(taken)
        translations: list[Translation | None] = [None] * len(taken)
        english: list[Summary | None] = [None] * len(taken)
        if self.translator:
            translations, english = self._translate(taken, made, progress)
        if self.route == "cross-lingual" and self.english_summarizer:
            english = list(self.english_summarizer.batch(taken))
        seconds = {}
        if self.summarizer:
            seconds["summarize"] = round(spent / len(taken), 4)
        if self.translator:
            seconds["translate"] = round((time.perf_counter() - clock) / len(taken), 4)
        return [
            # Only a cross-lingual summary is made of the article itself, so that its notices are about the article.
            Result(a, s, t, e, _merged(s, t, e if self.route == "cross-lingual" else None), seconds)
            for a, s, t, e in zip(taken, made, translations, english, strict=True)
        ]

    def _translate(
        self,
        articles: Sequence[Article],
        summaries: Sequence[Summary | None],
        progress: Callable[[int, int], None] | None,
    ) -> tuple[list[Translation | None], list[Summary | None]]:
        """Articles and summaries in one go: what stands in both is generated once."""
        assert self.translator is not None
        texts: list[str | Article] = list(articles)
        if self.route == "summarize-then-translate":
            texts += [s.text for s in summaries if s and s.text]
        done = iter(self.translator.batch(texts, progress=progress))
        translations: list[Translation | None] = [next(done) for _ in articles]
        english: list[Summary | None] = [None] * len(articles)
        if self.route == "summarize-then-translate":
            english = [_translated(s, next(done)) if s and s.text else None for s in summaries]
        elif self.route == "translate-then-summarize" and self.english_summarizer:
            made = iter(self.english_summarizer.batch([t.text for t in translations if t and t.text]))
            english = [_of_translation(next(made), t) if t and t.text else None for t in translations]
        return translations, english


def _of_translation(summary: Summary, translation: Translation) -> Summary:
    """The summary of a translation, each English sentence led back to the Arabic it came from."""
    origins = translation.segments
    segments = _led_back(summary.segments, translation.text, origins)
    return replace(summary, segments=segments, notices=_noticed(summary.notices, translation.text, origins))


def _translated(summary: Summary, translation: Translation) -> Summary:
    """A summary's translation; its segments lead back to the article, as the summary's own do."""
    segments = _led_back(
        [Segment(s.source, s.target, s.start, s.end) for s in translation.segments], summary.text, summary.segments
    )
    notices = _noticed(translation.notices, summary.text, summary.segments)
    return Summary(translation.text, segments, "en", "translated", translation.model, notices)


def _led_back(segments: Sequence[Segment], text: str, origins: Sequence[Segment]) -> tuple[Segment, ...]:
    """Segments of ``text`` led back to the source of ``origins``, whose targets make up ``text``."""
    places = _places(text, origins)
    back = []
    for segment in segments:
        touched = [o for start, end, o in places if start < segment.end and segment.start < end]
        if touched:
            source = " ".join(o.source for o in touched)
            back.append(Segment(source, segment.target, touched[0].start, max(o.end for o in touched)))
    return tuple(back)


def _noticed(notices: Sequence[Notice], text: str, origins: Sequence[Segment]) -> tuple[Notice, ...]:
    """Notices about ``text``, their spans led back as segments are; about the whole where they lead nowhere."""
    places = _places(text, origins)
    back = []
    for notice in notices:
        if notice.start is not None and notice.end is not None:
            touched = [o for start, end, o in places if start < notice.end and notice.start < end]
            span = (touched[0].start, max(o.end for o in touched)) if touched else (None, None)
            notice = replace(notice, start=span[0], end=span[1])
        back.append(notice)
    return tuple(dict.fromkeys(back))


def _places(text: str, origins: Sequence[Segment]) -> list[tuple[int, int, Segment]]:
    """Where the targets of ``origins`` stand in the text that they make up."""
    places = []
    position = 0
    for origin in origins:
        start = text.find(origin.target, position)
        if start >= 0:
            position = start + len(origin.target)
            places.append((start, position, origin))
    return places


def _merged(*parts: Summary | Translation | None) -> tuple[Notice, ...]:
    """The notices of the parts, each once, in order."""
    notices = [n for part in parts if part for n in part.notices]
    return tuple(dict.fromkeys(notices))
