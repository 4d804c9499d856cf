"""Abstractive summaries of any length, with a tiny mT5 that was taught in seconds to give a chunk's first sentence."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import checkpoints
from summ import InputError, ModelError, Summarizer
from summ.models.seq2seq import Seq2SeqModel
from summ.summarize.length import Length
from summ.text import split_sentences

LINES = checkpoints.AR[:8]
LIMIT = 96  # tokens: a handful of these sentences


@pytest.fixture(scope="module")
def summarizer(tmp_path_factory: pytest.TempPathFactory) -> Summarizer:
    """A real mT5 checkpoint whose summary of a chunk is the chunk's first sentence."""
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    folder: Path = tmp_path_factory.mktemp("lead") / "mt5"
    built = checkpoints.t5(folder, "mt5")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    # Fresh weights: those of the checkpoint are large, so that they need no training, and hard to train.
    model: Any = AutoModelForSeq2SeqLM.from_config(AutoConfig.from_pretrained(folder))
    encoded = [built.plain(line) for line in LINES]
    rng = random.Random(0)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    model.train()
    for step in range(350):
        groups = [rng.sample(range(len(LINES)), rng.choice((1, 2, 3))) for _ in range(16)]
        sources = [[*[token for i in group for token in encoded[i]][: LIMIT - 1], 1] for group in groups]
        targets = [[*encoded[group[0]], 1] for group in groups]
        width, length = max(map(len, sources)), max(map(len, targets))
        ids = torch.tensor([s + [0] * (width - len(s)) for s in sources])
        labels = torch.tensor([t + [-100] * (length - len(t)) for t in targets])
        loss = model(input_ids=ids, attention_mask=(ids != 0).long(), labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = 1e-2 * min(1, (step + 1) / 20) * (1 - step / 350)
        optimizer.step()
        optimizer.zero_grad()
    model.eval().save_pretrained(folder)
    loaded = Summarizer.load(str(folder))
    assert loaded.model is not None
    loaded.model.family.limit = LIMIT  # type: ignore[misc]
    return loaded


def article(count: int, seed: int = 1) -> str:
    rng = random.Random(seed)
    return "\n\n".join(" ".join(rng.choices(LINES, k=min(4, count - i))) for i in range(0, count, 4))


def distinct(seed: int = 1) -> str:
    return " ".join(random.Random(seed).sample(LINES, len(LINES)))


def test_a_short_article_is_read_at_once(summarizer: Summarizer) -> None:
    made = summarizer(" ".join(LINES[:2]))
    assert made.text == LINES[0]
    assert (made.kind, made.language) == ("abstractive", "ar")
    assert [(s.start, s.end) for s in made.segments] == [(0, len(" ".join(LINES[:2])))]
    assert made.notices == ()


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 40), st.integers(0, 99))
def test_every_sentence_is_in_exactly_one_chunk(summarizer: Summarizer, count: int, seed: int) -> None:
    text = article(count, seed)
    made = summarizer(text)
    assert made.text
    for segment in made.segments:
        assert text[segment.start : segment.end] == segment.source
    for before, after in pairwise(made.segments):
        assert before.end <= after.start
        assert not text[before.end : after.start].strip()
    assert sum(len(split_sentences(s.source)) for s in made.segments) == count


def test_articles_are_summarized_together(summarizer: Summarizer, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [article(count, seed=count) for count in (3, 17, 1, 9)]
    alone = [summarizer(text, sentences=2) for text in texts]
    asked: list[int] = []
    generate = Seq2SeqModel.generate

    def counted(self: Seq2SeqModel, texts: Any, **options: Any) -> Any:
        asked.append(len(texts))
        return generate(self, texts, **options)

    monkeypatch.setattr(Seq2SeqModel, "generate", counted)
    assert summarizer.batch(texts, sentences=2) == alone
    together = asked.copy()
    assert together[0] >= len(texts), "the first chunks of all of them, in one go"
    assert list(summarizer.stream(iter(texts), sentences=2)) == alone
    asked.clear()
    for text in texts:
        summarizer(text, sentences=2)
    assert len(together) < len(asked)


def test_an_overlap_repeats_whole_sentences(summarizer: Summarizer) -> None:
    assert summarizer.model is not None
    text = article(16, seed=3)
    plain = summarizer(text)
    overlapping = Summarizer(summarizer.model, overlap=LIMIT // 3)(text)
    assert len(overlapping.segments) >= len(plain.segments) > 1
    shared = [before.end - after.start for before, after in pairwise(overlapping.segments) if after.start < before.end]
    assert shared, "neighbouring chunks share text"
    assert overlapping.segments[0].start == 0
    assert overlapping.segments[-1].end == len(text)
    with pytest.raises(ModelError, match="overlap is a number of tokens"):
        Summarizer.load("builtin", overlap=20)


@pytest.mark.parametrize("wanted", [1, 2, 3, 5])
def test_the_wanted_number_of_sentences_comes_out(summarizer: Summarizer, wanted: int) -> None:
    made = summarizer(distinct(), sentences=wanted)
    assert len(split_sentences(made.text)) == wanted
    assert "map-reduce" in [n.code for n in made.notices]


def test_words_and_ratio(summarizer: Summarizer) -> None:
    assert len(summarizer(distinct(), max_words=20).text.split()) <= 20
    assert len(split_sentences(summarizer(distinct(), ratio=0.5).text)) == 4


@pytest.mark.parametrize(
    "length", [{"sentences": 0}, {"max_words": -1}, {"ratio": 1.5}, {"ratio": 0.0}, {"sentences": 2, "ratio": 0.5}]
)
def test_lengths_that_make_no_sense_are_refused(length: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Length(**length)
