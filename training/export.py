"""Make a run's averaged weights the built-in model: CTranslate2 int8, size check, scores, model card.

    python training/export.py WORK_DIR --run final --data DATA_DIR [--install]

Writes WORK_DIR/RUN/export/; with ``--install`` the files take the place of those in src/summ/models/builtin. Scores are
sacrebleu's on every set of DATA_DIR/mt, decoded through summ itself as a user would.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import card as card_page
from convert import convert, scores, translate

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
BUILTIN = ROOT / "src" / "summ" / "models" / "builtin"
FILES = ("model.bin", "config.json", "shared_vocabulary.json", "sentencepiece.model", "card.json", "README.md")
MOST_BYTES = 25_000_000
SAMPLE = ROOT / "configs" / "eval" / "sample" / "articles.jsonl"


BUCKETS = ((1, 15), (16, 25), (26, 999))  # words of the source


def by_length(sources: list[str], references: list[str], systems: dict[str, list[str]]) -> list[dict[str, Any]]:
    """BLEU and chrF of every system, overall and by the number of words in the source."""
    rows = []
    for name, hypotheses in systems.items():
        row: dict[str, Any] = {"system": name}
        for least, most in ((1, 999), *BUCKETS):
            chosen = [i for i, source in enumerate(sources) if least <= len(source.split()) <= most]
            made = scores([hypotheses[i] for i in chosen], [references[i] for i in chosen])
            label = "all" if (least, most) == (1, 999) else f"{least}+" if most == 999 else f"{least} to {most}"
            row[label] = {"sentences": len(chosen), "BLEU": made["BLEU"], "chrF": made["chrF"]}
        rows.append(row)
    return rows


def score(
    folder: Path, data: Path, beam_size: int
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]], list[tuple[str, str, str]]]:
    """Scores on the development sets, those on FLORES beside other systems, and ten translations to look at."""
    from summ.text import split_sentences

    found: dict[str, dict[str, Any]] = {}
    beside: list[dict[str, Any]] = []
    for path in sorted((data / "mt").glob("*.tsv")):
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        clock = time.perf_counter()
        hypotheses = translate(folder, [r[0] for r in rows], beam_size)
        seconds = time.perf_counter() - clock
        found[path.stem] = {"sentences": len(rows), **scores(hypotheses, [r[1] for r in rows])}
        found[path.stem]["sentences_per_second"] = round(len(rows) / seconds, 1)
        print(path.stem, found[path.stem], flush=True)
        stored = sorted((data / "mt-systems").glob(f"{path.stem}.*.en"))
        if stored:
            systems = {"built-in": hypotheses}
            systems |= {p.name.split(".")[1]: p.read_text("utf-8").splitlines() for p in stored}
            beside = by_length([r[0] for r in rows], [r[1] for r in rows], systems)
    # Other people's sentences stay out of the card: the samples are of the articles that were written for summ.
    articles = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()][:10]
    sources = [split_sentences(article["text"])[0].text for article in articles]
    made = translate(folder, sources, beam_size)
    firsts = [split_sentences(article["translation"])[0].text for article in articles]
    return found, beside, list(zip(sources, firsts, made, strict=True))


def sources(data: Path, corpus: dict[str, Any]) -> list[dict[str, Any]]:
    """Name, licence and size of every set that went in, from the sets' own cards."""
    listed = []
    for name, counts in corpus.items():
        path = data / "parallel" / f"{name}.json"
        if path.exists():
            about = json.loads(path.read_text("utf-8"))
            licence = (
                about.get("license")
                or about.get("license_note")
                or "; ".join(sorted({s.get("license", "?") for s in about["sources"]}))
            )
            listed.append(
                {"name": name, "pairs": counts["kept"], "copies_an_epoch": counts["copies"], "licence": licence}
            )
    return listed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--run", default="main")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--beam-size", type=int, default=4)
    parser.add_argument("--remark", help="a sentence for the card, on what the scores do not show")
    parser.add_argument("--install", action="store_true", help="put the files into src/summ/models/builtin")
    args = parser.parse_args()
    run = args.work / args.run
    out = run / "export"
    about = convert(run, args.work / "spm.model", out)
    progress, shape = about["progress"], about["shape"]
    size = sum(p.stat().st_size for p in out.iterdir())
    print(f"{size / 1e6:.1f} MB, {progress['tokens'] / 1e6:.1f} M target tokens seen", flush=True)
    if size > MOST_BYTES:
        sys.exit(f"too large: {size} bytes, at most {MOST_BYTES}")
    measured, beside, samples = score(out, args.data, args.beam_size)
    corpus = json.loads((args.work / "corpus.json").read_text("utf-8"))
    rows = list(csv.DictReader((run / "log.csv").open()))
    card = {
        "revision": hashlib.sha256((out / "model.bin").read_bytes()).hexdigest()[:12],
        "rough": measured["flores-dev"]["BLEU"] < 20,
        "layout": f"M2M100, pre-norm, {shape['encoder_layers']} encoder and {shape['decoder_layers']} decoder layers, "
        f"width {shape['width']}, int8 by CTranslate2",
        "bytes": size,
        "target_tokens_seen": progress["tokens"],
        "training_loss": float(rows[-1]["loss"]) if rows else None,
        "beam_size": args.beam_size,
        "scores": measured,
        "by_length": beside,
        "remark": args.remark,
        "samples": samples,
        "data": sources(args.data, corpus),
    }
    (out / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    card_page.write(out)
    if args.install:
        for name in FILES:
            partial = BUILTIN / f"{name}.partial"
            shutil.copy(out / name, partial)
            partial.replace(BUILTIN / name)
        print("installed", card["revision"])


if __name__ == "__main__":
    main()
