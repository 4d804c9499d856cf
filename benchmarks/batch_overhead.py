"""What ``summ batch`` costs beside the work itself, what its driver can carry, and how its memory grows.

    python benchmarks/batch_overhead.py speed  [--articles FILE.jsonl] [--config summary] [--count 300] [--repeats 3]
    python benchmarks/batch_overhead.py cost   [--articles FILE.jsonl] [--config summary] [--count 2000] [--repeats 3]
    python benchmarks/batch_overhead.py driver [--count 20000]
    python benchmarks/batch_overhead.py memory [--counts 1000,100000]

``speed``: articles a second of a plain loop (one process, ``Pipeline.batch`` 25 at a time, one JSON line a result, no
resuming), of ``summ batch`` with one worker, and with one a core; interleaved, medians, start included and not.
``cost``: the CPU time (user and system, of all processes) of the same loop and of ``summ batch --workers 1``, as whole
commands, less what they take for one article: what the machine does besides changes it little. Least of the repeats.
``driver``: records a second that reading, shards, the journal and fsync allow where workers cost nothing: beyond that,
cut a job with ``--shard``. ``memory``: the highest resident memory of the driver and of its largest worker.
Without ``--articles``, articles of 12 sentences are made up.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

WORDS = "قال الوزير إن المشروع الجديد سيبدأ في الربيع المقبل بعد أن وافق المجلس على الميزانية التي تبلغ مليون دينار"
LOOP = """
import json, sys, time
from summ import Pipeline
pipe = Pipeline.load(sys.argv[3])
pipe("قال الوزير ذلك.")
clock = time.perf_counter()
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "w", encoding="utf-8") as out:
    records = [json.loads(line) for line in lines]
    for start in range(0, len(records), 25):
        for result in pipe.batch(records[start : start + 25]):
            out.write(json.dumps(result.to_dict(), ensure_ascii=False) + "\\n")
