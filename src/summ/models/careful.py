"""Generation with a second try: what ran into its limit, loops or has an absurd length is decoded again, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..result import Notice
from .seq2seq import Generated, Seq2SeqModel

# The second try forbids what went wrong in the first. Both depend on the source alone, never on its batch.
SAFER: dict[str, Any] = {"no_repeat_ngram_size": 3, "repetition_penalty": 1.2}
LONGEST_PERIOD = 12
TURNS = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a target: the code of its notice, and words that go on from "the first try"."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Careful:
    """A target and what there is to say about how it came to be.

    Attributes:
        generated: the target that was kept.
        problem: what is wrong with it, None for nothing.
        retried: what was wrong with the first try, if the second is the one that was kept.
    """

    generated: Generated
    problem: Problem | None = None
    retried: Problem | None = None


def loops(ids: Sequence[int]) -> bool:
    """Whether a stretch of up to twelve tokens stands four times in a row (single tokens: eight times)."""
    for period in range(1, min(LONGEST_PERIOD, len(ids) // TURNS) + 1):
        needed = 7 if period == 1 else period * (TURNS - 1)
        run = 0
        for i in range(period, len(ids)):
            run = run + 1 if ids[i] == ids[i - period] else 0
            if run >= needed:
                return True
    return False


def problem(source_tokens: int, made: Generated, *, lengths: bool = True) -> Problem | None:
    """What is wrong with a target, None for nothing.

    Args:
        source_tokens: length of the source in tokens.
        lengths: also compare the lengths, as fits translation; a summary is meant to be short.
    """
    if loops(made.ids):
        return Problem("repetition", "repeated itself")
    if not made.finished:
        return Problem("unfinished", f"had not ended after {made.tokens} tokens")
    too_short = source_tokens >= 16 and made.tokens < source_tokens / 6
    if lengths and (too_short or made.tokens > 4 * source_tokens + 16):
        return Problem("length-ratio", f"has {made.tokens} tokens for {source_tokens} of the source")
    return None


def generate_carefully(
    model: Seq2SeqModel,
    texts: Sequence[str],
    *,
    lengths: bool = True,
    progress: Callable[[int], None] | None = None,
    **changes: Any,
) -> list[Careful]:
    """Targets in the order of ``texts``; see ``Seq2SeqModel.generate``.

    A target with a problem is decoded once more with safer options. The second try is kept if nothing is wrong with
    it, else the first, its problem with it.
    """
    made = model.generate(texts, progress=progress, **changes)
    found = [problem(one.source_tokens, one, lengths=lengths) for one in made]
    again = [i for i, wrong in enumerate(found) if wrong]
    if not again:
        return [Careful(one) for one in made]
    safer = {
        # A model that forbids shorter repetitions already goes on doing so.
        "no_repeat_ngram_size": min(model.options.no_repeat_ngram_size or 9, SAFER["no_repeat_ngram_size"]),
        "repetition_penalty": max(SAFER["repetition_penalty"], model.options.repetition_penalty),
    }
    second = dict(zip(again, model.generate([texts[i] for i in again], **(changes | safer)), strict=True))
    kept = []
    for i, one in enumerate(made):
        if i in second and problem(second[i].source_tokens, second[i], lengths=lengths) is None:
            kept.append(Careful(second[i], None, found[i]))
        else:
            kept.append(Careful(one, found[i]))
    return kept


def said(one: Careful, start: int, end: int) -> list[Notice]:
    """The notices of a target: what is wrong with it, or that it is a second try."""
    if one.problem:
        message = f"the model's text for this part {one.problem.words}; a second try was no better"
        return [Notice(one.problem.code, message, start, end)]
    if one.retried:
        message = f"decoded a second time with safer options: the first try {one.retried.words}"
        return [Notice("retried", message, start, end)]
    return []
