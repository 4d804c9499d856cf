"""What every page shares: templates with autoescape on, and a file that is written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..atomic import write_atomically
from ..version import __version__
from .bidi import direction, isolate

if TYPE_CHECKING:
    from jinja2 import Environment

_LANGUAGES: Final = {"ar": "العربية", "en": "English", "fa": "فارسی", "ur": "اردو", "fr": "Français", "de": "Deutsch"}


def render(template: str, **values: Any) -> str:
    """A page made of a template in ``templates/``. Every value is escaped; an unknown name is an error."""
    return _environment().get_template(template).render(values, version=__version__)


def write(path: Path, page: str) -> None:
    """Write a page as UTF-8, atomically.

    Raises:
        InputError: for a place that cannot be written.
    """
    # A lone surrogate, which JSON can carry, has no UTF-8; as a reference it is shown as the replacement character.
    write_atomically(path, page.encode("utf-8", "xmlcharrefreplace"))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("summ.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"isolate": isolate, "direction": direction, "options": _options, "language": _language}
    return environment


def _language(code: str) -> str:
    return _LANGUAGES.get(code, code)


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in options.items()
    )