print(time.perf_counter() - clock)
"""


def make(path: Path, count: int, sentences: int) -> Path:
    """A JSONL file with made-up articles."""
    rng, words = random.Random(7), WORDS.split()
    with path.open("w", encoding="utf-8") as file:
        for i in range(count):
            made = " ".join(" ".join(rng.choices(words, k=18)) + "." for _ in range(sentences))
            file.write(json.dumps({"id": str(i), "text": made}, ensure_ascii=False) + "\n")
    return path


def plain_loop(source: Path, target: Path, config: str) -> float:
    """Seconds that the loop takes which one would write oneself, models loaded before, in a process of its own."""
    command = [sys.executable, "-c", LOOP, source, target, config]
    return float(subprocess.run(command, check=True, capture_output=True).stdout)


def speed(arguments: argparse.Namespace, folder: Path) -> None:
    """Articles a second, side by side."""
    from summ.engines.devices import cpu_count
    from summ.jobs import run

    source = given(arguments, folder / "in.jsonl", arguments.count)
    rates: dict[str, list[float]] = {}
    for repeat in range(arguments.repeats):
        seconds = plain_loop(source, folder / "loop.jsonl", arguments.config)
        rates.setdefault("plain loop, without its start", []).append(arguments.count / seconds)
        for workers in sorted({1, cpu_count()}):
            name = f"batch, {workers} worker{'s' * (workers > 1)}"
            size = max(1, min(100, arguments.count // (4 * workers)))
            clock = time.perf_counter()
            options = {"config": arguments.config, "workers": workers, "shard_size": size}
            report = run(source, folder / f"out-{repeat}-{workers}", **options)
            rates.setdefault(f"{name}, all", []).append(arguments.count / (time.perf_counter() - clock))
            rates.setdefault(f"{name}, without the start", []).append(report.articles_per_second)
    base = statistics.median(rates["plain loop, without its start"])
    for name, found in rates.items():
        middle = statistics.median(found)
        print(f"{name:34} {middle:8.2f} articles/s ({min(found):.2f} to {max(found):.2f})  ratio {middle / base:.2f}")


def cost(arguments: argparse.Namespace, folder: Path) -> None:
    """CPU seconds, side by side."""
    import resource

    sources = {count: given(arguments, folder / f"{count}.jsonl", count) for count in (1, arguments.count)}
    batch = "from summ.cli.app import main; main()"
    options = ["--config", arguments.config, "--workers", "1", "--quiet", "--exit-zero"]
    least: dict[tuple[str, int], float] = {}
    for repeat in range(arguments.repeats):
        for count, source in sources.items():
            commands = {
                "loop": ["-c", LOOP, source, folder / "loop.jsonl", arguments.config],
                "batch": ["-c", batch, "batch", source, folder / f"cost-{repeat}-{count}", *options],
            }
            for name, command in commands.items():
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                least[name, count] = min(seconds, least.get((name, count), seconds))
    net = {name: least[name, arguments.count] - least[name, 1] for name in ("loop", "batch")}
    for name, seconds in net.items():
        print(
            f"{name:6} {seconds:7.2f} s of CPU time for {arguments.count} articles, and {least[name, 1]:.2f} s to start"
        )
    print(f"ratio  {net['batch'] / net['loop']:7.3f}")


def given(arguments: argparse.Namespace, path: Path, count: int) -> Path:
    """The articles that were given, over and over, or made-up ones."""
    if not arguments.articles:
        return make(path, count, 12)
    lines = arguments.articles.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((lines * (count // len(lines) + 1))[:count]))
    return path


def driver(arguments: argparse.Namespace, folder: Path) -> None:
    """Records a second that the driver can carry."""
    from summ.jobs import sources
    from summ.jobs.folder import Folder
    from summ.jobs.pool import pooled
    from summ.jobs.records import Rules
    from summ.jobs.shards import Done, Shard, Told, cut

    class Nothing:
        """A worker that answers at once with about as much as a result is: three times its record."""

        models: ClassVar[dict[str, Any]] = {}

        def __call__(self, shard: Shard, told: Told) -> Done:
            data = b"".join(raw.payload * 3 for raw in shard.records if isinstance(raw.payload, bytes))
            return Done(shard.index, data, (), len(shard.records), 0, 0.0)

        def close(self) -> None:
            pass

    source = sources.find(make(folder / "in.jsonl", arguments.count, 12), Rules())
    clock = time.perf_counter()
    source.identity()
    hashing = time.perf_counter() - clock
    size = (folder / "in.jsonl").stat().st_size
    (folder / "out" / "_job").mkdir(parents=True)
    out = Folder(folder / "out", "jsonl")
    clock = time.perf_counter()
    shards = cut(source.records(), 100)
    with closing(pooled(shards, lambda stop: Nothing(), Nothing(), 2, lambda articles, tokens: None)) as outcomes:
        for done in outcomes:
            out.commit(done)
    rate = arguments.count / (time.perf_counter() - clock)
    print(f"hashing: {size / hashing / 1e6:,.0f} MB/s")
    print(f"reading, shards of 100, fsync, journal: {rate:,.0f} records/s of {size / arguments.count:,.0f} bytes")


def memory(arguments: argparse.Namespace, folder: Path) -> None:
    """The highest resident memory of the driver and its workers, by the number of records."""
    for count in (int(n) for n in arguments.counts.split(",")):
        source = make(folder / f"{count}.jsonl", count, 2)
        command = "from summ.cli.app import main; main()"
        options = ["--config", arguments.config, "--quiet"]
        clock = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", command, "batch", source, folder / f"out-{count}", *options])
        peaks: dict[int, int] = {}
        while process.poll() is None:
            for pid in (process.pid, *children(process.pid)):
                peaks[pid] = max(peaks.get(pid, 0), peak(pid))
            time.sleep(0.1)
        workers = [size for pid, size in peaks.items() if pid != process.pid]
        print(
            f"{count:>9,} records: driver {peaks[process.pid] / 1024:.0f} MiB, largest of {len(workers)} workers "
            f"{max(workers) / 1024:.0f} MiB, {time.perf_counter() - clock:.0f} s",
            flush=True,
        )


def peak(pid: int) -> int:
    """The highest resident memory of a process so far, in KiB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def children(pid: int) -> Sequence[int]:
    """The child processes of all threads of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "cost", "driver", "memory"))
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--config", default="summary")
    parser.add_argument("--count", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--counts", default="1000,100000")
    arguments = parser.parse_args()
    arguments.count = arguments.count or {"speed": 300, "cost": 2000, "driver": 20_000, "memory": 0}[arguments.what]
    parts: dict[str, Callable[[argparse.Namespace, Path], None]]
    parts = {"speed": speed, "cost": cost, "driver": driver, "memory": memory}
    with tempfile.TemporaryDirectory() as folder:
        parts[arguments.what](arguments, Path(folder))


if __name__ == "__main__":
    main()
