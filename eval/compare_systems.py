"""Compare systems by one metric, with intervals and p-values: the same figures as `summ eval compare`.

python eval/compare_systems.py --references reference.txt --metric bleu ours=ours.txt theirs=theirs.txt
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from summ.errors import SummError
from summ.eval.from_files import Fields, compare_files, parse_systems
from summ.eval.tables import print_comparisons


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare systems, with paired significance tests.")
    parser.add_argument("systems", nargs="+", metavar="SYSTEM=FILE", help="two systems or more")
    parser.add_argument("--references", type=Path, action="append", required=True, help="repeat for more references")
    parser.add_argument("--metric", default="rouge1", help="such as rouge1,rougeL or bleu,chrf (default: %(default)s)")
    parser.add_argument("--lang", default="ar", help="language of the texts, for ROUGE (default: %(default)s)")
    parser.add_argument("--hypothesis-field", help="field of the hypotheses in .jsonl, .csv, .tsv")
    parser.add_argument("--reference-field", help="field of the references")
    parser.add_argument(
        "--documents", type=int, default=5, help="documents to show that differ most (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of tables")
    args = parser.parse_args()

    fields = Fields(hypothesis=args.hypothesis_field, reference=args.reference_field)
    systems = parse_systems(args.systems)
    comparisons, notices = compare_files(systems, args.references, args.metric, lang=args.lang, fields=fields)
    for notice in notices:
        print(notice, file=sys.stderr)
    if args.json:
        value = {name: comparison.to_dict(documents=args.documents) for name, comparison in comparisons.items()}
        json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    else:
        print_comparisons(comparisons, args.documents)


if __name__ == "__main__":
    try:
        main()
    except SummError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
