"""Generation side by side in one run: summ, the loops of tutorials and of other programs, and raw CTranslate2.

    python benchmarks/generation_speed.py builtin [--sentences FILE] [--count 200] [--repeats 3] [--json OUT]
    python benchmarks/generation_speed.py shapes [--count 48] [--repeats 3] [--json OUT]

``builtin``: the built-in translator's weights on real sentences, tokenized and detokenized by every system, the same
beam size, limits and threads for all. FILE has one Arabic sentence a line; without it, the sentences of the evaluation
sample. ``shapes``: full-size shapes with random weights and a forced target length, token ids in and out.

Repeats are interleaved: one pass of each system, then the next. The table gives medians, and of the ratios to each
other system the median and the range over the repeats.

- tutorial: ``model.generate`` on eight texts at a time, as they come, torch in float32.
- tuned: the same with texts sorted by length and batches of up to 4,096 padded tokens times beams.
- EasyNMT's way: texts sorted by length, 32 at a time, torch in float32 (EasyNMT.translate_sentences).
- Argos Translate's way: CTranslate2 on one paragraph of five sentences at a time, all threads in one batch of up to 32
  tokens (argostranslate.translate; its defaults).
- raw: CTranslate2's ``translate_batch`` on everything at once, with the best of a grid of threads and batch sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(Path(__file__).resolve().parent)]

Run = Callable[[], Sequence[object]]


def cut(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def measure(systems: dict[str, Run], repeats: int) -> dict[str, list[float]]:
    """Seconds of each pass of each system, interleaved after one short warm-up each."""
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(repeats):
        for name, run in systems.items():
            clock = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - clock)
    return seconds


def table(title: str, seconds: dict[str, list[float]], units: float, unit: str) -> list[dict[str, Any]]:
    """Print a table; ratios are summ's speed over each system's, repeat by repeat."""
    rows = []
    print(f"\n{title}\n\n| system | {unit} a second | summ is so many times as fast | range |")
    print("| --- | ---: | ---: | --- |")
    for name, passes in seconds.items():
        ratios = [theirs / ours for theirs, ours in zip(passes, seconds["summ"], strict=True)]
        row = {
            "part": title, "system": name, "speed": units / statistics.median(passes), "unit": unit,
            "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
        }  # fmt: skip
        rows.append(row)
        spread = "" if name == "summ" else f"{row['least']:.2f} to {row['most']:.2f}"
        print(f"| {name} | {row['speed']:.1f} | {row['ratio']:.2f} | {spread} |", flush=True)
    return rows


def torch_batches(
    model: Any, ids: Sequence[Sequence[int]], batches: list[list[int]], **options: Any
) -> list[list[int]]:
    """Plain ``generate`` over batches of indices; target ids in the order of ``ids``."""
    import torch

    found: dict[int, list[int]] = {}
    for batch in batches:
        width = max(len(ids[i]) for i in batch)
        inputs = torch.full((len(batch), width), model.config.pad_token_id)
        mask = torch.zeros_like(inputs)
        for row, i in enumerate(batch):
            inputs[row, : len(ids[i])] = torch.tensor(ids[i])
            mask[row, : len(ids[i])] = 1
        with torch.inference_mode():
            made = model.generate(inputs, attention_mask=mask, **options)
        found |= dict(zip(batch, made.tolist(), strict=True))
    return [found[i] for i in range(len(ids))]


def by_budget(ids: Sequence[Sequence[int]], beam_size: int, budget: int = 4096) -> list[list[int]]:
    batches: list[list[int]] = [[]]
    for i in sorted(range(len(ids)), key=lambda i: -len(ids[i])):
        if batches[-1] and len(ids[batches[-1][0]]) * (len(batches[-1]) + 1) * beam_size > budget:
            batches.append([])
        batches[-1].append(i)
    return batches


def best_raw(
    folder: Path, dtype: str, threads: int, work: Callable[[Any, dict[str, Any]], object]
) -> tuple[Any, dict[str, Any], str]:
    """CTranslate2's fastest setting for ``work`` on a grid of threads and batch sizes."""
    import ctranslate2

    best: tuple[float, Any, dict[str, Any], str] | None = None
    for inter, intra in sorted({(1, threads), (threads, 1)}):
        translator = ctranslate2.Translator(
            str(folder), device="cpu", compute_type=dtype, inter_threads=inter, intra_threads=intra
        )
        for kind, size in (("examples", 8), ("examples", 32), ("tokens", 512), ("tokens", 1024), ("tokens", 2048)):
            options = {"batch_type": kind, "max_batch_size": size}
            clock = time.perf_counter()
            work(translator, options)
            took = time.perf_counter() - clock
            if best is None or took < best[0]:
                best = took, translator, options, f"inter_threads={inter}, intra_threads={intra}, {size} {kind}"
    assert best is not None
    return best[1:]


