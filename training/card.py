"""The built-in model's card as a page, written from its measured figures.

python training/card.py FOLDER      # FOLDER/card.json -> FOLDER/README.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# The names of stored outputs, and how their makers write them.
NAMES = {
    "argos": "Argos Translate",
    "opusmt": "opus-mt-ar-en",
    "nllb": "NLLB-200",
    "bergamot-base": "Mozilla's base",
    "microsoft": "Microsoft",
    "google": "Google",
}

FAILINGS = """\
- It was trained mostly on software documentation and interface strings, since little open Arabic-English news exists.
  In news it misses words, invents content, and now and then slides into the language of manuals,
  and in somewhat under one of a hundred sentences into the Bible's ("the Lord", "behold", Jerusalem for another place).
- Names that are written only in Arabic letters are often wrong; Latin names in the source are not always copied.
  `summ` notices names and numbers that were lost.
- Long sentences lose their second half; dialect and poetry are beyond it.
- It is a first gist for deciding what to read, and is not fit for publication or for any decision about people."""


def page(card: dict[str, Any]) -> str:
    lines = [
        "# Card of the built-in Arabic to English translator",
        "",
        f"Revision `{card['revision']}`: {card['layout']}, {card['bytes'] / 1e6:.1f} MB. "
        f"It has seen {card['target_tokens_seen'] / 1e6:.1f} million target tokens.",
        "",
        "## How good it is",
        "",
        f"sacrebleu, beam {card['beam_size']}, int8 on a CPU, decoded sentence by sentence as summ does. "
        "Pairs that share an 8-gram with these sets (a whole sentence with tatoeba-test) were left out.",
        "",
        "| set | sentences | BLEU | chrF |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {name} | {s['sentences']} | {s['BLEU']} | {s['chrF']} |" for name, s in card["scores"].items()]
    signatures = next(iter(card["scores"].values()))["signatures"]
    if card.get("remark"):
        lines += ["", card["remark"]]
    lines += ["", f"Signatures: `{signatures[0]}`, `{signatures[1]}`", ""]
    lines += beside(card.get("by_length") or [])
    lines += ["## Known failings", "", FAILINGS, "", "## Samples", ""]
    lines += [
        "The first sentence of each of ten sample articles (`configs/eval/sample`), unchosen.",
        "",
        "| source | reference | built-in |",
        "| --- | --- | --- |",
    ]
    for sample in card.get("samples", []):
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in sample) + " |")
    lines += ["", "## Data and licences", "", "The weights are released under CC BY-SA 4.0 (LICENSE).", ""]
    lines += ["| set | pairs | copies an epoch | licence |", "| --- | --- | --- | --- |"]
    for row in card["data"]:
        lines.append(
            f"| {row['name']} | {row['pairs']:,} | {row['copies_an_epoch']} | {row['licence'].replace('|', '/')} |"
        )
    lines += ["", "How it was made: `training/README.md` in the source repository."]
    return "\n".join(lines) + "\n"


def beside(rows: list[dict[str, Any]]) -> list[str]:
    """BLEU / chrF on FLORES dev beside other systems, by the number of words in the source."""
    if not rows:
        return []
    labels = [label for label in rows[0] if label != "system"]
    heads = [f"{label}{'' if label == 'all' else ' words'} ({rows[0][label]['sentences']})" for label in labels]
    lines = ["BLEU / chrF on flores-dev beside other systems' output, by the length of the source:", ""]
    lines += ["| system | " + " | ".join(heads) + " |", "| --- |" + " --- |" * len(labels)]
    for row in sorted(rows, key=lambda row: row["all"]["BLEU"]):
        cells = [f"{row[label]['BLEU']:.1f} / {row[label]['chrF']:.1f}" for label in labels]
        lines.append(f"| {NAMES.get(row['system'], row['system'])} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def write(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "README.md").write_text(page(card), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
