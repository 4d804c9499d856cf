"""How fast the text layer is, and that no input makes it slow: megabytes a minute on one core, worst cases beside news.

    python benchmarks/text_speed.py [--megabytes 5] [--article examples/ant-group.txt]

Every case is one line unless it says otherwise; the column "times news" is its time per megabyte over that of news.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from summ.text import detect_language, normalize, pack, split_sentences

WORST = {
    "no full stop": "قال المتحدث إن الاجتماع انعقد في العاصمة وحضره عدد من الخبراء ",
    "full stops": ".",
    "quotes": '"',
    "stop, quote": '."',
    "digits and dots": "1.",
    "numbers and dots": "1. ",
    "opening brackets": "(",
    "brackets, stops": "(نص. ",
    "abbreviations": "د.",
    "abbreviations, blanks": "د. ",
    "letter names": "بي.",
    "U.S.": "U.S. ",
    "question marks": "ا؟",
    "pauses": "نص.. ",
    "eras": "1 ق.م. ",
    "blanks": " ",
    "line breaks": "\n",
}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=float, default=5.0, help="size of each case (default 5)")
    arguments.add_argument(
        "--article", type=Path, default=Path(__file__).parent.parent / "examples" / "ant-group.txt", help="the news"
    )
    options = arguments.parse_args()

    def filled(unit: str) -> str:
        return unit * max(1, int(options.megabytes * 1e6 / len(unit.encode())))

    def report(name: str, text: str, work: Callable[[str], object], base: float | None = None) -> float:
        size = len(text.encode()) / 1e6
        cost = seconds(lambda: work(text)) / size
        ratio = f"{cost / base:10.1f}" if base else ""
        print(f"{name:24}{size:8.1f} MB{60 / cost:14,.0f} MB/min{ratio}")
        return cost

    article = options.article.read_text("utf-8") + "\n"
    news = filled(article)
    print(f"{'split_sentences':24}{'size':>11}{'speed':>21}{'times news':>12}")
    base = report("news", news, split_sentences)
    report("news in one line", filled(article.replace("\n", " ")), split_sentences, base)
    for name, unit in WORST.items():
        report(name, filled(unit), split_sentences, base)
    print("\nthe rest, on news")
    report("normalize", news, normalize)
    report("detect_language", news, detect_language)
    sentences = split_sentences(news)
    report("pack", news, lambda text: pack(text, sentences, lambda texts: [len(t.split()) for t in texts], 400))


if __name__ == "__main__":
    main()
