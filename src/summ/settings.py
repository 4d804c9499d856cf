"""Finding, reading and validating configs/: data that declares models and runs."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from .errors import ConfigError

T = TypeVar("T")


def folders() -> list[Path]:
    """Where configurations are looked for: the folders of $SUMM_CONFIGS, then those that came with summ."""
    own = [Path(p).expanduser() for p in os.environ.get("SUMM_CONFIGS", "").split(os.pathsep) if p]
    for folder in own:
        if not folder.is_dir():
            raise ConfigError(f"$SUMM_CONFIGS: {folder} is no folder")
    return [*own, shipped()]


@cache
def shipped() -> Path:
    """The configurations that came with summ: inside the wheel, or beside src/ in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "configs", here.parent.parent / "configs"):
        if (folder / "runs").is_dir():
            return folder
    raise ConfigError(f"the configurations are missing from {here}; install summ again")


def files(kind: str) -> Iterator[tuple[str, Path]]:
    """Name and path of each YAML file of a kind (models, runs, eval); a user's own file shadows a shipped one."""
    seen: set[str] = set()
    for folder in folders():
        for path in sorted((folder / kind).glob("*.yaml")):
            if path.stem not in seen:
                seen.add(path.stem)
                yield path.stem, path


def find(kind: str, name: str) -> Path:
    """The file of a configuration, by path or by name.

    Raises:
        ConfigError: with the nearest names.
    """
    if name.endswith((".yaml", ".yml")):
        path = Path(name).expanduser()
        if not path.is_file():
            raise ConfigError(f"{name}: no such file")
        return path
    known = dict(files(kind))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise ConfigError(f"no configuration {kind}/{name}.yaml: {hint}")
    return known[name]


def load(path: Path, model: type[T]) -> T:
    """Read and validate a YAML file.

    Args:
        model: a pydantic model class.

    Raises:
        ConfigError: ``file: place: what is wrong``, the nearest key for an unknown one.
    """
    import yaml

    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line}: not readable as YAML: {getattr(error, 'problem', error)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable: {error}") from None
    return validate(value if value is not None else {}, model, str(path))


def validate(value: Any, model: type[T], where: str) -> T:
    """Validate a value against a pydantic model class; see ``load``."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(model).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ").replace("dictionary or instance of Run", "mapping")
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(first["loc"][-1]), _keys(model, first["loc"][:-1]), n=1, cutoff=0.5)
            message = "unknown key" + (f"; did you mean {near[0]!r}?" if near else "")
        raise ConfigError(f"{where}: {place or '(top)'}: {message[0].lower()}{message[1:]}") from None


def _keys(model: Any, place: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at a place knows."""
    from typing import get_args

    for part in place:
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            continue
        kinds = [k for k in (field.annotation, *get_args(field.annotation)) if hasattr(k, "model_fields")]
        model = kinds[0] if kinds else model
    return list(getattr(model, "model_fields", {}))
