"""The built-in model's card as a page, written from its measured figures.

python training/card.py FOLDER      # FOLDER/card.json -> FOLDER/README.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# FLORES dev, one reference, sacrebleu 13a / chrF2: other systems' stored output, scored by `summ eval compare`.
OTHERS = (
    ("argos-translate", 29.99),
    ("opus-mt-ar-en", 33.93),
    ("NLLB-200", 37.48),
    ("bergamot-base", 39.59),
    ("Microsoft", 44.03),
    ("Google", 45.95),
)

FAILINGS = """\
- It was trained mostly on software documentation and interface strings, since little open Arabic-English news exists.
  In news it misses words, invents content, and now and then slides into the language of manuals.
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
        "No pair that shares an 8-gram with these sets was trained on.",
        "",
        "| set | sentences | BLEU | chrF |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {name} | {s['sentences']} | {s['BLEU']} | {s['chrF']} |" for name, s in card["scores"].items()]
    signatures = next(iter(card["scores"].values()))["signatures"]
    lines += ["", f"Signatures: `{signatures[0]}`, `{signatures[1]}`", ""]
    lines += ["BLEU of other systems on flores-dev: " + ", ".join(f"{name} {bleu}" for name, bleu in OTHERS) + ".", ""]
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


def write(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "README.md").write_text(page(card), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
