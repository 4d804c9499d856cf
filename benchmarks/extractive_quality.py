"""The built-in Arabic summarizer beside the lead and other rankers, at the same number of sentences.

    python benchmarks/extractive_quality.py [--half all|choose|confirm] [--systems "lead;builtin"] [--corpora FOLDER]
    python benchmarks/extractive_quality.py --ablations

Every system takes the same number of the same sentences (section headings and repeats left out). Scores are F of
ROUGE-1, ROUGE-2 and ROUGE-L in percent by ``summ.eval.rouge``: means over documents, and over references where there
are several. In parentheses, the difference to the first system (the lead); a star marks p < 0.05 (paired bootstrap over
documents, two-sided, 10,000 resamples). ``choose`` and ``confirm`` are halves of the documents, by a hash of their id.

Titles are used by the systems whose names say so. The folder holds gzipped JSON lines with ``id``, ``article``,
``title`` and ``summaries``; without it the script says so and ends.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt

from summ.eval import rouge
from summ.eval.resampling import bootstrap_sums
from summ.eval.significance import bootstrap_p
from summ.summarize import extractive, ranking, terms
from summ.summarize.features import SentenceTerms, sentence_terms
from summ.summarize.layout import read_layout

ROOT = Path(__file__).resolve().parent.parent
TYPES = ("rouge1", "rouge2", "rougeL")
FloatArray = npt.NDArray[np.float64]
Record = dict[str, object]

# Name, file, which of its records, and the numbers of sentences to compare at: about what the references have, and 3.
SETS: tuple[tuple[str, str, Callable[[Record], bool], tuple[int, ...]], ...] = (
    ("EASC", "easc", lambda r: True, (3, 5)),
    ("BBC, lead unlike reference", "ant-bbc", lambda r: float(str(r["lead_overlap"])) < 0.45, (1, 3)),
    ("BBC, lead like reference", "ant-bbc", lambda r: float(str(r["lead_overlap"])) >= 0.45, (1, 3)),
    ("France 24", "ant-france24", lambda r: True, (2, 3)),
    ("Wikipedia", "arwiki-lead", lambda r: True, (3, 5)),
    ("NTREX headlines", "ntrex-docs", lambda r: True, (1, 3)),
    ("Reports (Nextstrain)", "bilingual-docs", lambda r: str(r["id"]).startswith("nextstrain"), (5, 10)),
)
TITLE_IS_REFERENCE = {"ntrex-docs"}


@dataclass(frozen=True)
class Document:
    """An article as all systems see it."""

    record: Record
    sentences: list[str]
    vectors: SentenceTerms
    title: str | None

    @property
    def text(self) -> str:
        return str(self.record["article"])


def read(folder: Path, name: str) -> Iterable[Document]:
    """The documents of a set, cut into candidate sentences."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            layout = read_layout(record["article"])
            body = [s.text for s, is_body in zip(layout.sentences, layout.is_body, strict=True) if is_body]
            sentences = list(dict.fromkeys(body))
            vectors = sentence_terms(sentences, np.ones(len(sentences), bool))
            title = None if name in TITLE_IS_REFERENCE else record["title"]
            yield Document(record, sentences, vectors, title)


def half(identity: str) -> str:
    """The half that a document belongs to, by its id alone."""
    return "choose" if hashlib.sha256(identity.encode()).digest()[0] % 2 == 0 else "confirm"


# Rankers: one score a sentence.


def dense(vectors: SentenceTerms) -> FloatArray:
    """Sentences by terms, rows of length 1."""
    matrix = np.zeros((vectors.sentences, len(vectors.rarity)))
    matrix[vectors.row, vectors.column] = vectors.weight
    return matrix


def page_rank(similarity: FloatArray, damping: float = 0.85) -> FloatArray:
    """The stationary distribution of a walk along similarities (Brin and Page 1998)."""
    np.fill_diagonal(similarity, 0.0)
    sums = similarity.sum(axis=1, keepdims=True)
    size = len(similarity)
    walk = np.divide(similarity, sums, out=np.full_like(similarity, 1 / size), where=sums > 0)
    rank = np.full(size, 1 / size)
    for _ in range(100):
        rank = (1 - damping) / size + damping * rank @ walk
    return rank


