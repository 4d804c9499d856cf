"""How much of a summary is copied: extractive fragments, novel n-grams, repetition."""

from __future__ import annotations

from collections.abc import Sequence


def extractive_fragments(article: Sequence[str], summary: Sequence[str]) -> list[int]:
    """Lengths in words of the fragments of a summary that are copied from the article (Grusky, Naaman and Artzi 2018,
    "Newsroom", figure 3): from each place of the summary, the longest match that a left-to-right reading of the article
    meets, which resumes *after* each match and so may pass over a longer one that overlaps it, as in the paper.
    """
    places: dict[str, list[int]] = {}
    for place, word in enumerate(article):
        places.setdefault(word, []).append(place)
    lengths, start = [], 0
    while start < len(summary):
        best = resume = 0
        for place in places.get(summary[start], ()):
            if place < resume:
                continue
            length = 1
            most = min(len(summary) - start, len(article) - place)
            while length < most and summary[start + length] == article[place + length]:
                length += 1
            best, resume = max(best, length), place + length
        if best:
            lengths.append(best)
        start += max(best, 1)
    return lengths


def coverage(lengths: Sequence[int], words: int) -> float:
    """The share of a summary's words that are in extractive fragments, 0..1 (Grusky et al. 2018, equation 1)."""
    return sum(lengths) / words if words else 0.0


def density(lengths: Sequence[int], words: int) -> float:
    """The mean length of the fragment that a summary's word is in (Grusky et al. 2018, equation 2)."""
    return sum(length * length for length in lengths) / words if words else 0.0


def novel_ngrams(article: Sequence[str], summary: Sequence[str], n: int) -> float | None:
    """The share of a summary's different n-grams that the article lacks (See, Liu and Manning 2017, section 6.2).

    None for a summary of fewer than n words.
    """
    ours = _ngrams(summary, n)
    return len(ours - _ngrams(article, n)) / len(ours) if ours else None


def repeated_ngrams(words: Sequence[str], n: int = 3) -> float:
    """The share of a text's n-grams that it has said before, 0..1: what blocking repeated trigrams prevents
    (Paulus, Xiong and Socher 2017, section 2.5).
    """
    total = len(words) - n + 1
    return 1 - len(_ngrams(words, n)) / total if total > 0 else 0.0


def _ngrams(words: Sequence[str], n: int) -> set[tuple[str, ...]]:
    return set(zip(*(words[k:] for k in range(n)), strict=False))