def sample_sentences() -> list[str]:
    """The sentences of the evaluation sample, which was written for this project."""
    from summ.text import split_sentences

    lines = (ROOT / "configs" / "eval" / "sample" / "articles.jsonl").read_text("utf-8").splitlines()
    return [s.text for line in lines for s in split_sentences(json.loads(line)["text"])]


def builtin(args: argparse.Namespace) -> list[dict[str, Any]]:
    import ctranslate2
    import torch

    import as_torch
    from summ import Translator
    from summ.models.builtin import FOLDER, Builtin

    sentences = args.sentences.read_text("utf-8").splitlines() if args.sentences else sample_sentences()
    sentences = list(dict.fromkeys(s.split("\t")[0].strip() for s in sentences if s.strip()))[: args.count]
    torch.set_num_threads(args.threads)
    family, model = Builtin(), as_torch.load(FOLDER)
    beams, most = family.defaults.beam_size, family.limit
    # no_repeat_ngram_size is left out everywhere: transformers and CTranslate2 apply it differently.
    plain = {"num_beams": beams, "max_new_tokens": most, "early_stopping": True}
    translator = Translator.load(threads=args.threads, no_repeat_ngram_size=0)

    def encode(texts: Sequence[str]) -> list[tuple[int, ...]]:
        return [piece.ids for piece in family.encode(texts, family.defaults)]

    def tokens(texts: Sequence[str]) -> list[list[str]]:
        return [[family.vocabulary[i] for i in ids] for ids in encode(texts)]

    def torch_way(batches: Callable[[list[tuple[int, ...]]], list[list[int]]]) -> Run:
        def run() -> list[str]:
            ids = encode(sentences)
            return [family.decode(made) for made in torch_batches(model, ids, batches(ids), **plain)]

        return run

    ids_of = {token: i for i, token in enumerate(family.vocabulary)}

    def decoded(found: Sequence[Any]) -> list[str]:
        return [family.decode([ids_of[t] for t in result.hypotheses[0]]) for result in found]

    search = {"beam_size": beams, "max_input_length": 0, "max_decoding_length": most}
    own = ctranslate2.Translator(str(FOLDER), compute_type="int8_float32", intra_threads=args.threads)

    def argos() -> list[str]:
        made: list[str] = []
        for paragraph in cut(sentences, 5):
            made += decoded(own.translate_batch(tokens(paragraph), max_batch_size=32, batch_type="tokens", **search))
        return made

    raw, options, how = best_raw(
        FOLDER, "int8_float32", args.threads, lambda t, o: t.translate_batch(tokens(sentences[:96]), **search, **o)
    )

    def order(size: int) -> Callable[[list[tuple[int, ...]]], list[list[int]]]:
        return lambda ids: [list(b) for b in cut(sorted(range(len(ids)), key=lambda i: -len(sentences[i])), size)]

    systems: dict[str, Run] = {
        "summ": lambda: [t.text for t in translator.batch(sentences)],
        "summ, engine alone": lambda: [g.text for g in translator.model.generate(sentences)],
        "raw CTranslate2": lambda: decoded(raw.translate_batch(tokens(sentences), **search, **options)),
        "Argos Translate's way": argos,
        "tutorial": torch_way(lambda ids: [list(b) for b in cut(range(len(ids)), 8)]),
        "EasyNMT's way": torch_way(order(32)),
        "tuned": torch_way(lambda ids: by_budget(ids, beams)),
    }
    print(f"raw CTranslate2 at its best: {how}")
    rows = table(
        f"Built-in translator, {len(sentences)} sentences, {beams} beams, {args.threads} threads",
        measure(systems, args.repeats),
        len(sentences),
        "sentences",
    )
    print(f"\nOf summ's sources, {100 * waste(encode(sentences), beams):.1f} % was padding.")
    return rows


