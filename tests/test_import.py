"""What ``import summ`` costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "torch", "transformers", "datasets", "ray", "pandas", "ctranslate2", "sacrebleu", "pydantic", "numpy", "nltk",
    "scipy", "pyarrow", "sentencepiece", "tokenizers", "huggingface_hub",
)  # fmt: skip


def modules_after(code: str) -> set[str]:
    listing = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_import_loads_nothing_heavy() -> None:
    assert not modules_after("import summ") & set(HEAVY)
    others = {name.partition(".")[0] for name in modules_after("import summ") - modules_after("")}
    assert others - sys.stdlib_module_names == {"summ"}


def test_builtin_path_needs_neither_torch_nor_transformers() -> None:
    code = "import summ\nsumm.Pipeline.load()('قال الوزير إن العمل بدأ. وسينتهي المشروع غدا.')"
    loaded = modules_after(code)
    assert "ctranslate2" in loaded
    assert not loaded & {"torch", "transformers", "datasets", "pandas", "sacrebleu", "ray"}


def test_the_example_on_the_command_line_needs_neither_torch_nor_transformers(tmp_path: Path) -> None:
    text = tmp_path / "article.txt"
    text.write_text("قال الوزير إن العمل بدأ. وسينتهي المشروع غدا.", "utf-8")
    code = f"from summ.cli.app import app\napp(['run', {str(text)!r}], standalone_mode=False)"
    loaded = modules_after(code)
    assert "ctranslate2" in loaded
    assert not loaded & {"torch", "transformers", "datasets", "pandas", "sacrebleu", "ray", "huggingface_hub"}


def test_command_line_help_loads_nothing_heavy() -> None:
    code = "from typer.testing import CliRunner\nfrom summ.cli.app import app\nCliRunner().invoke(app, ['--help'])"
    assert not modules_after(code) & set(HEAVY)


def test_every_public_name_is_there() -> None:
    import summ

    assert all(getattr(summ, name) is not None for name in summ.__all__)
    assert set(summ.__all__) <= set(dir(summ))
