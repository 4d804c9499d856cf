"""Build the encoded training corpus: read, clean, filter, deduplicate, decontaminate, join, encode.

    python training/corpus.py --data DATA_DIR --out WORK_DIR

``DATA_DIR/parallel/*.tsv.gz`` holds Arabic TAB English, ``DATA_DIR/mt/*.tsv`` the development sets. Every pair
that shares an English 8-gram or a whole sentence with a development set is dropped. Written to WORK_DIR:
``spm.model`` (SentencePiece unigram, both languages), ``corpus.npz`` (token ids) and ``corpus.json`` (counts).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import sentencepiece

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from summ.models.builtin import source_form

# Copies of each set in one epoch: prose and news-like text up, interface strings and word lists down.
# No small set more than three times: the first checkpoint, which saw one six times, repeated its phrases.
MIX: dict[str, float] = {
    "msdocs": 1.0, "l10n": 1.0, "tatoeba": 2.0, "tico19-dev": 3.0, "syrian-archive": 2.0,
    "nextstrain-narratives": 2.0, "civic-legal": 2.0, "xquad-questions": 3.0, "guides": 3.0, "bitcoin-org": 3.0,
    "tech-react-vue": 1.0, "tech-owasp": 2.0, "quran": 0.5, "names": 0.25, "lexicon": 0.2,
}  # fmt: skip
PROSE = ("tatoeba", "tico19-dev", "syrian-archive", "nextstrain-narratives", "civic-legal", "guides", "bitcoin-org")
SHORT = 5  # words: shorter l10n strings are kept at a fifth
MAX_TOKENS = 160
SEED = 20261124
Pair = tuple[str, str]
_QUOTES = str.maketrans("’‘“”«»", '\'\'""""')


def target_form(text: str) -> str:
    """English as the model learns to write it: NFKC, straight quotes, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


def ngrams(text: str, n: int = 8) -> tuple[set[str], str]:
    """The word n-grams of ``text`` and its words joined, both lower-cased: the keys of decontamination."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}, " ".join(words)


def held_out(folder: Path) -> set[str]:
    """Keys of every English development sentence. Tatoeba's are short: whole sentences only."""
    keys: set[str] = set()
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            grams, words = ngrams(target_form(line.split("\t")[1]))
            keys.add(words)
            if "tatoeba" not in path.name:
                keys |= grams
    return keys


def plausible(arabic: str, english: str) -> bool:
    """False for pairs that teach nothing: no Arabic, no letters, wild length ratio, disagreeing long numbers."""
    letters = len(re.findall(r"[\u0621-\u064a]", arabic))
    if letters < 2 or not re.search("[A-Za-z]", english):
        return False
    ratio = (len(arabic) + 8) / (len(english) + 8)
    if not 0.35 < ratio < 2.2 or letters < 0.3 * len(arabic.replace(" ", "")):
        return False
    return sorted(re.findall(r"\d{3,}", arabic)) == sorted(re.findall(r"\d{3,}", english))


def read(path: Path, held: set[str], seen: set[int]) -> tuple[list[Pair], dict[str, int]]:
    pairs: list[Pair] = []
    count = {"read": 0, "implausible": 0, "duplicate": 0, "held out": 0}
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").removesuffix("\n").split("\n"):
        raw_arabic, raw_english = line.rstrip("\n").split("\t")[:2]
        arabic, english = source_form(raw_arabic), target_form(raw_english)
        count["read"] += 1
        key = hash((arabic, english.lower()))
        grams, words = ngrams(english)
        if not plausible(arabic, english):
            count["implausible"] += 1
        elif key in seen:
            count["duplicate"] += 1
        elif words in held or grams & held:
            count["held out"] += 1
        else:
            seen.add(key)
            pairs.append((arabic, english))
    return pairs, count


def joined(pairs: list[Pair], rng: random.Random, share: float) -> Iterator[Pair]:
    """Neighbouring pairs as one segment of two or three sentences, now and then glued as Arabic news glues them."""
    i = 0
    while i + 1 < len(pairs):
        k = rng.choice((2, 2, 3))
        group = pairs[i : i + k]
        i += k
        whole = all(a[-1:] in ".!؟?" and e[-1:] in ".!?" and len(e.split()) >= 4 for a, e in group)
        if whole and rng.random() < share and sum(len(e.split()) for _, e in group) < 70:
            yield ("" if rng.random() < 0.25 else " ").join(a for a, _ in group), " ".join(e for _, e in group)


