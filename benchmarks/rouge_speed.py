"""ROUGE-1, 2, L and Lsum with bootstrap intervals: summ.eval beside rouge_score, one core, in one run.

    python benchmarks/rouge_speed.py [--documents 1000] [--repeats 5]

Both score the same made-up pairs (four sentences of about 24 words each, words drawn by Zipf's law; the hypothesis
copies, edits and reorders the reference). Repeats are interleaved; the table gives medians and the spread of the ratio,
and the largest difference between the two programs' figures, which is to be 0.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from rouge_score import rouge_scorer, scoring

from summ.eval import rouge

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
LATIN, ARABIC = "abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآؤئىء"


def make_pairs(count: int, alphabet: str, seed: int = 1) -> tuple[list[str], list[str]]:
    """Hypotheses and references of one sentence a line."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(alphabet, k=rng.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]

    def sentence() -> list[str]:
        return rng.choices(words, weights, k=rng.randint(16, 32))

    hypotheses, references = [], []
    for _ in range(count):
        reference = [sentence() for _ in range(4)]
        hypothesis = [[w if rng.random() < 0.7 else rng.choices(words, weights)[0] for w in s] for s in reference[:3]]
        hypothesis.append(sentence())
        rng.shuffle(hypothesis)
        references.append("\n".join(" ".join(s) for s in reference))
        hypotheses.append("\n".join(" ".join(s) for s in hypothesis))
    return hypotheses, references


def by_rouge_score(
    hypotheses: Sequence[str], references: Sequence[str], *, stemmer: bool
) -> list[dict[str, scoring.Score]]:
    scorer = rouge_scorer.RougeScorer(TYPES, use_stemmer=stemmer)
    aggregator = scoring.BootstrapAggregator()
    rows = []
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        rows.append(scorer.score(reference, hypothesis))
        aggregator.add_scores(rows[-1])
    aggregator.aggregate()
    return rows


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="summ.eval's ROUGE beside rouge_score.")
    parser.add_argument("--documents", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--repeats", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = parser.parse_args()

    hypotheses, references = make_pairs(args.documents, LATIN)
    results = []
    for stemmer in ("none", "porter"):
        by_theirs = partial(by_rouge_score, hypotheses, references, stemmer=stemmer == "porter")
        by_ours = partial(rouge, hypotheses, references, "en", preset="google", stemmer=stemmer)
        theirs, ours = by_theirs(), by_ours().per_document
        difference = max(
            abs(getattr(row[name], figure) - getattr(our[name], figure))
            for row, our in zip(theirs, ours, strict=True)
            for name in TYPES
            for figure in ("precision", "recall", "fmeasure")
        )
        slow, fast = [], []
        for _ in range(args.repeats):
            slow.append(seconds(by_theirs))
            fast.append(seconds(by_ours))
        ratios = [a / b for a, b in zip(slow, fast, strict=True)]
        results.append(
            {
                "stemmer": stemmer,
                "rouge_score": args.documents / statistics.median(slow),
                "summ": args.documents / statistics.median(fast),
                "ratio": statistics.median(ratios),
                "least": min(ratios),
                "most": max(ratios),
                "difference": difference,
            }
        )
    arabic = make_pairs(args.documents, ARABIC)
    rate = args.documents / statistics.median(seconds(lambda: rouge(*arabic)) for _ in range(args.repeats))
    if args.json:
        json.dump({"google": results, "arabic": {"summ": rate}}, sys.stdout, indent=1)
        return
    print(f"{args.documents} pairs, {args.repeats} interleaved repeats, one core; pairs a second, intervals included")
    print("| stemmer | rouge_score | summ | ratio (median, least-most) | largest difference |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for row in results:
        spread = f"{row['ratio']:.1f} ({row['least']:.1f}-{row['most']:.1f})"
        print(f"| {row['stemmer']} | {row['rouge_score']:.0f} | {row['summ']:.0f} | {spread} | {row['difference']:g} |")
    print(f"\nsumm, preset arabic, Arabic letters: {rate:.0f} pairs a second (rouge_score cannot)")


if __name__ == "__main__":
    main()
