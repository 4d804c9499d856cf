"""From a name to a model: what can go wrong is said in one line, and nothing unsafe is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoints
import pytest
from checkpoints import AR, Built
from hub import Repo, hub, offer

from summ import ModelError
from summ.models.load import load_model

Build = Callable[..., Built]

# Runs in a process of its own: huggingface_hub reads HF_ENDPOINT and HF_HOME when it is imported.
STEPS = """
import json, os, sys
from summ import SummError
from summ.models.files import resolve
from summ.models.load import load_model
for step in json.load(sys.stdin):
    os.environ.update(step.get("env", {}))
    try:
        if "texts" in step:
            model = load_model(step["name"], threads=1, **step.get("options", {}))
            made = {"revision": model.revision, "texts": [g.text for g in model.generate(step["texts"])]}
        else:
            found = resolve(step["name"], **step.get("options", {}))
            made = {"revision": found.revision, "files": sorted(p.name for p in found.folder.iterdir())}
    except SummError as error:
        made = {"error": str(error)}
    print(json.dumps(made))
"""


def run(steps: list[dict[str, Any]], home: Path, endpoint: str | None = None) -> list[dict[str, Any]]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
    env |= {"HF_HOME": str(home), "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_XET": "1"}
    env |= {"HF_ENDPOINT": endpoint} if endpoint else {}
    done = subprocess.run(
        [sys.executable, "-c", STEPS], input=json.dumps(steps), env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def pickled(built: Built, folder: Path) -> Path:
    """The checkpoint with pytorch_model.bin in the place of its safetensors."""
    import torch
    from safetensors.torch import load_file

    checkpoints.copy(built, folder, without=("*.safetensors",))
    torch.save(load_file(built.folder / "model.safetensors"), folder / "pytorch_model.bin")
    return folder


def changed(built: Built, folder: Path, **config: Any) -> Path:
    """The checkpoint with other values in config.json; None removes one."""
    checkpoints.copy(built, folder)
    path = folder / "config.json"
    values = json.loads(path.read_text("utf-8")) | config
    checkpoints.write(path, {k: v for k, v in values.items() if v is not None})
    return folder


def one_line(error: str) -> str:
    assert "\n" not in error
    return error


def test_hub_models(build: Build, tmp_path: Path) -> None:
    built = build("marian")
    other = build("marian", max_position_embeddings=48)
    (tmp_path / "full").mkdir()
    full = checkpoints.copy(built, tmp_path / "full" / "main").folder
    for junk in ("README.md", "tf_model.h5", "rust_model.ot", "modeling_own.py", "flax_model.msgpack"):
        (full / junk).write_text("not wanted")
    repos = {
        "org/good": Repo({"main": full, "v2": other.folder}),
        "org/gated": Repo({"main": built.folder}, gated=True),
        "org/pickled": Repo({"main": pickled(built, tmp_path / "pickled")}),
        "org/offered": Repo(
            {"main": pickled(built, tmp_path / "offered"), "refs/pr/3": built.folder, "refs/pr/4": other.folder},
            offers=[offer(4, author="somebody"), offer(2, status="closed"), offer(3)],
        ),
    }
    offline = {"HF_HUB_OFFLINE": "1"}
    steps: list[dict[str, Any]] = [
        {"name": "org/good"},
        {"name": "org/good", "options": {"revision": "v2"}},
        {"name": "org/good@v2", "texts": AR[:2]},
        {"name": "org/good@v9", "texts": AR[:1]},
        {"name": "org/missing"},
        {"name": "org/gated"},
        {"name": "org/pickled"},
        {"name": "org/pickled", "options": {"allow_pickle": True}},
        {"name": "org/offered", "texts": AR[:2]},
        {"name": "org/offered", "options": {"offline": True}},
        {"name": "org/missing", "options": {"offline": True}},
        {"name": "org/good", "env": offline},
        {"name": "org/pickled", "env": offline},
    ]
    with hub(repos) as (address, asked):
        made = run(steps, tmp_path / "home", address)
    # A train without a network, though nobody said offline: the copy that was fetched serves.
    (unplugged,) = run([{"name": "org/offered"}], tmp_path / "home", address)
    assert unplugged["revision"] == made[8]["revision"]
    (good, second, loaded, no_revision, missing, gated, refused, allowed, offered, cached, absent, quiet, still) = made
    wanted = {"config.json", "generation_config.json", "model.safetensors", "source.spm", "target.spm"}
    assert set(good["files"]) == wanted | {"tokenizer_config.json", "vocab.json"}
    assert good["revision"] != second["revision"]
    assert loaded["revision"] == second["revision"]
    assert loaded["texts"] == [g.text for g in load_model(str(other.folder), threads=1).generate(AR[:2])]
    assert one_line(no_revision["error"]).startswith("org/good: no revision 'v9'")
    assert one_line(missing["error"]).startswith("org/missing: not found on the hub (or private: then set HF_TOKEN)")
    assert one_line(gated["error"]).startswith("org/gated: gated; accept its terms at http://127.0.0.1")
    assert one_line(refused["error"]).startswith("org/pickled: has pickled weights only, and unpickling can run code")
    assert "pytorch_model.bin" in allowed["files"]
    # The hub's own copy is taken, not that of somebody else, and found again without the hub.
    assert offered["texts"] == [g.text for g in load_model(str(built.folder), threads=1).generate(AR[:2])]
    assert cached["revision"] == offered["revision"]
    assert one_line(absent["error"]).startswith("org/missing: not in the local cache, and offline mode is on")
    assert quiet == good
    assert "pickled weights only" in still["error"]
    assert not any(path.endswith((".py", ".h5", ".ot", ".msgpack")) for path in asked)


def test_without_a_network_one_line_says_what_to_do(tmp_path: Path) -> None:
    # No server listens there, so this is what a machine without a network sees.
    (made,) = run([{"name": "Helsinki-NLP/opus-mt-ar-en"}], tmp_path, "http://127.0.0.1:9")
    assert one_line(made["error"]).startswith("Helsinki-NLP/opus-mt-ar-en: the hub cannot be reached")
    assert '"builtin", which needs no network' in made["error"]


def test_a_download_that_was_cut_short_is_said(build: Build, tmp_path: Path) -> None:
    built = build("marian")
    with hub({"org/good": Repo({"main": built.folder})}) as (address, _):
        run([{"name": "org/good"}], tmp_path, address)
    (blob,) = tmp_path.rglob("model.safetensors")
    blob.unlink()
    (made,) = run([{"name": "org/good", "options": {"offline": True}}], tmp_path)
    assert one_line(made["error"]).startswith("org/good: its download was cut short")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("opus-mt-ar-em", "unknown model 'opus-mt-ar-em': did you mean .*opus-mt-ar-en"),
        ("nosuch", "unknown model 'nosuch': .*summ models list"),
        ("./nosuch", "./nosuch: no such folder"),
        ("a/b/c", "a/b/c: no such folder"),
    ],
)
def test_unknown_names(name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_model(name)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"auto_map": {"AutoModelForSeq2SeqLM": "modeling_own.Own"}}, "code from its own repository run .*never does"),
        ({"model_type": "llama"}, "model type 'llama' is no encoder-decoder that transformers"),
        ({"model_type": "bert", "architectures": ["BertModel"]}, "model type 'bert' is no encoder-decoder"),
        ({"architectures": ["MarianForCausalLM"]}, "saved as MarianForCausalLM"),
        ({"model_type": None}, "config.json has no model_type"),
        ({"d_model": 64}, "weights have another shape than config.json says"),
        ({"decoder_layers": 3}, "weights lack model.decoder.layers.2.* other tensors"),
        ({"model_type": "nosuchmodel"}, "model type 'nosuchmodel' is no encoder-decoder"),
    ],
)
def test_what_is_no_seq2seq_checkpoint(build: Build, tmp_path: Path, config: dict[str, Any], message: str) -> None:
    folder = changed(build("marian"), tmp_path / "changed", **config)
    with pytest.raises(ModelError, match=message) as caught:
        load_model(str(folder))
    assert one_line(str(caught.value)).startswith(str(folder))


@pytest.mark.parametrize(
    ("kind", "lost", "message"),
    [
        ("marian", "config.json", "no config.json"),
        ("marian", "vocab.json", "vocab.json is missing"),
        ("marian", "source.spm", "source.spm is missing"),
        ("marian", "model.safetensors", "no weights"),
        ("m2m100", "sentencepiece.bpe.model", "sentencepiece.bpe.model is missing"),
        ("bart", "tokenizer.json vocab.json merges.txt", "tokenizer.json is not readable"),
    ],
)
def test_files_that_are_missing(build: Build, tmp_path: Path, kind: str, lost: str, message: str) -> None:
    folder = checkpoints.copy(build(kind), tmp_path / "lost", without=tuple(lost.split())).folder
    with pytest.raises(ModelError, match=message) as caught:
        load_model(str(folder))
    assert one_line(str(caught.value))


@pytest.mark.parametrize("file", ["config.json", "vocab.json", "source.spm", "model.safetensors"])
def test_files_that_are_cut_short(build: Build, tmp_path: Path, file: str) -> None:
    folder = checkpoints.copy(build("marian"), tmp_path / "cut").folder
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError) as caught:
        load_model(str(folder))
    assert file in str(caught.value) or "not readable as an encoder-decoder model" in str(caught.value)
    assert one_line(str(caught.value))


def test_pickled_weights_are_read_only_when_allowed(build: Build, tmp_path: Path) -> None:
    built = build("marian")
    folder = pickled(built, tmp_path / "pickled")
    with pytest.raises(ModelError, match=r"unpickling can run code; pass allow_pickle=True"):
        load_model(str(folder))
    allowed = load_model(str(folder), allow_pickle=True, threads=1)
    assert allowed.generate(AR[:2]) == load_model(str(built.folder), threads=1).generate(AR[:2])


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch evil-was-here",)


def test_even_allowed_pickles_cannot_run_code(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    folder = checkpoints.copy(build("marian"), tmp_path / "evil", without=("*.safetensors",)).folder
    torch.save({"model.shared.weight": _Evil()}, folder / "pytorch_model.bin")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError):
        load_model(str(folder), allow_pickle=True)
    assert not (tmp_path / "evil-was-here").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "float17"}, "dtype 'float17' is not one of auto, float32"),
        ({"dtype": "int8", "engine": "torch"}, "int8 needs engine='ctranslate2'"),
        ({"device": "gpu"}, "device 'gpu' is not one of auto, cpu, cuda"),
        ({"device": "cuda:99"}, "CUDA devices; use 'cpu'"),
        ({"beam_size": 0}, "beam_size must be at least 1"),
        ({"num_beams": 4}, "unknown decode option 'num_beams'; did you mean"),
        ({"early_stopping": "maybe"}, "early_stopping must be True, False or 'never'"),
        ({"max_new_tokens": "many"}, "decode option max_new_tokens"),
    ],
)
def test_options_that_are_wrong(build: Build, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_model(str(build("marian").folder), **options)


def test_half_precision_checkpoints_are_float32_on_a_cpu(build: Build, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    built = build("marian")
    folder = changed(built, tmp_path / "half", dtype="float16")
    weights = load_file(folder / "model.safetensors")
    save_file({k: v.half() for k, v in weights.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    model = load_model(str(folder), threads=1, engine="torch")
    assert model.engine.dtype == "float32"
    assert load_model(str(folder), dtype="bfloat16", threads=1, engine="torch").engine.dtype == "bfloat16"
    assert model.info.options["dtype"] == "float32"


def test_authors_settings_are_the_defaults_wherever_they_stand(build: Build, tmp_path: Path) -> None:
    # Old checkpoints have them in config.json, where transformers 5 looks only if there is no generation_config.json.
    settings = {"num_beams": 2, "length_penalty": 0.6, "no_repeat_ngram_size": 2, "max_length": 84, "min_length": 5}
    settings |= {"early_stopping": True, "bad_words_ids": [[9]]}
    folder = changed(build("t5"), tmp_path / "old", **settings)
    model = load_model(str(folder), task="summarization", target_language="ar", threads=1, engine="torch")
    expected = {"beam_size": 2, "length_penalty": 0.6, "no_repeat_ngram_size": 2, "early_stopping": True}
    # max_length and min_length count the decoder's start token; new tokens do not.
    expected |= {"max_new_tokens": 83, "min_new_tokens": 4}
    assert expected.items() <= model.info.options.items()
    assert model.engine.model.generation_config.bad_words_ids == [[9]]  # type: ignore[attr-defined]
    made = model.generate(AR[:4])
    assert all(g.tokens >= 4 and 9 not in g.ids for g in made)
    assert load_model(str(folder), threads=1, engine="torch").options.max_new_tokens is None, (
        "a translation is as long as its source"
    )


def test_a_lower_maximum_lowers_the_minimum_with_it(build: Build, tmp_path: Path) -> None:
    folder = changed(build("t5"), tmp_path / "min", min_length=30, max_length=100)
    model = load_model(
        str(folder), task="summarization", target_language="ar", max_new_tokens=10, threads=1, engine="torch"
    )
    assert (model.options.min_new_tokens, model.options.max_new_tokens) == (10, 10)
    assert {g.tokens for g in model.generate(AR[:2], max_new_tokens=3)} == {3}


def test_tied_weights_survive_a_save_and_a_load(build: Build, tmp_path: Path) -> None:
    # https://github.com/huggingface/transformers/issues/45005: output embeddings came back untied, so made of noise.
    for kind in ("marian", "m2m100", "mbart", "pegasus"):
        model = load_model(str(build(kind).folder), target_language="en", threads=1, engine="torch")
        network = model.engine.model  # type: ignore[attr-defined]
        shared = network.get_input_embeddings().weight
        assert network.get_output_embeddings().weight.data_ptr() == shared.data_ptr(), kind
        again = tmp_path / kind
        shutil.copytree(build(kind).folder, again)
        network.save_pretrained(again)
        assert load_model(str(again), target_language="en", threads=1, engine="torch").generate(
            AR[:3]
        ) == model.generate(AR[:3])


@pytest.mark.parametrize(("kind", "table"), [("t5", "shared.weight"), ("madlad", "decoder.embed_tokens.weight")])
def test_output_layers_of_their_own_are_kept(build: Build, kind: str, table: str) -> None:
    # https://github.com/huggingface/transformers/issues/48154: MADLAD's encoder got the output layer for embeddings.
    import torch
    from safetensors.torch import load_file

    folder = build(kind).folder
    weights = load_file(folder / "model.safetensors")
    network = load_model(str(folder), threads=1, engine="torch").engine.model  # type: ignore[attr-defined]
    assert torch.equal(network.get_encoder().embed_tokens.weight, weights[table])
    assert torch.equal(network.get_decoder().embed_tokens.weight, weights[table])
    assert torch.equal(network.lm_head.weight, weights["lm_head.weight"])


def test_embeddings_that_are_not_the_files_own_are_refused(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    real = AutoModelForSeq2SeqLM.from_pretrained

    def as_in_5_15(*arguments: Any, **options: Any) -> Any:
        network, report = real(*arguments, **options)
        network.get_encoder().embed_tokens.weight = torch.nn.Parameter(network.lm_head.weight.clone())
        return network, report

    monkeypatch.setattr(AutoModelForSeq2SeqLM, "from_pretrained", as_in_5_15)
    with pytest.raises(ModelError, match=r"has other embeddings in its encoder than the file; .*another transformers"):
        load_model(str(build("madlad").folder), engine="torch")


def test_an_encoder_decoder_of_no_known_family(tmp_path: Path) -> None:
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertTokenizer, EncoderDecoderConfig, EncoderDecoderModel

    pieces = BertWordPieceTokenizer(strip_accents=False)
    pieces.train_from_iterator(AR, vocab_size=300, show_progress=False)
    pieces.save_model(str(tmp_path))
    tokenizer = BertTokenizer(str(tmp_path / "vocab.txt"))
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    part = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **size)
    network = EncoderDecoderModel(EncoderDecoderConfig.from_encoder_decoder_configs(part, part))
    network.config.decoder_start_token_id = network.generation_config.decoder_start_token_id = tokenizer.cls_token_id
    network.config.pad_token_id = network.generation_config.pad_token_id = tokenizer.pad_token_id
    network.generation_config.eos_token_id = tokenizer.sep_token_id
    folder = tmp_path / "bert2bert"
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model = load_model(str(folder), task="summarization", target_language="ar", threads=1)
    assert (model.family.name, model.family.limit) == ("plain", 64)
    (made,) = model.generate(AR[:1])
    inputs = tokenizer(AR[0], return_tensors="pt")
    plain = model.engine.model.generate(  # type: ignore[attr-defined]
        inputs["input_ids"], num_beams=4, max_new_tokens=model.family.encode(AR[:1], model.options)[0].limit
    )[0].tolist()[1:]
    assert list(made.ids) == (
        plain[: plain.index(tokenizer.sep_token_id)] if tokenizer.sep_token_id in plain else plain
    )


def test_positions_that_a_file_leaves_out_are_computed(build: Build, tmp_path: Path) -> None:
    # google/pegasus-xsum and its like hold no positions: they are sinusoidal.
    from safetensors.torch import load_file, save_file

    built = build("pegasus")
    folder = checkpoints.copy(built, tmp_path / "pegasus").folder
    weights = load_file(folder / "model.safetensors")
    left = {name: tensor for name, tensor in weights.items() if not name.endswith("embed_positions.weight")}
    assert len(left) == len(weights) - 2
    save_file(left, folder / "model.safetensors", metadata={"format": "pt"})
    assert torch_output(folder, task="summarization", target_language="ar") == torch_output(
        built.folder, task="summarization", target_language="ar"
    )


def torch_output(folder: Path, **options: Any) -> Any:
    return load_model(str(folder), threads=1, engine="torch", **options).generate(AR[:3])


@pytest.mark.parametrize("name", ["lm_head.weight", "model.encoder.embed_tokens.weight"])
def test_tied_embeddings_may_have_any_of_their_names(build: Build, tmp_path: Path, name: str) -> None:
    # A safetensors file holds a shared tensor once, under one of its names.
    from safetensors.torch import load_file, save_file

    built = build("nllb")
    folder = checkpoints.copy(built, tmp_path / "named").folder
    weights = load_file(folder / "model.safetensors")
    weights[name] = weights.pop("model.shared.weight")
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert torch_output(folder) == torch_output(built.folder)


def test_weights_in_several_files(build: Build, tmp_path: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM

    built = build("nllb")
    folder = checkpoints.copy(built, tmp_path / "shards", without=("*.safetensors",)).folder
    AutoModelForSeq2SeqLM.from_pretrained(built.folder).save_pretrained(folder, max_shard_size="60KB")
    assert len(list(folder.glob("model-*.safetensors"))) > 2
    expected = torch_output(built.folder, beam_size=1)
    assert torch_output(folder, beam_size=1) == expected
    fast = load_model(str(folder), engine="ctranslate2", dtype="float32", threads=1, beam_size=1)
    assert fast.generate(AR[:3]) == expected


def test_a_target_vocabulary_may_be_much_the_smaller(build: Build, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = checkpoints.copy(build("marian", separate=True, tags=(">>eng<<",)), tmp_path / "small").folder
    targets = json.loads((folder / "target_vocab.json").read_text("utf-8"))
    checkpoints.write(folder / "target_vocab.json", {t: i for t, i in targets.items() if i < 100} | {"<pad>": 100})
    tokens = {"decoder_start_token_id": 100, "pad_token_id": 100}
    for file, values in (
        ("config.json", tokens | {"decoder_vocab_size": 101}),
        ("generation_config.json", tokens | {"bad_words_ids": [[100]]}),
    ):
        checkpoints.write(folder / file, json.loads((folder / file).read_text("utf-8")) | values)
    weights = load_file(folder / "model.safetensors")
    weights["model.decoder.embed_tokens.weight"] = weights["model.decoder.embed_tokens.weight"][:101].clone()
    weights["final_logits_bias"] = weights["final_logits_bias"][:, :101].clone()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    expected = torch_output(folder, beam_size=1)
    assert any(g.ids for g in expected)
    fast = load_model(str(folder), engine="ctranslate2", dtype="float32", threads=1, beam_size=1)
    assert fast.generate(AR[:3]) == expected


def test_any_of_several_end_tokens_ends_a_target(build: Build, tmp_path: Path) -> None:
    built = build("nllb")
    free = torch_output(built.folder, beam_size=1)
    second = next(g.ids[-1] for g in free if len(g.ids) > 4)
    folder = checkpoints.copy(built, tmp_path / "ends").folder
    path = folder / "generation_config.json"
    checkpoints.write(path, json.loads(path.read_text("utf-8")) | {"eos_token_id": [2, second]})
    made = torch_output(folder, beam_size=1)
    assert made != free
    assert all(second not in g.ids for g in made)
    fast = load_model(str(folder), engine="ctranslate2", dtype="float32", threads=1, beam_size=1)
    assert fast.generate(AR[:3]) == made


@pytest.mark.parametrize(("kind", "limit"), [("t5", 1024), ("arabart", 64)])
def test_only_a_table_of_positions_bounds_what_an_entry_says(
    build: Build, tmp_path: Path, kind: str, limit: int
) -> None:
    # The config.json of AraT5v2-base-1024 says nothing, so that T5's usual 512 would cut its entry's 1024.
    path = tmp_path / "entry.yaml"
    lines = [f"hub_id: {build(kind).folder}", "task: summarization", "description: x", "max_source_tokens: 1024"]
    lines += ["source_languages: [ar]", "target_languages: [ar]", "licence: MIT", "commercial_use: true"]
    path.write_text("\n".join([*lines, "citation: Mine 2024"]), "utf-8")
    model = load_model(str(path), task="summarization", target_language="ar", engine="torch", threads=1)
    assert model.family.limit == limit
