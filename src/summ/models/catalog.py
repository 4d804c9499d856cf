"""The catalog: configs/models/*.yaml, one file a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import settings

if TYPE_CHECKING:
    from .entry import Entry


def entries() -> dict[str, Entry]:
    """Every model that the catalog declares, by name. A user's own files in $SUMM_CONFIGS come first.

    Raises:
        ConfigError: for a file that does not fit; names the place.
    """
    from .entry import Entry

    return {name: settings.load(path, Entry) for name, path in settings.files("models")}
