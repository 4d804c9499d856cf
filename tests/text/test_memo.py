"""What is remembered by word: the right result, worked out once, and a bounded number of them."""

from __future__ import annotations

import pytest

from summ.text import memo
from summ.text.memo import LONGEST_WORD, Memo


def test_each_word_is_worked_out_once() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Memo(length)
    assert [lengths[word] for word in ("نهر", "مدينة", "نهر")] == [3, 5, 3]
    assert asked == ["نهر", "مدينة"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST_WORDS", 10)
    lengths = Memo(len)
    for number in range(100):
        assert lengths["ا" * (number % 37)] == number % 37
        assert len(lengths) <= 10
    size = len(lengths)
    assert lengths["ا" * (LONGEST_WORD + 1)] == LONGEST_WORD + 1
    assert len(lengths) == size, "a text without blanks is not kept"
