"""Read a set of pairs: normalise, filter, deduplicate, and drop what is in a development set."""

from __future__ import annotations

import gzip
import re
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from summ.models.builtin import source_form

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
    """Keys of both sides of every development pair. Tatoeba's sentences are short: whole sentences only."""
    keys: set[str] = set()
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            arabic, english = line.split("\t")[:2]
            for side in (source_form(arabic), target_form(english)):
                grams, words = ngrams(side)
                keys.add(words)
                if "tatoeba" not in path.name:
                    keys |= grams
    return keys


def is_held_out(pair: Pair, held: set[str]) -> bool:
    """True when a side of ``pair`` is a development sentence or shares an 8-gram with one."""
    return any(words in held or not held.isdisjoint(grams) for grams, words in map(ngrams, pair))


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
    """The pairs of a gzipped TSV that are fit to train on, and counts of the others. ``seen`` grows."""
    pairs: list[Pair] = []
    count = {"read": 0, "implausible": 0, "duplicate": 0, "held out": 0}
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")  # splitlines would break at U+2028 too
    for number, line in enumerate(lines, 1):
        fields = line.split("\t")
        if len(fields) < 2:
            if line:
                sys.exit(f"{path}:{number}: expected Arabic TAB English")
            continue
        arabic, english = source_form(fields[0]), target_form(fields[1])
        count["read"] += 1
        key = hash((arabic, english.lower()))
        if not plausible(arabic, english):
            count["implausible"] += 1
        elif key in seen:
            count["duplicate"] += 1
        elif is_held_out((arabic, english), held):
            count["held out"] += 1
        else:
            seen.add(key)
            pairs.append((arabic, english))
    return pairs, count