def with_latin_name(names: list[Pair], pairs: list[Pair], rng: random.Random, count: int) -> Iterator[Pair]:
    """``(جاك ما) Jack Ma``: a name written twice, as news sites do, becomes the Latin one."""
    people = [(a, e) for a, e in names if 2 <= len(e.split()) <= 3]
    hosts = [(a, e) for a, e in pairs if 4 <= len(e.split()) <= 25]
    for _ in range(count):
        (a, e), (name_a, name_e) = rng.choice(hosts), rng.choice(people)
        shown = rng.choice((f"({name_a}) {name_e}", f"{name_a} ({name_e})", name_e))
        yield f"{shown}: {a}", f"{name_e}: {e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=12000, help="SentencePiece pieces (default 12000)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    held, seen = held_out(args.data / "mt"), set[int]()
    sets: dict[str, list[Pair]] = {}
    report: dict[str, dict[str, float]] = {}
    for name in MIX:
        sets[name], report[name] = read(args.data / "parallel" / f"{name}.tsv.gz", held, seen)
        if name == "l10n":
            sets[name] = [p for p in sets[name] if len(p[1].split()) >= SHORT or rng.random() < 0.2]
    mix = dict(MIX)
    sets["joined-prose"] = [p for n in PROSE for p in joined(sets[n], rng, 1.0)]
    sets["joined-docs"] = list(joined(sets["msdocs"], rng, 0.2))
    hosts = [p for n in PROSE for p in sets[n]]
    sets["latin-names"] = list(with_latin_name(sets["names"], hosts, rng, 12000))
    mix |= {"joined-prose": 1.0, "joined-docs": 1.0, "latin-names": 1.0}

    sample = args.out / "spm.txt"
    with sample.open("w", encoding="utf-8") as f:
        for pairs in sets.values():
            for a, e in rng.sample(pairs, min(len(pairs), 120_000)):
                f.write(f"{a}\n{e}\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(sample), model_prefix=str(args.out / "spm"), vocab_size=args.vocabulary, model_type="unigram",
        character_coverage=0.9998, byte_fallback=True, split_digits=True, normalization_rule_name="identity",
        bos_id=-1, eos_id=0, pad_id=1, unk_id=2, num_threads=2, minloglevel=1, train_extremely_large_corpus=False,
    )  # fmt: skip
    spm = sentencepiece.SentencePieceProcessor(model_file=str(args.out / "spm.model"))
    source: list[list[int]] = []
    target: list[list[int]] = []
    origin: list[int] = []
    for number, (name, pairs) in enumerate(sets.items()):
        xs = spm.encode([a for a, _ in pairs], num_threads=2)
        ys = spm.encode([e for _, e in pairs], num_threads=2)
        kept = [i for i in range(len(pairs)) if 0 < len(xs[i]) < MAX_TOKENS and 0 < len(ys[i]) < MAX_TOKENS]
        source += [[*xs[i], 0] for i in kept]
        target += [[*ys[i], 0] for i in kept]
        origin += [number] * len(kept)
        tokens = sum(len(ys[i]) + 1 for i in kept)
        report.setdefault(name, {}).update(kept=len(kept), copies=mix[name], target_tokens=tokens)
        print(name, report[name], flush=True)
    np.savez(
        args.out / "corpus.npz",
        source=np.concatenate([np.array(x, np.int32) for x in source]),
        target=np.concatenate([np.array(y, np.int32) for y in target]),
        source_lengths=np.array([len(x) for x in source], np.int32),
        target_lengths=np.array([len(y) for y in target], np.int32),
        origin=np.array(origin, np.int32),
        copies=np.array([mix[n] for n in sets], np.float64),
    )
    (args.out / "corpus.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), "utf-8")
    print(
        "target tokens an epoch:", round(sum(r["target_tokens"] * r["copies"] for r in report.values()) / 1e6, 2), "M"
    )


if __name__ == "__main__":
    main()
