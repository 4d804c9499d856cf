"""Articles from files, folders and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..article import Article
from ..errors import InputError
from ..result import Notice
from ..text.decode import decode_bytes

SUFFIXES = (".txt", ".text", ".md")


def read_articles(names: Sequence[str]) -> Iterator[tuple[Article, tuple[Notice, ...]]]:
    """Articles of files, of the text files in folders (by name, not recursive), and of ``-``, standard input.

    Raises:
        InputError: for a missing file, an empty folder, bytes that are no text, or an article without words.
    """
    for name in names:
        if name == "-":
            yield _article(sys.stdin.buffer.read(), "standard input", None)
            continue
        path = Path(name)
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES)
            if not files:
                raise InputError(f"{name}: no text files in this folder ({', '.join('*' + s for s in SUFFIXES)})")
        elif path.exists():
            files = [path]
        else:
            raise InputError(f"{name}: no such file; give a file, a folder, or - for standard input")
        for file in files:
            try:
                data = file.read_bytes()
            except OSError as error:
                raise InputError(f"{file}: not readable: {error.strerror}") from None
            yield _article(data, str(file), file.stem)


def _article(data: bytes, where: str, identity: str | None) -> tuple[Article, tuple[Notice, ...]]:
    text, notice = decode_bytes(data, where)
    return Article.of(Article(text, id=identity), where=where), (notice,) if notice else ()
