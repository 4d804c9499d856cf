"""Where a model's files lie: a folder, or a hub model in the Hugging Face cache."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import ModelError
from .checkpoint import Checkpoint

log = logging.getLogger("summ")

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
# Tokenizer files and safe weights at the top of a repository: no flax, tensorflow or onnx copies, no code.
SAFE = ["*.json", "*.model", "*.spm", "vocab.txt", "merges.txt", "model*.safetensors"]
PICKLED = ["pytorch_model*.bin"]
BELOW = ["*/*"]
CONVERTER = "SFconvertbot"  # the hub's own account, which offers safetensors copies as pull requests
COMMIT = re.compile("[0-9a-f]{40}")


def is_folder(name: str) -> bool:
    """True when ``name`` means a path: it exists as a folder, or is written like one."""
    return Path(name).expanduser().is_dir() or name.startswith((".", "/", "~")) or name.count("/") > 1


def offline_wanted(offline: bool = False) -> bool:
    """Whether the hub may not be asked: by argument, or by HF_HUB_OFFLINE as it is now."""
    return offline or os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")


def resolve(
    name: str,
    *,
    revision: str | None = None,
    offline: bool = False,
    allow_pickle: bool = False,
    token: str | None = None,
) -> Checkpoint:
    """Find a model's files, fetching a hub model into the Hugging Face cache where that is allowed.

    HF_HOME, HF_TOKEN and HF_HUB_OFFLINE are obeyed. Of a hub model with pickled weights only, the hub's own safetensors
    copy is taken, where there is one.

    Args:
        name: a folder, or a hub id.
        revision: branch, tag or commit of a hub model.
        token: a token of the hub, instead of HF_TOKEN.

    Raises:
        ModelError: one line that says what is missing and what to do.
    """
    if is_folder(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(f"{name}: no such folder")
    else:
        folder = _fetched(name, revision, offline_wanted(offline), allow_pickle, token)
    if not _has(folder, "*.safetensors") and not (allow_pickle and _has(folder, "*.bin")):
        refused = _has(folder, "*.bin") or not is_folder(name)
        raise ModelError(
            f"{name}: has pickled weights only, and unpickling can run code; "
            "pass allow_pickle=True (--allow-pickle) if you trust who made them"
            if refused
            else f"{name}: no weights (model.safetensors) in this folder"
        )
    commit = folder.name if COMMIT.fullmatch(folder.name) else None
    return Checkpoint.read(folder, name, None if is_folder(name) else commit or revision)


def _has(folder: Path, pattern: str) -> bool:
    return any(folder.glob(pattern))


def _fetched(name: str, revision: str | None, offline: bool, allow_pickle: bool, token: str | None) -> Path:
    folder = _snapshot(name, revision, SAFE, offline, token)
    if _has(folder, "*.safetensors"):
        return folder
    if allow_pickle:
        return _snapshot(name, revision, SAFE + PICKLED, offline, token)
    # Only of the newest revision: a copy of another one might have other weights.
    copy = _converted(name, offline, token) if revision in (None, "main") else None
    if copy is None:
        return folder
    log.info("%s: weights are the hub's own safetensors copy (%s)", name, copy)
    return _snapshot(name, copy, SAFE, offline, token)


def _snapshot(name: str, revision: str | None, patterns: Sequence[str], offline: bool, token: str | None) -> Path:
    from huggingface_hub import errors, snapshot_download

    hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    try:
        return Path(
            snapshot_download(
                name,
                revision=revision,
                allow_patterns=list(patterns),
                ignore_patterns=BELOW,
                local_files_only=offline,
                token=token,
            )
        )
    except errors.GatedRepoError:
        hint = f"accept its terms at {hub}/{name} and set HF_TOKEN to a token of yours"
        raise ModelError(f"{name}: gated; {hint}") from None
    except errors.RevisionNotFoundError:
        raise ModelError(f"{name}: no revision {revision!r}; see {hub}/{name}/commits/main") from None
    except errors.RepositoryNotFoundError:
        raise ModelError(
            f"{name}: not found on the hub (or private: then set HF_TOKEN); known models: summ models list"
        ) from None
    except errors.HFValidationError:
        raise ModelError(f"{name}: no valid hub id; one is written org/name") from None
    except errors.IncompleteSnapshotError:
        raise ModelError(
            f"{name}: its download was cut short, and the hub cannot be asked now; "
            f"complete it online: summ models fetch {name}"
        ) from None
    except Exception as error:  # connection errors of several libraries, and a full disk
        if isinstance(error, OSError) and error.errno is not None:
            raise ModelError(f"{name}: cannot be stored in the cache: {error.strerror} ({error.filename})") from None
        if offline:
            raise ModelError(
                f"{name}: not in the local cache, and offline mode is on; "
                f"fetch it once online: summ models fetch {name}"
            ) from None
        reason = type(error.__cause__ or error).__name__
        raise ModelError(
            f"{name}: the hub cannot be reached ({reason} at {hub}); connect once, give a local folder, "
            'or use "builtin", which needs no network'
        ) from None


def _converted(name: str, offline: bool, token: str | None) -> str | None:
    """The reference of the pull request that holds the hub's own safetensors copy, if there is one."""
    from huggingface_hub import HfApi, constants

    if not offline:
        try:
            offers = HfApi(token=token).get_repo_discussions(name, author=CONVERTER, discussion_type="pull_request")
            for offer in offers:
                if offer.author == CONVERTER and offer.status == "open" and "safetensors" in offer.title:
                    return offer.git_reference
            return None
        except Exception as error:  # without a network, the copy that was fetched before serves
            log.debug("%s: no list of pull requests: %s", name, error)
    refs = Path(constants.HF_HUB_CACHE) / f"models--{name.replace('/', '--')}" / "refs" / "refs" / "pr"
    numbers = sorted((int(p.name) for p in refs.glob("*") if p.name.isdigit()), reverse=True)
    return f"refs/pr/{numbers[0]}" if numbers else None
