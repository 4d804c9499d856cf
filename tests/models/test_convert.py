"""The cache of converted models: keyed by content, filled once, never half."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checkpoints import AR, Built

from summ import ModelError
from summ.models import choice, convert
from summ.models.checkpoint import Checkpoint
from summ.models.choice import vocabulary_of
from summ.models.families.base import Wanted
from summ.models.families.choose import family
from summ.models.load import load_model

Build = Callable[..., Built]


def converted(folder: Path, dtype: str = "int8", **options: Any) -> Path:
    checkpoint = Checkpoint.read(folder, folder.name)
    return convert.converted(checkpoint, vocabulary_of(family(checkpoint, Wanted())), dtype, **options)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUMM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "converted"


def test_a_model_is_converted_once_for_the_same_content(build: Build, own_cache: Path, tmp_path: Path) -> None:
    built = build("marian")
    first = converted(built.folder)
    stamp = (first / "model.bin").stat().st_mtime_ns
    copy = shutil.copytree(built.folder, tmp_path / built.folder.name)
    assert converted(copy) == first, "another place, the same content"
    assert (first / "model.bin").stat().st_mtime_ns == stamp
    assert [p.name for p in own_cache.iterdir() if p.is_dir()] == [first.name], "nothing unfinished is left"
    about = json.loads((first / "summ.json").read_text("utf-8"))
    assert about["dtype"] == "int8"
    assert set(about["versions"]) == {"ctranslate2", "transformers", "torch"}
    assert converted(built.folder, "float32") != first


def test_other_weights_are_another_model(build: Build, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    first = converted(build("marian").folder)
    copy = shutil.copytree(build("marian").folder, tmp_path / build("marian").folder.name)
    weights = load_file(copy / "model.safetensors")
    weights["model.shared.weight"][5, 5] += 1
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    assert converted(copy) != first


@pytest.mark.parametrize("dtype", convert.DTYPES)
def test_every_type_of_weights_is_stored(build: Build, dtype: str) -> None:
    folder = converted(build("marian").folder, dtype)
    assert (folder / "model.bin").stat().st_size > 10_000
    if dtype in ("float32", "int8", "int8_float32", "int16"):
        model = load_model(str(build("marian").folder), engine="ctranslate2", dtype=dtype, threads=1)
        assert model.engine.dtype.startswith(dtype)
        assert model.generate(AR[:2], beam_size=1)


def test_two_processes_convert_once(build: Build, own_cache: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from summ.models import convert\n"
        "whole = convert._convert\n"
        "def counted(*args):\n"
        "    print('converted', flush=True)\n"
        "    whole(*args)\n"
        "convert._convert = counted\n"
        "from summ.models.load import load_model\n"
        "print(load_model(sys.argv[1], engine='ctranslate2', threads=1).generate([sys.argv[2]])[0].ids)\n"
    )
    command = [sys.executable, "-c", script, str(build("marian").folder), AR[0]]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert "".join(said).count("converted") == 1
    assert said[0].splitlines()[-1] == said[1].splitlines()[-1]
    assert len([p for p in own_cache.iterdir() if p.is_dir()]) == 1


def test_a_conversion_that_fails_leaves_nothing(build: Build, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", str(own_cache / "model.bin"))

    monkeypatch.setattr(convert, "_convert", full)
    with pytest.raises(ModelError, match=r"No space left on device; set SUMM_CACHE to a folder with room"):
        converted(build("marian").folder)
    assert not [p for p in own_cache.iterdir() if p.is_dir()]


def test_a_cache_that_cannot_be_written_is_one_line(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("SUMM_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"cannot be converted into .*SUMM_CACHE"):
        converted(build("marian").folder)


def test_what_does_not_convert_runs_on_torch_and_says_so(
    build: Build, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(convert.LOADERS, "marian")
    folder = str(build("marian").folder)
    assert load_model(folder, threads=1).engine.name == "torch"
    assert "torch runs it, which is slower: CTranslate2 has no model type 'marian'" in caplog.text
    with pytest.raises(ModelError, match="no model type 'marian'; use engine torch"):
        load_model(folder, engine="ctranslate2")
    with pytest.raises(ModelError, match="dtype 'int8' needs CTranslate2"):
        load_model(folder, dtype="int8")


def test_settings_that_ctranslate2_lacks_run_on_torch(
    build: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = shutil.copytree(build("marian").folder, tmp_path / "copy")
    settings = json.loads((copy / "generation_config.json").read_text("utf-8"))
    (copy / "generation_config.json").write_text(json.dumps(settings | {"encoder_no_repeat_ngram_size": 3}), "utf-8")
    assert load_model(str(copy), threads=1).engine.name == "torch"
    assert "CTranslate2 has no encoder_no_repeat_ngram_size" in caplog.text


def test_a_folder_of_ones_own(build: Build, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    assert converted(build("marian").folder, "int8", into=out) == out
    assert {"model.bin", "config.json", "summ.json"} <= {p.name for p in out.iterdir()}
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".mine")]
    with pytest.raises(ModelError, match="is there already and not an empty folder"):
        converted(build("marian").folder, "int8", into=out)


def test_what_a_killed_process_left_is_swept(build: Build, own_cache: Path) -> None:
    made = converted(build("marian").folder)
    shutil.rmtree(made)
    (left := own_cache / f".{made.name}.killed").mkdir()
    (at_work := own_cache / f".{made.name}.elsewhere").mkdir()  # by a machine that no lock of this one reaches
    (left / "model.bin").write_bytes(b"half")
    os.utime(left, (time.time() - 2 * convert.STALE,) * 2)
    (other := own_cache / ".another.running").mkdir()
    assert converted(build("marian").folder) == made
    assert not left.exists()
    assert at_work.exists() and other.exists()


def test_a_machine_that_no_lock_holds_back_may_be_first(
    build: Build, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = convert._convert

    def overtaken(*args: Any) -> None:
        whole(*args)
        made: Path = args[3]
        shutil.copytree(made, made.with_name(made.name[1:].rpartition(".")[0]))

    monkeypatch.setattr(convert, "_convert", overtaken)
    assert (converted(build("marian").folder) / "model.bin").stat().st_size > 10_000
    assert len([p for p in own_cache.iterdir() if p.is_dir()]) == 1


def test_numbers_that_the_processor_lacks_are_said_before_the_conversion(
    build: Build, own_cache: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_dtypes", lambda _: ["float32", "int8"])
    folder = str(build("marian").folder)
    for engine, dtype in (("ctranslate2", "bfloat16"), ("auto", "int8_bfloat16")):
        with pytest.raises(ModelError, match=f"CTranslate2 has no {dtype} on cpu here, but float32, int8"):
            load_model(folder, engine=engine, device="cpu", dtype=dtype)  # type: ignore[arg-type]
    assert not own_cache.exists()
    model = load_model(folder, device="cpu", dtype="bfloat16", threads=1)
    assert (model.engine.name, model.engine.dtype) == ("torch", "bfloat16")
    assert "torch runs it, which is slower: CTranslate2 has no bfloat16 on cpu here" in caplog.text


def test_a_converted_model_needs_neither_torch_nor_transformers(build: Build) -> None:
    folder = str(build("marian").folder)
    load_model(folder, threads=1)
    script = (
        "import sys\n"
        "from summ.models.load import load_model\n"
        "assert load_model(sys.argv[1], threads=1).generate([sys.argv[2]])\n"
        "print(*sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, folder, AR[0]], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "ctranslate2" in loaded
    assert not loaded & {"torch", "transformers"}


def test_a_folder_that_was_moved_is_found_again(build: Build, own_cache: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(build("marian").folder, tmp_path / build("marian").folder.name)
    for folder in (build("marian").folder, copy):
        load_model(str(folder), engine="ctranslate2", threads=1)
    assert len([p for p in own_cache.iterdir() if p.is_dir()]) == 1


def test_a_large_conversion_is_said_with_the_memory_that_it_takes(
    build: Build, own_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = build("marian").folder
    size = (folder / "model.safetensors").stat().st_size
    for saved, factor in (("float32", 1), ("float16", 2)):
        assert convert._memory(Checkpoint(folder, "x", config={"dtype": saved})) == 1.5 * factor * size
    monkeypatch.setattr(convert, "_memory", lambda _: 26.4e9)
    converted(folder)
    assert "converted to int8, once; that takes about 26.4 GB of memory" in caplog.text
