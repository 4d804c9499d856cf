"""The torch engine by itself: lengths, ends, errors; nothing of transformers' own defaults leaks in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from summ import GenerationError, ModelError
from summ.engines.base import DecodeOptions, Piece
from summ.engines.torch import TorchEngine, check, quiet

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))
import checkpoints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.marian(tmp_path_factory.mktemp("torch") / "marian").folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> TorchEngine:
    return TorchEngine.load(folder, threads=1)


def piece(engine: TorchEngine, *ids: int, limit: int = 40) -> Piece:
    return Piece((*ids, 0), (engine.model.config.decoder_start_token_id,), limit)


def test_no_pieces_no_outputs(engine: TorchEngine) -> None:
    assert engine.generate([], DecodeOptions()) == []


def test_generation_goes_on_past_20_tokens(engine: TorchEngine) -> None:
    # With no length in either configuration, transformers stops after 20 new tokens.
    assert engine.model.generation_config.max_length in (None, 20)
    made = engine.generate([piece(engine, i, i + 1, i + 2) for i in range(20, 60, 3)], DecodeOptions())
    assert max(len(output.ids) for output in made) > 20


def test_options_are_those_of_generate(engine: TorchEngine) -> None:
    import torch

    one = piece(engine, 30, 31, 32, 33)
    options = DecodeOptions(3, 0.4, 2, 1.2, None, 5, early_stopping=True)
    (made,) = engine.generate([one], options)
    plain = engine.model.generate(
        torch.tensor([one.ids]),
        num_beams=3,
        length_penalty=0.4,
        no_repeat_ngram_size=2,
        repetition_penalty=1.2,
        min_new_tokens=5,
        early_stopping=True,
        max_new_tokens=one.limit,
    )[0].tolist()
    assert list(made.ids) == [i for i in plain[1:] if i != 0]
    assert len(made.ids) >= 5


def test_what_one_call_sets_is_gone_in_the_next(engine: TorchEngine) -> None:
    one = piece(engine, 30, 31)
    before = engine.model.generation_config.to_dict()
    first = engine.generate([one], DecodeOptions())
    engine.generate([one], DecodeOptions(2, min_new_tokens=9, no_repeat_ngram_size=1))
    assert engine.generate([one], DecodeOptions()) == first
    assert engine.model.generation_config.to_dict() == before


def test_an_end_that_the_checkpoint_forces_at_the_limit_is_none(engine: TorchEngine) -> None:
    assert engine.model.generation_config.forced_eos_token_id == 0
    ids = range(20, 60, 3)
    free = engine.generate([piece(engine, i, i + 1) for i in ids], DecodeOptions())
    assert any(o.finished for o in free)
    assert any(not o.finished for o in free)
    for i, output in zip(ids, free, strict=True):
        if output.finished and len(output.ids) > 1:
            (short,) = engine.generate([piece(engine, i, i + 1, limit=len(output.ids))], DecodeOptions())
            assert not short.finished


def test_pieces_of_several_beginnings(engine: TorchEngine) -> None:
    pieces = [piece(engine, 30, 31), Piece((32, 33, 0), (5,), 40), piece(engine, 34)]
    together = engine.generate(pieces, DecodeOptions())
    assert together == [engine.generate([one], DecodeOptions())[0] for one in pieces]


@pytest.mark.parametrize("raised", ["OutOfMemoryError", "RuntimeError"])
def test_out_of_memory_says_what_to_try(engine: TorchEngine, monkeypatch: pytest.MonkeyPatch, raised: str) -> None:
    import torch

    def fails(**_: Any) -> None:
        if raised == "OutOfMemoryError":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB\nand more")
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: …")

    monkeypatch.setattr(engine.model, "generate", fails)
    with pytest.raises(GenerationError) as caught:
        engine.generate([piece(engine, 30, 31)], DecodeOptions())
    assert "\n" not in str(caught.value)
    for part in ("out of memory on cpu", "1 pieces", "4 beams", "int8", "smaller model"):
        assert part in str(caught.value)


def test_any_other_failure_is_one_line(engine: TorchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: Any) -> None:
        raise IndexError("index out of range in self\nsecond line")

    monkeypatch.setattr(engine.model, "generate", fails)
    with pytest.raises(GenerationError, match=r"failed on 1 pieces of 3 tokens: index out of range in self$"):
        engine.generate([piece(engine, 30, 31)], DecodeOptions())


def test_out_of_memory_while_loading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import MarianMTModel

    def fails(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(MarianMTModel, "to", fails)
    with pytest.raises(ModelError, match=r"a-name: out of memory on cpu while loading; try .*int8"):
        TorchEngine.load(folder, name="a-name")


def test_devices_and_dtypes(folder: Path) -> None:
    import torch

    for device, dtype in (("tpu9", "auto"), ("cpu", "float8"), ("cuda:77", "auto")):
        with pytest.raises(ModelError):
            check(device, dtype)
    engine = TorchEngine.load(folder, dtype="bfloat16", threads=1)
    assert (engine.dtype, engine.device, engine.name) == ("bfloat16", "cpu", "torch")
    assert engine.generate([piece(engine, 30, 31)], DecodeOptions())
    assert torch.get_num_threads() == 1


def test_quiet_gives_the_callers_settings_back() -> None:
    from transformers.utils import logging

    level = logging.get_verbosity()
    logging.set_verbosity_info()
    logging.enable_progress_bar()
    try:
        with pytest.raises(ValueError, match="x"), quiet():
            assert not logging.is_progress_bar_enabled()
            raise ValueError("x")
        assert logging.get_verbosity() == logging.INFO
        assert logging.is_progress_bar_enabled()
    finally:
        logging.set_verbosity(level)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"load_in_8bit": True}, "unknown decode option 'load_in_8bit'; did you mean 'dtype'"),
        ({"beam_sise": 3}, "did you mean 'beam_size'"),
        ({"min_new_tokens": 9, "max_new_tokens": 3}, "min_new_tokens must be from 0 to max_new_tokens"),
        ({"repetition_penalty": 0.0}, "above 0"),
        ({"no_repeat_ngram_size": -1}, "at least 0"),
    ],
)
def test_decode_options_are_checked(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        DecodeOptions().changed(**changes)
