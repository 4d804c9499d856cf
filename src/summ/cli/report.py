"""``summ report``: a page of results that were made earlier."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError

if TYPE_CHECKING:
    from ..result import Result


def report(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS", help="What `summ run --json` printed: JSON or JSON Lines; - for standard input."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PAGE", help="The HTML page to write.")],
) -> None:
    """Write one self-contained HTML page of results."""
    from ..report.article_page import write_page

    where = "standard input" if str(results) == "-" else str(results)
    write_page(_read(results, where), output)
    typer.echo(f"page: {output}", err=True)


def _read(path: Path, where: str) -> list[Result]:
    """The results in a file.

    Raises:
        InputError: for a file that cannot be read, is not JSON, or holds something else; names the line or record.
    """
    from ..result import Result

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"{where}: no such file; give what `summ run --json` printed, or - for standard input"
        ) from None
    except OSError as error:
        raise InputError(f"{where}: not readable: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: not UTF-8 (byte {error.start}); give what `summ run --json` printed") from None
    found = []
    for place, value in _values(text, where):
        if not isinstance(value, dict) or "article" not in value:
            raise InputError(f'{place}: not a summ result: no "article"; give what `summ run --json` printed')
        try:
            found.append(Result.from_dict(value))
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
    if not found:
        raise InputError(f"{where}: no results in it; give what `summ run --json` printed")
    return found


def _values(text: str, where: str) -> list[tuple[str, Any]]:
    """JSON values and their places: of one JSON document (an array's items), or one a line."""
    import json

    if not text.strip():
        return []
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise InputError(f"{where}: line {error.lineno}: not JSON: {error.msg}") from None
    else:
        values = whole if isinstance(whole, list) else [whole]
        return [(f"{where}: record {n}" if isinstance(whole, list) else where, v) for n, v in enumerate(values, 1)]
    values = []
    # Only a line feed ends a record; U+2028 and its like may stand within a string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                values.append((f"{where}: line {number}", json.loads(line)))
            except json.JSONDecodeError as error:
                raise InputError(f"{where}: line {number}: not JSON: {error.msg}") from None
    return values
