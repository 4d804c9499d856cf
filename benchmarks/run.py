"""Every benchmark in one run, into benchmarks/RESULTS.md and two charts beside it.

    python benchmarks/run.py [--sentences FILE] [--articles FILE ...] [--only NAME ...]

Absolute figures are this machine's; the ratios are what to compare. Takes about half an hour on two cores. A benchmark
whose comparison is not installed (sumy) says so and measures summ alone.
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

import chart
from summ.atomic import write_atomically

HERE = Path(__file__).resolve().parent
PACKAGES = ("torch", "transformers", "ctranslate2", "sentencepiece", "numpy", "rouge-score", "rapidfuzz")
# Name: title, script and its arguments.
PARTS: dict[str, tuple[str, list[str]]] = {
    "builtin": ("Translation: the built-in model on real sentences", ["generation_speed.py", "builtin"]),
    "shapes": (
        "Generation: full-size shapes, random weights, forced lengths",
        ["generation_speed.py", "shapes", "--count", "24"],
    ),
    "growth": ("Growth", ["growth.py"]),
    "extractive": ("Extractive summaries beside sumy", ["extractive_speed.py"]),
    "text": ("Text layer", ["text_speed.py"]),
    "rouge": ("ROUGE beside rouge_score", ["rouge_speed.py"]),
    "batch": ("A batch job beside the sum of its parts", ["batch_overhead.py", "cost"]),
    "memory": ("Memory of a batch job", ["batch_overhead.py", "memory"]),
}


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = names[0] if names else cpu
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"{cpu}, {cores} cores, Python {platform.python_version()}, {packages}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=Path, help="Arabic sentences for the built-in translator, one a line")
    parser.add_argument("--articles", type=Path, nargs="*", default=[], help="gzipped JSON lines with the key article")
    parser.add_argument("--count", type=int, help="sentences for the built-in translator (default 200)")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS), metavar="NAME", help=", ".join(PARTS))
    args = parser.parse_args()
    sections: list[str] = []
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for name in args.only:
            title, (script, *options) = PARTS[name]
            if name == "builtin" and args.sentences:
                options += ["--sentences", str(args.sentences)]
            if name == "builtin" and args.count:
                options += ["--count", str(args.count)]
            if name == "extractive" and args.articles:
                options += ["--articles", *map(str, args.articles)]
            rows = Path(folder) / f"{name}.json"
            if name in ("builtin", "shapes", "growth"):
                options += ["--json", str(rows)]
            print(f"== {title}", flush=True)
            done = subprocess.run([sys.executable, HERE / script, *options], stdout=subprocess.PIPE, text=True)
            print(done.stdout, flush=True)
            if done.returncode:
                failed.append(name)
                continue
            shown = [Path(option).name if "/" in option else option for option in options if option != "--json"]
            command = shlex.join(["python", f"benchmarks/{script}", *(o for o in shown if o != rows.name)])
            sections.append(f"## {title}\n\n`{command}`\n\n{done.stdout.strip()}\n")
        measured = [Path(folder) / f"{name}.json" for name in ("builtin", "shapes")]
        ratios = [row for path in measured if path.exists() for row in json.loads(path.read_text("utf-8"))]
        grown = Path(folder) / "growth.json"
        # The charts stand in RESULTS.md and change with it alone.
        charts = {}
        if set(args.only) == set(PARTS) and not failed:
            charts = {"speed.svg": chart.bars(ratios), "growth.svg": chart.lines(json.loads(grown.read_text("utf-8")))}
    head = (
        "# Results\n\nMade by `make bench`; what each benchmark does stands at the head of its script. Absolute "
        "figures are one machine's, the ratios are what to compare.\n\n"
        f"{datetime.date.today().isoformat()}; {machine()}.\n\n"
        "![speed beside others](speed.svg)\n\n![growth](growth.svg)\n"
    )
    if charts:
        for name, drawn in charts.items():
            write_atomically(HERE / name, drawn)
        write_atomically(HERE / "RESULTS.md", head + "\n" + "\n".join(sections))
    else:
        print("RESULTS.md is left as it is: " + (f"{', '.join(failed)} failed" if failed else "not everything was run"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
