"""``summ doctor``: what summ finds on this machine."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer

PACKAGES = (
    "torch", "transformers", "tokenizers", "ctranslate2", "sentencepiece", "datasets", "huggingface-hub", "sacrebleu",
    "numpy", "pydantic", "ray",
)  # fmt: skip


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try to reach the hub.")] = False,
) -> None:
    """Show versions, devices, models found, and whether the hub can be reached."""
    found = examine(offline=offline)
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    for title, part in found.items():
        typer.echo(f"{title}:")
        for key, value in part.items():
            typer.echo(f"  {key:<16} {value}")


def examine(*, offline: bool = False) -> dict[str, dict[str, Any]]:
    """Everything that ``summ doctor`` shows, as data."""
    from .. import settings
    from ..version import __version__

    return {
        "summ": {"version": __version__, "python": platform.python_version(), "system": platform.platform()}
        | {"configs": ", ".join(map(str, settings.folders()))},
        "packages": {name: _version(name) for name in PACKAGES},
        "devices": _devices(),
        "models": _models(),
        "hub": _hub(offline),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _devices() -> dict[str, Any]:
    import ctranslate2

    from ..engines.devices import cpu_count

    devices: dict[str, Any] = {
        "cpu": f"{cpu_count()} cores",
        "ctranslate2": ", ".join(sorted(ctranslate2.get_supported_compute_types("cpu"))),
    }
    try:
        import torch
    except ImportError as error:
        return devices | {"torch": f"cannot be imported: {error}"}
    for i in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(i)
        devices[f"cuda:{i}"] = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    if not torch.cuda.device_count():
        devices["cuda"] = "none"
    devices["mps"] = "yes" if torch.backends.mps.is_available() else "none"
    return devices


def _models() -> dict[str, Any]:
    from huggingface_hub import constants, scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    from ..models import builtin

    about = builtin.card()
    size, bleu = about["bytes"] / 1e6, about["scores"]["flores-dev"]["BLEU"]
    models: dict[str, Any] = {"builtin": f"revision {about['revision']}, {size:.0f} MB, BLEU {bleu} on FLORES dev"}
    try:
        repositories = [r for r in scan_cache_dir().repos if r.repo_type == "model"]
    except CacheNotFound:
        repositories = []
    for repository in sorted(repositories, key=lambda r: r.repo_id):
        models[repository.repo_id] = f"{repository.size_on_disk / 1e6:.0f} MB in {constants.HF_HUB_CACHE}"
    if not repositories:
        models["hub cache"] = f"empty ({constants.HF_HUB_CACHE})"
    return models


def _hub(offline: bool) -> dict[str, Any]:
    import urllib.error
    import urllib.request

    from ..models.files import offline_wanted

    address = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    found = {"address": address, "token": "set" if os.environ.get("HF_TOKEN") else "not set"}
    if offline_wanted(offline):
        return found | {"reachable": "not asked: offline mode"}
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=5)
    except urllib.error.HTTPError as error:
        return found | {"reachable": f"answers HTTP {error.code}"}
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return found | {"reachable": f"no ({reason}); the built-in models need no hub"}
    return found | {"reachable": "yes"}
