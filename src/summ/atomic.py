"""Files written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import InputError


def write_atomically(path: Path, data: str | bytes) -> None:
    """Write a file under a temporary name and give it its own when it is whole.

    A lone surrogate, which JSON can carry and UTF-8 cannot, is kept as Python's ``surrogatepass`` has it. What is no
    file (a device, a pipe) is written to and not replaced.

    Raises:
        InputError: the place cannot be written to.
    """
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