def waste(ids: list[tuple[int, ...]], beams: int) -> float:
    """The share of padding in the batches that summ makes."""
    from summ.engines.base import DecodeOptions, Piece
    from summ.generation.schedule import CPU_BUDGET, batches
    from summ.models.families.base import target_limit

    pieces = [Piece(i, (0,), target_limit(len(i), DecodeOptions(), 256)) for i in ids]
    padded = sum(len(b) * max(len(ids[i]) for i in b) for b in batches(pieces, CPU_BUDGET, beams))
    return 1 - sum(map(len, ids)) / padded


def shapes(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Marian 6+6 x 512, mT5-small and BART-base; what they say is noise, so every target has the same forced length."""
    import numpy as np
    import torch
    from transformers import (
        BartConfig,
        BartForConditionalGeneration,
        MarianConfig,
        MarianMTModel,
        MT5Config,
        MT5ForConditionalGeneration,
    )

    from summ.engines.base import DecodeOptions, Piece
    from summ.engines.ctranslate2 import CTranslate2Engine
    from summ.generation.schedule import run
    from summ.models.convert import Vocabulary, store

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    marian = MarianConfig(
        vocab_size=60000, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512,
        pad_token_id=59999, eos_token_id=0, decoder_start_token_id=59999, forced_eos_token_id=None,
        scale_embedding=True,
    )  # fmt: skip
    small = MT5Config(decoder_start_token_id=0)
    base = BartConfig(
        encoder_layers=6, decoder_layers=6, d_model=768, encoder_attention_heads=12, decoder_attention_heads=12,
        encoder_ffn_dim=3072, decoder_ffn_dim=3072, forced_eos_token_id=None, forced_bos_token_id=None,
    )  # fmt: skip
    made: list[dict[str, Any]] = []
    for name, network, beams in (
        ("Marian 6+6 x 512, 60,000 pieces", lambda: MarianMTModel(marian), 4),
        ("mT5-small", lambda: MT5ForConditionalGeneration(small), 4),
        ("BART-base", lambda: BartForConditionalGeneration(base), 4),
    ):
        model = network().eval()
        rng = np.random.default_rng(3)
        lengths = np.clip(rng.lognormal(3.3, 0.5, args.count), 6, 120).astype(int)
        words = int(model.config.vocab_size)
        end, start = model.config.eos_token_id, model.config.decoder_start_token_id
        ids = [(*map(int, rng.integers(5, words - 5, n - 1)), end) for n in lengths]
        target = 32
        plain = {"num_beams": beams, "max_new_tokens": target, "min_new_tokens": target, "early_stopping": True}
        names = [f"t{i}" for i in range(words)]
        with tempfile.TemporaryDirectory() as folder:
            store(model, Vocabulary(names, names, names[start], names[end]), "int8", Path(folder))
            engine = CTranslate2Engine(Path(folder), names, [end], dtype="int8_float32", threads=args.threads)
            pieces = [Piece(i, (start,), target) for i in ids]
            decode = DecodeOptions(beam_size=beams, min_new_tokens=target, max_new_tokens=target, early_stopping=True)
            sources = [[names[i] for i in source] for source in ids]
            search = {"beam_size": beams, "max_decoding_length": target, "min_decoding_length": target}
            raw, options, how = best_raw(
                Path(folder), "int8_float32", args.threads,
                lambda t, o, s=sources, w=search: t.translate_batch(s[:24], **w, **o),
            )  # fmt: skip
            systems: dict[str, Run] = {
                "summ": lambda e=engine, p=pieces, d=decode: run(e, p, d),
                "raw CTranslate2": lambda t=raw, s=sources, w=search, o=options: t.translate_batch(s, **w, **o),
                "tutorial": lambda m=model, i=ids, p=plain: torch_batches(
                    m, i, [list(b) for b in cut(range(len(i)), 8)], **p
                ),
                "tuned": lambda m=model, i=ids, p=plain, b=beams: torch_batches(m, i, by_budget(i, b), **p),
            }
            print(f"raw CTranslate2 at its best: {how}")
            title = f"{name}, {args.count} sources, {target} target tokens each, {beams} beams, {args.threads} threads"
            made += table(title, measure(systems, args.repeats), args.count * target, "target tokens")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("builtin", "shapes"))
    parser.add_argument("--sentences", type=Path, help="Arabic sentences, one a line; what follows a tab is left out")
    parser.add_argument("--count", type=int, help="sentences (default 200) or sources (48)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path, help="also write the rows here")
    args = parser.parse_args()
    args.count = args.count or (200 if args.part == "builtin" else 48)
    rows = builtin(args) if args.part == "builtin" else shapes(args)
    if args.json:
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
