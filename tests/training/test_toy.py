"""The real recipe on a toy language pair: corpus, training, resuming, conversion, translation."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
import torch

import ablate
import convert
import corpus
import curve
import model
import restore
import train

SMALL = ["--width", "64", "--layers", "1", "2", "--budget", "1536", "--threads", "1", "--warmup", "20", "--seed", "3"]
Pair = tuple[str, str]


def words(letters: str, count: int, rng: random.Random) -> list[str]:
    made: set[str] = set()
    while len(made) < count:
        made.add("".join(rng.choice(letters) for _ in range(4)))
    return sorted(made)


def toy_pairs(count: int) -> list[Pair]:
    """An invented language: as in Arabic the verb comes first and an adjective after its noun; English turns both."""
    rng = random.Random(7)
    ours, theirs = words("بتسكلمنرد", 18, rng), words("bdgklmnrst", 18, rng)
    rng.shuffle(theirs)
    meaning = dict(zip(ours, theirs, strict=True))
    verbs, nouns, adjectives = ours[:4], ours[4:12], ours[12:]
    pairs: dict[str, str] = {}
    while len(pairs) < count:
        verb, ends, kinds = rng.choice(verbs), rng.sample(nouns, 2), rng.sample(adjectives, 2)
        phrases = [[noun, kind] if rng.random() < 0.6 else [noun] for noun, kind in zip(ends, kinds, strict=True)]
        arabic = [verb, *phrases[0], *phrases[1]]
        english = [*phrases[0][::-1], verb, *phrases[1][::-1]]
        pairs[" ".join(arabic)] = " ".join(meaning[w] for w in english)
    return list(pairs.items())


def save_alignment(work: Path, pairs: list[Pair]) -> None:
    """The one link that is sure without eflomal: the two ends of each pair."""
    z = np.load(work / "corpus.npz")
    ends = np.stack([z["source_lengths"] - 1, z["target_lengths"] - 1], 1)
    np.savez(
        work / "align.npz",
        count=np.ones(len(pairs), np.int32),
        source=ends[:, 0].astype(np.int16),
        target=ends[:, 1].astype(np.int16),
    )


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Pair]]:
    """A work folder built by the recipe's own functions, and 100 pairs that it does not hold."""
    work = tmp_path_factory.mktemp("toy")
    pairs = toy_pairs(3100)
    sets = {"toy": pairs[100:]}
    corpus.train_vocabulary(sets, work, 312, random.Random(1))
    corpus.encode(sets, {"toy": 1.0}, {"toy": {"synthetic": False}}, work)
    save_alignment(work, sets["toy"])
    return work, pairs[:100]


def weights(work: Path, run: str) -> dict[str, torch.Tensor]:
    state = torch.load(work / run / "checkpoint.pt")
    return {**state["model"], **{f"mean of {k}": v for k, v in state["average"].items()}}


def test_a_toy_language_is_learned_to_near_perfection(toy: tuple[Path, list[Pair]], tmp_path: Path) -> None:
    work, unseen = toy
    train.main([str(work), "--run", "learn", "--steps", "250", "--minutes", "2", *SMALL])
    train.main([str(work), "--run", "end", "--branch", "learn", "--decay", "120000", "--minutes", "2", *SMALL])
    convert.convert(work / "end", work / "spm.model", tmp_path / "model")
    made = convert.translate(tmp_path / "model", [a for a, _ in unseen], beam_size=1)
    right = sum(hypothesis == english for hypothesis, (_, english) in zip(made, unseen, strict=True))
    assert right >= 95, [(m, e) for m, (_, e) in zip(made, unseen, strict=True) if m != e][:5]
    losses = [float(row["loss"]) for row in csv.DictReader((work / "learn" / "log.csv").open())]
    assert losses[-1] < losses[0] / 2

    # From the exported int8 weights alone: as good as they, counted on, and no worse after some steps more.
    (tmp_path / "model" / "card.json").write_text('{"target_tokens_seen": 654321}', "utf-8")
    restore.main([str(work), "--model", str(tmp_path / "model")])
    before, after = weights(work, "end"), weights(work, "restored")
    for name, value in before.items():
        if name.startswith("mean of "):
            assert (after[name] - value).abs().max() <= value.abs().max() / 127, name
    goes_on = ["--run", "on", "--branch", "restored", "--muon-lr", "0.005", "--steps", "30", "--minutes", "2"]
    train.main([str(work), *SMALL, *goes_on])
    assert torch.load(work / "on" / "checkpoint.pt")["progress"]["tokens"] > 654321
    convert.convert(work / "on", work / "spm.model", tmp_path / "further")
    made = convert.translate(tmp_path / "further", [a for a, _ in unseen], beam_size=1)
    assert sum(hypothesis == english for hypothesis, (_, english) in zip(made, unseen, strict=True)) >= right - 3

    dev = tmp_path / "toy-dev.tsv"
    dev.write_text("".join(f"{a}\t{e}\n" for a, e in unseen), "utf-8")
    curve.main([str(work), "--run", "end", "--dev", str(dev)])
    curve.main([str(work), "--run", "end", "--dev", str(dev)])  # nothing new, no second row
    (row,) = csv.DictReader((work / "end" / "curve.csv").open())
    assert float(row["BLEU"]) > 90
    assert f"BLEU {row['BLEU']}" in (work / "end" / "curve.svg").read_text("utf-8")


