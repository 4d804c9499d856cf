"""Score translations with BLEU, chrF, chrF++ and TER: the same figures as `summ eval score --metric
bleu,chrf,chrf++,ter`.

python eval/score_translations.py --hypotheses system.txt --references reference.txt
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from summ.errors import SummError
from summ.eval.from_files import Fields, load, score_loaded
from summ.eval.tables import print_results


def main() -> None:
    parser = argparse.ArgumentParser(description="Score translations with sacrebleu's metrics.")
    parser.add_argument("--hypotheses", type=Path, required=True, help="one segment a line, or .jsonl, .csv, .tsv")
    parser.add_argument("--references", type=Path, action="append", required=True, help="repeat for more references")
    parser.add_argument("--tokenize", default="13a", help="sacrebleu's tokenizer, for BLEU (default: %(default)s)")
    parser.add_argument("--ter", action="store_true", help="TER as well; it takes its time")
    parser.add_argument("--hypothesis-field", help="field of the translations in .jsonl, .csv, .tsv")
    parser.add_argument("--reference-field", help="field of the references")
    parser.add_argument("--document-field", help="field of the references with the document of each segment")
    parser.add_argument("--json", action="store_true", help="JSON with one row a segment instead of tables")
    args = parser.parse_args()

    fields = Fields(hypothesis=args.hypothesis_field, reference=args.reference_field, document=args.document_field)
    data = load(args.hypotheses, args.references, fields=fields)
    for notice in data.notices:
        print(notice, file=sys.stderr)
    metrics = "bleu,chrf,chrf++,ter" if args.ter else "bleu,chrf,chrf++"
    results = score_loaded(data, metrics, tokenize=args.tokenize)
    if args.json:
        json.dump(
            {name: result.to_dict() for name, result in results.items()}, sys.stdout, ensure_ascii=False, indent=1
        )
    else:
        print_results(results)


if __name__ == "__main__":
    try:
        main()
    except SummError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
