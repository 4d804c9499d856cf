"""Build the encoded training corpus: read, clean, deduplicate, decontaminate, add made pairs, mix, encode.

    python training/corpus.py --data DATA_DIR --out WORK_DIR [--spm OTHER_WORK/spm.model]

``DATA_DIR/parallel/*.tsv.gz`` holds Arabic TAB English, ``DATA_DIR/mt/*.tsv`` the development sets. Every pair
that shares an 8-gram (with tatoeba-test a whole sentence) with a development set, on either side, is dropped. Written
to WORK_DIR: ``spm.model`` (SentencePiece unigram, both languages), ``corpus.npz`` (token ids) and ``corpus.json`` (each
set's counts, its share of an epoch's target tokens, and whether it is synthetic). The same data and seed give the same
corpus.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import augment
import clean
from clean import Pair
from frames import Frames

# Copies of each set in one epoch: prose and news-like text up, interface strings and word lists down. Small sets
# two or three times, beside joined and noisy copies: a checkpoint that saw one six times repeated its phrases.
MIX: dict[str, float] = {
    "msdocs": 0.8, "l10n": 0.5, "tatoeba": 1.5, "tico19-dev": 2.5, "syrian-archive": 1.5,
    "nextstrain-narratives": 1.5, "civic-legal": 1.5, "xquad-questions": 2.5, "guides": 2.5, "bitcoin-org": 2.5,
    "tech-react-vue": 1.0, "tech-owasp": 2.0, "quran": 0.5, "names": 0.25, "lexicon": 0.2,
    "pud": 2.0, "un": 1.5, "bible": 1.0,
}  # fmt: skip
PROSE = (
    "tatoeba", "tico19-dev", "syrian-archive", "nextstrain-narratives", "civic-legal", "guides", "bitcoin-org", "pud",
    "un",
)  # fmt: skip
SYNTHETIC = ("noisy-prose", "noisy-docs", "latin-names", "frames")
SHORT = 5  # words: shorter l10n strings are kept at a fifth
MAX_TOKENS = 160
SEED = 20261124
Report = dict[str, dict[str, Any]]


def gather(data: Path, rng: random.Random, frames: int, latin_names: int) -> tuple[dict[str, list[Pair]], Report]:
    """Every set of the mix by name, real ones first, and what was counted on the way."""
    held, seen = clean.held_out(data / "mt"), set[int]()
    sets: dict[str, list[Pair]] = {}
    report: Report = {}
    absent = [name for name in MIX if not (data / "parallel" / f"{name}.tsv.gz").exists()]
    if len(absent) == len(MIX):
        sys.exit(f"{data}/parallel: none of the sets {', '.join(MIX)} (.tsv.gz)")
    if absent:
        print(f"not in {data}/parallel, so left out: {', '.join(absent)}", flush=True)
    for name in MIX:
        if name in absent:
            sets[name], report[name] = [], {"synthetic": False, "absent": True}
            continue
        sets[name], counts = clean.read(data / "parallel" / f"{name}.tsv.gz", held, seen)
        report[name] = {"synthetic": False, **counts}
        if name == "l10n":
            sets[name] = [p for p in sets[name] if len(p[1].split()) >= SHORT or rng.random() < 0.2]
    prose = [p for name in PROSE for p in sets[name]]
    documents = sets["msdocs"]
    joined = [p for name in PROSE for p in augment.joined(sets[name], rng, 1.0)]
    maker = Frames(sets["names"], prose)
    made: dict[str, Iterable[Pair]] = {
        "joined-prose": joined,
        "joined-docs": augment.joined(documents, rng, 0.2),
        "latin-names": augment.with_latin_name(sets["names"], prose, rng, latin_names),
        "noisy-prose": augment.with_noise([*prose, *joined], rng, 0.6),
        "noisy-docs": augment.with_noise(documents, rng, 0.12),
        "frames": ((clean.source_form(a), clean.target_form(e)) for a, e in map(maker.sentence, [rng] * frames)),
    }
    for name, pairs in made.items():
        listed = list(pairs)
        sets[name] = [p for p in listed if not clean.is_held_out(p, held)]
        report[name] = {"synthetic": name in SYNTHETIC, "held out": len(listed) - len(sets[name])}
    return sets, report


def train_vocabulary(sets: dict[str, list[Pair]], out: Path, size: int, rng: random.Random) -> None:
    """``out/spm.model``: one SentencePiece unigram model of both languages."""
    import sentencepiece

    sample = out / "spm.txt"
    with sample.open("w", encoding="utf-8") as f:
        for pairs in sets.values():
            for a, e in rng.sample(pairs, min(len(pairs), 120_000)):
                f.write(f"{a}\n{e}\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(sample), model_prefix=str(out / "spm"), vocab_size=size, model_type="unigram",
        character_coverage=0.9998, byte_fallback=True, split_digits=True, normalization_rule_name="identity",
        bos_id=-1, eos_id=0, pad_id=1, unk_id=2, num_threads=2, minloglevel=1, train_extremely_large_corpus=False,
    )  # fmt: skip
    sample.unlink()


def encode(sets: dict[str, list[Pair]], mix: dict[str, float], report: Report, out: Path) -> None:
    """Write ``out/corpus.npz`` and ``out/corpus.json`` by ``out/spm.model``; ``report`` gets each set's counts."""
    import sentencepiece

    spm = sentencepiece.SentencePieceProcessor(model_file=str(out / "spm.model"))
    source: list[list[int]] = []
    target: list[list[int]] = []
    origin: list[int] = []
    for number, (name, pairs) in enumerate(sets.items()):
        xs = spm.encode([a for a, _ in pairs], num_threads=2)
        ys = spm.encode([e for _, e in pairs], num_threads=2)
        kept = [(x, y) for x, y in zip(xs, ys, strict=True) if 0 < len(x) < MAX_TOKENS and 0 < len(y) < MAX_TOKENS]
        source += [[*x, 0] for x, _ in kept]
        target += [[*y, 0] for _, y in kept]
        origin += [number] * len(kept)
        tokens = sum(len(y) + 1 for _, y in kept)
        report[name] |= {"kept": len(kept), "copies": mix[name], "target_tokens": tokens}
    arrays: dict[str, Any] = {"origin": np.array(origin, np.int32), "copies": np.array([mix[n] for n in sets])}
    for side, ids in (("source", source), ("target", target)):
        arrays[side] = np.fromiter((i for x in ids for i in x), np.int32)
        arrays[f"{side}_lengths"] = np.array([len(x) for x in ids], np.int32)
    np.savez(out / "corpus.npz", **arrays)
    epoch = sum(r["target_tokens"] * r["copies"] for r in report.values())
    for row in report.values():
        row["share"] = round(row["target_tokens"] * row["copies"] / epoch, 4)
    (out / "corpus.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    made = sum(r["share"] for r in report.values() if r["synthetic"])
    print(f"target tokens an epoch: {epoch / 1e6:.2f} M, {made:.0%} of them synthetic", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=12000, help="SentencePiece pieces (default 12000)")
    parser.add_argument("--spm", type=Path, help="use this model: a run can go on over the new corpus")
    parser.add_argument("--frames", type=int, default=30_000, help="sentences made from frames (default 30000)")
    parser.add_argument("--latin-names", type=int, default=12_000, help="pairs with a name in both scripts")
    args = parser.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    sets, report = gather(args.data, rng, args.frames, args.latin_names)
    if args.spm:
        shutil.copy(args.spm, args.out / "spm.model")
    else:
        train_vocabulary(sets, args.out, args.vocabulary, rng)
    encode(sets, {name: MIX.get(name, 1.0) for name in sets}, report, args.out)
    for name, row in report.items():
        print(f"{name:22} {row['kept']:>8,} pairs {row['target_tokens']:>10,} tokens, share {row['share']:.1%}")


if __name__ == "__main__":
    main()
