"""The wheel is whole: built, installed into a fresh environment elsewhere, it does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; the dependencies are lent by the one that runs the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("summ-*.whl")
    home = folder / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel]
    subprocess.run(pip, check=True)
    (own,) = (home / "lib").glob("python*/site-packages")
    # A path in a .pth file is searched, but the .pth files in it are not read: the checkout stays out.
    (own / "lent.pth").write_text(sysconfig.get_paths()["purelib"], "utf-8")
    return home / "bin"


def test_the_main_job_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(
        "افتتاح جسر\n\nقالت رئيسة البلدية إن الجسر كلف 12 مليون دينار. وبدأ العمل.", "utf-8"
    )
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SUMM_CONFIGS")}
    command = [installed / "summ", "run", "article.txt", "--json", "--html", "page.html"]
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["summary"]["text"] and result["translation"]["text"] and result["english_summary"]["text"]
    assert "الجسر" in (tmp_path / "page.html").read_text("utf-8")
    where = subprocess.run(
        [installed / "python", "-c", "import summ, summ.settings; print(summ.__file__, summ.settings.shipped())"],
        cwd=tmp_path, env=clean, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(ROOT / "src") not in where.stdout
    assert where.stdout.strip().endswith("summ/configs")


def test_the_wheel_holds_weights_configurations_and_types(installed: Path) -> None:
    package = next(installed.parent.glob("lib/python*/site-packages/summ"))
    for name in ("py.typed", "models/builtin/model.bin", "models/builtin/card.json", "configs/runs/default.yaml"):
        assert (package / name).is_file(), name
    assert sum(p.stat().st_size for p in (package / "models" / "builtin").iterdir() if p.is_file()) <= 25_000_000
