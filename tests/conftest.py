"""What every test can ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# The suite runs on as many processes as there are cores: spinning threads would take each other's time.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of converted models that is the session's own, for every process that a test starts."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUMM_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def example() -> str:
    """The article of the README, as its file has it."""
    return (ROOT / "examples" / "ant-group.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Corpora that stand beside the checkout on some machines; $SUMM_SHARED names another place."""
    folder = Path(os.environ.get("SUMM_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no corpora at {folder} (set SUMM_SHARED)")
    return folder
