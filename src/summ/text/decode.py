"""Bytes of a text file to a string, by evidence: no guess is silent, no byte is dropped."""

from __future__ import annotations

import codecs
import re
from typing import Final

from summ.errors import InputError
from summ.result import Notice

from .normalise import remove_diacritics

_SIGNATURES: Final = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (perhaps .docx, .xlsx or .epub)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\x7fELF", "a program"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY: Final = (("windows-1256", "Windows-1256"), ("iso8859_6", "ISO-8859-6"))
_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_ARABIC_WORD: Final = re.compile(r"\b(?:[وبفك]?ال\w{2,}|في|من|على|إلى|عن|أن|إن|هذا|هذه|مع|كان|قال)\b")
_MIXED_WORD: Final = re.compile("[A-Za-z][\u0621-\u064a]|[\u0621-\u064a][A-Za-z]")
_READABLE: Final = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc\\s -~\u00a0-\u00ff\u2010-\u203a]")
_SAMPLE: Final = 100_000
_MANY_CONTROLS: Final = 0.02  # of the bytes; a stray one or two come with text out of a PDF
_ARABIC_ENOUGH: Final = (
    0.8  # share of Arabic beyond ASCII; Russian, Greek or Hebrew bytes read as Arabic stay below 0.6
)
_BINARY: Final = "this is binary data, not text; save the article as plain text (UTF-8)"


def decode_bytes(data: bytes, where: str) -> tuple[str, Notice | None]:
    """Decode a text file. Line ends are left as they are; a byte order mark is dropped.

    UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-16 without one where it is unmistakable, and, with a notice
    (``legacy-encoding``), Windows-1256 and ISO-8859-6.

    Args:
        data: the whole file.
        where: what to call it in messages, such as its path.

    Raises:
        InputError: for binary data and for bytes that are none of these encodings.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, where), None
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"{where}: this is {kind}, not text; save the article as plain text (UTF-8)")
    if unmarked := _utf16_without_mark(data):
        return _strictly(data, unmarked, where), None
    if b"\x00" in data or len(data) - len(data.translate(None, _CONTROLS)) > _MANY_CONTROLS * len(data):
        raise InputError(f"{where}: {_BINARY}")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return _legacy(data, error, where)


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where}: damaged or cut short at byte {error.start} (no valid {encoding.upper()}); save it again as UTF-8"
        ) from None
    if "\x00" in text:
        raise InputError(f"{where}: {_BINARY}")
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 if nearly every pair of bytes is a readable character in one byte order, and blanks bring NULs."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4 or len(data) % 2 or b"\x00" not in sample:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        if len(_READABLE.findall(text)) >= 0.95 * len(text):
            return encoding
    return None


def _legacy(data: bytes, error: UnicodeDecodeError, where: str) -> tuple[str, Notice]:
    """An Arabic one-byte encoding, if the bytes make Arabic words in it; else what is wrong with the UTF-8."""
    best, best_score, best_name = "", 0.0, ""
    if not _nearly_utf8(data):
        for encoding, name in _LEGACY:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if (score := _arabic_score(text[:_SAMPLE])) > best_score:
                best, best_score, best_name = text, score, name
    if best_score < _ARABIC_ENOUGH:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{where}: not valid UTF-8 (byte 0x{data[error.start]:02x} in line {line}), nor a known Arabic encoding; "
            "save the file again as UTF-8"
        )
    return best, Notice(
        "legacy-encoding",
        f"read as {best_name}, since it is not UTF-8; if letters look wrong, save it again as UTF-8",
    )


def _nearly_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few broken places: then it is damaged UTF-8, not another encoding."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 < sum(char > "\x7f" for char in text) - broken


def _arabic_score(text: str) -> float:
    """How Arabic a text is: the share of Arabic beyond ASCII, and more for its frequent words; 0 without them.

    Bytes of other languages make Arabic letters too, but no Arabic words, and put them among Latin letters.
    """
    # Counted with the diacritics, which the wrong encoding makes of letters: it must not gain by losing them.
    beyond = sum(char > "\x7f" for char in text)
    arabic = len(_ARABIC.findall(text))
    text = remove_diacritics(text)
    words = len(_ARABIC_WORD.findall(text))
    if words * 200 < beyond or not words or len(_MIXED_WORD.findall(text)) > words:
        return 0.0
    return arabic / beyond + words / beyond
