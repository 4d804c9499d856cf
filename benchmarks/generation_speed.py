"""Generation side by side in one run: summ, the loops of tutorials and of other programs, and raw CTranslate2.

    python benchmarks/generation_speed.py builtin [--sentences FILE] [--count 200] [--repeats 3] [--json OUT]
    python benchmarks/generation_speed.py shapes [--count 48] [--repeats 3] [--json OUT]

``builtin``: the built-in translator's weights on real sentences, tokenized and detokenized by every system, the same
beam size, limits and threads for all. FILE has one Arabic sentence a line; without it, the sentences of the evaluation
sample. ``shapes``: full-size shapes with random weights and a forced target length, token ids in and out.

After a warm-up of each, repeats are interleaved: one pass of each system, then the next, each time beginning with
another. The table gives medians, and of the ratios to each other system the median and the range over the repeats. Its
last columns compare what came out with summ's: the share of outputs that are identical, and their length. float32 and
int8 often word a sentence differently, and noise always; but a length far from 1.00 would be other work, not other
speed.

- summ: ``Translator.batch``, with all that it does beside: splitting, checks, a second try of bad outputs.
- raw: CTranslate2's ``translate_batch`` on everything at once, with the best of a grid of threads and batch sizes.
- Argos Translate's way: CTranslate2 on one paragraph of five sentences at a time, all threads in one batch of up to 32
  tokens (argostranslate.translate; its defaults since 1.10), and of up to 32 sentences (its versions before).
- tutorial: ``model.generate`` on eight texts at a time, as they come, torch in float32.
- EasyNMT's way: texts sorted by length, 32 at a time, torch in float32 (EasyNMT.translate_sentences).
- tuned: ``model.generate`` on texts sorted by length, in the best of a grid of budgets of padded tokens times beams.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence, Sized
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "training")]

Run = Callable[[Sequence[Any]], Sequence[Sized]]  # inputs to outputs, one each, in order
WARM_UP = 8
TUNE = 256  # inputs on which the best of a grid is chosen


def cut(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def timed(run: Run, items: Sequence[Any]) -> tuple[float, Sequence[Sized]]:
    clock = time.perf_counter()
    made = run(items)
    return time.perf_counter() - clock, made


def fastest(name: str, grid: dict[str, Run], items: Sequence[Any]) -> Run:
    """The fastest of a grid of settings, each warmed up; it is printed."""
    seconds = {}
    for setting, run in grid.items():
        run(items[:WARM_UP])
        seconds[setting], _ = timed(run, items[:TUNE])
    best = min(seconds, key=lambda setting: seconds[setting])
    print(f"{name} at its best of {len(grid)}: {best}")
    return grid[best]


def measure(
    systems: dict[str, Run], items: Sequence[Any], repeats: int
) -> tuple[dict[str, list[float]], dict[str, Sequence[Sized]]]:
    """Seconds of each pass of each system, interleaved after a warm-up of each, and the outputs of its last pass."""
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    outputs: dict[str, Sequence[Sized]] = {}
    names = list(systems)
    for name in names:
        systems[name](items[:WARM_UP])
    for turn in range(repeats):
        # Whoever comes after a system whose threads still spin would pay for them, so nobody always does.
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            took, outputs[name] = timed(systems[name], items)
            seconds[name].append(took)
    return seconds, outputs


def table(
    title: str, seconds: dict[str, list[float]], outputs: dict[str, Sequence[Sized]], units: float, unit: str
) -> list[dict[str, Any]]:
    """Print a table; ratios are summ's speed over each system's, repeat by repeat."""
    rows = []
    print(f"\n{title}\n\n| system | {unit} a second | summ is so many times as fast | range | identical | length |")
    print("| --- | ---: | ---: | --- | ---: | ---: |")
    own = outputs["summ"]
    for name, passes in seconds.items():
        ratios = [theirs / ours for theirs, ours in zip(passes, seconds["summ"], strict=True)]
        row: dict[str, Any] = {
            "part": title, "system": name, "speed": units / statistics.median(passes), "unit": unit,
            "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
            "identical": sum(a == b for a, b in zip(outputs[name], own, strict=True)) / len(own),
            "length": sum(map(len, outputs[name])) / sum(map(len, own)),
        }  # fmt: skip
        rows.append(row)
        spread = "" if name == "summ" else f"{row['least']:.2f} to {row['most']:.2f}"
        alike = f"{100 * row['identical']:.0f} % | {row['length']:.2f}"
        print(f"| {name} | {row['speed']:.1f} | {row['ratio']:.2f} | {spread} | {alike} |", flush=True)
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


def by_budget(ids: Sequence[Sequence[int]], beam_size: int, budget: int) -> list[list[int]]:
    batches: list[list[int]] = [[]]
    for i in sorted(range(len(ids)), key=lambda i: -len(ids[i])):
        if batches[-1] and len(ids[batches[-1][0]]) * (len(batches[-1]) + 1) * beam_size > budget:
            batches.append([])
        batches[-1].append(i)
    return batches


def raw_grid(
    folder: Path, threads: int, run: Callable[[Any, dict[str, Any], Sequence[Any]], Sequence[Sized]]
) -> dict[str, Run]:
    """``run`` with CTranslate2 in a grid of threads and batch sizes."""
    import ctranslate2

    grid: dict[str, Run] = {}
    sizes = [("examples", 8), ("examples", 32), *(("tokens", size) for size in (512, 1024, 2048, 4096))]
    for inter, intra in sorted({(1, threads), (threads, 1)}):
        translator = ctranslate2.Translator(
            str(folder), device="cpu", compute_type="int8_float32", inter_threads=inter, intra_threads=intra
        )
        for kind, size in sizes:
            setting = f"inter_threads={inter}, intra_threads={intra}, batches of {size} {kind}"
            grid[setting] = partial(run, translator, {"batch_type": kind, "max_batch_size": size})
    return grid


def tuned_grid(run: Callable[[int, Sequence[Any]], Sequence[Sized]]) -> dict[str, Run]:
    return {f"a budget of {budget:,}": partial(run, budget) for budget in (1024, 2048, 4096, 8192, 16384)}


def sample_sentences() -> list[str]:
    """The sentences of the evaluation sample, which was written for this project."""
    from summ.text import split_sentences

    lines = (ROOT / "configs" / "eval" / "sample" / "articles.jsonl").read_text("utf-8").splitlines()
    return [s.text for line in lines for s in split_sentences(json.loads(line)["text"])]


def builtin(args: argparse.Namespace) -> list[dict[str, Any]]:
    import ctranslate2
    import torch

    import restore
    from summ import Translator
    from summ.models.builtin import FOLDER, Builtin

    sentences = args.sentences.read_text("utf-8").splitlines() if args.sentences else sample_sentences()
    sentences = list(dict.fromkeys(s.split("\t")[0].strip() for s in sentences if s.strip()))[: args.count]
    torch.set_num_threads(args.threads)
    family, model = Builtin(), restore.load(FOLDER)
    beams, most = family.defaults.beam_size, family.limit
    # no_repeat_ngram_size is left out everywhere: transformers and CTranslate2 apply it differently. All have one limit
    # for all sentences, the others' only kind; summ by itself would stop sooner what goes wrong.
    plain = {"num_beams": beams, "max_new_tokens": most, "early_stopping": True}
    translator = Translator.load(threads=args.threads, no_repeat_ngram_size=0, max_new_tokens=most)

    def encode(texts: Sequence[str]) -> list[tuple[int, ...]]:
        return [piece.ids for piece in family.encode(texts, family.defaults)]

    def tokens(texts: Sequence[str]) -> list[list[str]]:
        return [[family.vocabulary[i] for i in ids] for ids in encode(texts)]

    def torch_way(
        batches: Callable[[Sequence[str], list[tuple[int, ...]]], list[list[int]]], texts: Sequence[str]
    ) -> list[str]:
        ids = encode(texts)
        return [family.decode(made) for made in torch_batches(model, ids, batches(texts, ids), **plain)]

    def by_letters(texts: Sequence[str], size: int) -> list[list[int]]:
        return [list(b) for b in cut(sorted(range(len(texts)), key=lambda i: -len(texts[i])), size)]

    def tuned(budget: int, texts: Sequence[str]) -> list[str]:
        return torch_way(lambda _, ids: by_budget(ids, beams, budget), texts)

    ids_of = {token: i for i, token in enumerate(family.vocabulary)}
    search = {"beam_size": beams, "max_input_length": 0, "max_decoding_length": most}

    def raw(with_: Any, options: dict[str, Any], texts: Sequence[str]) -> list[str]:
        found = with_.translate_batch(tokens(texts), **search, **options)
        return [family.decode([ids_of[t] for t in result.hypotheses[0]]) for result in found]

    own = ctranslate2.Translator(str(FOLDER), compute_type="int8_float32", intra_threads=args.threads)

    def argos(kind: str, texts: Sequence[str]) -> list[str]:
        options = {"max_batch_size": 32, "batch_type": kind}
        return [made for paragraph in cut(texts, 5) for made in raw(own, options, paragraph)]

    systems: dict[str, Run] = {
        "summ": lambda texts: [t.text for t in translator.batch(texts)],
        "summ, engine alone": lambda texts: [g.text for g in translator.model.generate(texts)],
        "raw CTranslate2": fastest("raw CTranslate2", raw_grid(FOLDER, args.threads, raw), sentences),
        "Argos Translate's way": partial(argos, "tokens"),
        "Argos Translate's way before 1.10": partial(argos, "examples"),
        "tutorial": partial(torch_way, lambda texts, _: [list(b) for b in cut(range(len(texts)), 8)]),
        "EasyNMT's way": partial(torch_way, lambda texts, _: by_letters(texts, 32)),
        "tuned": fastest("tuned generate", tuned_grid(tuned), sentences),
    }
    rows = table(
        f"Built-in translator, {len(sentences)} sentences, {beams} beams, {args.threads} threads",
        *measure(systems, sentences, args.repeats),
        len(sentences),
        "sentences",
    )
    print(f"\nOf summ's sources, {100 * waste(encode(sentences), beams):.1f} % is padding in its own settings.")
    return rows


def waste(ids: list[tuple[int, ...]], beams: int) -> float:
    """The share of padding in the batches that summ makes."""
    from summ.engines.base import DecodeOptions, Piece
    from summ.generation.schedule import CPU_BUDGET, batches
    from summ.models.families.base import target_limit

    options = DecodeOptions(beam_size=beams)
    pieces = [Piece(i, (0,), target_limit(len(i), options, 256)) for i in ids]
    padded = sum(len(b) * max(len(ids[i]) for i in b) for b in batches(pieces, CPU_BUDGET, options))
    return 1 - sum(map(len, ids)) / padded


def shapes(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Marian 6+6 x 512, mT5-small and BART-base; what they say is noise, so every target has the same forced length."""
    import torch
    from transformers import (
        BartConfig,
        BartForConditionalGeneration,
        MarianConfig,
        MarianMTModel,
        MT5Config,
        MT5ForConditionalGeneration,
    )

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
    networks: dict[str, Callable[[], Any]] = {
        "Marian 6+6 x 512, 60,000 pieces": lambda: MarianMTModel(marian),
        "mT5-small": lambda: MT5ForConditionalGeneration(small),
        "BART-base": lambda: BartForConditionalGeneration(base),
    }
    chosen = {name: network for name, network in networks.items() if name.startswith(args.shape)}
    return [row for name, network in chosen.items() for row in shape(name, network().eval(), args)]


