"""What there is to compute on."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from summ.engines.devices import cpu_threads, load_library


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place where pip puts NVIDIA's libraries, with a library that is none of theirs."""
    folder = tmp_path / "nvidia" / "cublas" / "lib"
    folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nvidia", raising=False)
    return folder


def message(name: str) -> str:
    return f"Library {name} is not found or cannot be loaded"


@pytest.mark.skipif(sys.platform != "linux", reason="borrows a library of Linux")
def test_a_library_is_found_among_pips(packages: Path) -> None:
    libm = next(Path(line.split()[-1]) for line in Path("/proc/self/maps").read_text().splitlines() if "/libm" in line)
    (packages / "libcublas.so.12").symlink_to(libm)
    assert load_library(message("libcublas.so.12"))
    assert not load_library(message("libcublas.so.11"))


def test_what_is_no_library_is_not_loaded(packages: Path) -> None:
    (packages / "libcublas.so.12").write_bytes(b"not a library")
    assert not load_library(message("libcublas.so.12"))
    with pytest.raises(OSError, match="libcublas"):
        ctypes.CDLL(str(packages / "libcublas.so.12"))


def test_other_messages_load_nothing(packages: Path) -> None:
    assert not load_library("CUDA failed with error no kernel image is available")


def test_without_nvidias_packages_there_is_nothing_to_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nvidia", None)
    assert not load_library(message("libcublas.so.12"))


def test_threads_are_used_and_not_more_than_given() -> None:
    for threads in range(1, 129):
        side_by_side, within = cpu_threads(threads)
        assert 1 <= side_by_side <= 8
        assert 0.8 * threads <= side_by_side * within <= threads
    assert [cpu_threads(n) for n in (1, 2, 8, 12, 16)] == [(1, 1), (2, 1), (8, 1), (6, 2), (8, 2)]