def lead(document: Document) -> FloatArray:
    return -np.arange(len(document.sentences), dtype=float)


def centroid(document: Document) -> FloatArray:
    """Cosine with the sum of all sentences (Radev, Jing, Styś and Tam 2004)."""
    return document.vectors.times(document.vectors.total(np.ones(len(document.sentences), bool)))


def centroid_and_place(document: Document) -> FloatArray:
    """Centroid and position with equal weights, as MEAD has them."""
    score = centroid(document)
    return score / max(score.max(), 1e-9) + 1 / np.sqrt(np.arange(1, len(score) + 1))


def lexrank(document: Document) -> FloatArray:
    """Continuous LexRank (Erkan and Radev 2004): PageRank over cosines."""
    matrix = dense(document.vectors)
    return page_rank(matrix @ matrix.T)


def textrank(document: Document) -> FloatArray:
    """TextRank (Mihalcea and Tarau 2004): PageRank over shared words by the logarithms of the lengths."""
    occurs = (dense(document.vectors) > 0).astype(float)
    lengths = np.log(np.maximum(occurs.sum(axis=1), 1))
    norms = lengths[:, None] + lengths[None, :]
    return page_rank(np.divide(occurs @ occurs.T, norms, out=np.zeros_like(norms), where=norms > 0))


def bm25(document: Document) -> FloatArray:
    """PageRank over BM25 similarities (Barrios, López, Argerich and Wachenchauzer 2016), k1 1.2, b 0.75."""
    occurs = (dense(document.vectors) > 0).astype(float)
    lengths = occurs.sum(axis=1, keepdims=True)
    norm = 1.2 * (0.25 + 0.75 * lengths / max(lengths.mean(), 1))
    return page_rank((occurs * document.vectors.rarity) @ (occurs * 2.2 / (occurs + norm)).T)


def headline(document: Document) -> FloatArray:
    """Cosine with the title, or with the first sentence where there is none."""
    return document.vectors.times(document.vectors.unit(document.title or document.sentences[0]))


def mmr(document: Document, count: int) -> list[int]:
    """Maximal marginal relevance to the centroid (Carbonell and Goldstein 1998), lambda 0.7."""
    matrix, score, taken = dense(document.vectors), centroid(document), list[int]()
    score = score / max(score.max(), 1e-9)
    alike = np.zeros(len(score))
    while len(taken) < min(count, len(score)):
        worth = 0.7 * score - 0.3 * alike
        worth[taken] = -np.inf
        taken.append(int(worth.argmax()))
        alike = np.maximum(alike, matrix @ matrix[taken[-1]])
    return sorted(taken)


def top(ranker: Callable[[Document], FloatArray]) -> Callable[[Document, int], str]:
    """The best sentences by a ranker, in article order; ties go to the earlier."""

    def system(document: Document, count: int) -> str:
        order = np.argsort(-np.round(ranker(document), 9), kind="stable")[:count]
        return " ".join(document.sentences[i] for i in sorted(order))

    return system


def ours(document: Document, count: int) -> str:
    return extractive.summarize(document.text, sentences=count).text


def ours_with_title(document: Document, count: int) -> str:
    return extractive.summarize(document.text, sentences=count, title=document.title).text


@contextmanager
def stemming(stem: Callable[[str], str], plain: Callable[..., str] = terms.normalize) -> Iterator[None]:
    """Count words by another stemmer or normaliser."""
    terms._terms.clear()
    with mock.patch.object(terms, "_stem", stem), mock.patch.object(terms, "normalize", plain):
        yield
    terms._terms.clear()