def shape(name: str, model: Any, args: argparse.Namespace, *, beams: int = 4, target: int = 32) -> list[dict[str, Any]]:
    """The table of one shape: ``args.count`` sources of random ids, as long as sentences of news are."""
    import numpy as np

    from summ.engines.base import DecodeOptions, Piece
    from summ.engines.ctranslate2 import CTranslate2Engine
    from summ.generation.schedule import run
    from summ.models.convert import Vocabulary, store

    rng = np.random.default_rng(3)
    lengths = np.clip(rng.lognormal(3.3, 0.5, args.count), 6, 120).astype(int)
    words = int(model.config.vocab_size)
    end, start = model.config.eos_token_id, model.config.decoder_start_token_id
    sources = [(*map(int, rng.integers(5, words - 5, n - 1)), end) for n in lengths]
    names = [f"t{i}" for i in range(words)]
    plain = {"num_beams": beams, "max_new_tokens": target, "min_new_tokens": target, "early_stopping": True}
    search = {"beam_size": beams, "max_decoding_length": target, "min_decoding_length": target}
    decode = DecodeOptions(beam_size=beams, min_new_tokens=target, max_new_tokens=target, early_stopping=True)

    def torch_way(batches: list[list[int]], ids: Sequence[Sequence[int]]) -> list[list[int]]:
        return [row[1:] for row in torch_batches(model, ids, batches, **plain)]

    def tuned(budget: int, ids: Sequence[Sequence[int]]) -> list[list[int]]:
        return torch_way(by_budget(ids, beams, budget), ids)

    def raw(with_: Any, options: dict[str, Any], ids: Sequence[Sequence[int]]) -> list[list[int]]:
        found = with_.translate_batch([[names[i] for i in source] for source in ids], **search, **options)
        return [[int(token[1:]) for token in result.hypotheses[0]] for result in found]

    with tempfile.TemporaryDirectory() as folder:
        store(model, Vocabulary(names, names, names[start], names[end]), "int8", Path(folder))
        engine = CTranslate2Engine(Path(folder), names, [end], dtype="int8_float32", threads=args.threads)

        def own(ids: Sequence[Sequence[int]]) -> list[list[int]]:
            return [list(o.ids) for o in run(engine, [Piece(tuple(i), (start,), target) for i in ids], decode)]

        systems: dict[str, Run] = {
            "summ": own,
            "raw CTranslate2": fastest("raw CTranslate2", raw_grid(Path(folder), args.threads, raw), sources),
            "tutorial": lambda ids: torch_way([list(b) for b in cut(range(len(ids)), 8)], ids),
            "tuned": fastest("tuned generate", tuned_grid(tuned), sources),
        }
        title = f"{name}, {args.count} sources, {target} target tokens each, {beams} beams, {args.threads} threads"
        return table(title, *measure(systems, sources, args.repeats), args.count * target, "target tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("builtin", "shapes"))
    parser.add_argument("--sentences", type=Path, help="Arabic sentences, one a line; what follows a tab is left out")
    parser.add_argument("--count", type=int, help="sentences (default 200) or sources (48)")
    parser.add_argument("--shape", default="", help="only the shapes whose names begin so")
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
