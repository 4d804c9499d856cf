"""The built-in summarizer beside sumy's LexRank and TextRank, one core, in one run; and its time as articles grow.

    python -m venv /tmp/sumy && /tmp/sumy/bin/pip install sumy pyarabic numpy pystemmer
    PYTHONPATH=src /tmp/sumy/bin/python benchmarks/extractive_speed.py [--articles FILE.jsonl.gz ...] [--repeats 5]

sumy is not one of summ's dependencies; where it is missing, a line says so and only the second table is made. Each
program reads the plain text and makes three sentences of it, with its own sentence splitter and stop words; sumy with
its Arabic stemmer (NLTK's Snowball), as its README has it, and without. ``Summarizer`` also looks whether the article
is Arabic. Repeats are interleaved and measured in processor time; the table gives medians and the spread of the ratio,
whose least is that of the first repeat: summ remembers the words that it has met. Without ``--articles`` (gzipped JSON
lines with the key ``article``), articles are made up: 8 to 32 sentences of 16 to 32 words, words drawn by Zipf's law.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from summ import Summarizer
from summ.summarize.extractive import summarize

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآؤئىء"
SIZES = (10, 100, 1_000, 5_000, 10_000, 20_000)


def make_article(sentences: int, rng: random.Random, words: Sequence[str], weights: Sequence[float]) -> str:
    """Sentences of made-up words, four to a line."""
    made = [" ".join(rng.choices(words, weights, k=rng.randint(16, 32))) + "." for _ in range(sentences)]
    return "\n".join(" ".join(made[start : start + 4]) for start in range(0, len(made), 4))


def sumy_systems() -> dict[str, Callable[[str], object]]:
    """LexRank and TextRank as sumy's README calls them; empty where sumy is not installed."""
    try:
        from sumy.nlp.stemmers import Stemmer, null_stemmer
        from sumy.nlp.tokenizers import Tokenizer
        from sumy.parsers.plaintext import PlaintextParser
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
        from sumy.utils import get_stop_words
    except ImportError:
        return {}
    tokenizer, stop_words = Tokenizer("arabic"), get_stop_words("arabic")

    def system(kind: Callable[..., Callable[[object, int], object]], stemmer: object) -> Callable[[str], object]:
        ranker = kind(stemmer)
        ranker.stop_words = stop_words  # type: ignore[attr-defined]
        return lambda text: ranker(PlaintextParser.from_string(text, tokenizer).document, 3)

    return {
        f"sumy {name}{how}": system(kind, stemmer)
        for how, stemmer in (("", Stemmer("arabic")), (", no stemmer", null_stemmer))
        for name, kind in (("LexRank", LexRankSummarizer), ("TextRank", TextRankSummarizer))
    }


def seconds(call: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        call(text)
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description="The built-in summarizer beside sumy.")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="gzipped JSON lines with the key article")
    parser.add_argument("--most", type=int, default=200, help="articles; default: %(default)s")
    parser.add_argument("--repeats", type=int, default=5, help="default: %(default)s")
    arguments = parser.parse_args()
    rng = random.Random(1)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    texts: list[str] = []
    for path in arguments.articles:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["article"] for line in lines]
    texts = texts or [make_article(rng.randint(8, 32), rng, words, weights) for _ in range(arguments.most)]
    texts = rng.sample(texts, min(arguments.most, len(texts)))

    theirs = sumy_systems()
    if not theirs:
        print("sumy is not installed here: only summ is measured (see the head of this file)", file=sys.stderr)
    systems: dict[str, Callable[[str], object]] = {"summ": summarize, "summ's Summarizer": Summarizer.load("builtin")}
    systems |= theirs
    times: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(arguments.repeats):
        for name, call in systems.items():
            times[name].append(seconds(call, texts))
    mean = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} articles of {mean:.0f} words on average, {arguments.repeats} interleaved repeats, one core\n")
    print("| system | articles a second | summ is faster by (median, least-most) |\n| --- | ---: | ---: |")
    for name, taken in times.items():
        ratios = [other / own for other, own in zip(taken, times["summ"], strict=True)]
        spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})" if name != "summ" else ""
        print(f"| {name} | {len(texts) / statistics.median(taken):.0f} | {spread} |", flush=True)

    print("\n| sentences | seconds, 3 sentences | seconds, ratio 0.3 |\n| ---: | ---: | ---: |")
    for size in SIZES:
        text = make_article(size, rng, words, weights)
        taken = [seconds(lambda t, o=o: summarize(t, **o), [text]) for o in ({"sentences": 3}, {"ratio": 0.3})]
        print(f"| {size:,} | {taken[0]:.3f} | {taken[1]:.3f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
