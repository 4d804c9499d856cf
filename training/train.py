"""Train the built-in translator; run again to go on exactly where it stopped.

    python training/train.py WORK_DIR --minutes 150
    python training/train.py WORK_DIR --minutes 30 --run final --branch main --decay 4e6    # let the rate fall

On a CPU, keep freed memory (a third faster): MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000

WORK_DIR holds corpus.npz (corpus.py) and, if wanted, align.npz (align.py). A run is a folder WORK_DIR/RUN with
checkpoint.pt (weights, optimizer states, counters), average.pt (exponential mean of the weights) and log.csv.

Pre-norm M2M100 layout. Muon (Jordan et al. 2024) on the matrices, AdamW on the rest, output projections started at
zero, label smoothing, guided alignment on one cross-attention head (Chen et al. 2016). The rate warms up, stays, and
falls linearly only when asked (Hägele et al. 2024), so that a run can always be taken further.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from transformers import M2M100Config, M2M100ForConditionalGeneration

PAD, EOS = 1, 0


def shape(vocabulary: int, width: int, encoder_layers: int, decoder_layers: int, dropout: float) -> M2M100Config:
    return M2M100Config(
        vocab_size=vocabulary, d_model=width, encoder_layers=encoder_layers, decoder_layers=decoder_layers,
        encoder_attention_heads=width // 64, decoder_attention_heads=width // 64, encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width, max_position_embeddings=512, pad_token_id=PAD, eos_token_id=EOS, bos_token_id=EOS,
        decoder_start_token_id=EOS, forced_eos_token_id=EOS, scale_embedding=True, activation_function="relu",
        dropout=dropout, attention_dropout=0.0, activation_dropout=0.0, encoder_layerdrop=0.0, decoder_layerdrop=0.0,
        attn_implementation="sdpa" if torch.cuda.is_available() else "eager",  # on a CPU, sdpa's backward is slow
    )  # fmt: skip


def new_model(config: M2M100Config) -> M2M100ForConditionalGeneration:
    """Matrices Xavier, each block's last matrix zero: every layer starts as the identity."""
    model = M2M100ForConditionalGeneration(config)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith(("out_proj.weight", "fc2.weight")):
                p.zero_()
            elif p.ndim == 2 and "shared" not in name and "embed" not in name:
                torch.nn.init.xavier_uniform_(p)
        torch.nn.init.normal_(model.model.shared.weight, std=config.d_model**-0.5)
        model.model.shared.weight[PAD] = 0
    return model


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised by five Newton-Schulz steps (https://kellerjordan.github.io/posts/muon/)."""

    def __init__(self, parameters: list[torch.nn.Parameter], lr: float, momentum: float = 0.95) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[tuple[torch.Tensor, torch.Tensor]]] = {}
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                mean.lerp_(p.grad, 1 - group["momentum"])
                alike.setdefault(tuple(p.shape), []).append((p, p.grad.lerp(mean, group["momentum"])))
            for (rows, columns), members in alike.items():
                x = torch.stack([u for _, u in members])
                x = x.mT if rows > columns else x
                x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).bfloat16()
                for _ in range(5):
                    a = x @ x.mT
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
                x = (x.mT if rows > columns else x).float()
                for (p, _), update in zip(members, x, strict=True):
                    p.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


