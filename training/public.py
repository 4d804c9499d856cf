"""Three more sets of prose for DATA, from copies anybody can get: PUD, the United Nations' development set, the Bible.

    python training/public.py DATA --pud FILE --un FOLDER --van-dyck FOLDER --web FILE

- ``--pud``: ``ar_pud-ud-test.conllu`` of github.com/UniversalDependencies/UD_Arabic-PUD, 1,000 sentences of news and
  Wikipedia with the English they were translated from (Zeman et al. 2017);
- ``--un``: the folder of the test sets of the UN Parallel Corpus 1.0 (Ziemski et al. 2016), of which the development
  set is trained on and the test set becomes a held-out set of ours;
- ``--van-dyck``: ``data/initial`` of github.com/krezek/Peshitta, the Arabic of Smith and Van Dyck (1865) as one SQL
  file a chapter;
- ``--web``: the World English Bible, as Debian's packages diatheke and sword-text-web print it by
  ``diatheke -b engWEB2015eb -f OSIS -k Gen-Rev``.

Written: ``DATA/parallel/{pud,un,bible}.tsv.gz``, a card beside each, and ``DATA/mt/un-test.tsv``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

Verse = tuple[str, int, int]
_ARABIC = re.compile(r'VALUES \((\d+), (\d+), .*?, .*?, "(.*)"\);')
# Before the name of the book stands the title that was printed last.
_ENGLISH = re.compile(r"(?:(I+) )?([A-Z][A-Za-z ]*?) (\d+):(\d+): (.*)")


def arabic_verses(folder: Path) -> dict[Verse, str]:
    """Verses by book ("samuel_1"), chapter and number."""
    verses: dict[Verse, str] = {}
    for path in sorted(folder.glob("*/*.sql")):
        for chapter, number, text in _ARABIC.findall(path.read_text("utf-8-sig")):
            verses[path.parent.name, int(chapter), int(number)] = text.translate(str.maketrans("[]", "«»")).strip()
    if not verses:
        sys.exit(f"{folder}: no BOOK/BOOK_CHAPTER.sql files; give data/initial of the repository")
    return verses


def english_verses(path: Path) -> dict[Verse, str]:
    """The same keys; the name of God as other translations write it."""
    verses: dict[Verse, str] = {}
    for line in path.read_text("utf-8").split("\n"):
        found = _ENGLISH.search(line)
        if not found or "(Greek)" in line:
            continue
        volume, name, chapter, number, text = found.groups()
        book = "revelation" if name == "Revelation of John" else name.lower().replace(" ", "_")
        if volume:
            book += f"_{len(volume)}"
        text = re.sub(r"(?<=</w>)(?=<w>)", " ", re.sub(r"<title.*?</title>|<note.*?</note>", " ", text))
        text = " ".join(re.sub(r"<[^>]+>", "", text).split())
        text = re.sub(r"\b(Lord|O) yahweh\b", r"\1 God", text, flags=re.I)
        text = re.sub(r"\byahweh\b", "the Lord", text, flags=re.I)
        text = re.sub(r"(^|[.!?] [“‘]?|[“‘])the Lord", r"\1The Lord", text)
        verses[book, int(chapter), int(number)] = text
    if not verses:
        sys.exit(f"{path}: no lines like 'Genesis 1:1: ...'")
    return verses


def bible(arabic: dict[Verse, str], english: dict[Verse, str]) -> list[tuple[str, str]]:
    """Verses of the chapters in which both editions count alike; the first of a psalm has its title in Arabic only."""

    def counts(verses: dict[Verse, str]) -> dict[tuple[str, int], int]:
        most: dict[tuple[str, int], int] = {}
        for book, chapter, number in verses:
            most[book, chapter] = max(number, most.get((book, chapter), 0))
        return most

    a, e = counts(arabic), counts(english)
    alike = {chapter for chapter in a if a[chapter] == e.get(chapter)}
    print(f"bible: {len(alike)} of {len(a)} chapters count alike; not: {sorted(set(a) - alike)}")
    return [
        (text, english[key])
        for key, text in arabic.items()
        if key[:2] in alike and english.get(key) and not (key[0] == "psalms" and key[2] == 1)
    ]


def pud(path: Path) -> list[tuple[str, str]]:
    """The sentences and their originals, which stand in the comments of a CoNLL-U file."""
    pairs = re.findall(r"^# text = (.+)$(?s:.*?)^# text_en = (.+)$", path.read_text("utf-8"), re.M)
    if not pairs:
        sys.exit(f"{path}: no '# text = ' with a '# text_en = '")
    return pairs


def write(folder: Path, name: str, pairs: list[tuple[str, str]], about: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{a}\t{e}\n" for a, e in pairs if a and e and "\t" not in a + e)
    with gzip.GzipFile(folder / f"{name}.tsv.gz", "wb", mtime=0) as f:
        f.write(lines.encode())
    card = {"name": name, "pairs": lines.count("\n"), **about}
    (folder / f"{name}.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{name}: {card['pairs']} pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pud", type=Path)
    parser.add_argument("--van-dyck", type=Path)
    parser.add_argument("--web", type=Path)
    parser.add_argument("--un", type=Path)
    args = parser.parse_args()
    if bool(args.van_dyck) != bool(args.web):
        parser.error("--van-dyck and --web belong together")
    if args.pud:
        write(
            args.data / "parallel", "pud", pud(args.pud), {"license": "CC BY-SA 3.0 (Parallel Universal Dependencies)"}
        )
    if args.van_dyck:
        about = {"license": "public domain (Smith and Van Dyck 1865; World English Bible)"}
        write(args.data / "parallel", "bible", bible(arabic_verses(args.van_dyck), english_verses(args.web)), about)
    if args.un:
        dev, test = (
            [
                (args.un / f"{part}set" / f"UNv1.0.{part}set.{side}").read_text("utf-8").split("\n")[:-1]
                for side in ("ar", "en")
            ]
            for part in ("dev", "test")
        )
        about = {"license": "free use with credit to the United Nations (UN Parallel Corpus v1.0, Ziemski et al. 2016)"}
        write(args.data / "parallel", "un", list(zip(*dev, strict=True)), about)
        (args.data / "mt").mkdir(parents=True, exist_ok=True)
        rows = "".join(f"{a}\t{e}\n" for a, e in zip(*test, strict=True))
        (args.data / "mt" / "un-test.tsv").write_text(rows, "utf-8")


if __name__ == "__main__":
    main()
