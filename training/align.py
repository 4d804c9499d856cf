"""Word alignments for guided attention: eflomal on the encoded corpus, both directions intersected.

    python training/align.py WORK_DIR

Reads WORK_DIR/corpus.npz, writes WORK_DIR/align.npz: ``count`` points a pair, and flat ``source`` and ``target``
positions. The two </s> are aligned to each other. Method: Östling and Tiedemann 2016 (eflomal); Chen et al. 2016
(guided alignment).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def points(line_forward: str, line_reverse: str) -> list[tuple[int, int]]:
    common = set(line_forward.split()) & set(line_reverse.split())
    return sorted(tuple(map(int, p.split("-"))) for p in common)  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    work = parser.parse_args().work
    corpus = np.load(work / "corpus.npz")
    source, target = corpus["source"], corpus["target"]
    source_lengths, target_lengths = corpus["source_lengths"].tolist(), corpus["target_lengths"].tolist()
    source_ends, target_ends = np.cumsum(source_lengths), np.cumsum(target_lengths)
    with tempfile.TemporaryDirectory() as folder:
        files = {k: Path(folder, k) for k in ("source", "target", "forward", "reverse")}
        for name, ids, ends in (("source", source, source_ends), ("target", target, target_ends)):
            with files[name].open("w") as f:
                for start, end in zip([0, *ends[:-1]], ends, strict=True):
                    f.write(" ".join(map(str, ids[start : end - 1])) + "\n")
        beside = Path(sys.executable).with_name("eflomal-align")  # an environment need not be activated
        command = [beside if beside.exists() else "eflomal-align", "-m", "3", "--length", "0.2", "--overwrite"]
        command += ["-s", files["source"], "-t", files["target"], "-f", files["forward"], "-r", files["reverse"]]
        subprocess.run(list(map(str, command)), check=True)
        count, s, t = [], [], []
        with files["forward"].open() as forward, files["reverse"].open() as reverse:
            for i, (x, y) in enumerate(zip(forward, reverse, strict=True)):
                found = [*points(x, y), (source_lengths[i] - 1, target_lengths[i] - 1)]
                count.append(len(found))
                s += [p[0] for p in found]
                t += [p[1] for p in found]
    np.savez(
        work / "align.npz", count=np.array(count, np.int32), source=np.array(s, np.int16), target=np.array(t, np.int16)
    )
    print(f"aligned {len(s) / len(target):.0%} of the target tokens")


if __name__ == "__main__":
    main()
