"""A run's curve of BLEU and chrF by target tokens seen: a row more of RUN/curve.csv, and RUN/curve.svg drawn anew.

    python training/curve.py WORK_DIR --run main --dev DATA_DIR/mt/flores-dev.tsv

Cheap enough to do beside the training: 200 sentences, evenly spaced, by the averaged weights in int8 (CTranslate2),
greedy, through summ. So the figures are for comparison with each other; export.py measures whole sets with a beam.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from convert import convert, scores, translate

SENTENCES = 200
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 360, 50, 30


def slice_of(dev: Path, count: int = SENTENCES) -> list[tuple[str, str]]:
    """``count`` pairs of a TSV of Arabic, English, evenly spaced: the same ones every time."""
    rows = [line.split("\t") for line in dev.read_text("utf-8").splitlines()]
    count = min(count, len(rows))
    return [(rows[i * len(rows) // count][0], rows[i * len(rows) // count][1]) for i in range(count)]


def svg(rows: Sequence[dict[str, str]], title: str) -> str:
    """The curve as a drawing: BLEU and chrF (percent, one scale from zero) over millions of target tokens."""
    most_x = max(float(r["tokens"]) for r in rows) / 1e6 or 1.0
    most_y = 10 * (int(max(float(r["chrF"]) for r in rows) / 10) + 1)
    wide, high = _WIDTH - 2 * _LEFT, _HEIGHT - 2 * _TOP - 20

    def place(x: float, y: float) -> tuple[float, float]:
        return round(_LEFT + wide * x / most_x, 1), round(_TOP + high * (1 - y / most_y), 1)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#333"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18">{title}</text>',
    ]
    for tick in range(0, most_y + 1, 10):
        _, y = place(0, tick)
        out.append(f'<path d="M{_LEFT} {y}h{wide}" stroke="#ddd"/><text x="{_LEFT - 24}" y="{y + 4}">{tick}</text>')
    for tick in range(6):
        x, y = place(most_x * tick / 5, 0)
        out.append(f'<text x="{x}" y="{y + 16}" text-anchor="middle">{most_x * tick / 5:.1f}</text>')
    out.append(f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 8}" text-anchor="middle">million target tokens</text>')
    for key, colour in (("BLEU", "#1f5fa8"), ("chrF", "#b3541e")):
        points = [place(float(r["tokens"]) / 1e6, float(r[key])) for r in rows]
        line = " ".join(f"{x},{y}" for x, y in points)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        out.append(f'<text x="{x}" y="{y - 8}" text-anchor="end" fill="{colour}">{key} {rows[-1][key]}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def add_point(work: Path, run: str, dev: Path) -> None:
    """Score the run's checkpoint, unless its row is there already."""
    folder = work / run
    path = folder / "curve.csv"
    pairs = slice_of(dev)
    with tempfile.TemporaryDirectory() as made:
        progress = convert(folder, work / "spm.model", Path(made, "model"))["progress"]
        rows = list(csv.DictReader(path.open())) if path.exists() else []
        if rows and int(rows[-1]["tokens"]) == progress["tokens"]:
            return
        found = scores(translate(Path(made, "model"), [a for a, _ in pairs], beam_size=1), [e for _, e in pairs])
    row = {"step": progress["step"], "tokens": progress["tokens"], "BLEU": found["BLEU"], "chrF": found["chrF"]}
    rows.append({key: str(value) for key, value in row.items()})
    with path.open("w", newline="") as f:
        writer = csv.DictWriter(f, list(row))
        writer.writeheader()
        writer.writerows(rows)
    title = f"{run}: {len(pairs)} sentences of {dev.stem}, averaged weights, int8, greedy"
    path.with_suffix(".svg").write_text(svg(rows, title), "utf-8")
    print(row, flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--run", default="main")
    parser.add_argument("--dev", type=Path, required=True, help="TSV of Arabic, English")
    args = parser.parse_args(argv)
    add_point(args.work, args.run, args.dev)


if __name__ == "__main__":
    main()
