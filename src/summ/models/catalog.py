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


def find(name: str) -> Entry | None:
    """The entry of a catalog name, of a YAML file's path, or of a hub id that the catalog has; None for another name.

    Raises:
        ConfigError: for a file that does not fit.
    """
    from .entry import Entry

    if name.endswith((".yaml", ".yml")):
        return settings.load(settings.find("models", name), Entry)
    known = entries()
    return known.get(name) or next((e for e in known.values() if e.hub_id == name), None)
