"""The built-in summarizer: whole sentences of the article, chosen and left as they are. No weights, no network.

Sentences are ranked by their place, by how central their words are, by the words of the headline and by their length
(``ranking``), and taken by score and novelty (``selection``), in article order. A sentence that leans on the one before
it (``dangling``) comes with it or not at all.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ..errors import InputError
from ..result import ModelInfo, Notice, Segment, Summary
from ..text import Sentence
from ..version import __version__
from .dangling import introduces, needs_previous, quotations
from .features import sentence_features, sentence_terms
from .layout import Layout, read_layout
from .ranking import REDUNDANCY, scores
from .selection import Limit, select

DEFAULT_SENTENCES: Final = 3


def summarize(
    text: str,
    *,
    sentences: int | None = None,
    max_words: int | None = None,
    ratio: float | None = None,
    title: str | None = None,
) -> Summary:
    """Summarize an article by its own sentences.

    Args:
        text: the article. A headline as its first line is used to rank, and never chosen.
        sentences: how many to take; fewer if the article has fewer. 3 where no limit is given. A sentence that occurs
            twice is taken once.
        max_words: how many words (separated by white space) the summary may have. If no sentence is that short, a short
            one is taken all the same, and the notice ``summary-over-limit`` says so: sentences are never cut.
        ratio: the share of the article's sentences to take, over 0 and up to 1; at least one is taken.
        title: a headline that is not part of ``text``.

    Returns:
        A summary whose segments are the chosen sentences, in article order, with their offsets into ``text``.

    Raises:
        InputError: for a text without a sentence, more than one limit, or a limit that makes no sense.
    """
    limits = {"sentences": sentences, "max_words": max_words, "ratio": ratio}
    given = _checked({name: value for name, value in limits.items() if value is not None})
    layout = read_layout(text, title)
    if not layout.sentences:
        raise InputError("text: the article is empty; give it at least one sentence")
    chosen, notices = _choose(text, layout, given, title or layout.headline or "")
    return Summary(
        text=" ".join(sentence.text for sentence in chosen),
        segments=tuple(Segment(s.text, s.text, s.start, s.end) for s in chosen),
        language="ar",
        kind="extractive",
        model=ModelInfo("builtin", engine="extractive", options=given, versions={"summ": __version__}),
        notices=notices,
    )


def _checked(given: dict[str, int | float]) -> dict[str, int | float]:
    if len(given) > 1:
        named = " and ".join(f"{name}={value!r}" for name, value in given.items())
        raise InputError(f"{named}: give one limit only: sentences, max_words or ratio")
    for name, value in given.items():
        if name == "ratio":
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
                raise InputError(f"ratio={value!r}: must be a number over 0 and up to 1, the share of sentences")
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(f"{name}={value!r}: must be a whole number of 1 or more")
    return given or {"sentences": DEFAULT_SENTENCES}


def _choose(
    text: str, layout: Layout, given: dict[str, int | float], headline: str
) -> tuple[list[Sentence], tuple[Notice, ...]]:
    found = layout.sentences
    is_body = np.array(layout.is_body)
    vectors = sentence_terms([sentence.text for sentence in found], is_body)
    body = int(is_body.sum())
    limit, share = _limit(given, body, int(vectors.words[is_body].sum()))
    ranks = scores(sentence_features(vectors, vectors.words, is_body, headline), body, share).tolist()
    word_counts = vectors.words.tolist()
    together = _together(text, layout)
    can_stand = _can_stand(layout, together)
    antecedents = _antecedents(text, layout)
    chosen = select(ranks, can_stand, antecedents, word_counts, vectors, limit, REDUNDANCY, together)
    if chosen:
        return [found[i] for i in chosen], ()
    begin = [i for i, stands in enumerate(can_stand) if stands and antecedents[i] is None]
    free = [i for i in begin if i not in together] or begin or [can_stand.index(True)]
    middle = float(np.median([ranks[i] for i in free]))
    best = min((i for i in free if ranks[i] >= middle), key=lambda i: (word_counts[i], i))
    if limit.words is None or word_counts[best] <= limit.words:
        message = "no sentence stands without those around it at this length; this one is given alone"
        return [found[best]], (Notice("summary-leans", message),)
    message = f"no sentence fits in {limit.words} words; this one has {word_counts[best]}, as sentences are not cut"
    return [found[best]], (Notice("summary-over-limit", message),)


def _limit(given: dict[str, int | float], body: int, words: int) -> tuple[Limit, float]:
    """The limit, and how much of an article of so many sentences and words it asks for, 0 to 1."""
    if "max_words" in given:
        most = int(given["max_words"])
        return Limit(words=most), min(1.0, most / max(1, words))
    number = max(1, int(given["ratio"] * body + 0.5)) if "ratio" in given else int(given["sentences"])
    return Limit(sentences=number), min(1.0, number / body)


def _can_stand(layout: Layout, together: dict[int, list[int]]) -> list[bool]:
    """The body, without repeats and sentences that only announce the next; the whole body if nothing else is left.

    A quotation of several sentences stands by its first.
    """
    seen: set[str] = set()
    stands = []
    for sentence, is_body in zip(layout.sentences, layout.is_body, strict=True):
        stands.append(is_body and sentence.text not in seen and not introduces(sentence.text))
        seen.add(sentence.text)
    stands = stands if any(stands) else list(layout.is_body)
    for i, bound in together.items():
        stands[i] = i == bound[0] and any(stands[j] for j in bound)
    return stands


def _antecedents(text: str, layout: Layout) -> list[int | None]:
    """For each sentence that leans on another, the body sentence before it; where that is a repeat, its first."""
    antecedents: list[int | None] = []
    first: dict[str, int] = {}
    before: int | None = None
    for i, leans in enumerate(needs_previous(text, layout.sentences)):
        antecedents.append(before if leans else None)
        if layout.is_body[i]:
            before = first.setdefault(layout.sentences[i].text, i)
    return antecedents


def _together(text: str, layout: Layout) -> dict[int, list[int]]:
    """For each sentence of a quotation of several, all of them: a summary does not end before its closing mark.

    Sentences that are repeats are left out, as everywhere.
    """
    together: dict[int, list[int]] = {}
    runs = quotations(text, layout.sentences)
    first = {sentence.text: i for i, sentence in reversed(list(enumerate(layout.sentences)))} if runs else {}
    for run in runs:
        bound = [i for i in run if layout.is_body[i] and first[layout.sentences[i].text] == i]
        together |= dict.fromkeys(bound, bound)
    return together
