"""Where a model's files lie: a folder, or a hub model in the Hugging Face cache."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
# Weights and tokenizer files only: no flax, tensorflow or onnx copies, no code.
WANTED = ["*.json", "*.model", "*.spm", "*.txt", "*.safetensors"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's files on this machine.

    Attributes:
        folder: where they are.
        name: what the user called it.
        revision: commit of a hub model, None for a folder.
    """

    folder: Path
    name: str
    revision: str | None = None


def is_folder(name: str) -> bool:
    """True when ``name`` means a path: it exists as a folder, or is written like one."""
    return Path(name).expanduser().is_dir() or name.startswith((".", "/", "~")) or name.count("/") > 1


def offline_wanted(offline: bool = False) -> bool:
    return offline or os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")


def resolve(name: str, *, revision: str | None = None, offline: bool = False, allow_pickle: bool = False) -> Checkpoint:
    """Find a model's files, fetching a hub model into the Hugging Face cache where that is allowed.

    HF_HOME, HF_TOKEN and HF_HUB_OFFLINE are obeyed.

    Raises:
        ModelError: one line that says what is missing and what to do.
    """
    if is_folder(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(f"{name}: no such folder")
        if not (folder / "config.json").is_file():
            raise ModelError(f"{name}: no config.json in this folder; give a folder saved by save_pretrained")
        return Checkpoint(folder, name)

    from huggingface_hub import errors, snapshot_download

    offline = offline_wanted(offline)
    patterns = WANTED + (["*.bin"] if allow_pickle else [])
    try:
        found = snapshot_download(name, revision=revision, allow_patterns=patterns, local_files_only=offline)
    except errors.GatedRepoError:
        raise ModelError(
            f"{name}: gated; accept its terms at https://huggingface.co/{name} and set HF_TOKEN to a token of yours"
        ) from None
    except errors.RevisionNotFoundError:
        raise ModelError(f"{name}: no revision {revision!r} at https://huggingface.co/{name}/commits/main") from None
    except errors.RepositoryNotFoundError:
        raise ModelError(
            f"{name}: not found on the hub (or private: then set HF_TOKEN); look for it with `summ models list`"
        ) from None
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, errors.HfHubHTTPError, OSError) as error:
        if offline:
            raise ModelError(
                f"{name}: not in the local cache and offline mode is on; fetch it once online with `summ models fetch {name}`"
            ) from None
        raise ModelError(
            f"{name}: the hub cannot be reached ({type(error).__name__}); connect once, give a local folder, "
            'or use "builtin", which needs no network'
        ) from None
    folder = Path(found)
    return Checkpoint(folder, name, folder.name if re.fullmatch("[0-9a-f]{40}", folder.name) else revision)
