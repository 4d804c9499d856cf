"""Train the built-in translator; run again to go on exactly where it stopped.

    python training/train.py WORK_DIR --minutes 150 --dev DATA_DIR/mt/flores-dev.tsv
    python training/train.py WORK_DIR --run final --branch main --decay 4e6     # let the rate fall to zero, then stop
    python training/train.py NEW_WORK_DIR --run news --branch WORK_DIR/main     # go on over another corpus
    python training/train.py WORK_DIR --run main --branch restored              # from an exported model: restore.py

WORK_DIR holds corpus.npz and spm.model (corpus.py) and, if wanted, align.npz (align.py). A run is a folder
WORK_DIR/RUN with checkpoint.pt (weights, their exponential mean, optimizer states, counters), log.csv and, with
``--dev``, curve.csv and curve.svg. A GPU is used where there is one. On a CPU, keep freed memory (a third faster):
MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000

A run that exists goes on with its next batch, and ends as if it had never stopped; that needs the same corpus,
``--copies``, ``--budget`` and ``--seed``, which is checked. A new run with ``--branch`` takes over everything but the
place in the data: over another corpus (of the same spm.model) or in another order it begins with the next epoch.

Pre-norm M2M100 layout. Muon (Jordan et al. 2024) on the matrices, AdamW on the rest, output projections started at
zero, label smoothing, guided alignment on one cross-attention head (Chen et al. 2016). The rate warms up, stays, and
falls linearly only when asked (Hägele et al. 2024), so that a run can always be taken further.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

import curve
from batches import Corpus
from model import EOS, PAD, AlignedHead, LinearCrossEntropy, Muon, new_model, shape

SMOOTHING = 0.1


@dataclass
class Progress:
    step: int = 0
    tokens: int = 0
    epoch: int = 0
    batch: int = 0  # batches of this epoch that were handed out
    decay_from: int = -1  # tokens seen when the rate began to fall


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--run", default="main", help="name of the run's folder")
    parser.add_argument("--branch", help="begin a new run from this other one: a name in WORK_DIR, or a path")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, help="stop after this step of the run")
    parser.add_argument(
        "--decay", type=float, default=0, help="let the rate fall to zero over so many target tokens, then stop"
    )
    parser.add_argument(
        "--copies", nargs="*", default=[], metavar="SET=N", help="copies an epoch, instead of the corpus' own"
    )
    parser.add_argument("--width", type=int, default=384, help="of a new model, a multiple of 64")
    parser.add_argument("--layers", type=int, nargs=2, default=(6, 2), metavar=("ENCODER", "DECODER"))
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--budget", type=int, default=8192, help="padded tokens a batch")
    parser.add_argument("--lr", type=float, default=1e-3, help="AdamW's rate")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--warmup", type=int, default=200, help="steps")
    parser.add_argument("--alignment-weight", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--dev", type=Path, metavar="TSV", help="score 200 sentences of it now and then: curve.py")
    parser.add_argument("--score-minutes", type=float, default=30)
    return parser.parse_args(argv)


def vocabulary_of(model: Path) -> str:
    """A fingerprint of a SentencePiece model: runs over another one cannot go on from each other."""
    return hashlib.sha256(model.read_bytes()).hexdigest()[:16]


def beginning(args: argparse.Namespace, order: str, vocabulary: str) -> dict[str, Any] | None:
    """The checkpoint to go on from, its progress set to the next batch; None for a run from nothing."""
    own = args.work / args.run / "checkpoint.pt"
    path = own if own.exists() else args.work / args.branch / "checkpoint.pt" if args.branch else None
    if path is None:
        return None
    if not path.exists():
        sys.exit(f"--branch {args.branch}: there is no {path}")
    state: dict[str, Any] = torch.load(path, map_location="cpu")
    if state["vocabulary"] != vocabulary:
        sys.exit(f"{path} has another vocabulary than {args.work}/spm.model; build the corpus with --spm")
    progress = state["progress"]
    if path != own:
        progress["decay_from"] = -1
    if state["order"] != order:
        if path == own:
            sys.exit(
                f"{path} was trained with another corpus, --copies, --budget or --seed; "
                f"go on under a new name: --run NEW --branch {args.run}"
            )
        progress["epoch"], progress["batch"] = progress["epoch"] + 1, 0
    return state


def upcoming(corpus: Corpus, progress: Progress) -> Iterator[np.ndarray]:
    while True:
        for batch in corpus.batches(progress.epoch)[progress.batch :]:
            progress.batch += 1  # when handed out: what is saved is saved after the step
            yield batch
        progress.epoch, progress.batch = progress.epoch + 1, 0


def backward(
    model: Any, head: AlignedHead | None, batch: tuple[torch.Tensor, torch.Tensor, torch.Tensor | None], weight: float
) -> tuple[float, float]:
    """One pass forward and back. Returns the label-smoothed cross-entropy and the alignment loss, a token each."""
    device = model.device
    x, y, points = (None if v is None else v.to(device) for v in batch)
    assert x is not None and y is not None
    before, real, mask = torch.cat([torch.full_like(y[:, :1], EOS), y[:, :-1]], 1), y != PAD, x != PAD
    with torch.autocast(device.type, torch.bfloat16):
        hidden = model.model(input_ids=x, attention_mask=mask.long(), decoder_input_ids=before).last_hidden_state
    loss = LinearCrossEntropy.apply(hidden[real], model.model.shared.weight, y[real], SMOOTHING)
    guide = torch.zeros((), device=device)
    if head is not None and points is not None:
        with torch.autocast(device.type, torch.bfloat16):
            guide = head.loss(mask, points)
    (loss + weight * guide).backward()
    return loss.item(), guide.item()


def save(path: Path, state: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def log(path: Path, row: Mapping[str, float]) -> None:
    new = not path.exists()
    with path.open("a", newline="") as f:
        writer = csv.DictWriter(f, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)
    print(json.dumps(row), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    start = time.monotonic()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    corpus = Corpus(args.work, args.budget, args.seed)
    names = list(json.loads((args.work / "corpus.json").read_text("utf-8")))
    for change in args.copies:
        name, _, copies = change.partition("=")
        if name not in names:
            sys.exit(f"--copies {change}: no set of that name; there are {', '.join(names)}")
        corpus.copies[names.index(name)] = float(copies)
    if args.dev:
        curve.slice_of(args.dev)  # a wrong path is said now, not in half an hour
    folder = args.work / args.run
    folder.mkdir(parents=True, exist_ok=True)
    order = corpus.order()
    vocabulary = vocabulary_of(args.work / "spm.model")
    state = beginning(args, order, vocabulary)
    if state is None:
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(args.work / "spm.model")).get_piece_size()
        layout = dict(zip(("encoder_layers", "decoder_layers"), args.layers, strict=True))
        layout |= {"vocabulary": pieces, "width": args.width}
    else:
        layout = state["shape"]
    model = new_model(shape(**layout, dropout=args.dropout)).to(device)
    head = AlignedHead(model) if corpus.points is not None and args.alignment_weight else None
    matrices: list[torch.nn.Parameter] = []
    rest: list[torch.nn.Parameter] = []
    for name, p in model.named_parameters():
        (matrices if p.ndim == 2 and "shared" not in name and "embed" not in name else rest).append(p)
    adam = torch.optim.AdamW(rest, args.lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0)
    optimizers: list[tuple[Any, float]] = [(adam, args.lr), (Muon(matrices, args.muon_lr), args.muon_lr)]
    average = {name: p.detach().clone() for name, p in model.named_parameters()}
    progress = Progress()
    if state is not None:
        model.load_state_dict(state["model"])
        average = {name: value.to(device) for name, value in state["average"].items()}
        if state["optimizers"] is not None:  # restore.py has none: they begin anew
            for (optimizer, _), saved in zip(optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
        progress = Progress(**state["progress"])
        state = None  # a third of a gigabyte
        print("goes on from", progress, flush=True)
    if args.decay and progress.decay_from < 0:
        progress.decay_from = progress.tokens
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters on {device}", flush=True)

    def snapshot() -> None:
        now = {"model": model.state_dict(), "average": average, "optimizers": [o.state_dict() for o, _ in optimizers]}
        now |= {"progress": vars(progress), "order": order, "vocabulary": vocabulary, "shape": layout}
        save(folder / "checkpoint.pt", now)

    def left() -> float:
        """What the rate is multiplied with; nothing left ends the run."""
        return 1 - (progress.tokens - progress.decay_from) / args.decay if args.decay else 1.0

    def ended() -> bool:
        late = time.monotonic() - start > 60 * args.minutes
        return late or left() <= 0 or (args.steps is not None and progress.step >= args.steps)

    model.train()
    mean: dict[str, float] = {}
    clock, clock_tokens = time.monotonic(), progress.tokens
    saved_at = scored_at = clock
    data = upcoming(corpus, progress)
    while not ended():
        batch = corpus.tensors(next(data))
        factor = min(1.0, (progress.step + 1) / args.warmup) * left()
        for optimizer, rate in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        if args.dropout:
            torch.manual_seed(args.seed * 1_000_003 + progress.step)  # a resumed run drops the same units
        loss, guide = backward(model, head, batch, args.alignment_weight)
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        progress.tokens += int((batch[1] != PAD).sum())
        with torch.no_grad():
            model.model.shared.weight[PAD] = 0
            if progress.step % 4 == 0:
                keep = min(0.995, progress.step / (progress.step + 40))
                for name, p in model.named_parameters():
                    average[name].lerp_(p, 1 - keep)
        for key, value in (("loss", loss), ("alignment", guide)):
            mean[key] = 0.98 * mean.get(key, value) + 0.02 * value
        now = time.monotonic()
        if progress.step % 50 == 0:
            row = {"step": progress.step, "epoch": progress.epoch, "tokens": progress.tokens}
            row |= {key: round(value, 4) for key, value in (*mean.items(), ("rate", factor))}
            row |= {"tokens_per_second": round((progress.tokens - clock_tokens) / (now - clock))}
            log(folder / "log.csv", row)
            clock, clock_tokens = now, progress.tokens
        if now - saved_at >= 60 * args.save_minutes:
            snapshot()
            saved_at = now
        if args.dev and now - scored_at >= 60 * args.score_minutes:
            snapshot()
            curve.add_point(args.work, args.run, args.dev)
            saved_at = scored_at = time.monotonic()
    snapshot()
    if args.dev:
        curve.add_point(args.work, args.run, args.dev)


if __name__ == "__main__":
    main()
