"""Take the recipe apart: every variant trained from nothing for the same minutes, then its loss on a development set.

    python training/ablate.py WORK_DIR [VARIANT ...] --minutes 2.5 --dev DATA_DIR/mt/flores-dev.tsv

Loss is cross-entropy, nats a target token, of the averaged weights; no smoothing. After minutes BLEU is noise and this
is not: "again" is the base with another order of the data, and shows how much. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import clean
import model as network
import train


def adamw(parameters: list[torch.nn.Parameter], lr: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameters, lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0)


def full_start(config: Any) -> Any:
    """Every matrix Xavier, also those that end a block."""
    made = network.new_model(config)
    for name, p in made.named_parameters():
        if name.endswith(("out_proj.weight", "fc2.weight")):
            torch.nn.init.xavier_uniform_(p)
    return made


def post_norm(config: Any) -> Any:
    """Marian's layout: each block is normalised after it is added, so that it cannot start at zero."""
    from transformers import MarianConfig, MarianMTModel

    same = {
        k: v for k, v in config.to_dict().items() if k not in ("model_type", "architectures", "transformers_version")
    }
    made = MarianMTModel(MarianConfig(**same, share_encoder_decoder_embeddings=True, static_position_embeddings=True))
    made.set_attn_implementation("eager")
    for name, p in made.named_parameters():
        if p.ndim == 2 and "shared" not in name and "embed" not in name:
            torch.nn.init.xavier_uniform_(p)
    torch.nn.init.normal_(made.model.shared.weight, std=config.d_model**-0.5)
    return made


BASE = ["--width", "256", "--budget", "4096", "--warmup", "50"]  # hundreds of steps in minutes
# Name: options of train.py, and what takes the place of its parts.
VARIANTS: dict[str, tuple[list[str], dict[str, Callable[..., Any]]]] = {
    "base": ([], {}),
    "again": (["--seed", "2"], {}),
    "AdamW on everything": (["--muon-lr", "1e-3"], {"Muon": adamw}),
    "no zero start": ([], {"new_model": full_start}),
    "post-norm, AdamW": (["--muon-lr", "1e-3"], {"Muon": adamw, "new_model": post_norm}),
    "no guided alignment": (["--alignment-weight", "0"], {}),
    "dropout 0.1": (["--dropout", "0.1"], {}),
    "width 384": (["--width", "384"], {}),
    "AdamW on everything, 2e-3": (["--muon-lr", "2e-3", "--lr", "2e-3"], {"Muon": adamw}),
    "post-norm": ([], {"new_model": post_norm}),
    "Muon 0.01": (["--muon-lr", "0.01"], {}),
    "Muon 0.04": (["--muon-lr", "0.04"], {}),
    "batches of 8,192": (["--budget", "8192"], {}),
    "4+4 layers": (["--layers", "4", "4"], {}),
}


@torch.no_grad()
def dev_loss(state: dict[str, Any], made: Any, spm: Path, dev: Path, batch: int = 32) -> float:
    """Cross-entropy a target token of the averaged weights on the pairs of ``dev``, each to its end token."""
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(spm))
    made.load_state_dict({**state["model"], **state["average"]})
    made.eval()
    pairs = [line.split("\t")[:2] for line in dev.read_text("utf-8").splitlines()]
    pairs.sort(key=lambda pair: len(pair[0]))
    total, count = 0.0, 0

    def pad(rows: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, rows)) + 1
        return torch.tensor([[*row, network.EOS] + [network.PAD] * (longest - len(row) - 1) for row in rows])

    for i in range(0, len(pairs), batch):
        x = pad(pieces.encode([clean.source_form(a) for a, _ in pairs[i : i + batch]]))
        y = pad(pieces.encode([clean.target_form(e) for _, e in pairs[i : i + batch]]))
        before, real = torch.cat([torch.full_like(y[:, :1], network.EOS), y[:, :-1]], 1), y != network.PAD
        hidden = made.model(input_ids=x, attention_mask=(x != network.PAD).long(), decoder_input_ids=before)
        logits = hidden.last_hidden_state[real] @ made.model.shared.weight.T
        total += torch.nn.functional.cross_entropy(logits, y[real], reduction="sum").item()
        count += int(real.sum())
    return total / count


def run(work: Path, name: str, minutes: float, dev: Path) -> None:
    """Train one variant and print its row; in a process of its own, since variants change the trainer's parts."""
    options, parts = VARIANTS[name]
    for part, other in parts.items():
        setattr(train, part, other)
    folder = "ablate-" + "".join(c if c.isalnum() else "-" for c in name)
    shutil.rmtree(work / folder, ignore_errors=True)  # a run that is there would go on
    keep = ["--minutes", str(minutes), "--save-minutes", "1e9"]
    train.main([str(work), "--run", folder, *BASE, *options, *keep])
    state = torch.load(work / folder / "checkpoint.pt", map_location="cpu")
    made = parts.get("new_model", network.new_model)(network.shape(**state["shape"]))
    loss = dev_loss(state, made, work / "spm.model", dev)
    tokens = state["progress"]["tokens"]
    print("ROW " + json.dumps({"variant": name, "tokens": tokens, "loss": round(loss, 3)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument(
        "variants", nargs="*", metavar="VARIANT", help=f"of {', '.join(VARIANTS)}; all, if none is named"
    )
    parser.add_argument("--minutes", type=float, default=2.5)
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--here", action="store_true", help="run the one variant in this process")
    args = parser.parse_args()
    for name in args.variants:
        if name not in VARIANTS:
            parser.error(f"no variant {name!r}; there are {', '.join(VARIANTS)}")
    if args.here:
        run(args.work, args.variants[0], args.minutes, args.dev)
        return
    print(f"| variant | target tokens in {args.minutes:g} minutes | loss |\n| --- | --- | --- |", flush=True)
    for name in args.variants or VARIANTS:
        command = [
            sys.executable,
            __file__,
            str(args.work),
            name,
            "--minutes",
            str(args.minutes),
            "--dev",
            str(args.dev),
        ]
        done = subprocess.run([*command, "--here"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
        row = json.loads(next(line[4:] for line in done.stdout.splitlines() if line.startswith("ROW ")))
        print(f"| {name} | {row['tokens'] / 1e6:.2f} M | {row['loss']:.3f} |", flush=True)


if __name__ == "__main__":
    main()
