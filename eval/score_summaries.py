"""Score summaries with ROUGE: the same figures as `summ eval score`.

python eval/score_summaries.py --hypotheses system.jsonl --references gold.jsonl --lang ar
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
    parser = argparse.ArgumentParser(description="Score summaries with ROUGE.")
    parser.add_argument("--hypotheses", type=Path, required=True, help="one summary a line, or .jsonl, .csv, .tsv")
    parser.add_argument("--references", type=Path, action="append", required=True, help="repeat for more references")
    parser.add_argument("--sources", type=Path, help="the articles: adds what is measured without references")
    parser.add_argument("--lang", default="ar", help="language of the summaries (default: %(default)s)")
    parser.add_argument("--preset", help="arabic, words, google or xlsum (default: by language)")
    parser.add_argument("--stemmer", default="none", help="none, light, isri, snowball, porter (default: %(default)s)")
    parser.add_argument("--hypothesis-field", help="field of the summaries in .jsonl, .csv, .tsv")
    parser.add_argument("--reference-field", help="field of the references; in .jsonl it may hold a list")
    parser.add_argument("--json", action="store_true", help="JSON with one row a document instead of a table")
    args = parser.parse_args()

    fields = Fields(hypothesis=args.hypothesis_field, reference=args.reference_field)
    data = load(args.hypotheses, args.references, fields=fields, sources=args.sources)
    for notice in data.notices:
        print(notice, file=sys.stderr)
    metrics = "rouge,free" if args.sources else "rouge"
    options = {"preset": args.preset, "stemmer": args.stemmer}
    results = score_loaded(data, metrics, lang=args.lang, rouge_options=options)
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