def without(part: str) -> System:
    """The built-in summarizer, with titles, without a part."""

    def system(document: Document, count: int) -> str:
        changes = {
            "stems": stemming(str),
            "stems and normalisation": stemming(str, lambda word, **steps: word),
            "redundancy": mock.patch.object(extractive, "REDUNDANCY", 0.0),
            "antecedents": mock.patch.object(extractive, "needs_previous", lambda text, found: [False] * len(found)),
        }
        with changes[part] if part in changes else mock.patch.dict(ranking.WEIGHTS, {part: 0.0}):
            return ours_with_title(document, count)

    return system


System = Callable[[Document, int], str]
SYSTEMS: dict[str, System] = {
    "lead": top(lead),
    "centroid": top(centroid),
    "centroid + position": top(centroid_and_place),
    "LexRank": top(lexrank),
    "TextRank": top(textrank),
    "BM25 graph": top(bm25),
    "headline, with title": top(headline),
    "MMR": lambda document, count: " ".join(document.sentences[i] for i in mmr(document, count)),
    "builtin": ours,
    "builtin, with title": ours_with_title,
}
PARTS = ("position", "centrality", "headline", "short", "words", "redundancy", "antecedents", "stems")
ABLATIONS: dict[str, System] = {f"without {part}": without(part) for part in (*PARTS, "stems and normalisation")}


def f_scores(summaries: Sequence[str], documents: Sequence[Document]) -> FloatArray:
    """F in percent: one row a document, one column a measure."""
    references = [[str(text) for text in document.record["summaries"]] for document in documents]  # type: ignore[attr-defined]
    scores = rouge(summaries, references, lang="ar", types=TYPES, multi_reference="mean", resamples=0)
    return 100 * np.array([[row[name].fmeasure for name in TYPES] for row in scores.per_document])


def table(documents: Sequence[Document], counts: Sequence[int], systems: Sequence[str]) -> list[str]:
    """Rows of a Markdown table: one system and number of sentences each."""
    rows = []
    for count in counts:
        first: FloatArray | None = None
        for name in systems:
            summaries = [(SYSTEMS | ABLATIONS)[name](document, count) for document in documents]
            found = f_scores(summaries, documents)
            words = np.mean([len(summary.split()) for summary in summaries])
            first = found if first is None else first
            ours_sums, lead_sums = (bootstrap_sums(x, 10_000, 12345) / len(documents) for x in (found, first))
            cells = []
            for column in range(len(TYPES)):
                difference = float((found - first)[:, column].mean())
                p = bootstrap_p(ours_sums[:, column], lead_sums[:, column], difference)[1]
                change = f" ({difference:+.1f}{'*' if p < 0.05 else ''})" if name != systems[0] else ""
                cells.append(f"{found[:, column].mean():.1f}{change}")
            rows.append(f"| {count} | {name} | {' | '.join(cells)} | {words:.0f} |")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    beside = Path(os.environ.get("SUMM_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--corpora", type=Path, default=beside / "data" / "summarization")
    parser.add_argument("--half", choices=("all", "choose", "confirm"), default="all")
    parser.add_argument(
        "--systems", default=";".join(SYSTEMS), help="names, separated by ';': the first is the baseline"
    )
    parser.add_argument("--ablations", action="store_true", help="the built-in summarizer without each of its parts")
    arguments = parser.parse_args()
    if not arguments.corpora.is_dir():
        print(f"no corpora at {arguments.corpora}; name their folder with --corpora", file=sys.stderr)
        return 0
    systems = ["builtin, with title", *ABLATIONS] if arguments.ablations else arguments.systems.split(";")
    if unknown := [name for name in systems if name not in SYSTEMS | ABLATIONS]:
        parser.error(f"unknown system {unknown[0]!r}; known are {'; '.join(SYSTEMS | ABLATIONS)}")
    for title, file, wanted, counts in SETS:
        documents = [
            document
            for document in read(arguments.corpora, file)
            if wanted(document.record) and arguments.half in ("all", half(str(document.record["id"])))
        ]
        print(f"\n### {title}: {len(documents)} documents ({arguments.half})\n")
        print("| sentences | system | ROUGE-1 | ROUGE-2 | ROUGE-L | words |\n| - | - | - | - | - | - |")
        print("\n".join(table(documents, counts, systems)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
