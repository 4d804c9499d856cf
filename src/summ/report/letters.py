"""Compact letter display: systems that share a letter are not significantly different."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def letters(names: Sequence[str], different: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Letters for each name, by the insert-and-absorb algorithm.

    Piepho 2004, "An Algorithm for a Letter-Based Representation of All-Pairwise Comparisons".

    Args:
        names: best first; the best gets the letter a.
        different: pairs that are significantly different.
    """
    groups = [frozenset(names)]
    for first, second in different:
        split = []
        for group in groups:
            split += [group - {first}, group - {second}] if {first, second} <= group else [group]
        groups = [
            g for i, g in enumerate(split) if g and not any(g < h or (g == h and i > j) for j, h in enumerate(split))
        ]
    rank = {name: place for place, name in enumerate(names)}
    groups.sort(key=lambda group: sorted(rank[name] for name in group))
    return {name: "".join(_letter(i) for i, group in enumerate(groups) if name in group) for name in names}


def _letter(number: int) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return alphabet[number % 26] + ("" if number < 26 else str(number // 26 + 1))
