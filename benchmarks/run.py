"""The benchmarks, into benchmarks/results.json, and from there into RESULTS.md and two charts.

    python benchmarks/run.py [--only NAME ...] [--sentences FILE] [--articles FILE ...]

A part that was measured takes the place of its last results at once, so that an interrupted run keeps what it has; each
section says its day and machine. Absolute figures are that machine's; the ratios are what to compare. All parts take
about an hour on two cores, and want them for themselves. Where sumy is not installed, summ is measured alone.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import chart
from summ.atomic import write_atomically

HERE = Path(__file__).resolve().parent
STORE = HERE / "results.json"
PACKAGES = ("torch", "transformers", "ctranslate2", "sentencepiece", "numpy", "rouge-score", "rapidfuzz")
SHAPES = "Generation: {}, random weights, forced lengths"
# Name: title, script and its arguments. The slow loops of others set how much is measured.
PARTS: dict[str, tuple[str, list[str]]] = {
    "builtin": (
        "Translation: the built-in model on real sentences",
        ["generation_speed.py", "builtin", "--count", "500", "--repeats", "2"],
    ),
    "marian": (
        SHAPES.format("the shape of opus-mt"),
        ["generation_speed.py", "shapes", "--shape", "Marian", "--count", "24", "--repeats", "5"],
    ),
    "mt5": (
        SHAPES.format("mT5-small"),
        ["generation_speed.py", "shapes", "--shape", "mT5", "--count", "12", "--repeats", "3"],
    ),
    "bart": (
        SHAPES.format("BART-base"),
        ["generation_speed.py", "shapes", "--shape", "BART", "--count", "12", "--repeats", "5"],
    ),
    "growth": ("Growth", ["growth.py"]),
    "extractive": ("Extractive summaries beside sumy", ["extractive_speed.py"]),
    "text": ("Text layer", ["text_speed.py"]),
    "rouge": ("ROUGE beside rouge_score", ["rouge_speed.py"]),
    "batch": (
        "A batch job beside the sum of its parts",
        ["batch_overhead.py", "speed", "--config", "default", "--count", "150", "--repeats", "2"],
    ),
    "cost": ("A batch job of extracts beside the sum of its parts: processor time", ["batch_overhead.py", "cost"]),
    "memory": ("Memory of a batch job", ["batch_overhead.py", "memory"]),
}
ROWS = ("builtin", "marian", "mt5", "bart", "growth")  # these scripts write their rows with --json
NOTES = {
    "builtin": "What separates *summ* from *summ, engine alone* is the cutting of texts into sentences, the second try "
    "of outputs that loop, and the checks; raw CTranslate2 has none of them.",
    "extractive": "What is left of the time is spent evenly: cutting sentences a quarter, terms and their weights a "
    "quarter, what leans on what a sixth, choosing a sixth (cProfile).",
    "batch": "One worker has as many threads as the loop. By default there is a worker for each core.",
    "cost": "The difference, about a tenth of a millisecond an article, is the price of resuming (hashes, pipes, "
    "journal, fsync), the same whatever the models; beside a translation of 90 ms it does not show.",
}
HEAD = """\
# Results

Made by `make bench` (benchmarks/run.py) from results.json. What each benchmark does stands at the head of its script.
Absolute figures are one machine's; the ratios are what to compare.

![speed beside others](speed.svg)

![growth](growth.svg)
"""


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = names[0] if names else cpu
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"{cpu}, {cores} cores, Python {platform.python_version()}, {packages}"


def measure(name: str, options: list[str]) -> dict[str, Any] | None:
    """Run a part and return what is stored of it; None if it failed."""
    script = PARTS[name][1][0]
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        extra = ["--json", str(rows)] if name in ROWS else []
        command = [sys.executable, str(HERE / script), *options, *extra]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        print(done.stdout, flush=True)
        if done.returncode:
            return None
        shown = [Path(option).name if "/" in option else option for option in options]
        return {
            "date": datetime.date.today().isoformat(),
            "machine": machine(),
            "command": shlex.join(["python", f"benchmarks/{script}", *shown]),
            "output": done.stdout.strip(),
            "rows": json.loads(rows.read_text("utf-8")) if name in ROWS else [],
        }


def publish(store: dict[str, dict[str, Any]]) -> None:
    """Write results.json, RESULTS.md and the charts."""
    write_atomically(STORE, json.dumps(store, ensure_ascii=False, indent=1) + "\n")
    sections = [HEAD]
    for name, (title, _) in PARTS.items():
        if part := store.get(name):
            output = part["output"] if "|" in part["output"] else f"```\n{part['output']}\n```"
            about = f"{part['date']}; {part['machine']}."
            note = f"{NOTES[name]}\n\n" if name in NOTES else ""
            sections.append(f"## {title}\n\n`{part['command']}`\n\n{output}\n\n{note}{about}\n")
    write_atomically(HERE / "RESULTS.md", "\n".join(sections))
    ratios = [row for name in ROWS if name != "growth" and name in store for row in store[name]["rows"]]
    if ratios:
        write_atomically(HERE / "speed.svg", chart.bars(ratios))
    if "growth" in store:
        write_atomically(HERE / "growth.svg", chart.lines(store["growth"]["rows"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS), metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--sentences", type=Path, help="Arabic sentences for the built-in translator, one a line")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="gzipped JSON lines with the key article")
    args = parser.parse_args()
    store: dict[str, dict[str, Any]] = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
    failed = []
    for name in args.only:
        title, (_, *options) = PARTS[name]
        if name == "builtin" and args.sentences:
            options += ["--sentences", str(args.sentences)]
        if name == "extractive" and args.articles:
            options += ["--articles", *map(str, args.articles)]
        print(f"== {title}", flush=True)
        if part := measure(name, options):
            store[name] = part
            publish(store)
        else:
            failed.append(name)
    if failed:
        print(f"failed, their last results are kept: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
