"""Articles from files, folders and standard input."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..article import Article
from ..errors import InputError
from ..result import Notice
from ..text.decode import decode_bytes

SUFFIXES = (".txt", ".text", ".md")
Taken = tuple[Article, tuple[Notice, ...]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read, and a line for each file of several that could not be used."""

    articles: list[Taken]
    set_aside: list[str]


def read_articles(names: Sequence[str]) -> Inputs:
    """Articles of files, of the text files in folders (by name, not recursive), and of ``-``, standard input.

    A file that cannot be used ends the run if it is the only one; of several it is set aside.

    Raises:
        InputError: for a missing file, an empty folder, or if nothing can be used: bytes that are no text, an article
            without words.
    """
    sources = [source for name in names for source in _sources(name)]
    articles: list[Taken] = []
    set_aside: list[str] = []
    for source in sources:
        try:
            articles.append(_article(source))
        except InputError as error:
            if len(sources) == 1:
                raise
            set_aside.append(str(error))
    if not articles:
        raise InputError(f"none of {len(set_aside)} files can be used; the first: {set_aside[0]}")
    stems = Counter(article.id for article, _ in articles)
    named = [(replace(a, id=a.metadata["path"] if stems[a.id] > 1 else a.id), n) for a, n in articles]
    return Inputs(named, set_aside)


def finish(inputs: Inputs) -> None:
    """Say what was set aside, and end with exit code 3 if anything was."""
    import typer

    for line in inputs.set_aside:
        print(f"summ: set aside: {line}", file=sys.stderr)
    if inputs.set_aside:
        raise typer.Exit(3)


def _sources(name: str) -> Iterator[Path | None]:
    """The files that a name means; None is standard input."""
    path = Path(name)
    if name == "-":
        yield None
    elif path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES)
        if not files:
            raise InputError(f"{name}: no text files in this folder ({', '.join('*' + s for s in SUFFIXES)})")
        yield from files
    elif path.exists():
        yield path
    else:
        raise InputError(f"{name}: no such file; give a file, a folder, or - for standard input")


def _article(path: Path | None) -> Taken:
    where = "standard input" if path is None else str(path)
    try:
        data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    except OSError as error:
        raise InputError(f"{where}: not readable: {error.strerror}") from None
    text, notice = decode_bytes(data, where)
    metadata = {} if path is None else {"path": where}
    article = Article(text, id=None if path is None else path.stem, metadata=metadata)
    return Article.of(article, where=where), (notice,) if notice else ()
