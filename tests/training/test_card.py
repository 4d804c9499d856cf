"""The card's table beside other systems, from files of stored output."""

from __future__ import annotations

import card
import export


def test_systems_are_scored_by_the_length_of_the_source() -> None:
    sources = ["كلمة " * 4, "كلمة " * 20, "كلمة " * 30]
    references = ["one two three four five", "six seven eight nine ten", "eleven twelve thirteen fourteen fifteen"]
    wrong = ["nothing of it is here at all"] * 3
    half = [references[0], *wrong[1:]]
    rows = export.by_length(sources, references, {"built-in": wrong, "argos": half, "google": references})
    assert [row["all"]["sentences"] for row in rows] == [3, 3, 3]
    assert [rows[1][label]["BLEU"] for label in ("1 to 15", "16 to 25", "26+")] == [100.0, 0.0, 0.0]
    assert rows[2]["all"] == {"sentences": 3, "BLEU": 100.0, "chrF": 100.0}
    lines = card.beside(rows)
    assert lines[2].startswith("| system | all (3) | 1 to 15 words (1) | 16 to 25 words (1) | 26+ words (1) |")
    assert lines[-2] == "| Google | 100.0 / 100.0 | 100.0 / 100.0 | 100.0 / 100.0 | 100.0 / 100.0 |"
    assert lines[-3].startswith("| Argos Translate |")


def test_without_stored_output_there_is_no_such_table() -> None:
    assert card.beside([]) == []
