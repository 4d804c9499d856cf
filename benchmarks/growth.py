"""How time grows with the length of an article and with the number of articles: it is to be linear.

    python benchmarks/growth.py [--longest 10000] [--longest-translated 1000] [--json OUT]

Articles are made up (words of the built-in translator's own kind, four sentences a paragraph; no sentence twice, since
what stands twice is generated once). The last column is the time per sentence beside that of the row above: 1.0 is
linear.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from summ import Summarizer, Translator

TEXT = (
    "قال وزير الخارجية إن الحكومة ستزيد الإنفاق على التعليم والصحة هذا العام بعد أن ارتفعت أسعار النفط في الأسواق "
    "العالمية وأكدت الشركة أنها تعمل مع الجامعات لتدريب المهندسين وافتتح الرئيس المتحف الجديد أمام الزوار صباح اليوم"
)
WORDS = TEXT.split()


def article(sentences: int, seed: int) -> str:
    rng = random.Random(seed)
    made = [" ".join(rng.choices(WORDS, k=rng.randint(12, 24))) + "." for _ in range(sentences)]
    return "\n\n".join(" ".join(made[i : i + 4]) for i in range(0, sentences, 4))


def sizes(most: int) -> list[int]:
    """10, 30, 100, 300 … up to ``most``."""
    found = [step * 10**power for power in range(1, len(str(most))) for step in (1, 3)]
    return [size for size in found if size <= most]


def measure(name: str, work: Callable[[list[str]], object], shapes: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Print and return the seconds for each (articles, sentences of each)."""
    print(f"\n{name}\n\n| articles | sentences of each | seconds | ms a sentence | beside the row above |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    rows: list[dict[str, Any]] = []
    for articles, sentences in shapes:
        texts = [article(sentences, seed) for seed in range(articles)]
        clock = time.perf_counter()
        work(texts)
        seconds = time.perf_counter() - clock
        each = 1000 * seconds / (articles * sentences)
        beside = f"{each / rows[-1]['each']:.2f}" if rows else ""
        rows.append(
            {"name": name, "sentences": articles * sentences, "articles": articles, "seconds": seconds, "each": each}
        )
        print(f"| {articles:,} | {sentences:,} | {seconds:.3f} | {each:.3f} | {beside} |", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--longest", type=int, default=10_000, help="sentences of the longest article to summarize")
    parser.add_argument("--longest-translated", type=int, default=1_000, help="and to translate")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    args = parser.parse_args()
    summarizer, translator = Summarizer(), Translator.load()
    summarizer(article(10, 0)), translator(article(1, 0))  # what is loaded at first use
    rows = measure("Summary, one article", summarizer.batch, [(1, n) for n in sizes(args.longest)])
    rows += measure("Summary, articles of 20 sentences", summarizer.batch, [(n, 20) for n in (10, 100, 1000)])
    rows += measure("Translation, one article", translator.batch, [(1, n) for n in sizes(args.longest_translated)])
    rows += measure("Translation, articles of 10 sentences", translator.batch, [(n, 10) for n in (1, 10, 100)])
    if args.json:
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
