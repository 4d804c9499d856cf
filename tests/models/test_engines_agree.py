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
    assert equal >= len(AR) - 2


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


def test_out_of_memory_is_its_own_error(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(str(build("marian").folder))

    class Full:
        device = "cpu"

        def translate_batch(self, *_: Any, **__: Any) -> None:
            raise RuntimeError("CUDA failed with error out of memory")

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