class Killed(BaseException):
    """Stands for a power cut: nothing after it runs but what Python unwinds."""


def test_a_killed_run_ends_with_the_weights_of_one_that_never_stopped(
    toy: tuple[Path, list[Pair]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    shutil.copytree(toy[0], work, ignore=shutil.ignore_patterns("learn", "end", "restored", "on"))
    # Batches of 6,144 tokens: an epoch has so few of them that the kill and the end lie in different ones.
    options = [*SMALL, "--dropout", "0.1", "--budget", "6144", "--steps", "9", "--save-minutes", "0"]
    train.main([str(work), "--run", "whole", *options])

    handed_out = 0
    tensors = train.Corpus.tensors

    def until_killed(self: Any, batch: Any) -> Any:
        nonlocal handed_out
        handed_out += 1
        if handed_out == 4:
            raise Killed
        return tensors(self, batch)

    monkeypatch.setattr(train.Corpus, "tensors", until_killed)
    with pytest.raises(Killed):
        train.main([str(work), "--run", "killed", *options])
    monkeypatch.undo()
    assert torch.load(work / "killed" / "checkpoint.pt")["progress"]["step"] == 3
    train.main([str(work), "--run", "killed", *options])

    whole, killed = weights(work, "whole"), weights(work, "killed")
    assert torch.load(work / "killed" / "checkpoint.pt")["progress"] == (
        progress := torch.load(work / "whole" / "checkpoint.pt")["progress"]
    )
    assert progress["epoch"] >= 1
    assert whole.keys() == killed.keys()
    assert all(torch.equal(whole[name], killed[name]) for name in whole)


def test_a_branch_goes_on_over_another_corpus(
    toy: tuple[Path, list[Pair]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(toy[0], old, ignore=shutil.ignore_patterns("learn", "end", "restored", "on"))
    train.main([str(old), "--run", "trunk", "--steps", "3", *SMALL])
    new.mkdir()
    shutil.copy(old / "spm.model", new)
    corpus.encode({"other": toy[1]}, {"other": 1.0}, {"other": {"synthetic": True}}, new)

    train.main([str(new), "--run", "news", "--branch", str(old / "trunk"), "--steps", "3", *SMALL])
    before, after = (torch.load(p / "checkpoint.pt") for p in (old / "trunk", new / "news"))
    assert all(torch.equal(before["model"][name], after["model"][name]) for name in before["model"])
    assert (after["progress"]["tokens"], after["progress"]["epoch"], after["progress"]["batch"]) == (
        before["progress"]["tokens"], 1, 0,
    )  # fmt: skip
    train.main([str(new), "--run", "news", "--steps", "4", *SMALL])
    assert torch.load(new / "news" / "checkpoint.pt")["progress"]["step"] == 4

    with pytest.raises(SystemExit, match="--run NEW --branch news"):
        train.main([str(new), "--run", "news", "--copies", "other=2", *SMALL])
    with pytest.raises(SystemExit, match="no set of that name; there are other"):
        train.main([str(new), "--copies", "typo=2", *SMALL])
    with pytest.raises(SystemExit, match="there is no "):
        train.main([str(new), "--run", "next", "--branch", "nowhere", *SMALL])
    corpus.train_vocabulary({"other": toy_pairs(500)}, new, 300, random.Random(1))
    with pytest.raises(SystemExit, match="another vocabulary"):
        train.main([str(new), "--run", "next", "--branch", "news", *SMALL])


@pytest.mark.parametrize("variant", ["base", "post-norm, AdamW", "no zero start"])
def test_a_variant_of_the_recipe_is_trained_and_scored_by_itself(
    toy: tuple[Path, list[Pair]],
    tmp_path: Path,
    variant: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    work = tmp_path / "work"
    shutil.copytree(toy[0], work, ignore=shutil.ignore_patterns("learn", "end", "restored", "on"))
    dev = tmp_path / "toy-dev.tsv"
    dev.write_text("".join(f"{a}\t{e}\n" for a, e in toy[1][:7]), "utf-8")
    for part in ("Muon", "new_model"):
        monkeypatch.setattr(train, part, getattr(train, part))  # put back when the test ends
    monkeypatch.setattr(ablate, "BASE", [*SMALL, "--steps", "5"])
    ablate.run(work, variant, 1, dev)
    row = json.loads(capsys.readouterr().out.split("ROW ")[1])

    state = torch.load(next(work.glob("ablate-*")) / "checkpoint.pt")
    made = ablate.VARIANTS[variant][1].get("new_model", train.new_model)(model.shape(**state["shape"]))
    made.load_state_dict({**state["model"], **state["average"]})
    made.eval()
    assert made.config.model_type == ("marian" if "post-norm" in variant else "m2m_100")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(work / "spm.model"))
    total, count = 0.0, 0
    with torch.no_grad():
        for arabic, english in toy[1][:7]:
            x, y = (torch.tensor([[*pieces.encode(text), model.EOS]]) for text in (arabic, english))
            before = torch.cat([torch.tensor([[model.EOS]]), y[:, :-1]], 1)
            total += made(input_ids=x, decoder_input_ids=before, labels=y).loss.item() * y.numel()
            count += y.numel()
    assert row["loss"] == pytest.approx(total / count, abs=2e-3)
    assert row["tokens"] == state["progress"]["tokens"] > 0
