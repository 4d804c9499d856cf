"""``summ eval``: score summaries and translations, compare systems."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True)

References = Annotated[list[Path] | None, typer.Option(help="File of references; give it again for more references.")]
Lang = Annotated[str, typer.Option(help="Language of the texts, such as ar or en; chooses ROUGE's preset.")]
HypothesisField = Annotated[str | None, typer.Option(help="Field of the hypotheses (.jsonl, .csv, .tsv).")]
ReferenceField = Annotated[str | None, typer.Option(help="Field of the references; may hold a list in .jsonl.")]
IdField = Annotated[str, typer.Option(help="Field of the ids by which files are matched.")]
PresetOption = Annotated[str | None, typer.Option(help="arabic, words, google (= rouge_score) or xlsum (= xl-sum's).")]
Stemmer = Annotated[str, typer.Option(help="none, light, isri, snowball, porter or snowball-stateful.")]
Normalize = Annotated[str | None, typer.Option(help="Normalization steps instead of the preset's: diac+alef, none.")]
Clitics = Annotated[bool, typer.Option("--clitics", help="Cut particles and pronouns off Arabic words.")]
Sentences = Annotated[str, typer.Option(help="Where ROUGE-Lsum splits: newline, summ or punkt.")]
MultiReference = Annotated[str, typer.Option(help="Over several references: max, mean or jackknife.")]
Tokenize = Annotated[str, typer.Option(help="sacrebleu's tokenizer, for BLEU.")]
Resamples = Annotated[int, typer.Option(min=0, help="Bootstrap resamples; 0 for no interval.")]
Seed = Annotated[int, typer.Option(help="Of resampling.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of tables.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Also write the JSON to this file.")]


@app.command()
def score(
    hypotheses: Annotated[
        Path, typer.Option(help="Plain text (one a line), .jsonl, .json, .csv, .tsv or .parquet; .gz is unpacked.")
    ],
    references: References = None,
    sources: Annotated[Path | None, typer.Option(help="File of sources, for metrics free and comet.")] = None,
    lang: Lang = "ar",
    source_lang: Annotated[str, typer.Option(help="Language of the sources, for metric free.")] = "ar",
    metric: Annotated[
        str,
        typer.Option(
            help="rouge (1, 2, L, Lsum), rouge1 to rouge4, rougeL, rougeLsum, bleu, chrf, chrf++, ter, free, "
            "bertscore, comet; joined by commas."
        ),
    ] = "rouge",
    preset: PresetOption = None,
    stemmer: Stemmer = "none",
    normalize: Normalize = None,
    clitics: Clitics = False,
    sentences: Sentences = "newline",
    multi_reference: MultiReference = "max",
    tokenize: Tokenize = "13a",
    hypothesis_field: HypothesisField = None,
    reference_field: ReferenceField = None,
    source_field: Annotated[str | None, typer.Option(help="Field of the sources.")] = None,
    id_field: IdField = "id",
    document_field: Annotated[
        str | None, typer.Option(help="Field of the references with each segment's document.")
    ] = None,
    resamples: Resamples = 1000,
    seed: Seed = 12345,
    processes: Annotated[int, typer.Option(min=1, help="Processes for ROUGE.")] = 1,
    as_json: AsJson = False,
    per_document: Annotated[bool, typer.Option("--per-document", help="Rows of the documents in the JSON.")] = False,
    output: Output = None,
) -> None:
    """Score one system's texts against references."""
    from ..eval.from_files import Fields, load, score_loaded
    from ..eval.tables import print_results

    fields = Fields(hypothesis_field, reference_field, source_field, id_field, document_field)
    loaded = load(hypotheses, references or [], fields=fields, sources=sources)
    _say(loaded.notices)
    rouge = {"preset": preset, "stemmer": stemmer, "normalize": normalize, "clitics": clitics, "sentences": sentences,
             "multi_reference": multi_reference, "processes": processes}  # fmt: skip
    results = score_loaded(
        loaded,
        metric,
        lang=lang,
        source_lang=source_lang,
        resamples=resamples,
        seed=seed,
        rouge_options=rouge,
        tokenize=tokenize,
    )
    value = {
        "hypotheses": str(hypotheses),
        "references": [str(path) for path in references or []],
        "results": {name: result.to_dict(per_document=per_document) for name, result in results.items()},
    }
    _finish(value, output, as_json, lambda: print_results(results))


@app.command()
def compare(
    systems: Annotated[
        list[str], typer.Argument(metavar="SYSTEM=FILE...", help="Texts, or without --references stored JSON.")
    ],
    references: References = None,
    lang: Lang = "ar",
    metric: Annotated[
        str, typer.Option(help="rouge1 to rouge4, rougeL, rougeLsum, bleu, chrf, chrf++, ter; by commas.")
    ] = "rouge1",
    preset: PresetOption = None,
    stemmer: Stemmer = "none",
    normalize: Normalize = None,
    clitics: Clitics = False,
    sentences: Sentences = "newline",
    multi_reference: MultiReference = "max",
    tokenize: Tokenize = "13a",
    hypothesis_field: HypothesisField = None,
    reference_field: ReferenceField = None,
    id_field: IdField = "id",
    test: Annotated[str, typer.Option(help="The test that decides: randomization or bootstrap.")] = "randomization",
    level: Annotated[float, typer.Option(help="Of significance, after Holm's correction.")] = 0.05,
    trials: Annotated[int, typer.Option(min=1, help="Of approximate randomization.")] = 10_000,
    resamples: Annotated[int, typer.Option(min=1, help="Of the bootstrap.")] = 1000,
    seed: Seed = 12345,
    documents: Annotated[int, typer.Option(min=0, help="Show so many documents on which systems differ most.")] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Compare stored results in spite of different signatures.")
    ] = False,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Compare systems: scores with intervals, p-values, who beats whom."""
    from ..eval.from_files import Fields, compare_files, parse_systems
    from ..eval.tables import print_comparisons

    rouge = {"preset": preset, "stemmer": stemmer, "normalize": normalize, "clitics": clitics, "sentences": sentences,
             "multi_reference": multi_reference}  # fmt: skip
    comparisons, notices = compare_files(
        parse_systems(systems), references or [], metric, lang=lang, fields=Fields(hypothesis_field, reference_field,
        id=id_field), force=force, rouge_options=rouge, tokenize=tokenize, test=test, level=level, trials=trials,
        resamples=resamples, seed=seed,
    )  # fmt: skip
    _say(notices)
    value = {"comparisons": {name: comparison.to_dict(documents=documents) for name, comparison in comparisons.items()}}
    _finish(value, output, as_json, lambda: print_comparisons(comparisons, documents))


def _say(notices: Iterable[str]) -> None:
    for notice in notices:
        print(notice, file=sys.stderr)


def _finish(value: dict[str, Any], output: Path | None, as_json: bool, table: Callable[[], None]) -> None:
    """Write the JSON where it is wanted; on standard output either it or the tables."""
    from ..atomic import write_atomically

    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if output is not None:
        write_atomically(output, text)
    if as_json:
        sys.stdout.write(text)
    else:
        table()
