"""What each decoding guard of the built-in translator gains on a development set: a table for RUNS.md.

    python training/guards.py DATA/mt/flores-dev.tsv [--count 300]

Columns: BLEU and chrF; sentences a second; of a hundred sentences, how many targets loop, have an absurd length, hold a
number that their source has not, or lack a Latin name of it. The row "second try" is what summ ships: what loops, does
not end or has an absurd length is decoded once more, with safer options.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convert import scores

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from summ.checks import check_translation
from summ.models.careful import generate_carefully, loops, problem
from summ.models.load import load_model
from summ.models.seq2seq import Generated

ROWS: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("none", {"no_repeat_ngram_size": 0}, False),
    ("no_repeat_ngram_size 3", {"no_repeat_ngram_size": 3}, False),
    ("no_repeat_ngram_size 4", {"no_repeat_ngram_size": 4}, False),
    ("repetition_penalty 1.1", {"no_repeat_ngram_size": 0, "repetition_penalty": 1.1}, False),
    ("second try", {"no_repeat_ngram_size": 0}, True),
    ("repetition_penalty 1.1, second try", {"no_repeat_ngram_size": 0, "repetition_penalty": 1.1}, True),
    ("no_repeat_ngram_size 4, second try", {"no_repeat_ngram_size": 4}, True),
)


def row(name: str, sources: Sequence[str], references: Sequence[str], made: Sequence[Generated], seconds: float) -> str:
    measured = scores([one.text for one in made], references)
    looping = [loops(one.ids) for one in made]
    absurd = [
        not loop and (found := problem(one.source_tokens, one)) is not None and found.code == "length-ratio"
        for one, loop in zip(made, looping, strict=True)
    ]
    codes = [
        {notice.code for notice in check_translation(source, one.text, 0, len(source))}
        for source, one in zip(sources, made, strict=True)
    ]
    invented, lost = (["number-unsupported" in found for found in codes], ["name-missing" in found for found in codes])
    shares = " | ".join(f"{100 * sum(flags) / len(made):.1f}" for flags in (looping, absurd, invented, lost))
    speed = f"{len(made) / seconds:.0f}"
    return f"| {name} | {measured['BLEU']:.2f} | {measured['chrF']:.2f} | {speed} | {shares} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path, help="Arabic TAB English, one pair a line")
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    rows = [line.split("\t") for line in args.set.read_text("utf-8").splitlines()]
    rows = rows[:: max(1, len(rows) // args.count)][: args.count]
    sources, references = [r[0] for r in rows], [r[1] for r in rows]
    model = load_model("builtin")
    print("| guard | BLEU | chrF | sentences/s | % loop | % absurd length | % other numbers | % names lost |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    model.generate(sources[:16])
    for name, options, again in ROWS:
        clock = time.perf_counter()
        if again:
            made = [one.generated for one in generate_carefully(model, sources, **options)]
        else:
            made = model.generate(sources, **options)
        print(row(name, sources, references, made, time.perf_counter() - clock), flush=True)


if __name__ == "__main__":
    main()