class LinearCrossEntropy(torch.autograd.Function):
    """Label-smoothed cross-entropy of ``hidden @ weight.T``, its gradient made on the way, a slice of rows at a time.

    The whole matrix of logits (thousands of rows by the vocabulary) is never held: on a CPU, passing over it half a
    dozen times costs more than the multiplications.
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, target: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        h, w = hidden.bfloat16(), weight.bfloat16()
        rows, vocabulary = len(h), len(w)
        grad_hidden, grad_weight = torch.empty_like(h), torch.zeros_like(weight)
        loss = torch.zeros((), device=h.device)
        size = 512 if h.device.type == "cpu" else 8192
        for i in range(0, rows, size):
            part, gold = h[i : i + size], target[i : i + size, None]
            logits = (part @ w.T).float()
            picked, log_sum = logits.gather(1, gold), logits.logsumexp(1, keepdim=True)
            loss += (log_sum - (1 - smoothing) * picked - smoothing * logits.mean(1, keepdim=True)).sum()
            grad = logits.sub_(log_sum).exp_().sub_(smoothing / vocabulary)
            grad.scatter_add_(1, gold, torch.full_like(picked, smoothing - 1))
            grad = grad.mul_(1 / rows).bfloat16()
            grad_hidden[i : i + len(part)] = grad @ w
            grad_weight += grad.T @ part
        ctx.save_for_backward(grad_hidden, grad_weight)
        return loss / rows

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:  # type: ignore[override]
        grad_hidden, grad_weight = ctx.saved_tensors
        return (upstream * grad_hidden).float(), upstream * grad_weight, None, None


class Corpus:
    """Encoded pairs; ``batches(epoch)`` is a pure function of the seed and the epoch, which makes resuming exact."""

    def __init__(self, work: Path, budget: int, seed: int) -> None:
        z = np.load(work / "corpus.npz")
        self.source, self.target = z["source"], z["target"]
        self.source_lengths, self.target_lengths = z["source_lengths"], z["target_lengths"]
        self.source_starts = np.concatenate([[0], np.cumsum(self.source_lengths)])
        self.target_starts = np.concatenate([[0], np.cumsum(self.target_lengths)])
        self.origin, self.copies, self.budget, self.seed = z["origin"], z["copies"], budget, seed
        self.points: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        if (work / "align.npz").exists():
            a = np.load(work / "align.npz")
            self.points = (np.concatenate([[0], np.cumsum(a["count"])]), a["source"], a["target"])

    def batches(self, epoch: int) -> list[np.ndarray]:
        rng = np.random.default_rng([self.seed, epoch])
        copies = self.copies[self.origin]
        times = np.floor(copies).astype(int) + (rng.random(len(copies)) < copies % 1)
        order = np.repeat(np.arange(len(copies)), times)
        rng.shuffle(order)
        longest = np.maximum(self.source_lengths, self.target_lengths)
        made: list[np.ndarray] = []
        for block in np.array_split(order, max(1, len(order) // 40_000)):
            block = block[np.lexsort((self.source_lengths[block], self.target_lengths[block]))]
            start, widest = 0, 0
            for i, item in enumerate(block):
                widest = max(widest, longest[item])
                if widest * (i - start + 1) > self.budget and i > start:
                    made.append(block[start:i])
                    start, widest = i, longest[item]
            made.append(block[start:])
        return [made[i] for i in rng.permutation(len(made))]

    def _pad(self, ids: np.ndarray, starts: np.ndarray, lengths: np.ndarray, batch: np.ndarray) -> torch.Tensor:
        out = np.full((len(batch), lengths[batch].max()), PAD, np.int64)
        for row, i in enumerate(batch):
            out[row, : lengths[i]] = ids[starts[i] : starts[i + 1]]
        return torch.from_numpy(out)

    def tensors(self, batch: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        x = self._pad(self.source, self.source_starts, self.source_lengths, batch)
        y = self._pad(self.target, self.target_starts, self.target_lengths, batch)
        if self.points is None:
            return x, y, None
        starts, s, t = self.points
        spans = [np.arange(starts[i], starts[i + 1]) for i in batch]
        flat = np.concatenate(spans)
        rows = np.repeat(np.arange(len(batch)), [len(p) for p in spans])
        return x, y, torch.from_numpy(np.stack([rows, t[flat], s[flat]]).astype(np.int64))


@dataclass
class Progress:
    step: int = 0
    tokens: int = 0
    epoch: int = 0
    batch: int = 0
    decay_from: int = -1  # tokens seen when the rate began to fall


class AlignedHead:
    """Keeps what enters the first decoder layer's cross-attention, and gives the loss of its first head."""

    def __init__(self, model: M2M100ForConditionalGeneration) -> None:
        self.attention: Any = model.model.decoder.layers[0].encoder_attn
        self.attention.register_forward_pre_hook(self._keep, with_kwargs=True)

    def _keep(self, _module: Any, args: Any, kwargs: dict[str, Any]) -> None:
        self.queries = kwargs["hidden_states"] if "hidden_states" in kwargs else args[0]
        self.keys = kwargs["key_value_states"] if "key_value_states" in kwargs else args[1]

    def loss(self, mask: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        q_proj, k_proj = self.attention.q_proj, self.attention.k_proj
        q = F.linear(self.queries, q_proj.weight[:64], q_proj.bias[:64])
        k = F.linear(self.keys, k_proj.weight[:64], k_proj.bias[:64])
        scores = (q @ k.mT).float() / 8
        logs = F.log_softmax(scores.masked_fill(~mask[:, None, :], -1e9), -1)
        return -logs[points[0], points[1], points[2]].mean()


def atomic_save(value: Any, path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(value, partial)
    partial.replace(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--run", default="main", help="name of the run's folder")
    parser.add_argument("--branch", help="begin from the checkpoint of this other run")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--decay", type=float, default=0, help="let the rate fall to zero over so many target tokens, then stop"
    )
    parser.add_argument(
        "--copies", nargs="*", default=[], metavar="SET=N", help="copies an epoch, instead of the corpus' own"
    )
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--layers", type=int, nargs=2, default=(6, 2), metavar=("ENCODER", "DECODER"))
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--budget", type=int, default=4096, help="padded tokens a batch")
    parser.add_argument("--lr", type=float, default=1e-3, help="AdamW's rate")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--warmup", type=int, default=200, help="steps")
    parser.add_argument("--alignment-weight", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> None:
    args = arguments()
    end = time.monotonic() + 60 * args.minutes
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    corpus = Corpus(args.work, args.budget, args.seed)
    names = list(json.loads((args.work / "corpus.json").read_text("utf-8")))
    for change in args.copies:
        name, _, copies = change.partition("=")
        corpus.copies[names.index(name)] = float(copies)
    folder = args.work / args.run
    folder.mkdir(parents=True, exist_ok=True)
    import sentencepiece

    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(args.work / "spm.model")).get_piece_size()
    config = shape(vocabulary, args.width, *args.layers, args.dropout)
    model = new_model(config).to(device)
    head = AlignedHead(model) if corpus.points is not None and args.alignment_weight else None
    matrices, rest = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (matrices if p.ndim == 2 and "shared" not in name and "embed" not in name else rest).append(p)
    adam = torch.optim.AdamW(rest, args.lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0)
    optimizers: list[tuple[Any, float]] = [(adam, args.lr), (Muon(matrices, args.muon_lr), args.muon_lr)]
    progress = Progress()
    average = {k: v.clone() for k, v in model.state_dict().items()}
    checkpoint = folder / "checkpoint.pt"
    begin = checkpoint if checkpoint.exists() else args.work / (args.branch or "") / "checkpoint.pt"
    if begin.exists():
        state = torch.load(begin, map_location=device)
        model.load_state_dict(state["model"])
        average = torch.load(begin.with_name("average.pt"), map_location=device)
        for (optimizer, _), saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        progress = Progress(**state["progress"])
        print("resumed", progress, flush=True)
    if args.decay and progress.decay_from < 0:
        progress.decay_from = progress.tokens
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters / 1e6:.1f} M parameters on {device}", flush=True)

    def save() -> None:
        saved = {"model": model.state_dict(), "optimizers": [o.state_dict() for o, _ in optimizers]}
        atomic_save(average, folder / "average.pt")
        atomic_save(saved | {"progress": vars(progress), "config": config.to_dict()}, checkpoint)

    def upcoming() -> Iterator[np.ndarray]:
        while True:
            for batch in corpus.batches(progress.epoch)[progress.batch :]:
                yield batch
                progress.batch += 1
            progress.epoch, progress.batch = progress.epoch + 1, 0

    model.train()
    mean: dict[str, float] = {}
    clock, clock_tokens, saved_at = time.monotonic(), progress.tokens, time.monotonic()
    for batch in upcoming():
        x, y, points = (None if v is None else v.to(device) for v in corpus.tensors(batch))
        assert x is not None and y is not None
        before = torch.cat([torch.full_like(y[:, :1], EOS), y[:, :-1]], 1)
        left = 1 - (progress.tokens - progress.decay_from) / args.decay if args.decay else 1.0
        if left <= 0:
            break
        factor = min(1.0, (progress.step + 1) / args.warmup) * left
        for optimizer, rate in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        real = y != PAD
        with torch.autocast(device.type, torch.bfloat16):
            hidden = model.model(
                input_ids=x, attention_mask=(x != PAD).long(), decoder_input_ids=before
            ).last_hidden_state
        loss = LinearCrossEntropy.apply(hidden[real], model.model.shared.weight, y[real], 0.1)
        total = loss
        if head is not None and points is not None:
            with torch.autocast(device.type, torch.bfloat16):
                guide = head.loss(x != PAD, points)
            total = loss + args.alignment_weight * guide
            mean["alignment"] = 0.98 * mean.get("alignment", guide.item()) + 0.02 * guide.item()
        total.backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        progress.tokens += int(real.sum())
        with torch.no_grad():
            model.model.shared.weight[PAD] = 0
            if progress.step % 4 == 0:
                keep = min(0.995, progress.step / (progress.step + 40))
                for name, value in model.state_dict().items():
                    average[name].lerp_(value, 1 - keep)
        mean["loss"] = 0.98 * mean.get("loss", loss.item()) + 0.02 * loss.item()
        now = time.monotonic()
        if progress.step % 50 == 0:
            row = {
                "step": progress.step,
                "epoch": progress.epoch,
                "tokens": progress.tokens,
                "loss": round(mean["loss"], 4),
                "alignment": round(mean.get("alignment", 0), 4),
                "rate": round(factor, 4),
                "tokens_per_second": round((progress.tokens - clock_tokens) / (now - clock)),
            }
            clock, clock_tokens = now, progress.tokens
            new = not (folder / "log.csv").exists()
            with (folder / "log.csv").open("a", newline="") as f:
                writer = csv.DictWriter(f, list(row))
                if new:
                    writer.writeheader()
                writer.writerow(row)
            print(json.dumps(row), flush=True)
        if now - saved_at > 240:
            progress.batch += 1  # the batch in hand is done
            save()
            progress.batch -= 1
            saved_at = now
        if now > end:
            progress.batch += 1
            break
    save()


if __name__ == "__main__":
    main()
