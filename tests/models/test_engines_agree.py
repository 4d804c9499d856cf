"""The CTranslate2 engine equals the torch engine, token for token in float32, on every family that converts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from checkpoints import AR, Built
from test_families import CASES

from summ import ModelError
from summ.engines.base import OutOfMemoryError
from summ.models.load import load_model
from summ.models.seq2seq import Seq2SeqModel

Build = Callable[..., Built]
Pair = tuple[Seq2SeqModel, Seq2SeqModel]


@pytest.fixture(scope="module")
def pair(build: Build) -> Callable[[str], Pair]:
    kept: dict[str, Pair] = {}

    def both(name: str) -> Pair:
        if name not in kept:
            case = CASES[name]
            folder = str(build(case.kind, **case.options).folder)
            options: dict[str, Any] = {"task": case.task, "target_language": case.target, "threads": 1}
            kept[name] = (
                load_model(folder, engine="torch", **options),
                load_model(folder, engine="ctranslate2", dtype="float32", **options),
            )
        return kept[name]

    return both


GREEDY: dict[str, dict[str, Any]] = {
    "greedy": {"beam_size": 1},
    "short": {"beam_size": 1, "max_new_tokens": 8},
    "long": {"beam_size": 1, "min_new_tokens": 8},
    "no-repeat": {"beam_size": 1, "no_repeat_ngram_size": 3},
}


@pytest.mark.parametrize("options", GREEDY.values(), ids=GREEDY)
@pytest.mark.parametrize("name", CASES)
def test_greedy_output_equals_torchs(pair: Callable[[str], Pair], name: str, options: dict[str, Any]) -> None:
    torch, fast = pair(name)
    expected = torch.generate(AR, **options)
    assert fast.generate(AR, **options) == expected
    assert len({g.ids for g in expected}) > 1


@pytest.mark.parametrize("name", CASES)
def test_beam_search_equals_torchs_where_both_have_the_same_rules(pair: Callable[[str], Pair], name: str) -> None:
    torch, fast = pair(name)
    options = {"beam_size": 4, "early_stopping": True}
    equal = 0
    for ours, theirs in zip(fast.generate(AR, **options), torch.generate(AR, **options), strict=True):
        if ours == theirs:
            equal += 1
            continue
        # What CTranslate2 does otherwise by design: with a forced language token, a target ends at once only where
        # that is the likeliest first token; and the end that the limit forces is not scored as a token.
        at_once = len(torch.family.begin) > 1 and not theirs.ids  # type: ignore[attr-defined]
        assert at_once or not theirs.finished, (ours, theirs)
    # These checkpoints are made of noise, and with some noise a good many targets end at once.
    assert equal >= len(AR) // 2


def test_the_start_tokens_own_embedding_is_used(build: Build) -> None:
    # CTranslate2's own converter starts Marian from zeros, though a checkpoint may have trained that row.
    from safetensors.torch import load_file

    built = build("marian")
    row = load_file(built.folder / "model.safetensors")["model.shared.weight"][built.ids["<pad>"]]
    assert row.abs().sum() > 0, "else this would show nothing"
    models = [
        load_model(str(built.folder), engine=engine, dtype="float32", threads=1) for engine in ("torch", "ctranslate2")
    ]  # type: ignore[arg-type]
    first, second = (model.generate(AR, beam_size=1) for model in models)
    assert first == second
    assert all(built.ids["<pad>"] not in made.ids for made in second), "forbidden by bad_words_ids"


@pytest.mark.parametrize("name", ["marian", "nllb", "mt5"])
def test_any_batch_and_any_number_of_threads_gives_the_same(
    build: Build, pair: Callable[[str], Pair], name: str
) -> None:
    case = CASES[name]
    folder = str(build(case.kind, **case.options).folder)
    model = load_model(
        folder, task=case.task, target_language=case.target, engine="ctranslate2", dtype="float32", threads=2
    )
    assert model.engine.workers == 2
    expected = pair(name)[1].generate(AR, beam_size=2)
    for budget in (1, 300, 100_000):
        model.budget = budget
        assert model.generate(AR[::-1], beam_size=2)[::-1] == expected
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: model.generate([text], beam_size=2)[0], AR)) == expected


def test_auto_is_int8_on_a_cpu_and_says_so(build: Build) -> None:
    model = load_model(str(build("marian").folder))
    assert (model.engine.name, model.engine.device, model.engine.dtype) == ("ctranslate2", "cpu", "int8_float32")
    assert model.info.engine == "ctranslate2"
    assert model.info.options["dtype"] == "int8_float32"


@pytest.mark.parametrize("error", [RuntimeError("CUDA failed with error out of memory"), MemoryError("std::bad_alloc")])
def test_out_of_memory_is_its_own_error(build: Build, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    model = load_model(str(build("marian").folder))

    class Full:
        device = "cpu"

        def translate_batch(self, *_: Any, **__: Any) -> None:
            raise error

    monkeypatch.setattr(model.engine, "_translator", Full())
    with pytest.raises(OutOfMemoryError, match="out of memory on cpu with 1 pieces"):
        model.generate([AR[0]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"device": "cuda:7"}, "CTranslate2 sees 0 CUDA devices; use 'cpu'"),
        ({"device": "mps"}, "not one of auto, cpu, cuda"),
        ({"dtype": "int4"}, "dtype 'int4' is not one of auto, int8"),
        ({"dtype": "float16"}, "float16"),
    ],
)
def test_a_device_or_dtype_that_is_not_here_is_one_line(build: Build, options: dict[str, str], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load_model(str(build("marian").folder), engine="ctranslate2", **options)  # type: ignore[arg-type]


def test_a_model_too_large_for_the_device_is_one_line_with_what_to_try(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ctranslate2

    def full(*_: Any, **__: Any) -> None:
        raise MemoryError("std::bad_alloc")

    monkeypatch.setattr(ctranslate2, "Translator", full)
    with pytest.raises(ModelError, match=r"out of memory on cpu while loading; try dtype='int8' or a smaller model"):
        load_model(str(build("marian").folder), engine="ctranslate2", threads=1)


@pytest.mark.parametrize("name", CASES)
def test_the_trial_of_a_device_runs_on_every_family(pair: Callable[[str], Pair], name: str) -> None:
    from summ.engines.ctranslate2 import _try

    engine: Any = pair(name)[1].engine
    _try(engine._translator, engine._sources[0], engine._targets[0])


MISSING = "Library libcublas.so.12 is not found or cannot be loaded"


class Gpu:
    """A CUDA device on which CTranslate2 fails until its library is loaded."""

    device, compute_type = "cuda", "float32"

    def __init__(self, reason: str = MISSING) -> None:
        self.reason = reason

    def translate_batch(self, *_: Any, **__: Any) -> None:
        if self.reason:
            raise RuntimeError(self.reason)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Gpu:
    from summ.engines import ctranslate2 as engine
    from summ.models import choice

    made, real = Gpu(), engine._open
    monkeypatch.setattr(engine, "_open", lambda f, d, *rest: real(f, d, *rest) if d == "cpu" else made)
    monkeypatch.setattr(choice, "_place", lambda device: "cuda" if device == "auto" else device)
    monkeypatch.setattr(choice, "_dtypes", lambda _: ["float32", "int8", "int8_float32"])
    monkeypatch.setattr(choice, "_dtype", lambda _, place: "float32" if place == "cuda" else "int8_float32")
    return made


def test_a_gpu_that_ctranslate2_cannot_use_is_torchs(
    build: Build, gpu: Gpu, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from summ.engines import torch

    monkeypatch.setattr(torch, "sees_cuda", lambda: True)
    model = load_model(str(build("marian").folder), threads=1)
    assert model.engine.name == "torch"
    assert "torch runs it, which is slower: CTranslate2 cannot compute on cuda: Library libcublas" in caplog.text


@pytest.mark.parametrize("options", [{}, {"engine": "ctranslate2"}, {"dtype": "int8"}])
def test_without_another_way_to_the_gpu_the_cpu_serves(
    build: Build,
    gpu: Gpu,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, Any],
) -> None:
    from summ.engines import torch

    monkeypatch.setattr(torch, "sees_cuda", lambda: False)
    model = load_model(str(build("marian").folder), threads=1, **options)
    assert (model.engine.name, model.engine.device) == ("ctranslate2", "cpu")
    assert model.generate(AR[:1])
    assert "pip install nvidia-cublas-cu12, or use device cpu); the CPU is used" in caplog.text


def test_torch_without_cuda_does_not_keep_ctranslate2_from_it(
    build: Build, gpu: Gpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    gpu.reason = ""
    model = load_model(str(build("marian").folder), device="cuda", threads=1)
    assert (model.engine.name, model.engine.device) == ("ctranslate2", "cuda")


def test_who_insists_on_the_gpu_is_told_what_is_missing(build: Build, gpu: Gpu) -> None:
    with pytest.raises(ModelError, match=r"libcublas.so.12 is not found .* \(pip install nvidia-cublas-cu12"):
        load_model(str(build("marian").folder), engine="ctranslate2", device="cuda")


def test_a_library_that_pip_installed_is_loaded_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    from summ.engines import ctranslate2 as engine

    gpu = Gpu()

    def load(message: str) -> bool:
        assert message == MISSING
        gpu.reason = ""
        return True

    monkeypatch.setattr(engine, "load_library", load)
    engine._try(gpu, "a", "b")


def test_the_builtin_translator_does_without_a_gpu_that_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from summ.engines import ctranslate2 as engine

    real = engine._open
    monkeypatch.setattr(engine, "_open", lambda f, d, *rest: real(f, d, *rest) if d == "cpu" else Gpu())
    model = load_model("builtin", threads=1)
    assert model.engine.device == "cpu"
    assert model.generate(AR[:1])[0].text
    assert "the CPU is used" in caplog.text
