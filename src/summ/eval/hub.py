"""Data sets of the Hugging Face hub. HF_HOME, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE are obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote

from ..errors import InputError
from ..models.files import offline_wanted
from .rows import Row


def fetch_files(
    name: str, patterns: Sequence[str], *, revision: str | None = None, offline: bool = False
) -> tuple[list[Path], str]:
    """Fetch files of a data set into the hub's cache, only those that are not there yet.

    Args:
        patterns: paths in the repository; * and ? match several, ``{a,b}`` stands for either.

    Returns:
        The local files in the order of the patterns, and the commit they are of.

    Raises:
        InputError: one line that says what is missing and what to do.
    """
    from huggingface_hub import snapshot_download

    wanted = [alternatives(pattern) for pattern in patterns]
    with _explained(name, revision, offline):
        folder = Path(
            snapshot_download(
                name,
                repo_type="dataset",
                revision=revision,
                allow_patterns=[path for paths in wanted for path in paths],
                local_files_only=offline_wanted(offline),
            )
        )
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files: list[Path] = []
    for pattern, paths in zip(patterns, wanted, strict=True):
        found = [path for path in there if any(fnmatch(path, one) for one in paths)]
        if not found:
            raise InputError(
                f"{name}: no file {pattern!r} at revision {revision or 'main'} of the data set; what there is: "
                f"https://huggingface.co/datasets/{name}/tree/{quote(revision or 'main', safe='')}"
            )
        files += [folder / path for path in found if folder / path not in files]
    return files, folder.name


def alternatives(pattern: str) -> list[str]:
    """``a/{b,c}`` as ``a/b`` and ``a/c``; a pattern without braces as it is."""
    found = re.fullmatch(r"(.*?)\{([^{}]*,[^{}]*)\}(.*)", pattern)
    if found is None:
        return [pattern]
    return [path for choice in found[2].split(",") for path in alternatives(found[1] + choice + found[3])]


def fetch_split(
    name: str, config: str | None, split: str, *, revision: str | None = None, offline: bool = False
) -> tuple[list[Row], str]:
    """Read a split of a data set by the ``datasets`` package.

    Returns:
        The rows, and the commit they are of (empty where the package does not tell).

    Raises:
        InputError: one line that says what is missing and what to do.
    """
    from datasets import DownloadConfig, load_dataset

    with _explained(name, revision, offline):
        _knock(name, offline)
        table = load_dataset(
            name,
            config,
            split=split,
            revision=revision,
            download_config=DownloadConfig(local_files_only=offline_wanted(offline)),
        )
    place = f"{name} {config or ''} {split}".replace("  ", " ")
    rows = [Row(dict(values), f"{place}, row {number}") for number, values in enumerate(table, 1)]
    commit = re.search(r"@([0-9a-f]{40})/", " ".join(table.info.download_checksums or ()))
    return rows, commit[1] if commit else ""


def _knock(name: str, offline: bool) -> None:
    """See whether the hub answers at all: ``datasets`` tries one that is away for half a minute.

    Raises:
        ConnectionError: it does not, and nothing of the set's owner is in the cache.
    """
    import urllib.error
    import urllib.request

    from datasets.config import HF_DATASETS_CACHE
    from huggingface_hub.constants import ENDPOINT

    if offline_wanted(offline) or any(Path(HF_DATASETS_CACHE).glob(name.partition("/")[0] + "___*")):
        return
    try:
        urllib.request.urlopen(urllib.request.Request(ENDPOINT, method="HEAD"), timeout=10)
    except urllib.error.HTTPError:
        return
    except (OSError, ValueError) as error:
        raise ConnectionError(str(error)) from None


@contextmanager
def _explained(name: str, revision: str | None, offline: bool) -> Iterator[None]:
    """Errors of the hub's packages as one line."""
    from datasets.exceptions import DatasetNotFoundError, DatasetsError
    from huggingface_hub import errors

    page = f"https://huggingface.co/datasets/{name}"
    try:
        yield
    except errors.GatedRepoError:
        raise InputError(f"{name}: gated; accept its terms at {page} and set HF_TOKEN to a token of yours") from None
    except errors.RevisionNotFoundError:
        raise InputError(f"{name}: no revision {revision!r} at {page}") from None
    except DatasetNotFoundError as error:
        if "gated" in str(error):
            raise InputError(
                f"{name}: gated; accept its terms at {page} and set HF_TOKEN to a token of yours"
            ) from None
        raise InputError(f"{name}: no such data set on the hub (or private: then set HF_TOKEN): {page}") from None
    except errors.RepositoryNotFoundError:
        raise InputError(f"{name}: no such data set on the hub (or private: then set HF_TOKEN): {page}") from None
    except (
        ConnectionError,
        errors.LocalEntryNotFoundError,
        errors.OfflineModeIsEnabled,
        errors.HfHubHTTPError,
    ) as error:
        if offline_wanted(offline):
            raise InputError(f"{name}: not in the local cache, and offline mode is on; run once online") from None
        raise InputError(
            f"{name}: the hub cannot be reached ({type(error).__name__}); connect once, or use a local set: `sample`"
        ) from None
    except (DatasetsError, ValueError, RuntimeError, OSError) as error:
        raise InputError(f"{name}: cannot be loaded: {str(error).strip().splitlines()[0]}") from None
