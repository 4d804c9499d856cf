"""An exported model read back: int8 weights into float32, as a transformers model or as a start for training.

    python training/restore.py WORK_DIR [--model src/summ/models/builtin] [--run restored]
    python training/train.py WORK_DIR --run main --branch restored

A checkpoint is a third of a gigabyte and lies outside the repository; the exported model is in it. Where the checkpoint
was lost, training goes on from the model: the optimizers begin anew (the rate warms up again), the count of target
tokens goes on. WORK_DIR's corpus must have been built with the model's own vocabulary (corpus.py --spm).
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

BUILTIN = Path(__file__).resolve().parent.parent / "src" / "summ" / "models" / "builtin"
FORMAT = 6
TYPES = [np.float32, np.int8, np.int16, np.int32, np.float16]  # of CTranslate2's file format, by number


def _string(file: BinaryIO) -> str:
    (size,) = struct.unpack("H", file.read(2))
    return file.read(size)[:-1].decode()


def variables(path: Path) -> dict[str, Any]:
    """The arrays of a CTranslate2 ``model.bin`` by name, aliases resolved (ctranslate2.specs.ModelSpec writes it)."""
    with path.open("rb") as file:
        (layout,) = struct.unpack("I", file.read(4))
        if layout != FORMAT:
            sys.exit(f"{path}: version {layout} of CTranslate2's file format; this reads {FORMAT}")
        _string(file)
        file.read(4)
        found: dict[str, Any] = {}
        for _ in range(struct.unpack("I", file.read(4))[0]):
            name = _string(file)
            rank = file.read(1)[0]
            dims = struct.unpack(f"{rank}I", file.read(4 * rank))
            dtype = TYPES[file.read(1)[0]]
            (size,) = struct.unpack("I", file.read(4))
            found[name] = np.frombuffer(file.read(size), dtype).reshape(dims)
        for _ in range(struct.unpack("I", file.read(4))[0]):
            alias, name = _string(file), _string(file)
            found[alias] = found[name]
            if f"{name}_scale" in found:  # of int8 weights, the scales go with them
                found[f"{alias}_scale"] = found[f"{name}_scale"]
    return found


def load(folder: Path) -> Any:
    """A float32 ``M2M100ForConditionalGeneration`` with the weights of the built-in translator in ``folder``."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    stored = variables(folder / "model.bin")

    def tensor(name: str) -> torch.Tensor:
        value = stored[name].astype(np.float32)
        scale = stored.get(f"{name}_scale")
        if scale is not None:
            value = value / (scale[:, None] if scale.ndim else scale)
        return torch.from_numpy(np.ascontiguousarray(value))

    layers = {
        side: 1 + max(int(found[1]) for name in stored if (found := re.match(rf"{side}/layer_(\d+)/", name)))
        for side in ("encoder", "decoder")
    }
    table = tensor("encoder/embeddings_0/weight")
    vocabulary, width = table.shape
    ffn = len(tensor("encoder/layer_0/ffn/linear_0/weight"))
    # Not model.shape: the benchmarks want attention and end of generation as transformers has them by default.
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=vocabulary, d_model=width, encoder_layers=layers["encoder"], decoder_layers=layers["decoder"],
            encoder_attention_heads=width // 64, decoder_attention_heads=width // 64, encoder_ffn_dim=ffn,
            decoder_ffn_dim=ffn, max_position_embeddings=512, pad_token_id=1, eos_token_id=0, bos_token_id=0,
            decoder_start_token_id=0, scale_embedding=True, activation_function="relu",
        )
    )  # fmt: skip
    state = model.state_dict()

    def put(ours: str, theirs: str) -> None:
        state[f"{ours}.weight"], state[f"{ours}.bias"] = tensor(f"{theirs}/weight"), tensor(f"{theirs}/bias")

    def norm(ours: str, theirs: str) -> None:
        state[f"{ours}.weight"], state[f"{ours}.bias"] = tensor(f"{theirs}/gamma"), tensor(f"{theirs}/beta")

    def attention(ours: str, theirs: str, parts: tuple[tuple[str, ...], ...]) -> None:
        for i, names in enumerate(parts):
            weights = tensor(f"{theirs}/linear_{i}/weight").chunk(len(names))
            biases = tensor(f"{theirs}/linear_{i}/bias").chunk(len(names))
            for name, weight, bias in zip(names, weights, biases, strict=True):
                state[f"{ours}.{name}.weight"], state[f"{ours}.{name}.bias"] = weight, bias

    for key in ("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head"):
        state[f"{key}.weight"] = table
    for side, count in layers.items():
        norm(f"model.{side}.layer_norm", f"{side}/layer_norm")
        for i in range(count):
            ours, theirs = f"model.{side}.layers.{i}", f"{side}/layer_{i}"
            attention(f"{ours}.self_attn", f"{theirs}/self_attention", (("q_proj", "k_proj", "v_proj"), ("out_proj",)))
            norm(f"{ours}.self_attn_layer_norm", f"{theirs}/self_attention/layer_norm")
            if side == "decoder":
                parts = (("q_proj",), ("k_proj", "v_proj"), ("out_proj",))
                attention(f"{ours}.encoder_attn", f"{theirs}/attention", parts)
                norm(f"{ours}.encoder_attn_layer_norm", f"{theirs}/attention/layer_norm")
            norm(f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm")
            put(f"{ours}.fc1", f"{theirs}/ffn/linear_0")
            put(f"{ours}.fc2", f"{theirs}/ffn/linear_1")
    model.load_state_dict(state, strict=True)
    return model.eval()


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=BUILTIN, help="folder of the exported model")
    parser.add_argument("--run", default="restored", help="name of the run that is made")
    args = parser.parse_args(argv)
    out = args.work / args.run / "checkpoint.pt"
    if out.exists():
        sys.exit(f"{out} exists; give another --run")
    import train

    model = load(args.model)
    config, card = model.config, json.loads((args.model / "card.json").read_text("utf-8"))
    weights = {name: p.detach().clone() for name, p in model.named_parameters()}
    state = {
        "model": model.state_dict(),
        "average": weights,
        "optimizers": None,
        "progress": {"step": 0, "tokens": card["target_tokens_seen"], "epoch": -1, "batch": 0, "decay_from": -1},
        "order": "",  # no corpus's: a branch begins with its first epoch
        "vocabulary": train.vocabulary_of(args.model / "sentencepiece.model"),
        "shape": {
            "vocabulary": config.vocab_size,
            "width": config.d_model,
            "encoder_layers": config.encoder_layers,
            "decoder_layers": config.decoder_layers,
        },
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    train.save(out, state)
    print(f"{out}: {card['target_tokens_seen'] / 1e6:.1f} M target tokens seen")


if __name__ == "__main__":
    main()
