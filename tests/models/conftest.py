"""Tiny checkpoints, each built once a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import checkpoints
import pytest

Build = Callable[..., "checkpoints.Built"]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """``build("nllb", **options)``: a builder of checkpoints.py, its folder kept for later calls."""
    made: dict[str, checkpoints.Built] = {}
    root: Path = tmp_path_factory.mktemp("checkpoints")

    def once(kind: str, without: tuple[str, ...] = (), **options: Any) -> checkpoints.Built:
        key = f"{kind} {sorted(options.items())}"
        if key not in made:
            import torch

            torch.manual_seed(7)  # positions are drawn when a model is made: the same whatever ran before
            made[key] = getattr(checkpoints, kind)(root / str(len(made)), **options)
        if without and f"{key} {without}" not in made:
            made[f"{key} {without}"] = checkpoints.copy(made[key], root / str(len(made)), without=without)
        return made[f"{key} {without}" if without else key]

    return once
